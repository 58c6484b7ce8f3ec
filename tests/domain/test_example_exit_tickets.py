"""The worked example: it runs anywhere, its record is the one shipped, and its lessons show."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import pdsa
import pdsa.reference

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "exit_tickets.py"
CAUSAL_CLAIMS = ("caused", "because of", "thanks to", "led to", "due to")

example = SimpleNamespace(**runpy.run_path(str(SCRIPT)))


def run(*arguments: object, cwd: Path) -> str:
    """What the script prints, its line breaks taken out."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return " ".join(done.stdout.split())


def frame_use(by: pdsa.SplitBy | None = None) -> tuple[pdsa.Series, ...]:
    record = example.inquiry()
    (measure,) = record.measures
    return pdsa.series(measure, record.points, by=by)


def findings() -> dict[str, pdsa.Finding]:
    return {each.code: each for each in pdsa.findings(example.inquiry(), on=example.DECIDED)}


def test_the_script_tells_the_inquiry_from_any_directory(tmp_path: Path) -> None:
    told = run(cwd=tmp_path)

    for line in (
        "Tallies and wording are illustrative",
        "students in the two fifth-grade classrooms are engaged in academic discourse: 51% or more",
        "ends between 60% and 80% (70% sure). In Study: held.",
        "(60% sure). In Study: did not hold.",
        "predictions locked when Do started",
        "7 2017-10-13 40% ########## 41.4% 38.5%",
        "12 2017-11-17 48.1% ############ 48.1% no data",
        "25 2018-03-09 64% ################ 81.5% 43.5%",
        "rose from 40% to 64% between 13 October 2017 and 9 March 2018",
        "Room B (early-career teacher): 38.5% on the first day, 43.5% on the last.",
        "Decision: adapt",
        "AIM201",
    ):
        assert line in told


def test_the_script_tells_the_same_twice_and_claims_no_cause(tmp_path: Path) -> None:
    told = run(cwd=tmp_path)

    assert told == run(cwd=ROOT)
    assert not [claim for claim in CAUSAL_CLAIMS if claim in told.lower()]


def test_the_shipped_record_is_the_one_that_the_script_writes(tmp_path: Path) -> None:
    run("--json", "written.json", cwd=tmp_path)

    assert (tmp_path / "written.json").read_bytes() == pdsa.reference.sacramento()
    assert pdsa.loads(pdsa.reference.sacramento()) == example.inquiry()


def test_the_pooled_shares_at_both_ends_are_the_published_ones() -> None:
    (together,) = frame_use()

    assert together.values()[0] == 40.0
    assert together.values()[-1] == 64.0
    assert together.left_out == ()


def test_every_tally_stands_on_a_friday_with_school() -> None:
    record = example.inquiry()
    days = {point.on for point in record.points}

    assert len(days) == 18
    assert all(day.weekday() == 4 and record.calendar.is_instructional(day) for day in days)


def test_a_classroom_without_tickets_is_missing_and_not_zero() -> None:
    missing = [point for point in example.inquiry().points if point.missing]
    (together,) = frame_use()

    assert len(missing) == 3
    assert all(point.note and point.numerator is None for point in missing)
    assert None not in together.values()


def test_the_chart_crosses_its_centre_line_and_still_shows_a_signal() -> None:
    (together,) = frame_use()

    chart = pdsa.measure_chart(example.frame_use, together)
    (part,) = chart.chart.parts

    assert chart.choice.drawn is pdsa.ChartKind.p
    assert (part.n_crossings, part.n_crossings_min) == (3, 5)
    assert (part.longest_run, part.longest_run_max) == (8, 7)
    assert chart.signal
    assert "the last 8 points" in chart.reading


def test_the_review_sees_the_process_measure_rise_by_24_points() -> None:
    found = findings()["MEA201"]

    assert found.id == "measure-sentence-frame"
    assert "process measure" in found.message
    assert "+24" in found.message


def test_the_review_sees_that_the_aim_is_not_measured() -> None:
    found = findings()["AIM201"]

    assert found.severity is pdsa.Severity.blocker
    assert "not measured" in found.message
    assert "academic discourse" in found.message


def test_the_review_sees_the_classrooms_move_apart() -> None:
    found = findings()["MEA202"]
    veteran, early_career = frame_use(by=pdsa.SplitBy.classroom)

    assert "moved apart" in found.message
    assert "veteran" in found.message
    assert "early-career" in found.message
    assert veteran.values()[-1] - veteran.values()[0] > 35
    assert early_career.values()[-1] - early_career.values()[0] < 10


def test_the_review_asks_only_for_what_the_record_really_lacks() -> None:
    found = findings()

    assert {"AIM103", "AIM106", "MEA104"} <= found.keys()
    assert {code[:3] for code in found} == {"AIM", "MEA"}
    assert not {"AIM101", "AIM102", "AIM104", "AIM105", "MEA101"} & found.keys()


def test_predictions_were_locked_on_the_first_day_of_do() -> None:
    (cycle,) = example.inquiry().cycles

    assert {p.locked_on for p in cycle.plan.predictions()} == {example.FIRST_DAY}
    with pytest.raises(pdsa.IllegalMove, match="predictions locked"):
        example.planned_cycle().start_do(on=example.FIRST_DAY).revise_plan(pdsa.Plan())


def test_each_sentence_of_the_data_readme_has_its_own_line() -> None:
    text = (ROOT / "examples" / "data" / "README.md").read_text(encoding="utf-8")

    assert "illustrative" in text
    assert not [line for line in text.splitlines() if ". " in line]


def test_the_readme_shows_what_the_script_prints(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    told = run(cwd=tmp_path)

    shown = readme.partition("<!-- output of examples/exit_tickets.py -->\n```text\n")[2]
    assert " ".join(shown.partition("```")[0].split()) in told
    assert "What the review finds" in shown
