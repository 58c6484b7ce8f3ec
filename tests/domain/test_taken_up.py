"""Cycles whose record was taken up in a later stage, without the moves that came before."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import Cycle, InvalidValue, Move, Stage, dumps, loads
from tests.builders import (
    DECIDED,
    STARTED,
    STUDIED,
    a_study,
    an_act,
    an_inquiry,
    completed,
    in_do,
    in_study,
)

(STARTS, STUDIES) = in_study().moves


def written_and_read(cycle: Cycle) -> Cycle:
    return loads(dumps(an_inquiry(cycles=(cycle,)))).cycles[0]


def test_a_cycle_that_is_taken_up_without_its_history_goes_on_from_there() -> None:
    taken_up = written_and_read(replace(in_do(), moves=()))

    studied = taken_up.record_study(a_study(), on=STUDIED)
    decided = written_and_read(studied.record_act(an_act(), on=DECIDED))

    assert [(made.move, made.from_stage) for made in decided.moves] == [
        (Move.study, Stage.do),
        (Move.act, Stage.study),
    ]


def test_a_decision_without_history_can_be_opened_again() -> None:
    decided = written_and_read(replace(completed(), moves=()))

    reopened = decided.step_back(to=Stage.plan, on=DECIDED, reason="Once more.")

    assert [made.from_stage for made in written_and_read(reopened.start_do(on=DECIDED)).moves] == [
        Stage.act,
        Stage.plan,
    ]


@pytest.mark.parametrize(
    ("moves", "field"),
    [
        ((replace(STARTS, from_stage=Stage.act), STUDIES), "moves/0/from_stage"),
        ((replace(STUDIES, from_stage=Stage.act),), "moves/0/from_stage"),
        ((replace(STUDIES, on=STARTED - timedelta(1)),), "moves/0/on"),
        ((replace(STUDIES, to_stage=Stage.act),), "stage"),
    ],
)
def test_a_history_that_begins_later_begins_as_a_cycle_could(moves: Any, field: str) -> None:
    assert replace(in_study(), moves=(STUDIES,)).moves == (STUDIES,)

    with pytest.raises(InvalidValue) as raised:
        replace(in_study(), moves=moves)

    assert raised.value.field == field
