"""Each word that is said to people comes from a template, or was written by somebody."""

import re
from datetime import date, timedelta
from math import sin

import pytest
from msgspec.structs import replace

import pdsa
from pdsa import ChartKind, Inquiry, SplitBy, measure_charts
from pdsa.charts import funnel, svg, variation
from pdsa.charts.control import chart
from pdsa.charts.rules import RuleName, by_name
from pdsa.charts.rules.sets import MakingDataCount
from pdsa.charts.vega import vega_lite
from pdsa.equity import LAUSD_MATHEMATICS, equity_of, goal_progress, group_tally
from pdsa.equity.picture import picture
from pdsa.monitoring import statuses
from pdsa.reference import MODEL_DAY, model, sacramento
from pdsa.review import RULES, Record, applied, document_findings, example, progress_lines, standing
from pdsa.review.advice import advice
from pdsa.review.calibration import calibration
from pdsa.review.conditions import conditions
from pdsa.review.evidence import evidence
from pdsa.review.fidelity import inquiry_profile, project, text
from pdsa.review.ledger import ledger
from pdsa.words import spoken
from tests.builders import a_measure, an_inquiry
from tests.domain.groups import of, split, weekly
from tests.domain.marked import Marked, unmarked, words_of, written_in

SACRAMENTO, MODEL = pdsa.loads(sacramento()), pdsa.loads(model())
YEARS_END = date(2018, 6, 15)
#: Letters by which statistics go everywhere.
LETTERS = {"n", "p", "\N{GREEK SMALL LETTER SIGMA}"}


def assert_whole(*said: str, written: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    assert any("«" in each for each in said)
    for each in said:
        assert set(unmarked(each, written).split()) <= LETTERS, each


def assert_drawn_whole(*said: str, written: set[str]) -> None:
    """As ``assert_whole``, of a picture: it breaks and shortens what people have written."""
    words = {word for each in written for word in re.findall(r"[^\W\d_]+", each)} | LETTERS
    assert any("«" in each for each in said)
    for each in said:
        for left in unmarked(each).split():
            assert any(word.startswith(left) for word in words), each


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_finding_is_said_whole(code: str) -> None:
    shown = example(code)
    assert shown is not None
    document = applied(model(), shown.fails)

    with spoken(Marked()):
        found = document_findings(document, on=shown.on)

    circle = {"driver-explain", "driver-listen", "driver-time"} if code == "DRV103" else set()
    written = circle or written_in(pdsa.loads(document))
    for each in found:
        if code != "DRV103":
            assert_whole(each.message, each.why, each.next, written=written)


@pytest.mark.parametrize(
    ("inquiry", "on"), [(SACRAMENTO, YEARS_END), (MODEL, MODEL_DAY), (an_inquiry(), YEARS_END)]
)
def test_what_a_record_shows_is_said_whole(inquiry: Inquiry, on: date) -> None:
    written = written_in(inquiry)

    with spoken(Marked()):
        record = Record(inquiry, on)
        said = [each.reason for each in statuses(record)]
        said += [line for line in progress_lines(standing(record)) if line.strip("x+- .0123456789")]
        said += [each.proposal.basis for each in ledger(record)]
        said += [calibration(inquiry.cycles).sentence, inquiry.aim.sentence()]
        for cycle in inquiry.cycles:
            said += [*advice(record, cycle).sentences, evidence(record, cycle).sentence]
        for idea in inquiry.change_ideas:
            matrix = conditions(record, idea.id)
            said += [*matrix.sentences, *(row.name for row in matrix.rows)]
        profile = inquiry_profile(record)
        said += [each.why for share in profile.items for each in share.evidence]
        said += [each for share in profile.items for each in (share.title, share.counted)]
        said += [each for met in project(record).features for each in (met.title, met.why)]
        said += text(profile).splitlines()[1:-1]

    assert_whole(*said, written=written | {"x "})


@pytest.mark.parametrize("days", range(0, 400, 14))
def test_a_status_is_said_whole_on_every_day(days: int) -> None:
    on = date(2025, 8, 14) + timedelta(days=days)

    with spoken(Marked()):
        said = [each.reason for each in statuses(Record(MODEL, on))]

    assert_whole(*said, written=written_in(MODEL))


@pytest.mark.parametrize("inquiry", [SACRAMENTO, MODEL])
@pytest.mark.parametrize("by", [None, *SplitBy])
@pytest.mark.parametrize("width", [420, 1200])
def test_the_chart_of_a_measure_is_said_whole(
    inquiry: Inquiry, by: SplitBy | None, width: int
) -> None:
    written = written_in(inquiry)

    with spoken(Marked()):
        for measure in inquiry.measures:
            charts = measure_charts(
                measure,
                [each for each in inquiry.points if each.measure_id == measure.id],
                by=by,
                cycles=inquiry.cycles,
                calendar=inquiry.calendar,
                phases=inquiry.phases,
            )
            for each in charts:
                said = [*words_of(each.svg(width=width)), each.reading, each.choice.why]
                said += [annotation.text for annotation in each.annotations]
                said += words_of(svg.sparkline(each))
                assert_drawn_whole(*said, written=written | {"EL", "SWD"})
            if charts:
                drawn = words_of(svg.multiples(charts, width=1200))
                assert_drawn_whole(*drawn, written=written | {"EL", "SWD"})


WAVES = [50 + 8 * sin(i) for i in range(20)]
RISING = [*WAVES, *(75 + i for i in range(12)), None, 160.0]
DAYS = [date(2025, 8, 14) + timedelta(weeks=i) for i in range(len(RISING))]


@pytest.mark.parametrize("rules", RuleName)
@pytest.mark.parametrize("kind", [ChartKind.run, ChartKind.i])
@pytest.mark.parametrize("width", [420, 1200])
def test_a_chart_of_values_is_said_whole(rules: RuleName, kind: ChartKind, width: int) -> None:
    if rules in ("making_data_count", "western_electric", "nelson") and kind is ChartKind.run:
        return

    with spoken(Marked()):
        made = by_name(rules)
        if rules is RuleName.making_data_count:
            made = (MakingDataCount(improvement=pdsa.Direction.increase),)
        for where in (DAYS, None, [f"{i}" for i in range(len(RISING))]):
            if where and isinstance(where[0], str) and rules == "making_data_count":
                continue
            for freeze, part in ((None, ()), (12, ()), (None, (20,))):
                drawn = chart(
                    kind, RISING, None, where, rules=made, target=90, freeze=freeze, part=part
                )
                pictures = svg.chart(drawn, width=width, title="1"), svg.chart(drawn, width=width)
                said = [drawn.reading(), *(w for each in pictures for w in words_of(each))]
                assert_whole(*said)
                assert (
                    "«" in vega_lite(drawn)["layer"][-1]["encoding"]["shape"]["scale"]["domain"][0]
                )


@pytest.mark.parametrize("width", [320, 1600])
def test_a_driver_diagram_is_said_whole(width: int) -> None:
    theory = MODEL.theory[-1]
    loose = replace(theory, links=theory.links[1:])

    with spoken(Marked()):
        for each in (theory, loose, replace(theory, links=(), drivers=())):
            drawn = svg.driver_diagram(each, aim=MODEL.aim, ideas=MODEL.change_ideas, width=width)
            assert_drawn_whole(*words_of(drawn), written=written_in(MODEL))


def test_a_funnel_and_a_reliability_diagram_are_said_whole() -> None:
    units = [(f"{i}", f"{i}", 20 + 3 * i, 100 + i) for i in range(20)]

    with spoken(Marked()):
        for width in (420, 1600):
            drawn = svg.funnel(funnel(units), target=0.5, width=width)
            assert_whole(*words_of(drawn))
        cycles = MODEL.cycles
        for found in (calibration(cycles), calibration(cycles * 12)):
            assert_whole(*words_of(svg.reliability(found)), found.sentence)


def test_student_groups_are_said_whole() -> None:
    shares = {
        "ALL": of([40, 44, 48, 50, 52, 54, 56, 58]),
        "EL": of([20, 30, 40, 45, 50, 52, 54, 56]),
        "SWD": of([30, 30, 30, 30, 30, 30, 30, 30]),
        "AA": of([41, 42]),
    }
    measure = a_measure()
    everybody, groups = split(weekly(shares), measure)

    with spoken(Marked()):
        found = equity_of(measure, everybody, groups)
        progress = [each.progress for each in found.groups]
        goal = goal_progress(LAUSD_MATHEMATICS, measure, everybody, groups)
        said = [found.reading, *(each.why for each in progress), *goal.sentences]
        said += [each.sentence() for each in group_tally([progress])]
        said += words_of(picture(measure, everybody, groups, width=1200))
        said.append(variation(groups).reading)

    assert_whole(*said, written={measure.name})


def test_errors_say_what_would_be_right_whole() -> None:
    with spoken(Marked()):
        cycle = MODEL.cycles[0]
        refused: list[Exception] = []
        for wrong in (
            lambda: cycle.start_do(on=MODEL_DAY),
            lambda: replace(MODEL.aim, deadline=date(1999, 1, 1)),
            lambda: replace(MODEL.measures[0], per=0),
            lambda: MODEL.measure("none-0"),
            lambda: chart("p", [3], [2]),
        ):
            with pytest.raises(pdsa.PdsaError) as caught:
                wrong()
            refused.append(caught.value)

    for each in refused:
        said = getattr(each, "rule", str(each))
        assert_whole(said, written={cycle.title, cycle.id, "none"})
