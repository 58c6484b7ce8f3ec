"""What a portfolio is narrowed to, read from the address of its page, and written into links."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from api import patterns
from api.desk import from_cursor
from api.pages.names import named, options
from api.pages.portfolios.names import group, sorts
from api.pages.speaking import here
from api.pages.stages import stage_names
from api.problems import UnknownCursor
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import SORTS, Sort
from pdsa.monitoring import AimStatus
from pdsa.reference import student_groups
from pdsa.stages import Stage
from pdsa.words import mark, say

T = TypeVar("T")
_LONGEST = 200
#: The grades of California's schools, as aims name them.
_GRADES = ("TK", "K", *(str(grade) for grade in range(1, 13)))
#: What each filter is called, in the order in which they are told.
LABELS: Mapping[str, str] = {
    "status": mark("Status"),
    "stage": mark("Stage of the running cycle"),
    "stalled": mark("Running cycle"),
    "due_from": mark("Due from"),
    "due_to": mark("Due up to"),
    "subject": mark("Subject"),
    "grade": mark("Grade"),
    "change_idea": mark("Change idea"),
    "student_group": mark("Student group"),
    "text": mark("Text"),
}
_STALLED = {"true": mark("has rested for more than ten school days"), "false": mark("goes on")}


class Chip(Struct, frozen=True):
    """A filter that is in force, in words, with the address of the page without it."""

    said: str
    without: str


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of a portfolio: what of it can be read, and what is wrong with the rest.

    ``pairs`` are the filters as they stand in the address, those that are wrong among them; what is
    wrong narrows nothing.
    """

    filters: Filters
    sort: Sort
    after: tuple[Any, ...]
    pairs: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]

    @property
    def values(self) -> dict[str, str]:
        """The fields of the form, but for the statuses, of which there may be several."""
        return {"sort": self.sort.value, **dict(self.pairs)}

    @property
    def statuses(self) -> frozenset[str]:
        """The statuses that are asked for."""
        return frozenset(each.value for each in self.filters.status)

    def chips(self) -> list[Chip]:
        """The filters in force, each with what takes it off."""
        bad = {name for name, _ in self.wrong}
        return [
            Chip(f"{say(LABELS[name])}: {_told(name, value)}", self.query(minus=(name, value)))
            for name, value in self.pairs
            if name in LABELS and name not in bad
        ]

    def query(
        self,
        *,
        minus: tuple[str, str] | None = None,
        plus: Iterable[tuple[str, str]] = (),
        without: Iterable[str] = (),
    ) -> str:
        """The query of an address: these filters less one, or without some names, and with others."""
        left_out = {*without}
        kept = [each for each in self.pairs if each != minus and each[0] not in left_out]
        found = urlencode([*kept, *plus])
        return f"?{found}" if found else "?"


def asked(query: str) -> Asked:
    """What the query of an address asks."""
    given = [(name, value.strip()) for name, value in parse_qsl(query) if value.strip()]
    pairs: list[tuple[str, str]] = []
    for name, value in given:
        parts = value.split(",") if name == "status" else [value]
        pairs += [(name, part) for part in parts if name in {*LABELS, "sort"}]
    pairs = list(dict.fromkeys(pairs))
    wrong: list[tuple[str, str]] = []
    found: dict[str, Any] = {}
    statuses: list[AimStatus] = []
    for name, value in pairs:
        read, rule = _READ[name]
        try:
            made = read(value)
        except ValueError:
            wrong.append((name, say(rule)))
            continue
        if name == "status":
            statuses.append(made)
        else:
            found["group" if name == "student_group" else name] = made
    sort = found.pop("sort", Sort.status)
    if found.get("due_to", date.max) < found.get("due_from", date.min):
        wrong.append(("due_to", say("a day that is not before the first one")))
        del found["due_to"]
    after: tuple[Any, ...] = ()
    try:
        after = from_cursor(dict(given).get("cursor"), SORTS[sort][1], str)
    except UnknownCursor:
        wrong.append(("cursor", say("the link of the page before; this is the first page")))
    return Asked(
        filters=Filters(status=tuple(statuses), **found),
        sort=sort,
        after=after,
        pairs=tuple(pairs),
        wrong=tuple(wrong),
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen for the filters that are chosen from a list."""
    return {
        "status": options(AimStatus),
        "sort": sorts(),
        "stage": [*stage_names().items()],
        "stalled": [(value, say(words)) for value, words in _STALLED.items()],
        "grade": [(each, each) for each in _GRADES],
        "student_group": [(each.code, group(each.code)) for each in student_groups()],
    }


def _told(name: str, value: str) -> str:
    match name:
        case "status":
            return named(AimStatus(value))
        case "stage":
            return stage_names()[value]
        case "stalled":
            return say(_STALLED[value])
        case "student_group":
            return group(value)
        case "due_from" | "due_to":
            return here().language.day(date.fromisoformat(value))
    return value


def _matching(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if len(text) > _LONGEST or not compiled.match(text):
            raise ValueError(text)
        return text

    return read


def _stalled(text: str) -> bool:
    if text not in _STALLED:
        raise ValueError(text)
    return text == "true"


_LINE = _matching(patterns.LINE)
_DAY = mark("a day, such as 2026-05-29")
_SHORT = mark("a line of at most 200 characters")
_CHOICE = mark("one of the choices")
_READ: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "status": (AimStatus, _CHOICE),
    "sort": (Sort, _CHOICE),
    "stage": (Stage, _CHOICE),
    "stalled": (_stalled, _CHOICE),
    "due_from": (date.fromisoformat, _DAY),
    "due_to": (date.fromisoformat, _DAY),
    "subject": (_matching(patterns.WORD), mark("one word, such as mathematics")),
    "grade": (_matching(patterns.GRADE), mark("a grade, such as K or 5")),
    "change_idea": (_LINE, _SHORT),
    "student_group": (_matching(patterns.WORD), _CHOICE),
    "text": (_LINE, _SHORT),
}
