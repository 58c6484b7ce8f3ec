from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import (
    DanglingId,
    InconsistentDocument,
    InvalidValue,
    Phase,
    PhaseKind,
    check_phase,
    dumps,
    loads,
)
from pdsa.phase import check_phases
from tests.builders import ROOM_12, ROOM_14, a_phase, an_inquiry

FREEZE, REBASE = PhaseKind.freeze, PhaseKind.rebase
MID_JANUARY, FEBRUARY, MARCH = date(2018, 1, 19), date(2018, 2, 2), date(2018, 3, 2)

BASELINE = a_phase(on=FEBRUARY)


def new(kind: PhaseKind, on: date, **changes: Any) -> Phase:
    return a_phase("new", kind=kind, on=on, **changes)


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_a_phase_needs_a_reason(reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        a_phase(reason=reason)

    assert refused.value.field == "reason"


def test_a_rebase_may_follow_a_frozen_baseline_and_another_rebase_that_one() -> None:
    rebase = a_phase("rebase", kind=REBASE, on=FEBRUARY + timedelta(days=1))

    check_phase(rebase, [BASELINE])
    check_phase(new(REBASE, MARCH), [BASELINE, rebase])


def test_a_baseline_is_frozen_once() -> None:
    for on in (MID_JANUARY, FEBRUARY, MARCH):
        with pytest.raises(InvalidValue, match="frozen until 2018-02-02") as refused:
            check_phase(new(FREEZE, on), [BASELINE])

        assert refused.value.field == "kind"


@pytest.mark.parametrize(
    ("phase", "other", "rule"),
    [
        (new(REBASE, FEBRUARY), BASELINE, "there is a freeze on it"),
        (new(REBASE, MARCH), a_phase(kind=REBASE, on=MARCH), "there is a rebase on it"),
        (new(FREEZE, MARCH), a_phase(kind=REBASE, on=MARCH), "there is a rebase on it"),
        (new(FREEZE, MARCH), a_phase(kind=REBASE, on=FEBRUARY), "before 2018-02-02"),
        (new(REBASE, MID_JANUARY), BASELINE, "after 2018-02-02"),
    ],
)
def test_a_phase_has_a_day_of_its_own_and_the_baseline_comes_first(
    phase: Phase, other: Phase, rule: str
) -> None:
    with pytest.raises(InvalidValue, match=rule) as refused:
        check_phase(phase, [other])

    assert (refused.value.field, refused.value.value) == ("on", str(phase.on))


def test_every_classroom_and_the_whole_have_phases_of_their_own() -> None:
    rooms = [a_phase(room, classroom_id=room) for room in (ROOM_12, ROOM_14)]

    for kind, on in product(PhaseKind, (MID_JANUARY, rooms[0].on, MARCH)):
        check_phase(new(kind, on), rooms)
        check_phase(new(kind, on, measure_id="another"), [*rooms, BASELINE])


def test_a_phase_is_not_in_its_own_way() -> None:
    later = replace(BASELINE, on=MARCH)

    check_phase(later, [BASELINE])


PHASES = st.lists(
    st.builds(
        a_phase,
        kind=st.sampled_from(PhaseKind),
        on=st.dates(FEBRUARY, FEBRUARY + timedelta(days=6)),
        classroom_id=st.sampled_from([None, ROOM_12]),
    ),
    max_size=8,
).map(lambda found: [replace(phase, id=f"p{n}") for n, phase in enumerate(found)])


def refusal(check: Any) -> tuple[str, str] | None:
    try:
        check()
    except InvalidValue as error:
        return error.field, error.rule
    return None


@given(PHASES)
def test_many_phases_are_judged_like_one_after_another(phases: list[Phase]) -> None:
    each = [refusal(lambda i=i: check_phase(phases[i], phases[:i])) for i in range(len(phases))]

    refused = refusal(lambda: check_phases(phases))

    first = next((i for i, found in enumerate(each) if found), None)
    assert (refused is None) == (first is None)
    if refused is not None and first is not None:
        assert refused[0].startswith(f"{first}/")


@given(PHASES, st.randoms())
def test_whether_phases_stand_beside_each_other_is_not_a_matter_of_order(
    phases: list[Phase], chance: Any
) -> None:
    shuffled = list(phases)
    chance.shuffle(shuffled)

    assert (refusal(lambda: check_phases(phases)) is None) == (
        refusal(lambda: check_phases(shuffled)) is None
    )


def test_a_document_keeps_who_made_a_phase_and_why() -> None:
    inquiry = an_inquiry(phases=(a_phase(), new(REBASE, MARCH, made_by=None, made_on=None)))

    found = loads(dumps(inquiry))

    assert found == inquiry
    assert found.phases_of(inquiry.measures[0].id) == inquiry.phases
    assert found.phases_of("another") == ()


def test_a_document_without_phases_is_read() -> None:
    document = dumps(an_inquiry(phases=())).replace('"phases":[],', "")

    assert '"phases"' not in document
    assert loads(document) == an_inquiry(phases=())


def test_a_document_whose_phases_do_not_fit_is_refused_at_the_second_of_them() -> None:
    for second, pointer, error in (
        (new(FREEZE, MARCH), "/phases/1/kind", InconsistentDocument),
        (new(REBASE, MID_JANUARY), "/phases/1/on", InconsistentDocument),
        (a_phase(on=MARCH, classroom_id=ROOM_12), "/phases/1/id", DanglingId),
    ):
        with pytest.raises(error) as refused:
            dumps(an_inquiry(phases=(a_phase(), second)))

        assert refused.value.pointer == pointer


def test_ten_thousand_phases_are_read_in_no_time_worth_speaking_of() -> None:
    days = [date(2018, 2, 2) + timedelta(days=n) for n in range(10_000)]
    phases = tuple(a_phase(f"p{n}", kind=REBASE, on=on) for n, on in enumerate(days))

    found = loads(dumps(an_inquiry(phases=phases)))

    assert len(found.phases) == 10_000
