"""Portfolios of a synthetic district, held against a plain and slow recomputation of their records.

    python bench/recompute.py [--units 200] [--scale 0.05] [--database URL] [--seed 1]

For random units, and somebody who may see each: every aim is written out as a document, read back,
and its status, figures, place in the roll-up, gaps by student group, and in the unit's tallies by
student group are worked out from the document by ``pdsa`` alone. Ends with 1 where anything differs.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from api.district import district
from api.district.load import load
from api.store import inquiries, schema
from api.store import tables as t
from api.store.access import By, audience_of
from api.store.engine import Database, connect
from api.store.points import given_of
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import Sort, everything
from api.store.portfolio.rollup import GroupOfAims, by_group, by_unit
from api.store.summaries.groups import PROGRESS
from pdsa import dumps, loads
from pdsa.equity import Equity, GroupProgress, equity_of, group_tally, released_equity
from pdsa.interchange import Inquiry
from pdsa.measure import SplitBy, series
from pdsa.monitoring import aim_figures, aim_review, aim_status
from pdsa.monitoring.glance import Glance, school_days_left, stalled
from pdsa.monitoring.rollup import AimFact, roll_up
from pdsa.review import Record
from pdsa.units import Audience, Grant, Principal, Role

#: After the last day of data, and still within the school year.
AT = datetime(2026, 6, 9, 15, tzinfo=UTC)
ROLES = {"team": Role.member, "school": Role.ilt_member}


def somebody(unit_id: str, kind: str) -> By:
    """Who looks at a unit: a teacher of the team, the school's ILT, above it a leader."""
    role = ROLES.get(kind, Role.leader)
    grant = Grant(id="grant", person_id="watcher", role=role, unit_id=unit_id)  # type: ignore[arg-type]
    who = Principal(person_id="watcher", name="Sample watcher", grants=(grant,))  # type: ignore[arg-type]
    return By(who, AT, recording=True, unattended=True)


def units(conn: Connection) -> list[tuple[str, str]]:
    """Every unit that is no classroom, with its kind."""
    u = t.units.c
    rows = conn.execute(select(u.id, u.kind).where(u.kind != "classroom").order_by(u.id))
    return [(row[0], row[1]) for row in rows]


def aims_under(conn: Connection, unit_id: str) -> list[str]:
    """The aims of a unit and of all that is under it."""
    a, c = t.aims.c, t.unit_closure.c
    found = select(a.id).select_from(t.aims.join(t.unit_closure, c.descendant_id == a.unit_id))
    return list(conn.execute(found.where(c.ancestor_id == unit_id)).scalars())


def differences(conn: Connection, by: By, unit_id: str) -> Iterator[str]:
    """What a unit's portfolio says otherwise than its records."""
    shown = {each.aim_id: each for each in everything(conn, by, unit_id, Filters(), Sort.aim)}
    facts, progress = [], {}
    for aim_id in aims_under(conn, unit_id):
        glance = shown.pop(aim_id, None)
        inquiry = loads(dumps(inquiries.get_inquiry(conn, by, aim_id)))
        if glance is None:
            yield f"{aim_id} is missing"
            continue
        to = audience_of(conn, by, glance.unit_id)
        record = Record(inquiry, by.on, audience=to)
        yield from compared(record, glance)
        facts.append(
            AimFact(glance.status, aim_figures(record).share, glance.running, glance.stalled)
        )
        yield from gaps(conn, by, inquiry)
        progress[aim_id] = by_student_group(inquiry, glance)
        yield from kept(conn, to, glance, progress[aim_id])
    yield from tallied(conn, by, unit_id, progress)
    yield from (f"{aim_id} is not under {unit_id}" for aim_id in shown)
    together = by_unit(conn, by, unit_id, None, by.on).together
    if msgspec.structs.replace(together, open_requests=0) != roll_up(facts):
        yield f"the roll-up of {unit_id}: {together} is not {roll_up(facts)}"


def compared(record: Record, glance: Glance) -> Iterator[str]:
    """What a glance says otherwise than the record of its aim."""
    figures, status = aim_figures(record), aim_status(record)
    then = Record(record.inquiry, glance.reviewed_on or record.on, audience=record.audience)
    review = aim_review(then, shown=figures.measure_id)
    calendar = record.inquiry.calendar
    wanted: dict[str, Any] = {
        "status": status.status,
        "reason": status.reason,
        "stage": review.stage,
        "running": review.running,
        "stalled": stalled(review.waits_since, calendar, record.on),
        "last_activity": review.last_activity,
        "progress": review.level,
        "blockers": review.blockers,
        "signal": review.signal,
        "reading": review.reading,
        "school_days_left": school_days_left(record.aim.deadline, calendar, record.on),
        **{
            name: getattr(figures, name)
            for name in ("baseline", "target", "latest", "latest_on", "level", "change", "share")
        },
    }
    for name, value in wanted.items():
        if getattr(glance, name) != value:
            yield f"{record.aim.id} {name}: {getattr(glance, name)} is not {value}"


def gaps(conn: Connection, by: By, inquiry: Inquiry) -> Iterator[str]:
    """What the gaps of student groups are otherwise than the document's points give."""
    for measure in inquiry.measures:
        points = inquiry.points_of(measure.id)
        if not any(point.student_group for point in points):
            continue
        whole = series(measure, points)
        plain = equity_of(
            measure, whole[0] if whole else None, series(measure, points, by=SplitBy.student_group)
        )
        told = _by_group(released_equity(*given_of(conn, by, measure.id)))
        for group, points_told in _by_group(plain).items():
            if told.pop(group, []) != points_told:
                yield f"the gap of {group} in {measure.id} differs"
        yield from (
            f"the gap of {group} is not in the document" for group, own in told.items() if own
        )


def by_student_group(inquiry: Inquiry, glance: Glance) -> list[GroupProgress]:
    """The progress of student groups in the measure that is shown of an aim, from the document."""
    measure = next((each for each in inquiry.measures if each.id == glance.measure_id), None)
    if measure is None:
        return []
    points = inquiry.points_of(measure.id)
    whole = series(measure, points)
    groups = series(measure, points, by=SplitBy.student_group)
    return [each.progress for each in equity_of(measure, whole[0], groups).groups]


def kept(
    conn: Connection, to: Audience, glance: Glance, progress: list[GroupProgress]
) -> Iterator[str]:
    """What is kept of an aim's student groups otherwise than the document gives."""
    g = t.aim_groups.c
    wanted = select(*(g[name] for name in PROGRESS)).where(
        g.aim_id == glance.aim_id, g.audience == to, g.figures > 0
    )
    rows = sorted(map(tuple, conn.execute(wanted)))
    found = sorted(msgspec.structs.astuple(each)[:-1] for each in progress if each.figures)
    if rows != found:
        yield f"{glance.aim_id} groups: {rows} is not {found}"
    gaps = {each.group: each.gap_change for each in progress if each.figures}
    if glance.gaps != gaps:
        yield f"{glance.aim_id} gaps: {glance.gaps} is not {gaps}"


def tallied(
    conn: Connection, by: By, unit_id: str, progress: dict[str, list[GroupProgress]]
) -> Iterator[str]:
    """What is told of student groups, of the unit and of those below it, otherwise than documents give."""
    told = by_group(conn, by, unit_id, None)
    every: list[tuple[str, tuple[GroupOfAims, ...]]] = [(unit_id, told.together)]
    for id, groups in every + [(each.unit_id, each.groups) for each in told.units]:
        own = aims_under(conn, id)
        wanted = group_tally(progress[aim] for aim in own if aim in progress)
        if tuple(each.tally for each in groups) != wanted:
            yield f"the student groups of {id}: {groups} is not {wanted}"


def _by_group(equity: Equity) -> dict[str, list[tuple[date, float]]]:
    """The gaps of each group on the days that have one; a group of which none is told is empty."""
    return {
        each.group: [(point.on, point.gap) for point in each.points if point.gap is not None]
        for each in equity.groups
    }


async def checked(database: Database, wanted: int, seed: int) -> int:
    """How many random units differ; each difference is printed."""
    every = await database.read(units)
    chosen = random.Random(seed).sample(every, min(wanted, len(every)))
    wrong = 0
    for unit_id, kind in chosen:
        by = somebody(unit_id, kind)
        found = await database.write(lambda conn, by=by, id=unit_id: [*differences(conn, by, id)])
        wrong += bool(found)
        for line in found[:5]:
            print(f"{unit_id}: {line}")
    kinds = {kind: sum(each == kind for _, each in chosen) for _, kind in chosen}
    print(f"{len(chosen)} units ({kinds}): {wrong} differ")
    return wrong


async def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--units", type=int, default=200)
    asked.add_argument("--scale", type=float, default=0.05)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--database")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'district.db'}"
        if given.database is None:
            await schema.migrate_async(url)
        async with connect(url) as database:
            if given.database is None:
                await load(database, district(given.seed, given.scale))
            return await checked(database, given.units, given.seed)


if __name__ == "__main__":
    sys.exit(bool(asyncio.run(main())))
