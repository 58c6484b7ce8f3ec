"""The history: who did what, when, with merge patches from before to after and back."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select

from api.ids import new_id
from api.store import tables as t
from api.store.access import By
from api.store.prepared import Prepared
from api.store.rows import insert_rows


class Activity(Struct, frozen=True):
    """One entry: ``after`` turns what was into what is, ``before`` turns it back (RFC 7396).

    An element's first entry has its whole content in ``after``; a removed one's last entry has it
    in ``before``. Arrays are replaced as a whole.
    """

    id: str
    at: datetime
    person_id: str
    verb: str
    kind: str
    element_id: str
    unit_id: str | None
    aim_id: str | None
    version: int
    after: msgspec.Raw
    before: msgspec.Raw


_NULL = b"null"


def entry(
    by: By,
    verb: str,
    kind: str,
    element_id: str,
    *,
    version: int,
    unit_id: str | None = None,
    aim_id: str | None = None,
    old: Struct | None = None,
    new: Struct | None = None,
) -> dict[str, Any]:
    """The row for one change; ``old`` and ``new`` are the element before and after it."""
    if old is None:
        after, before = msgspec.json.encode(new), _NULL
    else:
        was, now = msgspec.to_builtins(old), _plain(new)
        after = msgspec.json.encode(merge_patch(was, now))
        before = msgspec.json.encode(merge_patch(now, was))
    return {
        "id": new_id(),
        "at": by.at,
        "person_id": by.principal.person_id,
        "verb": verb,
        "kind": kind,
        "element_id": element_id,
        "unit_id": unit_id,
        "aim_id": aim_id,
        "version": version,
        "after": after,
        "before": before,
    }


class Touch(Struct, frozen=True):
    """Who changed an element last, when, and at which version it has been since."""

    name: str
    at: datetime
    version: int
    person_id: str


def latest(conn: Connection, element_id: str) -> Touch | None:
    """Who changed an element last; for those who may see it. An operator's change has no name."""
    row = _LATEST.first(conn, {"element": element_id})
    return None if row is None else Touch(*row)


_LATEST = Prepared(
    select(
        func.coalesce(t.people.c.name, ""),
        t.activity.c.at,
        t.activity.c.version,
        t.activity.c.person_id,
    )
    .select_from(t.activity.outerjoin(t.people, t.people.c.id == t.activity.c.person_id))
    .where(t.activity.c.element_id == bindparam("element"))
    .order_by(t.activity.c.id.desc())
    .limit(1)
)


def append(conn: Connection, *rows: dict[str, Any]) -> None:
    """Write entries in the transaction of the change itself."""
    insert_rows(conn, t.activity, rows)


def merge_patch(was: Any, now: Any) -> Any:
    """The RFC 7396 merge patch that turns ``was`` into ``now``.

    The patch cannot hold a member that becomes null otherwise than as removed; both read the same
    here, because a struct writes every member.
    """
    if not isinstance(was, dict) or not isinstance(now, dict):
        return now
    patch = {key: None for key in was if key not in now}
    for key, value in now.items():
        if key not in was or was[key] != value:
            patch[key] = merge_patch(was.get(key), value)
    return patch


def shared(entry: Activity) -> Activity:
    """An entry about a cycle as others than its team are told it: results without their numbers."""
    if b"observed" not in bytes(entry.after) + bytes(entry.before):
        return entry
    return msgspec.structs.replace(
        entry, after=_without_observed(entry.after), before=_without_observed(entry.before)
    )


def _without_observed(patch: msgspec.Raw) -> msgspec.Raw:
    found = msgspec.json.decode(patch)
    study = found.get("study") if isinstance(found, dict) else None
    for result in (study or {}).get("results") or ():
        result["observed"] = None
    return msgspec.Raw(msgspec.json.encode(found))


def _plain(element: Struct | None) -> Any:
    return None if element is None else msgspec.to_builtins(element)
