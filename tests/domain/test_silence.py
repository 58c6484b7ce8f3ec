"""Silences: a team leaves a finding as it is, says why, and nothing but its visibility changes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import Inquiry, InvalidValue, Silence, UnknownElement, findings, loads
from pdsa.reference import sacramento
from pdsa.review import RULES, Record, check_silence, cycle_findings, standing
from pdsa.review.silencing import reason_for, reasons
from tests.builders import a_level, a_silence, an_aim, an_inquiry
from tests.domain.ladder import LADDER, records

TODAY = date(2018, 3, 16)
SAMPLE = loads(sacramento())


def codes(inquiry: Inquiry, **wanted: Any) -> list[str]:
    return [finding.code for finding in findings(inquiry, on=TODAY, **wanted)]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_silenced_without_a_reason(reason: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        a_silence(reason=reason)

    assert raised.value.field == "reason"


def test_a_silence_is_about_one_element_or_about_the_whole_inquiry() -> None:
    one, every = a_silence(element_id="cycle-1"), a_silence(element_id=None)

    hidden = {
        (silence.element_id, code, element)
        for silence in (one, every)
        for code in ("ACT103", "ACT104")
        for element in ("cycle-1", "cycle-2")
        if reason_for(reasons([silence]), code, element) is not None
    }

    assert hidden == {
        ("cycle-1", "ACT103", "cycle-1"),
        (None, "ACT103", "cycle-1"),
        (None, "ACT103", "cycle-2"),
    }


def test_a_silenced_finding_is_shown_to_whoever_asks_for_it_with_its_reason() -> None:
    silenced = replace(SAMPLE, silences=(a_silence(code="AIM103", element_id=None),))

    shown = findings(silenced, on=TODAY, silenced=True, select="AIM103")

    assert "AIM103" in codes(SAMPLE)
    assert "AIM103" not in codes(silenced)
    assert [each.silenced for each in shown] == [a_silence().reason]


SILENCES = st.lists(
    st.builds(
        a_silence,
        code=st.sampled_from([*sorted(RULES), "ZZZ999"]),
        element_id=st.sampled_from(
            [None, "aim-discourse", "cycle-1", "cycle-exit-ticket-1", "measure-sentence-frame"]
        ),
        reason=st.sampled_from(["Not now.", "We know."]),
    ),
    max_size=8,
)
INQUIRIES = st.sampled_from([SAMPLE, an_inquiry()]) | records()


@given(INQUIRIES, SILENCES)
def test_silencing_changes_nothing_but_visibility(
    inquiry: Inquiry, silences: list[Silence]
) -> None:
    inquiry = replace(inquiry, silences=(), levels=(a_level(),))
    silenced = replace(inquiry, silences=tuple(silences))

    before = findings(inquiry, on=TODAY)
    marked = findings(silenced, on=TODAY, silenced=True)
    shown = findings(silenced, on=TODAY)

    assert tuple(replace(each, silenced=None) for each in marked) == before
    assert tuple(each for each in marked if each.silenced is None) == shown
    for each in marked:
        hiding = [
            s.reason for s in silences if s.code == each.code and s.element_id in (None, each.id)
        ]
        assert each.silenced == (hiding[0] if hiding else None)
    assert standing(Record(silenced, TODAY)) == standing(Record(inquiry, TODAY))
    for cycle in inquiry.cycles:
        own = cycle_findings(inquiry, cycle.id, on=TODAY)
        of_cycle = cycle_findings(silenced, cycle.id, on=TODAY, silenced=True)
        assert tuple(replace(each, silenced=None) for each in of_cycle) == own


@pytest.mark.parametrize(
    "element",
    [
        None,
        "aim-discourse",
        "problem-reasoning",
        "driver-words",
        "idea-exit-ticket",
        "measure-sentence-frame",
        "room-a-2017-10-13",
        "cycle-exit-ticket-1",
        "prediction-gap",
    ],
)
def test_whatever_a_finding_can_be_about_may_be_silenced(element: str | None) -> None:
    silence = a_silence(code="AIM103", element_id=element)

    check_silence(silence, SAMPLE)

    for finding in findings(SAMPLE, on=TODAY):
        check_silence(a_silence(code=finding.code, element_id=finding.id), SAMPLE)


def test_another_inquirys_element_is_not_silenced() -> None:
    with pytest.raises(UnknownElement) as raised:
        check_silence(a_silence(element_id="cycle-elsewhere"), SAMPLE)

    assert (raised.value.field, raised.value.id) == ("element_id", "cycle-elsewhere")


def test_a_code_that_no_rule_has_is_not_silenced() -> None:
    with pytest.raises(InvalidValue) as raised:
        check_silence(a_silence(code="ACT999"), an_inquiry())

    assert (raised.value.field, raised.value.value) == ("code", "ACT999")


def test_a_document_keeps_what_was_silenced_by_rules_that_are_not_here() -> None:
    elsewhere = a_silence(code="ZZZ999", element_id="cycle-1")
    inquiry = an_inquiry(silences=(elsewhere,))

    assert loads(pdsa.dumps(inquiry)).silences == (elsewhere,)
    assert codes(inquiry) == codes(an_inquiry())


def test_a_finding_that_is_gone_needs_its_silence_no_more() -> None:
    silence = a_silence(code="AIM101", element_id=None)
    done = replace(LADDER[3.0], silences=(silence,))
    undone = replace(done, aim=an_aim(deadline=None))

    assert "AIM101" not in codes(done, silenced=True)
    assert "AIM101" in codes(undone, silenced=True)
