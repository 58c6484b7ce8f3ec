"""Which rows of requests somebody sees: ``pdsa.feedback.may_see_request`` as a condition."""

from functools import cache

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, of_own_team
from api.store.given import Given, among, under_any
from pdsa.feedback import standing
from pdsa.units import sight

_DOWN, _UP = t.unit_closure.alias("down"), t.unit_closure.alias("up")


def requests_seen(by: By) -> Given | None:
    """The condition that ``by`` sees a request; ``None`` where it is team to every unit.

    The requests of its own teams, and those that have got to a unit on which it holds a role: one
    above the team and not above where the request is. The rows are joined with their aims.
    """
    own = of_own_team(by, t.aims.c.unit_id)
    if own is None:
        return None
    within = sight(by.principal, on=by.on).within  # what a token is confined to
    levels = standing(by.principal, on=by.on)
    values = {**own.values, "levels": levels, "within": within}
    return Given(_seen(own.condition, within is not None), values)


@cache
def _seen(own: ColumnElement[bool], confined: bool) -> ColumnElement[bool]:
    within = [under_any(t.aims.c.unit_id, "within")] if confined else []
    return or_(own, and_(_got_to_levels(), *within))


def _got_to_levels() -> ColumnElement[bool]:
    """The condition that a request has got to one of the units that are given as ``levels``."""
    return (
        select(_DOWN.c.descendant_id)
        .join(_UP, _UP.c.descendant_id == _DOWN.c.ancestor_id)
        .where(
            among(_DOWN.c.ancestor_id, "levels"),
            _DOWN.c.descendant_id == t.aims.c.unit_id,
            _DOWN.c.depth > 0,
            _UP.c.ancestor_id == t.requests.c.at,
        )
        .correlate(t.aims, t.requests)
        .exists()
    )
