"""What kinds of element have in common: references within one aim, and what keeps summaries up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from api.store.access import By
from api.store.kind import Change, Place
from api.store.summaries import kept
from pdsa.calendar import SchoolCalendar
from pdsa.errors import UnknownElement

E = TypeVar("E", bound=Struct)


def given(field: str, new: E, old: E | None) -> str | None:
    """What an element refers to, unless it did so before: a rename must not fail over a reference."""
    id: str | None = getattr(new, field)
    return None if old is not None and getattr(old, field) == id else id


def same_aim(aim_id: str, wanted: str, kind: str, id: str, field: str) -> None:
    if aim_id != wanted:
        raise UnknownElement(kind, id, field=field, within=f"aim {wanted}")


def keeps(
    written: Callable[[Connection, datetime, Sequence[Change[E]]], None],
) -> Callable[[Connection, By, Place, Sequence[Change[E]]], None]:
    return lambda conn, by, _, changes: written(conn, by.at, changes)


def looked_at_anew(conn: Connection, by: By, place: Place, _: object) -> None:
    if place.aim_id is not None:
        kept.stale(conn, place.aim_id, by.at)


def all_looked_at_anew(
    conn: Connection, by: By, _: Place, changes: Sequence[Change[SchoolCalendar]]
) -> None:
    for unit_id in {each.unit_id for pair in changes for each in pair if each is not None}:
        kept.stale_under(conn, unit_id, by.at)


def within(unit_id: str | None, where: tuple[str, ...], kind: str, id: str, field: str) -> None:
    if unit_id not in where:
        raise UnknownElement(kind, id, field=field, within="this unit")
