"""What was done in an aim month by month, and how the tests of its change ideas ended."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from api.store import tables as t
from pdsa.cycle import Cycle, Status
from pdsa.review.record import adopted
from pdsa.stages import Decision

_C = t.aim_months.c
_ADDED = insert(t.aim_months).values(
    aim_id=bindparam("aim"),
    month=bindparam("month"),
    points=bindparam("more"),
    started=0,
    completed=0,
    adopted=0,
)
#: So many points more in a month; SQLite has the same words for it.
COUNT_POINTS = _ADDED.on_conflict_do_update(
    index_elements=[_C.aim_id, _C.month], set_={"points": _C.points + _ADDED.excluded.points}
)


def month_of(day: date) -> str:
    """The month of a day, as ``2018-01``."""
    return f"{day.year:04}-{day.month:02}"


def month_rows(
    aim_id: str, cycles: Iterable[Cycle], points: Iterable[dict[str, int]]
) -> list[dict[str, Any]]:
    """The rows of an aim's months, from its cycles and the counts of its measures."""
    counted: dict[str, Counter[str]] = {
        name: Counter() for name in ("points", "started", "completed", "adopted")
    }
    for each in points:
        counted["points"].update(each)
    for cycle in cycles:
        if cycle.started_on is not None:
            counted["started"][month_of(cycle.started_on)] += 1
        if cycle.ended_on is not None and cycle.status is Status.completed:
            counted["completed"][month_of(cycle.ended_on)] += 1
            counted["adopted"][month_of(cycle.ended_on)] += adopted(cycle)
    months = sorted(set().union(*(month for month in counted.values())))
    return [
        {"aim_id": aim_id, "month": month, **{name: n[month] for name, n in counted.items()}}
        for month in months
        if any(n[month] for n in counted.values())
    ]


def idea_rows(aim_id: str, cycles: Iterable[Cycle]) -> list[dict[str, Any]]:
    """The rows of an aim's change ideas that were tested: how their cycles ended."""
    names = ("cycles", "running", "adopted", "adapted", "abandoned", "stopped")
    found: dict[str, dict[str, Any]] = {}
    for cycle in cycles:
        row = found.setdefault(cycle.change_idea_id, dict.fromkeys(names, 0))
        row["cycles"] += 1
        row["running"] += cycle.status is Status.running
        row["stopped"] += cycle.status is Status.stopped
        if cycle.status is Status.completed and cycle.act is not None:
            row["adopted"] += adopted(cycle)
            row["adapted"] += cycle.act.decision is Decision.adapt
            row["abandoned"] += cycle.act.decision is Decision.abandon
    return [{"change_idea_id": id, "aim_id": aim_id, **row} for id, row in sorted(found.items())]
