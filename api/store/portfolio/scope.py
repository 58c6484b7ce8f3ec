"""Which aims a portfolio is of, and which of their summaries whoever asks is given."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, FromClause, and_, case, false, literal, not_, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, in_sight, of_own_team, steps, under
from api.store.errors import Unrecorded
from api.store.summaries.look import look
from pdsa.calendar import SchoolCalendar
from pdsa.monitoring.glance import stalled_before
from pdsa.units import (
    ROLES,
    SCHOOL,
    Action,
    Audience,
    Reach,
    Step,
    require,
    sight,
    team_sight,
)

A, S, X, U, G = t.aims.c, t.aim_summaries.c, t.aim_statuses.c, t.units.c, t.aim_groups.c
#: The units of the scope: the one that is asked about and all that is under it.
UNDER = t.unit_closure.alias("scope")

#: At most so many aims are looked at anew before a portfolio is shown; where more wait, the server
#: looks at them by and by.
AT_ONCE = 8
#: Of how many waiting aims it is found out whether they are in the scope.
WAITING = 500


class Scope(Struct, frozen=True):
    """The aims of a portfolio: ``aims`` is where they come from, ``where`` which of them are in sight.

    ``audience`` is, for each aim, as whom whoever asks is given its summary: it agrees with
    ``pdsa.units.audience``.
    """

    aims: FromClause
    where: tuple[ColumnElement[bool], ...]
    audience: ColumnElement[str]

    def statuses(self, *, summaries: bool = True) -> FromClause:
        """The aims with their statuses, and with their summaries."""
        found = self.aims.join(t.aim_statuses, and_(X.aim_id == A.id, X.audience == self.audience))
        return self.with_summaries(found) if summaries else found

    def with_summaries(self, found: FromClause) -> FromClause:
        """Something made of the aims with the summary of each that is given."""
        return found.join(t.aim_summaries, and_(S.aim_id == A.id, S.audience == self.audience))

    def with_groups(self, found: FromClause) -> FromClause:
        """Something made of the aims with the progress of their student groups that is given."""
        return found.join(t.aim_groups, and_(G.aim_id == A.id, G.audience == self.audience))


def in_force(on: date) -> ColumnElement[bool]:
    """The status of that day."""
    return and_(X.from_on <= on, X.until_on > on)


def scope(conn: Connection, by: By, unit_id: str) -> Scope:
    """The portfolio of a unit. Raises ``NotVisible``."""
    way = steps(conn, unit_id)
    require(by.principal, Action.see, way, on=by.on, kind="unit", id=unit_id)
    where = [UNDER.c.ancestor_id == unit_id]
    if not _sees_all(by, way):
        seen = in_sight(by, A.unit_id)
        where += [] if seen is None else [seen]
    return Scope(
        aims=UNDER.join(t.aims, A.unit_id == UNDER.c.descendant_id),
        where=tuple(where),
        audience=_audience(conn, by, way),
    )


def _sees_all(by: By, way: Iterable[Step]) -> bool:
    """Whether whoever asks sees everything under the unit at the end of a way."""
    seen, above = sight(by.principal, on=by.on), {step.id for step in way}
    trees = seen.trees is None or not above.isdisjoint(seen.trees)
    return trees and (seen.within is None or not above.isdisjoint(seen.within))


def _audience(conn: Connection, by: By, way: tuple[Step, ...]) -> ColumnElement[str]:
    own = of_own_team(by, A.unit_id)
    if own is None:
        return literal(Audience.team, S.audience.type)
    if (
        team_sight(by.principal, on=by.on).trees == ()
    ):  # few units, and what is theirs: by their ids
        mine = of_own_team(by, U.id)
        ids = [] if mine is None else list(conn.execute(select(U.id).where(mine)).scalars())
        own = A.unit_id.in_(ids) if ids else false()
    school = _in_school(conn, by, way)
    return case(
        (own, literal(Audience.team, S.audience.type)),
        *([] if school is None else [(school, literal(Audience.school, S.audience.type))]),
        else_=literal(Audience.above, S.audience.type),
    )


def _in_school(conn: Connection, by: By, way: tuple[Step, ...]) -> ColumnElement[bool] | None:
    """That an aim's unit lies in a school of which whoever asks is an official; ``None``: none does."""
    found: list[ColumnElement[bool]] = []
    above = {step.id for step in way}
    for grant in by.principal.grants:
        rights = ROLES[grant.role]
        if (
            grant.unit_id is None
            or not rights.official
            or rights.reach is not Reach.subtree
            or not grant.on(by.on)
            or not any(step.kind == SCHOOL for step in steps(conn, grant.unit_id))
        ):
            continue
        c = t.unit_closure.c
        inner = (
            select(U.id)
            .select_from(t.units.join(t.unit_closure, c.descendant_id == U.id))
            .where(c.ancestor_id == grant.unit_id, c.depth > 0, U.kind == SCHOOL)
        )
        schools = conn.execute(inner).scalars().all()
        if grant.unit_id in above and above.isdisjoint(schools):
            within: ColumnElement[bool] = A.unit_id.is_not(None)  # all that is asked about
        else:
            within = under(grant.unit_id, A.unit_id)
        found.append(and_(within, *(not_(under(each, A.unit_id)) for each in schools)))
    return or_(*found) if found else None


def look_first(conn: Connection, by: By, seen: Scope) -> int:
    """Look at what waits to be looked at, where that is little; how many aims wait still.

    Raises ``Unrecorded`` where there is something to look at and the unit of work only reads.
    """
    waiting = select(S.aim_id).where(S.reviewed_on.is_(None)).limit(WAITING)
    ids = set(conn.execute(waiting).scalars())
    if not ids:
        return 0
    wanted = (
        select(S.aim_id, S.audience)
        .select_from(seen.with_summaries(seen.aims))
        .where(S.reviewed_on.is_(None), *seen.where)
        .order_by(S.aim_id)
    )
    if len(ids) < WAITING:
        wanted = wanted.where(A.id.in_(ids))
    found = conn.execute(wanted.limit(WAITING)).all()
    if not found or len(found) > AT_ONCE:
        return len(found)
    if not by.recording:
        raise Unrecorded
    for aim_id, to in found:
        look(conn, by, aim_id, to)
    return 0


def calendars(conn: Connection, ids: Iterable[str | None]) -> dict[str | None, SchoolCalendar]:
    """Calendars by their ids."""
    wanted = {id for id in ids if id is not None}
    rows = conn.execute(select(*t.calendars.c).where(t.calendars.c.id.in_(wanted)))
    return {row[0]: SchoolCalendar(*row) for row in rows}


def cutoffs(conn: Connection, on: date, ids: Iterable[str | None]) -> dict[Any, date]:
    """By calendar, the last day since which a cycle that waits has stalled."""
    return {id: stalled_before(each, on) for id, each in calendars(conn, ids).items()}


def rests(waits_since: date | None, calendar_id: str | None, cutoffs: dict[Any, date]) -> bool:
    """Whether a cycle has stalled."""
    cutoff = cutoffs.get(calendar_id)
    return waits_since is not None and cutoff is not None and waits_since <= cutoff
