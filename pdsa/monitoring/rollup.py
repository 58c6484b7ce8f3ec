"""Aims of many units together: how each unit's stand, and how far the units lie apart."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pdsa.monitoring.status import AimStatus


class AimFact(Struct, frozen=True, gc=False):
    """What a roll-up takes of one aim: its status, its share of the way, and what goes on in it."""

    status: AimStatus
    share: float | None
    running: int
    stalled: bool
    open_requests: int = 0


class Spread(Struct, frozen=True, kw_only=True):
    """How far values lie apart: the lowest, the quartiles (median of each half), the highest."""

    of: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float


class UnitRollUp(Struct, frozen=True, kw_only=True):
    """The aims of a unit together: how many there are with each status, and how far they have come.

    ``share`` is the spread of the shares of the way from baseline to target (1 is all of it), of the
    aims of which it is known.
    """

    aims: int
    statuses: dict[AimStatus, int]
    running: int
    stalled: int
    open_requests: int
    share: Spread | None


def roll_up(aims: Iterable[AimFact]) -> UnitRollUp:
    """The aims of a unit together."""
    found = list(aims)
    counts = Counter(each.status for each in found)
    return UnitRollUp(
        aims=len(found),
        statuses={status: counts[status] for status in AimStatus if counts[status]},
        running=sum(each.running for each in found),
        stalled=sum(each.stalled for each in found),
        open_requests=sum(each.open_requests for each in found),
        share=spread(each.share for each in found if each.share is not None),
    )


def spread(values: Iterable[float]) -> Spread | None:
    """How far values lie apart; ``None`` without any.

    The quartiles are the medians of the lower and the upper half, the middle value being in both
    (Tukey's hinges).
    """
    found = sorted(values)
    if not found:
        return None
    half = (len(found) + 1) // 2
    return Spread(
        of=len(found),
        lowest=found[0],
        lower=_median(found[:half]),
        median=_median(found),
        upper=_median(found[-half:]),
        highest=found[-1],
    )


def between_units(units: Iterable[UnitRollUp]) -> Spread | None:
    """How far units lie apart: the spread of their median shares of the way."""
    return spread(each.share.median for each in units if each.share is not None)


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


class IdeaFact(Struct, frozen=True, kw_only=True, gc=False):
    """How the tests of one team's change idea ended."""

    id: str
    title: str
    adapted_from: str | None
    unit_id: str
    cycles: int
    running: int
    adopted: int
    adapted: int
    abandoned: int
    stopped: int


class IdeaOutcome(Struct, frozen=True, kw_only=True):
    """How the tests of one change idea ended, over all teams that took it up.

    ``units`` are those in which it was adopted at least once, ``without`` those in which it was
    tested and never was.
    """

    title: str
    teams: int
    cycles: int
    running: int
    adopted: int
    adapted: int
    abandoned: int
    stopped: int
    units: tuple[str, ...]
    without: tuple[str, ...]


def idea_outcomes(ideas: Iterable[IdeaFact]) -> tuple[IdeaOutcome, ...]:
    """Which change ideas held up where, those that most teams took up first.

    Ideas belong together that were adapted from one another, and those of one title, whatever its
    capitals and spaces.
    """
    found = list(ideas)
    by_id = {each.id: each for each in found}
    families: dict[str, list[IdeaFact]] = {}
    for each in found:
        families.setdefault(_reads(_origin(each, by_id).title), []).append(each)
    outcomes = [_outcome(each) for each in families.values()]
    return tuple(sorted(outcomes, key=lambda each: (-each.teams, -each.cycles, each.title)))


def _origin(idea: IdeaFact, by_id: Mapping[str, IdeaFact]) -> IdeaFact:
    seen = {idea.id}
    while (origin := by_id.get(idea.adapted_from or "")) is not None and origin.id not in seen:
        idea = origin
        seen.add(idea.id)
    return idea


def _outcome(family: Sequence[IdeaFact]) -> IdeaOutcome:
    tested = [each for each in family if each.cycles]
    kept = {each.unit_id for each in tested if each.adopted}
    titles = Counter(each.title for each in family)
    return IdeaOutcome(
        title=min(titles, key=lambda title: (-titles[title], title)),
        teams=len({each.unit_id for each in family}),
        cycles=sum(each.cycles for each in family),
        running=sum(each.running for each in family),
        adopted=sum(each.adopted for each in family),
        adapted=sum(each.adapted for each in family),
        abandoned=sum(each.abandoned for each in family),
        stopped=sum(each.stopped for each in family),
        units=tuple(sorted(kept)),
        without=tuple(sorted({each.unit_id for each in tested} - kept)),
    )


def _reads(text: str) -> str:
    return " ".join(text.casefold().split())
