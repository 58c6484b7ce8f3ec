"""The tree of units as whoever administers it looks at it: without classrooms, which are a team's own."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from api.store import elements
from api.store import tables as t
from api.store.access import By
from api.store.given import Given
from api.store.kinds import UNIT
from pdsa.units import CLASSROOM, Unit

#: More units than this are shown level by level.
MOST = 300
_C = t.units.c
_NO_ROOM = Given(_C.kind != CLASSROOM, {})
_ROOTS = select(_C.id).where(_C.parent_id.is_(None))
_TOP = Given(or_(_C.parent_id.is_(None), _C.parent_id.in_(_ROOTS)), {})


class Tree(Struct, frozen=True):
    """Units by the one above them; ``whole`` says whether all that ``by`` sees are there."""

    units: dict[str, Unit]
    below: dict[str, tuple[Unit, ...]]
    whole: bool

    @property
    def roots(self) -> tuple[Unit, ...]:
        """Those whose unit above is not there."""
        return self.below.get("", ())


def tree(conn: Connection, by: By) -> Tree:
    """The units in the sight of ``by``, by name; the two uppermost levels where there are many."""
    found, more = elements.page(conn, by, UNIT, _NO_ROOM, limit=MOST, only_told=False)
    if more is not None:
        found, _ = elements.page(conn, by, UNIT, _NO_ROOM, _TOP, limit=MOST, only_told=False)
    return _by_parent(found, whole=more is None)


def _by_parent(found: Sequence[Unit], *, whole: bool) -> Tree:
    there = {unit.id: unit for unit in found}
    below: dict[str, list[Unit]] = {}
    for unit in sorted(found, key=lambda each: (each.name, each.id)):
        above = unit.parent_id if unit.parent_id in there else ""
        below.setdefault(above or "", []).append(unit)
    return Tree(
        units={str(id): unit for id, unit in there.items()},
        below={above: tuple(units) for above, units in below.items()},
        whole=whole,
    )
