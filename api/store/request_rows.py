"""Which rows of requests somebody sees: ``pdsa.feedback.may_see_request`` as a condition."""

from sqlalchemy import and_, false, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, of_own_team, under
from pdsa.feedback import standing
from pdsa.units import sight

_DOWN, _UP = t.unit_closure.alias("down"), t.unit_closure.alias("up")
#: A unit above the team that raised a request.
LEVEL = _DOWN.c.ancestor_id


def requests_seen(by: By) -> ColumnElement[bool] | None:
    """The condition that ``by`` sees a request; ``None`` where it is team to every unit.

    The requests of its own teams, and those that have got to a unit on which it holds a role: one
    above the team and not above where the request is. The rows are joined with their aims.
    """
    own = of_own_team(by, t.aims.c.unit_id)
    if own is None:
        return None
    reached = got_to(LEVEL.in_(standing(by.principal, on=by.on)))
    within = sight(by.principal, on=by.on).within  # what a token is confined to
    if within is not None:
        confined = or_(false(), *(under(unit, t.aims.c.unit_id) for unit in within))
        reached = and_(reached, confined)
    return or_(own, reached)


def got_to(level: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a request has got to a ``LEVEL`` of which that is true."""
    return (
        select(_DOWN.c.descendant_id)
        .join(_UP, _UP.c.descendant_id == LEVEL)
        .where(
            level,
            _DOWN.c.descendant_id == t.aims.c.unit_id,
            _DOWN.c.depth > 0,
            _UP.c.ancestor_id == t.requests.c.at,
        )
        .correlate(t.aims, t.requests)
        .exists()
    )
