"""The row of tests at the end of a ramp of which the record shows no change (Leis & Shojania 2017)."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from pdsa.cycle import Cycle, Status
from pdsa.review.growth import repeats
from pdsa.scale import Condition, Scale
from pdsa.stages import Decision

_STANDARD = Scale.implement


def unchanged(
    steps: Sequence[Cycle], rooms_in: Callable[[Cycle], AbstractSet[str]]
) -> tuple[Cycle, int] | None:
    """The last of the tests that stand unchanged at the end of a ramp, and how many they are.

    ``None`` where there are none, and for a ramp of one or two steps. A test is unchanged that
    ended (completed or stopped, after it began), was not decided *adapt* or *abandon*, and did not
    differ from the tests before it: its scale and size are said and those of the one before, and so
    are objective and tasks (``pdsa.review.growth.repeats``); it is under no condition and in no
    classroom (``rooms_in``) that was not there yet. A running test that differs, and standard work
    (scale *implement*), begin anew, too.
    """
    if len(steps) < 3:
        return None
    last: Cycle | None = None
    before: Cycle | None = None
    count = 0
    conditions: set[Condition] = set()
    rooms: set[str] = set()
    for cycle in steps:
        if cycle.started_on is None and cycle.status is Status.stopped:
            continue
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
