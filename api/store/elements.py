"""What all elements have in common: get, add, change, remove, and a page of them.

What is so of one kind alone, a ``Kind`` says. Access, versions and history are kept here, once.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, not_, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from api.store import activity
from api.store.access import By, check, in_sight, of_own_team, steps_for
from api.store.errors import AlreadyExists, StaleVersion
from api.store.given import Given, conditions
from api.store.kind import E, Kind, Place
from api.store.prepared import Prepared
from api.store.rows import insert_structs
from api.store.standing import confirms, stamp
from api.store.view_log import note_views
from pdsa.errors import NotVisible, UnknownElement
from pdsa.units import Action, Audience, Step, audience, may, require

#: How many statements of pages are kept; there are fewer of those that are asked for.
PAGES = 512


def find(conn: Connection, kind: Kind[E], id: str) -> tuple[E, Place]:
    """An element and its place, whoever asks. Raises ``NotVisible``."""
    row = kind.find.first(conn, {"wanted": id})
    if row is None:
        raise NotVisible(kind.name, id)
    return kind.made(row[:-2]), Place(row[-2], row[-1])


def get(conn: Connection, by: By, kind: Kind[E], id: str) -> E:
    """An element that ``by`` may see. Raises ``NotVisible``."""
    return opened(conn, by, kind, id)[0]


def opened(conn: Connection, by: By, kind: Kind[E], id: str) -> tuple[E, Place]:
    """An element that ``by`` may see, and its place. Raises ``NotVisible``."""
    element, place = find(conn, kind, id)
    return _opened(conn, by, kind, element, place), place


@confirms
def tell(conn: Connection, by: By, kind: Kind[E], id: str) -> E:
    """The same element, to be told and for nothing else. Raises ``NotVisible``.

    Words and days inside of it may be plain text (``api.store.plain``).
    """
    row = kind.find_told.first(conn, {"wanted": id})
    if by.standing is not None:
        by.standing.require(stamp(conn) if row is None else row[-1])
    if row is None:
        raise NotVisible(kind.name, id)
    return _opened(conn, by, kind, kind.made_told(row[:-3]), Place(row[-3], row[-2]))


def _opened(conn: Connection, by: By, kind: Kind[E], element: E, place: Place) -> E:
    where = _steps(conn, by, place)
    _check_sight(by, kind, element, where)
    if kind.recorded:
        note_views(conn, by, [(place.unit_id, place.aim_id)])
    if kind.shared and audience(by.principal, where, on=by.on) is not Audience.team:
        return kind.shared(element)
    return element


def share(conn: Connection, by: By, kind: Kind[E], found: Sequence[tuple[E, str]]) -> list[E]:
    """The elements as ``by`` is given them, each with the unit that it lives in."""
    if kind.shared is None:
        return [element for element, _ in found]
    to = {
        unit: audience(by.principal, steps_for(conn, by, unit), on=by.on)
        for unit in dict.fromkeys(unit for _, unit in found)
    }
    return [
        element if to[unit] is Audience.team else kind.shared(element) for element, unit in found
    ]


def _steps(conn: Connection, by: By, place: Place) -> tuple[Step, ...]:
    return () if place.unit_id is None else steps_for(conn, by, place.unit_id)


def _check_sight(by: By, kind: Kind[E], element: E, where: Sequence[Step]) -> None:
    if kind.sees is not None:
        if not kind.sees(by.principal, element, where, by.on):
            raise NotVisible(kind.name, element.id)
        return
    if not may(by.principal, kind.reads, where, on=by.on):
        raise NotVisible(kind.name, element.id)
    if kind.team_only(element) and audience(by.principal, where, on=by.on) is not Audience.team:
        raise NotVisible(kind.name, element.id)


def _check_write(
    conn: Connection, by: By, kind: Kind[E], element: E, place: Place, *, new: bool = False
) -> None:
    where = _steps(conn, by, place)
    if not new:
        _check_sight(by, kind, element, where)
    if kind.permits(by.principal, element, where, by.on):
        return
    named, id = ("unit", place.unit_id or "") if new else (kind.name, element.id)
    require(by.principal, kind.writes, where, on=by.on, kind=named, id=id)


def refer(conn: Connection, by: By, kind: Kind[E], id: str, field: str) -> tuple[E, Place]:
    """What a field refers to. Raises ``UnknownElement`` with the field if ``by`` cannot see it."""
    try:
        element, place = find(conn, kind, id)
        check(conn, by, Action.see, place.unit_id, kind=kind.name, id=id)
    except NotVisible as error:
        raise UnknownElement(kind.name, id, field=field) from error
    return element, place


def add(
    conn: Connection, by: By, kind: Kind[E], element: E, place: Place, *, verb: str = "add"
) -> E:
    """Store a new element in its place, with its history.

    Raises ``NotVisible``, ``NotAllowed``, ``UnknownElement`` or ``AlreadyExists``.
    """
    _check_write(conn, by, kind, element, place, new=True)
    kind.references(conn, by, element, None)
    store(conn, by, kind, [element], place, verb=verb)
    return element


def store(
    conn: Connection, by: By, kind: Kind[E], found: Sequence[E], place: Place, *, verb: str
) -> None:
    """Write new elements of one place with their history; access and references are checked before."""
    write_rows(conn, kind, found)
    activity.append(
        conn,
        *(
            activity.entry(
                by,
                verb,
                kind.name,
                element.id,
                version=element.version,
                unit_id=place.unit_id,
                aim_id=place.aim_id,
                new=element,
            )
            for element in found
        ),
    )
    for element in found:
        kind.notices(conn, by, None, element)
    if found:
        kind.keeps(conn, by, place, [(None, element) for element in found])


def refuse_taken(conn: Connection, kind: Kind[E], found: Sequence[E]) -> None:
    """Raise ``AlreadyExists`` where ids that came from outside are taken, naming one of them."""
    for start in range(0, len(found), 1000):
        ids = [each.id for each in found[start : start + 1000]]
        taken = select(kind.table.c.id).where(kind.table.c.id.in_(ids)).limit(1)
        known = conn.execute(taken).scalar()
        if known is not None:
            raise AlreadyExists(kind.name, known)


def write_rows(conn: Connection, kind: Kind[E], found: Sequence[E]) -> None:
    """Insert rows, a thousand at a time. Raises ``AlreadyExists`` for an id that is taken."""
    for start in range(0, len(found), 1000):
        chunk = found[start : start + 1000]
        try:
            insert_structs(conn, kind.table, chunk)
        except IntegrityError as error:
            raise AlreadyExists(kind.name, chunk[0].id) from error


def change(
    conn: Connection,
    by: By,
    kind: Kind[E],
    id: str,
    version: int | None,
    make: Callable[[E], E],
    *,
    verb: str = "change",
) -> E:
    """Replace an element by what ``make`` makes of it; nothing is written if that is the same.

    ``version`` is the one that the client has read, ``None`` for any. Raises ``StaleVersion`` if
    the element is at another, and whatever ``make`` and the references raise.
    """
    old, place = find(conn, kind, id)
    _check_write(conn, by, kind, old, place)
    if version is not None and old.version != version:
        raise StaleVersion(kind.name, id, version, old.version)
    new = make(old)
    if new == old:
        return old
    new = msgspec.structs.replace(new, version=old.version + 1)
    kind.references(conn, by, new, old)
    values = {f"new_{name}": value for name, value in row(new).items() if name != "id"}
    done = conn.execute(kind.update, {"wanted": id, "was": old.version, **values})
    if done.rowcount != 1:
        raise StaleVersion(kind.name, id, old.version, None)
    entry = activity.entry(
        by,
        verb,
        kind.name,
        id,
        version=new.version,
        unit_id=place.unit_id,
        aim_id=place.aim_id,
        old=old,
        new=new,
    )
    activity.append(conn, entry)
    kind.notices(conn, by, old, new)
    kind.keeps(conn, by, place, [(old, new)])
    return new


def remove(conn: Connection, by: By, kind: Kind[E], id: str, version: int | None) -> None:
    """Take an element out; its content stays in the history. Raises as ``change`` does."""
    old, place = find(conn, kind, id)
    _check_write(conn, by, kind, old, place)
    if version is not None and old.version != version:
        raise StaleVersion(kind.name, id, version, old.version)
    done = conn.execute(kind.delete, {"wanted": id, "was": old.version})
    if done.rowcount != 1:
        raise StaleVersion(kind.name, id, old.version, None)
    entry = activity.entry(
        by,
        "remove",
        kind.name,
        id,
        version=old.version + 1,
        unit_id=place.unit_id,
        aim_id=place.aim_id,
        old=old,
    )
    activity.append(conn, entry)
    kind.notices(conn, by, old, None)
    kind.keeps(conn, by, place, [(old, None)])


def shown(by: By, kind: Kind[Any]) -> list[Given | None]:
    """The conditions that ``by`` sees a row of a kind."""
    if kind.seen_rows is not None:
        return [kind.seen_rows(by)]
    seen = in_sight(by, kind.unit)
    own = None if kind.team_rows is None else of_own_team(by, kind.unit)
    if own is None or kind.team_rows is None:
        return [seen]
    return [seen, Given(_others(kind.team_rows, own.condition), own.values)]


@cache
def _others(of_team: ColumnElement[bool], own: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(not_(of_team), own)


def page(
    conn: Connection,
    by: By,
    kind: Kind[E],
    *wanted: Given | None,
    after: Sequence[Any] = (),
    limit: int = 50,
    only_told: bool = True,
) -> tuple[list[E], list[Any] | None]:
    """Elements in order as ``tell`` gives them, those that ``by`` may see, and the next page's key.

    ``after`` is the key that the page before ended with. ``only_told`` is false where more is done
    with the elements than to pass them on.
    """
    where, values = conditions(*shown(by, kind), *wanted)
    values |= {"limit": limit + 1} | {f"after_{at}": value for at, value in enumerate(after)}
    rows = _page(kind, where, bool(after), only_told).rows(conn, values)
    make = kind.made_told if only_told else kind.made
    made = [(make(found[:-2]), found[-2]) for found in rows[:limit]]
    elements = share(conn, by, kind, made)
    if kind.recorded and kind.table is not kind.home:  # a list of aims opens none of them
        note_views(conn, by, [(found[-2], found[-1]) for found in rows[:limit]])
    if len(rows) <= limit:
        return elements, None
    return elements, [getattr(elements[-1], column.name) for column in kind.order]


@lru_cache(maxsize=PAGES)
def _page(
    kind: Kind[Any], where: tuple[ColumnElement[bool], ...], going_on: bool, only_told: bool
) -> Prepared:
    last = [bindparam(f"after_{at}", type_=each.type) for at, each in enumerate(kind.order)]
    return Prepared(
        (kind.select_told if only_told else kind.select)
        .where(*where, *([tuple_(*kind.order) > tuple_(*last)] if going_on else []))
        .order_by(*kind.order)
        .limit(bindparam("limit"))
    )


def row(element: Struct) -> dict[str, Any]:
    """The columns of a struct."""
    return {name: getattr(element, name) for name in element.__struct_fields__}
