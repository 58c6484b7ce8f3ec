"""A request of a team, or a barrier that it reports, and the turns that team and levels take.

The feedback loop is part of the theory of action of LAUSD's levels: a team asks, the level above
answers, and the answer is visible to both until the team closes it. A turn is a method that returns
a new ``Request`` or raises ``IllegalTurn``; nothing that was said is ever overwritten.
"""

from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from pdsa.errors import IllegalTurn, InvalidValue
from pdsa.ids import AimId, CycleId, Name, PersonId, Ref, RequestId, Text, UnitId, Version
from pdsa.words import mark, say


class RequestKind(StrEnum):
    """The team asks for something, or reports what stands in its way."""

    request = "request"
    barrier = "barrier"


class RequestState(StrEnum):
    """Whose turn it is: the level's (``waiting``), the team's (``answered``), nobody's (``closed``)."""

    waiting = "waiting"
    answered = "answered"
    closed = "closed"


class Party(StrEnum):
    """For whom a request waits: the team, or the level above that it has got to."""

    team = "team"
    level = "level"


class RequestMove(StrEnum):
    """What can be done with a request; see ``Request.legal``."""

    raise_ = "raise"
    answer = "answer"
    pass_up = "pass_up"  # noqa: S105
    close = "close"
    reopen = "reopen"


class Turn(Struct, frozen=True, kw_only=True):
    """What one party did and said: ``at`` is the unit above the team that the request is at then.

    ``by`` is who did it; ``None`` where the author of an imported turn is not known here.
    """

    move: RequestMove
    on: date
    at: Ref[UnitId]
    words: Text = ""
    by: Ref[PersonId] | None = None


#: Far more than any request takes; each is kept for good.
MOST_TURNS = 100

Turns = Annotated[tuple[Turn, ...], Meta(min_length=1, max_length=MOST_TURNS)]

_LEGAL: dict[RequestState, tuple[RequestMove, ...]] = {
    RequestState.waiting: (RequestMove.answer, RequestMove.pass_up, RequestMove.close),
    RequestState.answered: (RequestMove.answer, RequestMove.close, RequestMove.reopen),
    RequestState.closed: (RequestMove.reopen,),
}
_AFTER: dict[RequestMove, RequestState] = {
    RequestMove.raise_: RequestState.waiting,
    RequestMove.answer: RequestState.answered,
    RequestMove.pass_up: RequestState.waiting,
    RequestMove.close: RequestState.closed,
    RequestMove.reopen: RequestState.waiting,
}
_WAITS_FOR = {RequestState.waiting: Party.level, RequestState.answered: Party.team}
#: What says nothing without words.
_WORDED = (RequestMove.answer, RequestMove.pass_up, RequestMove.reopen)


class Request(Struct, frozen=True):
    """What a team asks of the levels above it, about an aim and perhaps one cycle.

    ``at`` is the unit that it waits at, or that answered it; ``since`` the day from which it has
    waited for whom it waits for now. Both and ``state`` follow from the turns.

    Raises ``InvalidValue`` for a record that no sequence of turns can make.
    """

    id: Ref[RequestId]
    aim_id: Ref[AimId]
    kind: RequestKind
    title: Name
    at: Ref[UnitId]
    since: date
    turns: Turns
    state: RequestState = RequestState.waiting
    cycle_id: Ref[CycleId] | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        followed = _followed(self.turns)
        for field, found in zip(("state", "at", "since"), followed, strict=True):
            if getattr(self, field) != found:
                rule = say("{found}, as the turns say", found=str(found))
                raise InvalidValue(field, str(getattr(self, field)), rule)

    @property
    def raised_on(self) -> date:
        """The day on which the team raised it."""
        return self.turns[0].on

    @property
    def waits_for(self) -> Party | None:
        """Whose turn it is; ``None`` once it is closed."""
        return _WAITS_FOR.get(self.state)

    @property
    def reached(self) -> tuple[UnitId, ...]:
        """The units that it has been at, from the one right above the team upward."""
        return tuple(dict.fromkeys(turn.at for turn in self.turns))

    def legal(self) -> tuple[RequestMove, ...]:
        """The moves that can be made now, by whoever may."""
        return () if len(self.turns) == MOST_TURNS else _LEGAL[self.state]

    def answer(self, words: str, *, on: date, by: PersonId | None = None) -> "Request":
        """The level answers, or adds to its answer; from then on the request waits for the team."""
        return self._taken(RequestMove.answer, words, on, by)

    def pass_up(self, words: str, *, to: UnitId, on: date, by: PersonId | None = None) -> "Request":
        """The level passes it up to ``to``, the unit right above, and says why.

        Whether that is the unit right above is for ``check_way`` to say: the tree is not in here.
        """
        return self._taken(RequestMove.pass_up, words, on, by, to=to)

    def close(self, words: str = "", *, on: date, by: PersonId | None = None) -> "Request":
        """The team closes it, answered or not: it has what it needs, or needs it no more."""
        return self._taken(RequestMove.close, words, on, by)

    def reopen(self, words: str, *, on: date, by: PersonId | None = None) -> "Request":
        """The team says why an answer does not do; the request waits again where it was."""
        return self._taken(RequestMove.reopen, words, on, by)

    def _taken(
        self,
        move: RequestMove,
        words: str,
        on: date,
        by: PersonId | None,
        to: UnitId | None = None,
    ) -> "Request":
        if move not in self.legal():
            full = len(self.turns) == MOST_TURNS
            raise IllegalTurn(
                request=self.id,
                title=self.title,
                state=self.state,
                move=move,
                legal=self.legal(),
                why=say("it has taken {n} turns; raise another", n=MOST_TURNS) if full else "",
            )
        turns = (*self.turns, Turn(move=move, on=on, at=to or self.at, words=words, by=by))
        try:
            state, at, since = _followed(turns)
        except InvalidValue as error:
            raise InvalidValue(error.field.rpartition("/")[2], error.value, error.rule) from None
        return msgspec.structs.replace(self, state=state, at=at, since=since, turns=turns)


def raise_request(
    id: RequestId,
    *,
    aim_id: AimId,
    kind: RequestKind,
    title: str,
    to: UnitId,
    on: date,
    words: str = "",
    cycle_id: CycleId | None = None,
    by: PersonId | None = None,
) -> Request:
    """A request that a team raises with ``to``, the unit right above it."""
    first = Turn(move=RequestMove.raise_, on=on, at=to, words=words, by=by)
    return Request(id, aim_id, kind, title, to, on, (first,), cycle_id=cycle_id)


def _followed(turns: tuple[Turn, ...]) -> tuple[RequestState, UnitId, date]:
    """State, unit and the day since when, after these turns. Raises ``InvalidValue``."""
    if not 0 < len(turns) <= MOST_TURNS:
        raise InvalidValue("turns", len(turns), say("1 to {most} turns", most=MOST_TURNS))
    first = turns[0]
    if first.move is not RequestMove.raise_:
        raise InvalidValue("turns/0/move", first.move, "raise: with that a request begins")
    state, at, since, reached = RequestState.waiting, first.at, first.on, {first.at}
    for i, (before, turn) in enumerate(pairwise(turns), start=1):
        if turn.move not in _LEGAL[state]:
            rule = say("{moves}, while {state}", moves=" or ".join(_LEGAL[state]), state=state)
            raise InvalidValue(f"turns/{i}/move", turn.move, rule)
        if turn.on < before.on:
            rule = say("not before {day}", day=str(before.on))
            raise InvalidValue(f"turns/{i}/on", str(turn.on), rule)
        if turn.move in _WORDED and not turn.words.strip():
            raise InvalidValue(f"turns/{i}/words", turn.words, "say it, or say why")
        up = turn.move is RequestMove.pass_up
        if up == (turn.at in reached) or not (up or turn.at == at):
            rule = mark("a unit that it has not been at")
            if not up:
                rule = say("{unit}, where it is", unit=at)
            raise InvalidValue(f"turns/{i}/at", turn.at, rule)
        if up or _AFTER[turn.move] is not state:
            since = turn.on
        state, at = _AFTER[turn.move], turn.at
        reached.add(at)
    return state, at, since
