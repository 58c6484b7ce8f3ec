"""Who is asking, and what ``pdsa.units`` says about it, asked inside the same transaction."""

from datetime import UTC, date, datetime, tzinfo
from functools import cached_property, lru_cache

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, bindparam, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.prepared import Prepared
from api.store.standing import Standing
from pdsa.errors import NotAllowed
from pdsa.ids import GrantId, PersonId
from pdsa.privacy import Policy
from pdsa.units import (
    CLASSROOM,
    Action,
    Audience,
    Grant,
    Principal,
    Role,
    Sight,
    Step,
    audience,
    may,
    require,
    sight,
    team_sight,
)

#: How many conditions on units are kept: making one takes longer than asking with it.
_CONDITIONS = 1024


class By(Struct, frozen=True, dict=True):
    """Who asks and when: the author of what a unit of work changes.

    ``zone`` says which day it is at that moment; ``None`` is the zone of the machine. ``address``
    is where the request comes from, for the security events. ``policy`` is the district's on small
    cells. A unit of work that only reads is run as ``recording`` once it has said ``Unrecorded``.
    ``unattended`` is the server itself, which works something out: nobody looks. ``standing`` is
    there where the principal was remembered, and what else holds while that does.
    """

    principal: Principal
    at: datetime
    zone: tzinfo | None = UTC
    address: str = ""
    policy: Policy = Policy()
    recording: bool = False
    unattended: bool = False
    standing: Standing | None = None

    @cached_property
    def on(self) -> date:
        """The day it is for whoever asks: roles must hold on it, and what is undated gets it."""
        return self.at.astimezone(self.zone).date()


def everything(person_id: PersonId) -> tuple[Grant, ...]:
    """The roles of whoever may do everything: an administrator who is in every team as well."""
    return tuple(
        Grant(id=GrantId(f"{person_id}-{role}"), person_id=person_id, role=role)
        for role in (Role.administrator, Role.facilitator)
    )


#: Who runs the ``pdsa`` command on the machine itself.
OPERATOR = Principal(
    person_id=PersonId("operator"),
    name="Operator of this server",
    grants=everything(PersonId("operator")),
)

_PATH = Prepared(
    select(t.units.c.id, t.units.c.kind)
    .select_from(t.unit_closure.join(t.units, t.units.c.id == t.unit_closure.c.ancestor_id))
    .where(t.unit_closure.c.descendant_id == bindparam("unit_id"))
    .order_by(t.unit_closure.c.depth.desc())
)


def steps(conn: Connection, unit_id: str) -> tuple[Step, ...]:
    """The units from the root down to and including a unit; empty if there is none."""
    return tuple(Step(*row) for row in _PATH.rows(conn, {"unit_id": unit_id}))


def steps_for(conn: Connection, by: By, unit_id: str) -> tuple[Step, ...]:
    """As ``steps``, remembered where the standing of ``by`` is confirmed in this unit of work."""
    if by.standing is None:
        return steps(conn, unit_id)
    return by.standing.path(unit_id, lambda: steps(conn, unit_id))


def path(conn: Connection, unit_id: str) -> tuple[str, ...]:
    """The ids of those units."""
    return tuple(step.id for step in steps(conn, unit_id))


def check(
    conn: Connection, by: By, action: Action, unit_id: str | None, *, kind: str, id: str
) -> None:
    """Raise ``NotVisible`` or ``NotAllowed`` unless ``by`` may do this in the unit.

    ``unit_id`` ``None`` is the place above all units.
    """
    where = steps_for(conn, by, unit_id) if unit_id is not None else ()
    require(by.principal, action, where, on=by.on, kind=kind, id=id)


def can(conn: Connection, by: By, action: Action, unit_id: str) -> bool:
    """Whether ``by`` may do this in the unit."""
    return may(by.principal, action, steps_for(conn, by, unit_id), on=by.on)


def audience_of(conn: Connection, by: By, unit_id: str) -> Audience:
    """How close ``by`` stands to a unit."""
    return audience(by.principal, steps_for(conn, by, unit_id), on=by.on)


def require_team(conn: Connection, by: By, unit_id: str, doing: str) -> None:
    """Raise ``NotAllowed`` for whoever sees a unit and is not of its team."""
    if audience_of(conn, by, unit_id) is not Audience.team:
        raise NotAllowed(doing, unit_id)


def in_sight(by: By, unit_id: ColumnElement[str]) -> ColumnElement[bool] | None:
    """The condition that a row's unit lies where ``by`` may look; ``None`` where it may everywhere."""
    return _seen(sight(by.principal, on=by.on), unit_id)


def of_own_team(by: By, unit_id: ColumnElement[str]) -> ColumnElement[bool] | None:
    """The condition that ``by`` is team to a row's unit; ``None`` where it is to every one."""
    return _seen(team_sight(by.principal, on=by.on), unit_id)


@lru_cache(maxsize=_CONDITIONS)
def under(root: str, unit_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a row's unit is this unit or lies under it."""
    return unit_id.in_(_under((root,)))


@lru_cache(maxsize=_CONDITIONS)
def _seen(seen: Sight, unit_id: ColumnElement[str]) -> ColumnElement[bool] | None:
    conditions: list[ColumnElement[bool]] = []
    if seen.trees is not None:
        conditions.append(
            or_(unit_id.in_(_under(seen.trees)), unit_id.in_(_with_classrooms(seen.alone)))
        )
    if seen.within is not None:
        conditions.append(unit_id.in_(_under(seen.within)))
    return and_(*conditions) if conditions else None


def _under(roots: tuple[str, ...]) -> Select[tuple[str]]:
    return select(t.unit_closure.c.descendant_id).where(t.unit_closure.c.ancestor_id.in_(roots))


def _with_classrooms(units: tuple[str, ...]) -> Select[tuple[str]]:
    return select(t.units.c.id).where(
        or_(
            t.units.c.id.in_(units),
            and_(t.units.c.parent_id.in_(units), t.units.c.kind == CLASSROOM),
        )
    )
