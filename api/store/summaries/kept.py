"""The summaries that are kept in the transaction that writes: a team's figures, aim by aim.

Whoever writes a point reads the points of its day and the two rows that hold the figures of its
measure and its aim; nobody reads all points of a measure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    null,
    select,
    update,
)

from api.store import tables as t
from api.store.locks import lock
from api.store.prepared import Prepared, Row
from api.store.summaries.days import Change, days_of, figures_by_day, first_of, with_days
from api.store.summaries.months import COUNT_POINTS, idea_rows, month_of, month_rows
from pdsa.aim import Aim
from pdsa.cycle import Cycle
from pdsa.measure import DataPoint, Measure, MeasureKind
from pdsa.monitoring import AimFigures, Day, StatusOn, figures_of
from pdsa.units import Audience
from pdsa.words import ENGLISH, spoken

_TEAM = Audience.team
_S, _M, _P = t.aim_summaries.c, t.measure_summaries.c, t.points.c
_SIZE = len(t.measures.c)

_BOTH = (
    t.measures.join(t.aims, t.aims.c.id == t.measures.c.aim_id)
    .join(t.measure_summaries, _M.measure_id == t.measures.c.id)
    .join(t.aim_summaries, (_S.aim_id == t.aims.c.id) & (_S.audience == _TEAM))
)
#: A measure, its aim and what is kept of both.
_KEPT = Prepared(
    select(*t.measures.c, *t.aims.c, _M.days, _M.months, _S.began, _S.statuses)
    .select_from(_BOTH)
    .where(t.measures.c.id == bindparam("measure"))
)
#: Nobody else keeps them until the transaction ends. What is kept is read after that, by a statement
#: of its own: one that had to wait would see the aim and the measure as they were before.
_HOLD = Prepared(
    select(_M.measure_id, _S.aim_id)
    .select_from(
        t.measure_summaries.join(t.aim_summaries, (_S.aim_id == _M.aim_id) & (_S.audience == _TEAM))
    )
    .where(_M.measure_id == bindparam("measure"))
    .with_for_update(key_share=True)
)
_DAYS = (
    update(t.measure_summaries)
    .where(_M.measure_id == bindparam("measure"))
    .values(days=bindparam("new_days"), months=bindparam("new_months"))
)
_KEEP_DAYS = Prepared(_DAYS)
_STALE = update(t.aim_summaries).values(reviewed_on=null(), written_at=bindparam("at"))
_STALE_AIM = _STALE.where(_S.aim_id == bindparam("aim"))
_STALE_OTHERS = _STALE_AIM.where(_S.audience != _TEAM)
_KEEP_STALE = Prepared(_STALE_AIM)
FIGURES = (
    "measure_id",
    "of_aim",
    "days",
    "baseline",
    "target",
    "latest",
    "latest_on",
    "level",
    "change",
    "share",
    "statuses",
)
_FIGURES = (
    update(t.aim_summaries)
    .where(_S.aim_id == bindparam("aim"), _S.audience == _TEAM)
    .values({name: bindparam(f"new_{name}") for name in (*FIGURES, "began")})
)
_KEEP = Prepared(_FIGURES)
#: All that one more point changes, in one month and in the figures of the aim that it measures.
_KEEP_ALL = Prepared(
    _FIGURES.values(reviewed_on=null(), written_at=bindparam("at")),
    _STALE_OTHERS,
    _DAYS,
    COUNT_POINTS,
)
#: The same where the aim's figures stay.
_KEEP_BUT_FIGURES = Prepared(_STALE_AIM, _DAYS, COUNT_POINTS)
_COUNT_POINTS = Prepared(COUNT_POINTS)
_AIM = select(*t.aims.c).where(t.aims.c.id == bindparam("aim"))
_LOCK = (
    select(_S.statuses)
    .where(_S.aim_id == bindparam("aim"), _S.audience == bindparam("to"))
    .with_for_update(key_share=True)
)
_MEASURES = Prepared(
    select(*t.measures.c, _M.days)
    .select_from(t.measures.join(t.measure_summaries, _M.measure_id == t.measures.c.id))
    .where(t.measures.c.aim_id == bindparam("aim"))
    .order_by(t.measures.c.id)
)
_AIM_OF = select(t.measures.c.aim_id).where(t.measures.c.id == bindparam("measure"))
_OF_AIM = select(*t.measures.c).where(t.measures.c.aim_id == bindparam("aim"))
_BEGAN = Prepared(
    select(func.min(t.cycles.c.started_on)).where(t.cycles.c.aim_id == bindparam("aim"))
)
_CYCLES = select(*t.cycles.c).where(t.cycles.c.aim_id == bindparam("aim"))
#: From when to when a status is looked for; the first and last day that Python knows are infinite to
#: PostgreSQL's driver.
FIRST, LAST = date(1000, 1, 1), date(9999, 12, 30)
#: Who asks of an aim.
AUDIENCES = (_TEAM, Audience.school, Audience.above)
#: What an aim says before anything is counted, and before anybody has looked at it.
NO_FIGURES: dict[str, Any] = {
    "of_aim": False,
    "days": (),
    "statuses": (),
    "running": 0,
    "blockers": 0,
    "advice": 0,
    "notes": 0,
    "signal": False,
    "reading": "",
    "groups": (),
}


# -- what is written -----------------------------------------------------------------------------


def aims_written(
    conn: Connection, at: datetime, changes: Sequence[tuple[Aim | None, Aim | None]]
) -> None:
    """Keep up with aims that were added or changed."""
    for old, new in changes:
        if new is None:
            continue
        if old is None:
            add_aims(conn, [new])
        keep_aim(conn, new.id)
        stale(conn, new.id, at)


def add_aims(conn: Connection, aims: Iterable[Aim]) -> None:
    """Make the rows of new aims, one for each audience that asks: nobody has looked at them yet."""
    rows = [{"aim_id": aim.id, "audience": to, **NO_FIGURES} for aim in aims for to in AUDIENCES]
    conn.execute(insert(t.aim_summaries), rows)


def measures_written(
    conn: Connection, at: datetime, changes: Sequence[tuple[Measure | None, Measure | None]]
) -> None:
    """Keep up with measures that were added or changed."""
    for old, new in changes:
        if new is not None and old is None:
            add_measures(conn, [new])
        elif new is not None and old is not None and (old.unit, old.per) != (new.unit, new.per):
            _keep_days(conn, new)
    for aim_id in {each.aim_id for pair in changes for each in pair if each is not None}:
        keep_aim(conn, aim_id)
        stale(conn, aim_id, at)


def add_measures(conn: Connection, measures: Iterable[Measure]) -> None:
    """Make the rows of new measures, without a figure yet."""
    rows = [
        {"measure_id": each.id, "aim_id": each.aim_id, "days": (), "months": {}}
        for each in measures
    ]
    conn.execute(insert(t.measure_summaries), rows)


def cycles_written(
    conn: Connection, at: datetime, changes: Sequence[tuple[Cycle | None, Cycle | None]]
) -> None:
    """Keep up with cycles that were added or moved."""
    for aim_id in {each.aim_id for pair in changes for each in pair if each is not None}:
        began = {new.started_on for _, new in changes if new} != {
            old.started_on for old, _ in changes if old
        }
        if began:
            keep_aim(conn, aim_id)
        keep_cycles(conn, aim_id)
        stale(conn, aim_id, at)


def points_written(conn: Connection, at: datetime, changes: Sequence[Change]) -> None:
    """Keep up with points that were added, changed or taken out."""
    by_measure: dict[str, list[Change]] = {}
    for old, new in changes:
        for each in (old, new):
            if each is not None:
                by_measure.setdefault(each.measure_id, []).append((old, new))
                break
    for measure_id, own in by_measure.items():
        _points_written(conn, at, measure_id, own)


def stale(conn: Connection, aim_id: str, at: datetime) -> None:
    """Have what the record of an aim says worked out anew at the next look."""
    _KEEP_STALE.run(conn, {"aim": aim_id, "at": at})


def stale_under(conn: Connection, unit_id: str, at: datetime) -> None:
    """The same for every aim of a unit and of all that is under it."""
    c = t.unit_closure.c
    aims = (
        select(t.aims.c.id)
        .select_from(t.aims.join(t.unit_closure, c.descendant_id == t.aims.c.unit_id))
        .where(c.ancestor_id == unit_id)
    )
    conn.execute(_STALE.where(_S.aim_id.in_(aims)), {"at": at})


# -- how it is kept ------------------------------------------------------------------------------


def _points_written(
    conn: Connection, at: datetime, measure_id: str, changes: Sequence[Change]
) -> None:
    """Keep up with points of one measure."""
    row = _held(conn, measure_id)
    if row is None:  # written by a version of this program that kept no summaries
        aim_id = conn.execute(_AIM_OF, {"measure": measure_id}).scalar_one()
        make_anew(conn, aim_id)
        stale(conn, aim_id, at)
        return
    measure, aim = Measure(*row[:_SIZE]), Aim(*row[_SIZE:-4])
    before: tuple[Day, ...]
    before, counted, began, statuses = row[-4:]
    days = {each.on for pair in changes for each in pair if each is not None}
    after = with_days(before, days_of(conn, measure, days, before, changes), days)
    months: Counter[str] = Counter(counted)
    months.update(month_of(new.on) for _, new in changes if new is not None)
    months.subtract(month_of(old.on) for old, _ in changes if old is not None)
    values: dict[str, Any] = {
        "aim": aim.id,
        "at": at,
        "measure": measure.id,
        "new_days": after,
        "new_months": {m: n for m, n in sorted(months.items()) if n},
    }
    more = [
        {"aim": aim.id, "month": month, "more": months[month] - counted.get(month, 0)}
        for month in sorted({month_of(day) for day in days})
    ]
    _COUNT_POINTS.run_each(conn, more[1:])
    first = first_of(after)
    named = aim.measured_by == measure.id and measure.kind is MeasureKind.outcome
    if after != before and named and first == first_of(before):
        figures = _in_english(aim, [measure], {measure.id: after}, began)
        _KEEP_ALL.run(conn, {**values, **more[0], **_figures(figures, began)})
        keep_statuses(conn, figures, _TEAM, statuses)
        return
    _KEEP_BUT_FIGURES.run(conn, {**values, **more[0]})
    if after != before:
        _keep_aim(conn, aim, statuses)


def _held(conn: Connection, measure_id: str) -> Row | None:
    """What is kept of a measure and its aim, held until the transaction ends; ``None`` if nothing is."""
    wanted = {"measure": measure_id}
    # Whoever makes them anew takes them out first: there are others then, to be held at the second
    # try. What cannot be held is not used, even if it is there by now: two would go on from it.
    if conn.dialect.name == "postgresql" and not (
        _HOLD.first(conn, wanted) or _HOLD.first(conn, wanted)
    ):
        return None
    return _KEPT.first(conn, wanted)


def _keep_days(conn: Connection, measure: Measure) -> None:
    """Work out the days of a measure from all its points."""
    rows = conn.execute(select(*_P).where(_P.measure_id == measure.id).order_by(_P.on, _P.id))
    points = [DataPoint(*row) for row in rows]
    days, months = days_and_months(measure, points)
    _KEEP_DAYS.run(conn, {"measure": measure.id, "new_days": days, "new_months": months})


def days_and_months(
    measure: Measure, points: Sequence[DataPoint]
) -> tuple[tuple[Day, ...], dict[str, int]]:
    """The figures of a measure by date, and how many points it has in each month."""
    counted = Counter(month_of(point.on) for point in points)
    days = tuple(sorted(figures_by_day(measure, points).items()))
    return days, dict(sorted(counted.items()))


def keep_aim(conn: Connection, aim_id: str) -> None:
    """Work out the team's figures of an aim from what is kept of its measures."""
    kept = conn.execute(_LOCK, {"aim": aim_id, "to": _TEAM}).first()
    if kept is None:
        make_anew(conn, aim_id)
        return
    _keep_aim(conn, Aim(*conn.execute(_AIM, {"aim": aim_id}).one()), kept.statuses)


def _keep_aim(conn: Connection, aim: Aim, statuses: Sequence[StatusOn]) -> None:
    measures: list[Measure] = []
    days: dict[str, tuple[Day, ...]] = {}
    for row in _MEASURES.rows(conn, {"aim": aim.id}):
        measures.append(Measure(*row[:-1]))
        days[row[0]] = row[-1]
    begun = (row[0] for row in _BEGAN.rows(conn, {"aim": aim.id}))
    began = first_done(begun, days.values())
    figures = _in_english(aim, measures, days, began)
    _KEEP.run(conn, {"aim": aim.id, **_figures(figures, began)})
    keep_statuses(conn, figures, _TEAM, statuses)


def _in_english(
    aim: Aim, measures: Sequence[Measure], days: dict[str, tuple[Day, ...]], began: date | None
) -> AimFigures:
    """The figures of an aim, with their sentences in one language: others read what is kept."""
    with spoken(ENGLISH):
        return figures_of(aim, measures, days, began=began)


def make_anew(conn: Connection, aim_id: str) -> None:
    """Make the summaries of an aim anew from its points and cycles.

    What audiences were told stays as it was told, and is looked at again.
    """
    lock(conn, f"summaries of {aim_id}")  # two that find none would both make them
    for table in (t.measure_summaries, t.aim_summaries, t.aim_statuses, t.aim_groups):
        conn.execute(delete(table).where(table.c.aim_id == aim_id))
    add_aims(conn, [Aim(*conn.execute(_AIM, {"aim": aim_id}).one())])
    measures = [Measure(*row) for row in conn.execute(_OF_AIM, {"aim": aim_id})]
    if measures:
        add_measures(conn, measures)
    for measure in measures:
        _keep_days(conn, measure)
    keep_aim(conn, aim_id)
    keep_cycles(conn, aim_id)


def _figures(figures: AimFigures, began: date | None) -> dict[str, Any]:
    return {"new_began": began, **{f"new_{name}": getattr(figures, name) for name in FIGURES}}


def keep_statuses(
    conn: Connection, figures: AimFigures, to: Audience, before: Sequence[StatusOn]
) -> None:
    """Write the rows of an aim's statuses, where they are others than before."""
    if [(each.on, each.status) for each in before] == [
        (each.on, each.status) for each in figures.statuses
    ]:
        return
    c = t.aim_statuses.c
    conn.execute(delete(t.aim_statuses).where(c.aim_id == figures.aim_id, c.audience == to))
    conn.execute(insert(t.aim_statuses), status_rows(figures, to))


def status_rows(figures: AimFigures, to: Audience) -> list[dict[str, Any]]:
    """The rows of an aim's statuses: each is in force up to the day before the next."""
    found = figures.statuses
    starts = [max(each.on, FIRST) for each in found]
    return [
        {
            "aim_id": figures.aim_id,
            "audience": to,
            "from_on": start,
            "until_on": end,
            "status": each.status,
        }
        for each, start, end in zip(found, starts, [*starts[1:], LAST], strict=True)
        if start < end
    ]


def first_done(started: Iterable[date | None], days: Iterable[Sequence[Day]]) -> date | None:
    """The first day on which a cycle began or something was counted, as ``pdsa.monitoring`` has it."""
    return min((day for day in (*started, *map(first_of, days)) if day is not None), default=None)


# -- cycles ---------------------------------------------------------------------------------------


def keep_cycles(conn: Connection, aim_id: str) -> None:
    """Count the cycles of an aim by month and by change idea; points by month are its measures'."""
    conn.execute(_LOCK, {"aim": aim_id, "to": _TEAM})
    cycles = [Cycle(*row) for row in conn.execute(_CYCLES, {"aim": aim_id})]
    counts = conn.execute(select(_M.months).where(_M.aim_id == aim_id)).scalars()
    rows = month_rows(aim_id, cycles, counts)
    conn.execute(delete(t.aim_months).where(t.aim_months.c.aim_id == aim_id))
    if rows:
        conn.execute(insert(t.aim_months), rows)
    conn.execute(delete(t.idea_summaries).where(t.idea_summaries.c.aim_id == aim_id))
    if ideas := idea_rows(aim_id, cycles):
        conn.execute(insert(t.idea_summaries), ideas)
