"""The row of tests at the end of a ramp of which the record shows no change (Leis & Shojania 2017)."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from pdsa.cycle import Cycle, Status
from pdsa.review.growth import repeats
from pdsa.scale import Condition, Scale
from pdsa.stages import Decision

_STANDARD = Scale.implement
#: So many tests in a row make a row.
LEAST = 3


def unchanged(
    steps: Sequence[Cycle], rooms_in: Callable[[Cycle], AbstractSet[str]]
) -> tuple[Cycle, int] | None:
    """The last of the tests that stand unchanged at the end of a ramp, and how many they are.

    ``None`` where there are none, and where fewer than three in a row repeat each other. A test is unchanged that
    ended (completed or stopped, after it began), was not decided *adapt* or *abandon*, and did not
    differ from the tests before it: its scale and size are said and those of the one before, and so
    are objective and tasks (``pdsa.review.growth.repeats``); it is under no condition and in no
    classroom (``rooms_in``) that was not there yet. A running test that differs, and standard work
    (scale *implement*), begin anew, too.
    """
    begun = [c for c in steps if c.started_on is not None or c.status is not Status.stopped]
    if len(begun) < LEAST or not all(repeats(a, b) for a, b in pairwise(begun[-LEAST:])):
        return None
    last: Cycle | None = None
    before: Cycle | None = None
    count = 0
    conditions: set[Condition] = set()
    rooms: set[str] = set()
    for cycle in begun:
        new = (
            before is None
            or not repeats(before, cycle)
            or not conditions.issuperset(cycle.plan.conditions)
        )
        seen = rooms_in(cycle)
        if new or (rooms and not rooms.issuperset(seen)):
            last, count = None, 0
        before = cycle
        conditions.update(cycle.plan.conditions)
        rooms.update(seen)
        if cycle.status is Status.running:
            continue
        decision = cycle.act.decision if cycle.act is not None else None
        if decision in (Decision.adapt, Decision.abandon) or cycle.plan.scale is _STANDARD:
            last, count = None, 0
        else:
            last, count = cycle, count + 1
    return None if last is None else (last, count)
