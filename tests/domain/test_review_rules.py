from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import Decision, Finding, Inquiry, MeasureKind, Outcome, Severity
from pdsa import findings as review
from pdsa.review import RULES, rule
from tests.builders import (
    FRAME_USE,
    ROOM_12,
    STUDIED,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_study,
    a_theory,
    an_act,
    an_aim,
    an_idea,
    an_inquiry,
    completed,
    exit_tickets,
    in_do,
    in_study,
)

TODAY = date(2018, 3, 16)
APART = ((10, 10), (12, 10), (14, 11), (18, 10), (20, 10), (22, 11))


def found(inquiry: Inquiry, code: str) -> tuple[Finding, ...]:
    return review(inquiry, on=TODAY, select=[code])


def sound() -> Inquiry:
    """An inquiry that no rule has anything to say about, but that a measure moved."""
    kinds = (MeasureKind.outcome, MeasureKind.process, MeasureKind.balancing)
    measures = tuple(a_measure(id=f"measure-{kind}", kind=kind) for kind in kinds)
    outcome = measures[0].id
    return an_inquiry(
        aim=an_aim(measured_by=outcome),
        measures=(a_measure(), *measures),
        points=(*exit_tickets(), a_point("point-outcome", measure_id=outcome, value=22)),
        problem=None,
    )


def adopted(**study: Any) -> Inquiry:
    cycle = in_study().record_act(an_act(decision=Decision.adopt, next_plan=""), on=STUDIED)
    return an_inquiry(cycles=(replace(cycle, study=a_study(**study)),))


def without_reason() -> Inquiry:
    plan = a_plan().with_predictions(lambda p: replace(p, reason=" "))
    return an_inquiry(cycles=(a_cycle(plan=plan),))


def late_plan() -> Inquiry:
    return an_inquiry(cycles=(in_do(a_cycle(planned_on=STUDIED)),))


def idle_adaptation() -> Inquiry:
    cycle = in_study().record_act(an_act(next_plan=" "), on=STUDIED)
    return an_inquiry(cycles=(cycle,))


def held() -> tuple[Any, ...]:
    return tuple(replace(result, outcome=Outcome.held) for result in a_study().results)


@pytest.mark.parametrize(
    ("code", "inquiry", "element"),
    [
        ("AIM101", an_inquiry(aim=an_aim(deadline=None)), "aim-discourse"),
        ("AIM102", an_inquiry(aim=an_aim(target=None)), "aim-discourse"),
        ("AIM103", an_inquiry(aim=an_aim(baseline=None)), "aim-discourse"),
        ("AIM104", an_inquiry(aim=an_aim(population=" ")), "aim-discourse"),
        ("AIM105", an_inquiry(aim=an_aim(deadline=STUDIED)), "aim-discourse"),
        ("AIM106", an_inquiry(aim=an_aim(equity="")), "aim-discourse"),
        ("AIM201", an_inquiry(), "aim-discourse"),
        ("AIM201", an_inquiry(aim=an_aim(measured_by=FRAME_USE), points=()), "aim-discourse"),
        ("DRV101", an_inquiry(theory=(a_theory(links=()),)), "driver-reasoning"),
        ("DRV102", an_inquiry(change_ideas=(an_idea("loose"),)), "loose"),
        ("MEA101", an_inquiry(measures=(a_measure(definition=" "),)), FRAME_USE),
        ("MEA102", an_inquiry(), "aim-discourse"),
        ("MEA201", an_inquiry(), FRAME_USE),
        ("MEA202", an_inquiry(points=exit_tickets(APART)), FRAME_USE),
        ("PLN101", an_inquiry(cycles=(a_cycle(plan=a_plan(questions=())),)), "cycle-1"),
        ("PLN102", without_reason(), "cycle-1"),
        ("PLN103", an_inquiry(cycles=(a_cycle(plan=a_plan(data=())),)), "cycle-1"),
        ("DOX101", late_plan(), "cycle-1"),
        ("STU101", adopted(results=()), "cycle-1"),
        ("ACT102", adopted(), "cycle-1"),
        ("ACT103", adopted(results=held()), "cycle-1"),
        ("ACT104", idle_adaptation(), "cycle-1"),
    ],
)
def test_a_rule_finds_what_it_is_for(code: str, inquiry: Inquiry, element: str) -> None:
    if code == "ACT103":
        inquiry = replace(
            inquiry, points=tuple(p for p in exit_tickets() if p.classroom_id == ROOM_12)
        )

    findings = found(inquiry, code)

    assert {finding.code for finding in findings} == {code}
    assert findings[0].id == element
    assert findings[0].message.endswith(".")


def test_every_rule_is_tried_above() -> None:
    marks = test_a_rule_finds_what_it_is_for.pytestmark  # type: ignore[attr-defined]

    assert {case[0] for case in marks[0].args[1]} == set(RULES) - {"DRV103"}


def test_a_sound_inquiry_has_nothing_to_mend() -> None:
    assert {finding.code for finding in review(sound(), on=TODAY)} <= {"MEA201"}


@pytest.mark.parametrize(
    ("code", "inquiry"),
    [
        ("AIM105", an_inquiry(aim=an_aim(deadline=TODAY))),
        ("MEA202", an_inquiry(points=exit_tickets(APART[:2]))),
        ("MEA202", an_inquiry(points=tuple(exit_tickets(APART)[::2]))),
        ("MEA201", an_inquiry(points=exit_tickets(((10, 10), (10, 10))))),
        ("STU101", an_inquiry(cycles=(in_do(),))),
        ("ACT102", adopted(results=held())),
        ("ACT103", adopted(results=held())),
        ("ACT104", an_inquiry(cycles=(completed(),))),
    ],
)
def test_a_rule_is_silent_where_nothing_is_amiss(code: str, inquiry: Inquiry) -> None:
    assert found(inquiry, code) == ()


def test_figures_for_the_whole_team_are_not_from_one_classroom() -> None:
    team = a_point("team", cycle_id="cycle-1", numerator=30, denominator=60)

    assert found(replace(adopted(results=held()), points=(team,)), "ACT103") == ()


def test_the_three_lessons_of_the_case_are_drawn_from_its_record() -> None:
    inquiry = an_inquiry(points=exit_tickets(APART))

    messages = {finding.code: finding.message for finding in review(inquiry, on=TODAY)}

    assert "rose from 33.3%" in messages["MEA201"]
    assert "is not measured" in messages["AIM201"]
    assert "Room 12" in messages["MEA202"]
    assert "Room 14" in messages["MEA202"]


def test_blockers_come_first_and_then_codes_in_order() -> None:
    findings = review(an_inquiry(aim=an_aim(equity="", deadline=STUDIED)), on=TODAY)

    order = [(list(Severity).index(finding.severity), finding.code) for finding in findings]
    assert order == sorted(order)
    assert findings[0].severity is Severity.blocker


@pytest.mark.parametrize(
    ("select", "codes"),
    [(["AIM"], {"AIM201"}), (["MEA1", "AIM2"], {"AIM201", "MEA102"})],
)
def test_findings_are_selected_by_how_their_codes_begin(select: list[str], codes: set[str]) -> None:
    assert {f.code for f in review(an_inquiry(), on=TODAY, select=select)} == codes


def test_every_rule_has_a_reason_and_a_source() -> None:
    for code, each in RULES.items():
        assert code[:3].isupper()
        assert code[3:].isdigit()
        assert all((each.title, each.why, each.source))


def test_a_code_is_given_to_one_rule() -> None:
    with pytest.raises(RuntimeError, match="AIM101"):
        rule("AIM101", Severity.note, "Again", of=Inquiry, why="", source="")(RULES["AIM101"].check)


@given(
    st.lists(st.sampled_from([a_cycle, in_do, in_study, completed]), max_size=3),
    st.lists(st.sampled_from(exit_tickets(APART)), unique_by=lambda p: p.id, max_size=12),
    st.dates(),
)
def test_every_finding_is_about_an_element_of_the_inquiry(
    builds: list[Callable[[], Any]], points: list[Any], on: date
) -> None:
    cycles = tuple(replace(build(), id=f"cycle-{n}") for n, build in enumerate(builds, start=1))
    inquiry = an_inquiry(cycles=cycles, points=tuple(points))
    ids = {
        "aim": {inquiry.aim.id},
        "driver": {driver.id for driver in inquiry.theory[-1].drivers},
        "change_idea": {idea.id for idea in inquiry.change_ideas},
        "measure": {measure.id for measure in inquiry.measures},
        "cycle": {cycle.id for cycle in cycles},
    }

    findings = review(inquiry, on=on)

    assert all(finding.id in ids[finding.element] for finding in findings)
