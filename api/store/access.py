"""Who is asking, and what ``pdsa.units`` says about it, asked inside the same transaction."""

from datetime import UTC, date, datetime, tzinfo
from functools import cache, cached_property

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, false, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.given import Given, under_any, with_classrooms
from api.store.prepared import Prepared
from api.store.standing import Standing
from pdsa.errors import NotAllowed
from pdsa.ids import GrantId, PersonId
from pdsa.privacy import Policy
from pdsa.units import (
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


def in_sight(by: By, unit_id: ColumnElement[str]) -> Given | None:
    """The condition that a row's unit lies where ``by`` may look; ``None`` where it may everywhere."""
    return _seen("sight", sight(by.principal, on=by.on), unit_id)


def of_own_team(by: By, unit_id: ColumnElement[str]) -> Given | None:
    """The condition that ``by`` is team to a row's unit; ``None`` where it is to every one."""
    return _seen("own", team_sight(by.principal, on=by.on), unit_id)


def _seen(name: str, seen: Sight, unit_id: ColumnElement[str]) -> Given | None:
    if seen.trees is None and seen.within is None:
        return None
    some, within = seen.trees is not None, seen.within is not None
    condition = _sight(name, some, bool(seen.trees), bool(seen.alone), within, unit_id)
    values = {"trees": seen.trees, "alone": seen.alone, "within": seen.within}
    return Given(condition, {f"{name}_{part}": value for part, value in values.items()})


@cache
def _sight(
    name: str, some: bool, trees: bool, alone: bool, within: bool, unit_id: ColumnElement[str]
) -> ColumnElement[bool]:
    """``some`` units are in sight, and not all: whole ``trees``, units ``alone`` with their classrooms."""
    found: list[ColumnElement[bool]] = []
    if some:
        under = [under_any(unit_id, f"{name}_trees")] if trees else []
        units = select(t.units.c.id).where(with_classrooms(f"{name}_alone"))
        found.append(or_(false(), *under, *([unit_id.in_(units)] if alone else [])))
    if within:
        found.append(under_any(unit_id, f"{name}_within"))
    return and_(*found)
