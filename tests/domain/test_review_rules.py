from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import Decision, Finding, Inquiry, Outcome, Severity
from pdsa import findings as review
from pdsa.review import RULES, rule
from tests.builders import (
    STUDIED,
    a_cycle,
    a_plan,
    a_point,
    a_study,
    an_act,
    an_aim,
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
    ("code", "inquiry"),
    [
        ("PLN101", an_inquiry(cycles=(a_cycle(plan=a_plan(questions=())),))),
        ("PLN102", without_reason()),
        ("PLN103", an_inquiry(cycles=(a_cycle(plan=a_plan(data=())),))),
        ("DOX101", late_plan()),
        ("STU101", adopted(results=())),
        ("ACT102", adopted()),
        ("ACT103", replace(adopted(results=held()), points=exit_tickets()[::2])),
        ("ACT104", idle_adaptation()),
    ],
)
def test_a_rule_about_cycles_names_the_cycle(code: str, inquiry: Inquiry) -> None:
    findings = found(inquiry, code)

    assert {finding.code for finding in findings} == {code}
    assert findings[0].id == "cycle-1"
    assert findings[0].message.endswith(".")


@pytest.mark.parametrize(
    ("code", "inquiry"),
    [
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


# -- What all rules have in common -----------------------------------------------------------


def test_blockers_come_first_and_then_codes_in_order() -> None:
    findings = review(an_inquiry(aim=an_aim(equity="", deadline=STUDIED)), on=TODAY)

    order = [(list(Severity).index(finding.severity), finding.code) for finding in findings]
    assert order == sorted(order)
    assert findings[0].severity is Severity.blocker


@pytest.mark.parametrize(
    ("select", "codes"),
    [(["AIM"], {"AIM201"}), (["MEA10", "AIM2"], {"AIM201", "MEA104", "MEA108"})],
)
def test_findings_are_selected_by_how_their_codes_begin(select: list[str], codes: set[str]) -> None:
    assert {f.code for f in review(an_inquiry(), on=TODAY, select=select)} == codes


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_a_reason_a_source_and_says_what_it_looks_at(code: str) -> None:
    each = RULES[code]

    assert code[:3].isupper()
    assert code[3:].isdigit()
    assert all((each.title, each.why, each.source, each.about))


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
        "problem": {inquiry.problem.id} if inquiry.problem else set(),
        "aim": {inquiry.aim.id},
        "driver": {driver.id for driver in inquiry.theory[-1].drivers},
        "change_idea": {idea.id for idea in inquiry.change_ideas},
        "measure": {measure.id for measure in inquiry.measures},
        "cycle": {cycle.id for cycle in cycles},
    }

    findings = review(inquiry, on=on)

    assert all(finding.id in ids[finding.element] for finding in findings)
