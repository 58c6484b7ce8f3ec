"""Two people who edit one thing at once: what each wrote is kept, or both are shown.

A form says of each field, by a digest, what stood there when it was opened. A field that somebody
else has changed since keeps what they wrote, unless it was changed here, too: then neither wins, and
the two texts are shown side by side.
"""

import hashlib
from collections.abc import Container, Mapping

from msgspec import Struct

from api.pages.pointers import row_number
from api.store.errors import StaleVersion


class Difference(Struct, frozen=True):
    """A field that two people changed: what is written here, and what the other wrote."""

    field: str
    mine: str
    theirs: str


class TextsDiffer(StaleVersion):
    """Somebody else has changed the same fields meanwhile: differences, version (what is there now)."""

    def __init__(self, differences: tuple[Difference, ...], version: int) -> None:
        super().__init__("text", ", ".join(each.field for each in differences), version, version)
        self.differences, self.version = differences, version


def digest(text: str) -> str:
    """What a form keeps of a text that it was opened with; of none it keeps nothing."""
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def opened_with(values: Mapping[str, str]) -> str:
    """What a form says of the fields that it was opened with."""
    return " ".join(f"{name}={digest(text)}" for name, text in values.items() if text)


def merged(
    was: str, mine: Mapping[str, str], theirs: Mapping[str, str], *, version: int
) -> dict[str, str]:
    """What stands in each field once both have written.

    ``was`` is ``opened_with`` of the form, ``mine`` what it was sent with, ``theirs`` what the store
    has, at ``version``. A field that the form does not have stays as it is. A row without an id
    that both added is kept twice. Raises ``TextsDiffer``.
    """
    before = dict(each.split("=", 1) for each in was.split(" ") if "=" in each)
    mine = _apart(before, mine, theirs)
    found = dict(theirs)
    differences = []
    for name, text in mine.items():
        had, there = before.get(name, ""), theirs.get(name, "")
        if text == there:
            continue
        if digest(text) == had:
            continue  # left as it was here: theirs stands
        if digest(there) != had:
            differences.append(Difference(name, text, there))
        found[name] = text
    if differences:
        raise TextsDiffer(tuple(differences), version)
    return found


def reopened(
    was: str, mine: Mapping[str, str], theirs: Mapping[str, str], *, seen: Container[str] = ()
) -> tuple[dict[str, str], str]:
    """A form that could not be saved, to be shown again: what its fields hold, and its ``was``.

    Fields that were left as they were hold what the store has now. ``seen`` are those beside which
    somebody else's text is shown, so that the next save may go over it, and over no other.
    """
    before = dict(each.split("=", 1) for each in was.split(" ") if "=" in each)
    changed = {name for name, text in mine.items() if digest(text) != before.get(name, "")}
    values = dict(theirs) | {name: text for name, text in mine.items() if name in changed}
    now = {name: digest(text) for name, text in theirs.items() if text}
    for name in changed:
        if name not in seen:
            now.pop(name, None)
            if name in before:
                now[name] = before[name]
    return values, " ".join(f"{name}={text}" for name, text in now.items())


def _apart(
    before: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, str]:
    """My fields, with rows that both added under the same number put behind theirs."""
    rows: dict[tuple[str, int], dict[str, str]] = {}
    found = {}
    for name, text in mine.items():
        at = _row(name)
        if at is None:
            found[name] = text
        else:
            rows.setdefault(at, {})[name.rpartition("/")[2]] = text
    free: dict[str, int] = {}
    for name in (*theirs, *mine):
        if (at := _row(name)) is not None:
            free[at[0]] = max(free.get(at[0], 0), at[1] + 1)
    for (list_, number), row in rows.items():
        names = {rest: f"{list_}/{number}/{rest}" for rest in row}
        there = {rest: theirs.get(name, "") for rest, name in names.items()}
        added_here = any(row.values()) and not any(name in before for name in names.values())
        if added_here and any(there.values()) and there != row:
            number, free[list_] = free[list_], free[list_] + 1
        found |= {f"{list_}/{number}/{rest}": text for rest, text in row.items()}
    return found


def _row(name: str) -> tuple[str, int] | None:
    """The list and number of the row that a field stands in, where rows are told by numbers."""
    row, _, _ = name.rpartition("/")
    list_, _, text = row.rpartition("/")
    number = row_number(text)
    return (list_, number) if list_ and number is not None else None
