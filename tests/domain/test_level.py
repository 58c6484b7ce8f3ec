"""Levels that people give: who may, on which scale, and beside what the record shows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import (
    Access,
    Grant,
    GrantId,
    Inquiry,
    InvalidValue,
    PersonId,
    Principal,
    Role,
    Scope,
    Step,
    UnitId,
    Voice,
    loads,
)
from pdsa.level import STEPS, latest, may_say
from pdsa.reference import sacramento
from pdsa.review import Record, progress_lines, standing
from tests.builders import TEAM, a_level
from tests.domain.ladder import LADDER, TODAY, records, shown

SCHOOL = UnitId("school")
PATH = (Step(SCHOOL, "school"), Step(TEAM, "team"))


def somebody(role: Role, unit: UnitId, *scopes: Scope) -> Principal:
    ana = PersonId("ana")
    grant = Grant(GrantId("grant"), ana, role, unit)
    return Principal(person_id=ana, name="Ana Ruiz", grants=(grant,), scopes=scopes or None)


@pytest.mark.parametrize("level", [0, 0.75, 5.5, -1, 2.49, float("nan")])
def test_a_level_is_one_of_the_ten_steps(level: float) -> None:
    with pytest.raises(InvalidValue, match="a step of the scale"):
        a_level(level=level)

    assert [a_level(level=step).level for step in STEPS] == list(STEPS)


SAYS = {
    Role.member: {Voice.team},
    Role.facilitator: {Voice.team},
    Role.coach: {Voice.coach},
    Role.ilt_member: {Voice.coach},
    Role.leader: {Voice.coach},
    Role.viewer: set(),
    Role.administrator: set(),
}


@pytest.mark.parametrize("role", Role)
def test_the_team_speaks_for_itself_and_its_coach_and_school_beside_it(role: Role) -> None:
    asking = somebody(role, TEAM)

    says = {voice for voice in Voice if may_say(asking, voice, PATH, on=TODAY)}

    assert says == SAYS[role]
    assert not any(may_say(asking, voice, PATH[:1], on=TODAY) for voice in Voice)


def test_a_leader_speaks_of_every_team_below() -> None:
    assert may_say(somebody(Role.leader, SCHOOL), Voice.coach, PATH, on=TODAY)


@pytest.mark.parametrize("access", Access)
def test_a_token_that_may_only_read_says_nothing(access: Access) -> None:
    teacher, coach = (
        somebody(role, TEAM, Scope(access, TEAM)) for role in (Role.member, Role.coach)
    )

    says = {
        may_say(teacher, Voice.team, PATH, on=TODAY),
        may_say(coach, Voice.coach, PATH, on=TODAY),
    }

    assert says == {access is not Access.read}


def test_of_two_words_on_one_day_the_one_with_the_greater_id_is_the_last() -> None:
    one, other = a_level("level-1"), a_level("level-2")

    assert latest([other, one], Voice.team, on=TODAY) == other
    assert latest([other, one], Voice.coach, on=TODAY) is None


def test_three_voices_stand_side_by_side_and_differences_are_shown() -> None:
    team = a_level("team-2", level=3.5, on=date(2018, 5, 1))
    coach = a_level("coach-1", level=2.0, voice=Voice.coach, on=date(2018, 4, 1))
    first = a_level("team-1", level=5.0, on=date(2018, 3, 1))
    inquiry = replace(LADDER[3.0], levels=(team, first, coach))

    found = standing(Record(inquiry, TODAY))

    assert (found.team, found.coach) == (team, coach)
    assert found.computed == shown(LADDER[3.0])
    assert found.differences == (
        "The team says 3.5 (1 May 2018), the record shows 3.0: step 3.5 is not written down yet. "
        "Test the change under other conditions or at a larger scale.",
        "The coach or ILT says 2.0 (1 April 2018), the record shows 3.0: worth asking what the "
        "record does not tell.",
        "The team says 3.5 and the coach or ILT 2.0: worth a conversation, with the evidence on "
        "the table.",
    )


def test_voices_that_agree_differ_in_nothing() -> None:
    said = tuple(a_level(voice, voice=voice, level=3.0) for voice in Voice)

    found = standing(Record(replace(LADDER[3.0], levels=said), TODAY))

    assert found.differences == ()


def test_a_word_counts_from_its_day_on() -> None:
    said = a_level(level=3.0, on=date(2018, 5, 1))
    inquiry = replace(LADDER[3.0], levels=(said,))

    before, after = (standing(Record(inquiry, date(2018, month, 1))) for month in (4, 5))

    assert (before.team, after.team) == (None, said)


@given(records(), st.lists(st.tuples(st.sampled_from(Voice), st.sampled_from(STEPS)), max_size=4))
def test_what_people_say_changes_nothing_of_what_the_record_shows(
    inquiry: Inquiry, said: list[tuple[Voice, float]]
) -> None:
    levels = tuple(
        a_level(f"level-{n}", voice=voice, level=level) for n, (voice, level) in enumerate(said)
    )

    found = standing(Record(replace(inquiry, levels=levels), TODAY))

    assert found.computed == shown(inquiry)


def test_the_lines_say_the_voices_the_steps_and_what_comes_next() -> None:
    said = a_level(level=3.0, reason="The frame\nis used.")
    inquiry = replace(loads(sacramento()), levels=(said,))

    lines = progress_lines(standing(Record(inquiry, date(2018, 3, 16))))

    assert lines[:3] == (
        "The record shows 2.0 of 5.0: the team learns about the problem.",
        "The team says 3.0, on 14 March 2018: The frame is used.",
        "The coach or ILT has not said yet.",
    )
    assert sum(line.strip().startswith("Next: ") for line in lines) == 1
    assert sum(line.startswith("x ") for line in lines) == 4
