from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import (
    Condition,
    Cycle,
    CycleId,
    Decision,
    Inquiry,
    Outcome,
    Scale,
    Silence,
    SilenceId,
    Stage,
    Study,
    Unit,
    findings,
    loads,
)
from pdsa.reference import sacramento
from pdsa.review import RULES, Record
from pdsa.review.evidence import CONTRADICTIONS, DecisionEvidence, evidence
from tests.builders import (
    AIM,
    DECIDED,
    FRAME_USE,
    ROOM_12,
    ROOM_14,
    STUDIED,
    TEAM,
    a_cycle,
    a_plan,
    a_point,
    a_study,
    an_act,
    an_inquiry,
    classrooms,
    completed,
    exit_tickets,
    in_do,
    in_study,
)

TODAY = date(2018, 3, 16)


def of(inquiry: Inquiry, number: int = 0) -> DecisionEvidence:
    return evidence(Record(inquiry, TODAY), inquiry.cycles[number])


def adopting(**changes: Any) -> Cycle:
    return in_study().record_act(an_act(decision=Decision.adopt, **changes), on=DECIDED)


def test_it_counts_what_became_of_the_predictions() -> None:
    decided = of(an_inquiry())
    begun = of(an_inquiry(cycles=(in_do().record_study(Study(), on=STUDIED),)))

    assert (decided.held, decided.did_not_hold, decided.cannot_tell, decided.not_compared) == (
        (1, 1, 0, 0)
    )
    assert (begun.held, begun.did_not_hold, begun.cannot_tell, begun.not_compared) == (0, 0, 0, 2)


def test_it_counts_the_figures_of_the_test_and_the_days_without_one() -> None:
    points = (
        *exit_tickets(),
        a_point("assembly", date(2018, 2, 16)),
        a_point("before", date(2018, 1, 5), value=40),
        a_point("after", date(2018, 3, 12), value=70),
    )

    (measure,) = of(an_inquiry(points=points)).measures

    assert (measure.measure_id, measure.figures, measure.missing) == (FRAME_USE, 5, 1)
    assert (measure.first, measure.last) == (date(2018, 1, 12), date(2018, 2, 9))


def test_it_tells_the_classrooms_with_data_from_the_others_of_the_team() -> None:
    away = tuple(each for each in exit_tickets() if each.classroom_id == ROOM_12)
    block = Unit("block", "building", "East building", TEAM)  # type: ignore[arg-type]

    found = of(an_inquiry(points=away, classrooms=(block, *classrooms())))

    assert (found.classrooms, found.other_classrooms) == ((ROOM_12,), (ROOM_14,))


def test_a_decision_that_a_step_back_has_opened_is_none() -> None:
    again = completed().step_back(to=Stage.study, on=DECIDED, reason="Room 14 came in late.")

    found = of(an_inquiry(cycles=(again,)))

    assert again.act is not None
    assert (found.decision, found.reason) == (None, "")
    assert found.sentence.startswith("A decision would rest on predictions")


def test_a_reason_for_the_whole_inquiry_goes_before_that_for_the_cycle_as_in_the_review() -> None:
    one, all_of_them = (
        Silence(id=SilenceId(f"s-{n}"), aim_id=AIM, code="ACT102", element_id=id, reason=f"{n}")
        for n, id in (("one", "cycle-1"), ("all", None))
    )
    inquiry = an_inquiry(cycles=(adopting(),), silences=(one, all_of_them))

    beside = [each.silenced for each in of(inquiry).contradictions if each.code == "ACT102"]
    review = findings(inquiry, on=TODAY, select="ACT102", silenced=True)

    assert beside == [each.silenced for each in review] == ["all"]


def test_conditions_are_those_that_the_plan_covers() -> None:
    grade = Condition(name="grade", value="5")

    found = of(an_inquiry(cycles=(completed(a_cycle(plan=a_plan(conditions=(grade,)))),)))

    assert found.conditions == (grade,)


def test_the_steps_of_the_ramp_before_and_after_stand_beside_it() -> None:
    one = completed()
    two = a_cycle("cycle-2", follows=one.id, plan=a_plan(scale=Scale.large, size=8))
    inquiry = an_inquiry(cycles=(one, two))

    first, second = of(inquiry), of(inquiry, 1)

    assert first.before is None
    assert [(each.cycle_id, each.scale, each.size) for each in first.after] == [
        ("cycle-2", Scale.large, 8)
    ]
    assert second.before == first.this
    assert (second.this, second.after) == (first.after[0], ())


def test_without_a_word_about_what_follows_the_next_step_of_the_ramp_does() -> None:
    inquiry = an_inquiry(cycles=(completed(), a_cycle("cycle-2", planned_on=DECIDED)))

    assert [each.cycle_id for each in of(inquiry).after] == ["cycle-2"]


def test_a_cycle_that_follows_another_one_is_not_after_this_one() -> None:
    one, two = completed(), completed(a_cycle("cycle-2"))
    three = a_cycle("cycle-3", follows=CycleId("cycle-1"))
    inquiry = an_inquiry(cycles=(one, two, three))

    assert [each.cycle_id for each in of(inquiry, 0).after] == ["cycle-3"]
    assert of(inquiry, 1).after == ()


def test_a_decision_against_its_evidence_is_a_finding_that_asks_for_a_reason() -> None:
    found = of(an_inquiry(cycles=(adopting(),))).contradictions

    assert [(each.code, each.silenced) for each in found if each.code == "ACT102"] == [
        ("ACT102", None)
    ]


def test_the_reason_that_a_team_has_given_stands_beside_the_contradiction() -> None:
    silence = Silence(
        id=SilenceId("silence-1"),
        aim_id=AIM,
        code="ACT102",
        element_id="cycle-1",
        reason="Half was a guess; the rise is what we were after.",
    )

    found = of(an_inquiry(cycles=(adopting(),), silences=(silence,))).contradictions

    assert [each.silenced for each in found if each.code == "ACT102"] == [silence.reason]


def test_an_adapted_idea_contradicts_nothing() -> None:
    assert of(an_inquiry()).contradictions == ()


def test_an_idea_that_is_abandoned_although_all_came_out_needs_a_reason_too() -> None:
    all_held = tuple(replace(each, outcome=Outcome.held) for each in a_study().results)
    cycle = in_do().record_study(a_study(results=all_held), on=STUDIED)
    abandoned = cycle.record_act(an_act(decision=Decision.abandon), on=DECIDED)

    assert [each.code for each in of(an_inquiry(cycles=(abandoned,))).contradictions] == ["ACT109"]


def test_contradictions_are_rules_about_cycles() -> None:
    assert {RULES[code].of for code in CONTRADICTIONS} == {Cycle}


@pytest.mark.parametrize(
    ("inquiry", "sentence"),
    [
        (
            loads(sacramento()),
            "The decision to adapt rests on predictions (1 held, 1 did not hold); 18 figures of "
            "“Sentence-frame use on exit tickets” (13 October 2017 to 9 March 2018); data from 2 of "
            "2 classrooms.",
        ),
        (
            an_inquiry(cycles=(in_do(),), points=(a_point(value=40),), classrooms=()),
            "A decision would rest on predictions (2 not compared yet); one figure of “Sentence-frame use” "
            "(12 January 2018).",
        ),
    ],
)
def test_it_says_in_a_sentence_what_the_decision_rests_on(inquiry: Inquiry, sentence: str) -> None:
    assert of(inquiry).sentence == sentence


def test_a_plan_without_predictions_or_data_rests_on_nothing_yet() -> None:
    bare = a_cycle(plan=replace(a_plan(), questions=(), data=()))

    found = of(an_inquiry(cycles=(bare,), points=()))

    assert (found.measures, found.not_compared) == ((), 0)
    assert found.sentence == "A decision would rest on no prediction; data from 0 of 2 classrooms."
