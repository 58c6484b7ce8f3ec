"""Whether summaries say what a plain recomputation from the record gives, and how to make them anew."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from api.store import tables as t
from api.store.access import By
from api.store.errors import Unrecorded
from api.store.summaries.groups import group_rows
from api.store.summaries.kept import FIGURES, make_anew, status_rows
from api.store.summaries.look import REVIEW, given, summed
from api.store.summaries.months import idea_rows, month_rows
from pdsa.equity import GroupProgress
from pdsa.interchange import Inquiry
from pdsa.measure import series
from pdsa.monitoring import AimFigures, StatusOn
from pdsa.units import Audience

_AIMS = select(t.aims.c.id).where(t.aims.c.id > bindparam("after")).order_by(t.aims.c.id)
_UNIT = select(t.aims.c.unit_id).where(t.aims.c.id == bindparam("aim"))
_SUMMARIES = select(*t.aim_summaries.c).where(t.aim_summaries.c.aim_id == bindparam("aim"))
_MEASURES = select(*t.measure_summaries.c).where(t.measure_summaries.c.aim_id == bindparam("aim"))
_STATUSES = (
    select(*t.aim_statuses.c)
    .where(t.aim_statuses.c.aim_id == bindparam("aim"))
    .order_by(t.aim_statuses.c.from_on)
)
_GROUPS = select(*t.aim_groups.c).where(t.aim_groups.c.aim_id == bindparam("aim"))
_MONTHS = (
    select(*t.aim_months.c)
    .where(t.aim_months.c.aim_id == bindparam("aim"))
    .order_by(t.aim_months.c.month)
)


_IDEAS = (
    select(*t.idea_summaries.c)
    .where(t.idea_summaries.c.aim_id == bindparam("aim"))
    .order_by(t.idea_summaries.c.change_idea_id)
)


class Difference(Struct, frozen=True):
    """A summary that says something else than the record: what is kept, and what it should be."""

    aim_id: str
    audience: str
    what: str
    kept: Any
    found: Any


def aims_after(conn: Connection, after: str, limit: int) -> list[str]:
    """Ids of aims, in order."""
    return list(conn.execute(_AIMS.limit(limit), {"after": after}).scalars())


def without_summaries(conn: Connection, limit: int) -> list[str]:
    """Aims of which nothing is kept yet: they were written before there were summaries."""
    s = t.aim_summaries.c
    kept = select(s.aim_id).where(s.aim_id == t.aims.c.id, s.audience == Audience.team)
    wanted = select(t.aims.c.id).where(~kept.exists()).limit(limit)
    return list(conn.execute(wanted).scalars())


def make_all_anew(conn: Connection, by: By, aim_ids: Sequence[str]) -> int:
    """Make the summaries of some aims anew; how many."""
    for aim_id in aim_ids:
        make_anew(conn, aim_id)
    return len(aim_ids)


def verify(conn: Connection, by: By, aim_ids: Sequence[str]) -> list[Difference]:
    """What summaries of some aims say otherwise than their records; run it as a snapshot."""
    return [each for aim_id in aim_ids for each in _differences(conn, by, aim_id)]


def _differences(conn: Connection, by: By, aim_id: str) -> Iterator[Difference]:
    unit_id = conn.execute(_UNIT, {"aim": aim_id}).scalar_one()
    statuses = conn.execute(_STATUSES, {"aim": aim_id}).all()
    groups = conn.execute(_GROUPS, {"aim": aim_id}).all()
    rows = {row.audience: row for row in conn.execute(_SUMMARIES, {"aim": aim_id})}
    team = given(conn, by, aim_id, unit_id, Audience.team, recording=False)
    if team is None:  # pragma: no cover - an operator is team to every unit
        return
    if Audience.team not in rows:
        yield Difference(aim_id, Audience.team, "summary", None, "one row")
        return
    yield from _measures(conn, team)
    yield from _cycles(conn, team)
    for to, row in rows.items():
        current = row.reviewed_on is not None
        if to is not Audience.team and not current:
            continue  # nobody was told anything since
        try:
            inquiry = (
                team
                if to is Audience.team
                else given(conn, by, aim_id, unit_id, to, recording=False)
            )
        except Unrecorded:
            yield Difference(aim_id, to, "what is told", "of before", "told anew")
            continue
        if inquiry is None:
            continue
        figures, review, progress = summed(inquiry, to, row.reviewed_on or by.on)
        yield from _compared(aim_id, to, row, figures, FIGURES)
        if current:
            yield from _compared(aim_id, to, row, review, REVIEW)
            yield from _groups(
                aim_id, to, progress, [each for each in groups if each.audience is to]
            )
        yield from _statuses(figures, to, [each for each in statuses if each.audience is to])


def _compared(
    aim_id: str, to: Audience, row: Any, found: Any, names: Sequence[str]
) -> Iterator[Difference]:
    for name in names:
        kept, worked_out = getattr(row, name), getattr(found, name)
        if kept != worked_out and not (name == "statuses" and _say_the_same(kept, worked_out)):
            yield Difference(aim_id, to, name, kept, worked_out)


def _say_the_same(kept: Sequence[StatusOn], found: Sequence[StatusOn]) -> bool:
    """Whether statuses differ only by reasons that programs of before kept and nobody asks for."""
    return len(kept) == len(found) and all(
        (one.on, one.status) == (other.on, other.status) and other.reason in ("", one.reason)
        for one, other in zip(kept, found, strict=True)
    )


def _statuses(figures: AimFigures, to: Audience, kept: Sequence[Any]) -> Iterator[Difference]:
    is_, wanted = [tuple(each) for each in kept], status_rows(figures, to)
    if is_ != [tuple(each.values()) for each in wanted]:
        yield Difference(figures.aim_id, to, "status rows", is_, wanted)


def _groups(
    aim_id: str, to: Audience, found: Sequence[GroupProgress], kept: Sequence[Any]
) -> Iterator[Difference]:
    is_ = {row.group: tuple(row) for row in kept}
    wanted = {row["group"]: tuple(row.values()) for row in group_rows(aim_id, to, found)}
    for code in sorted({*is_, *wanted}):
        if is_.get(code) != wanted.get(code):
            yield Difference(aim_id, to, f"progress of {code}", is_.get(code), wanted.get(code))


def _measures(conn: Connection, team: Inquiry) -> Iterator[Difference]:
    kept = {row.measure_id: row.days for row in conn.execute(_MEASURES, {"aim": team.aim.id})}
    for measure in team.measures:
        (found,) = series(measure, team.points_of(measure.id))
        days = tuple((point.on, point.value) for point in found.points)
        if kept.get(measure.id) != days:
            what = f"days of {measure.id}"
            yield Difference(team.aim.id, Audience.team, what, kept.get(measure.id), days)


def _cycles(conn: Connection, team: Inquiry) -> Iterator[Difference]:
    is_ = [row._asdict() for row in conn.execute(_MONTHS, {"aim": team.aim.id})]
    counts: dict[str, int] = {}
    for point in team.points:
        month = f"{point.on:%Y-%m}"
        counts[month] = counts.get(month, 0) + 1
    wanted = month_rows(team.aim.id, team.cycles, [counts])
    if is_ != wanted:
        yield Difference(team.aim.id, Audience.team, "months", is_, wanted)
    ideas = [row._asdict() for row in conn.execute(_IDEAS, {"aim": team.aim.id})]
    if ideas != (found := idea_rows(team.aim.id, team.cycles)):
        yield Difference(team.aim.id, Audience.team, "change ideas", ideas, found)
