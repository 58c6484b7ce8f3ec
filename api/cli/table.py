"""A CSV file as people export it from a spreadsheet: columns by name, numbers, days.

Everything that cannot be read is an ``InvalidValue`` with the line of the file and the column.
"""

import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from pdsa.errors import InvalidValue

_MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "none", "-", "\u2013", "\u2014", "."))
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
_OTHER_MARKS = str.maketrans(",.", ".,")
_MIDNIGHT = r"(?:[T ]00?:00(?::00(?:\.0+)?)?)?"
_DATES = (
    (re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})" + _MIDNIGHT), (1, 3, 4)),
    (re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + _MIDNIGHT), (3, 1, 2)),
    (re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})" + _MIDNIGHT), (3, 2, 1)),
)
_LIKE_A_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}([T ,].*)?")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class Row(NamedTuple):
    """A row, and the line of the file on which it begins."""

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """The rows under the names of their columns, and what stands between two cells."""

    names: list[str]
    rows: list[Row]
    delimiter: str

    def find(self, option: str, given: str | None, usual: Sequence[str] = ()) -> str | None:
        """The column that was named, in whatever case; else the first with a usual name."""
        lower = {name.lower(): name for name in self.names}
        if given is not None:
            wanted = " ".join(given.split()).lower()
            if wanted not in lower:
                raise InvalidValue(option, given, f"one of the columns {', '.join(self.names)}")
            return lower[wanted]
        return next((lower[name] for name in usual if name in lower), None)

    def texts(self, column: str) -> list[str]:
        return [row.cells[column] for row in self.rows]

    def wrong(self, at: int, column: str, rule: str) -> InvalidValue:
        """An error about one cell."""
        row = self.rows[at]
        return InvalidValue(f"line {row.line}, {column}", row.cells[column], rule)


def read_table(source: str) -> Table:
    """The table of a file, or of standard input (``-``): commas, semicolons or tabs."""
    raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    called = "standard input" if source == "-" else source
    text = _decoded(raw, called)
    head = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    delimiter = max(",;\t", key=bare.count)
    found = _rows(text, delimiter)
    _, cells = next(found, (0, []))
    names = [" ".join(cell.split()) for cell in cells]
    named = [name for name in names if name]
    if not named or all(to_number(name) is not None or _date(name) for name in named):
        raise InvalidValue(called, head, "a CSV file whose first line names its columns")
    lower = [name.lower() for name in named]
    if twice := [name for i, name in enumerate(named) if lower[i] in lower[:i]]:
        raise InvalidValue(called, twice[0], "columns with different names")
    rows = []
    for line, cells in found:
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(names) == 1:  # prose, or a page of the web
            raise InvalidValue(called, head, "a CSV file whose first line names its columns")
        if len(cells) != len(names):
            rule = f"{len(names)} cells, one for each column"
            raise InvalidValue(f"line {line}", len(cells), rule)
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name}
        rows.append(Row(line, values))
    if not rows:
        raise InvalidValue(called, "no rows", "at least one row under the names of the columns")
    return Table(named, rows, delimiter)


def numbers(table: Table, column: str) -> tuple[list[float | None], bool]:
    """The numbers of a column, ``None`` where missing, and whether they are percentages.

    12.5 and 12,5 are both read, 1,234.5 and 1.234,5 as well. What could be either is a point for
    decimals between commas, and a comma between semicolons; beyond that it is refused.
    """
    texts = [text if text.lower() not in _MISSING else "" for text in table.texts(column)]
    bare = [text.removesuffix("%").rstrip() for text in texts]
    points = [to_number(text) for text in bare]
    commas = [to_number(text.translate(_OTHER_MARKS)) for text in bare]
    known = [i for i, text in enumerate(texts) if text]
    no_point = [i for i in known if points[i] is None]
    no_comma = [i for i in known if commas[i] is None]
    if no_point and no_comma:
        neither = [i for i in no_point if commas[i] is None]
        at = (neither or (no_point if table.delimiter == "," else no_comma))[0]
        rule = "a number" if neither else "one mark for decimals in the whole column"
        raise table.wrong(at, column, f"{rule}, or nothing where it is missing")
    found = commas if no_point else points
    either = [i for i in known if points[i] != commas[i]]
    if not no_point and not no_comma and either and table.delimiter != ",":
        marks = {mark for i in either for mark in bare[i] if mark in ".,"}
        if marks != {"," if table.delimiter == ";" else "."}:
            rule = "a number without a mark for thousands: this one can be read in two ways"
            raise table.wrong(either[0], column, rule)
        found = commas if table.delimiter == ";" else points
    percent = [i for i in known if texts[i] != bare[i]]
    if percent:
        for i in known:
            if texts[i] == bare[i] and found[i]:
                raise table.wrong(i, column, "a percentage with its sign, like the others")
    return found, bool(percent)


def places(table: Table, column: str) -> list[Any]:
    """The places of rows on the axis: days, numbers or names; ``None`` where there is none.

    Days are YYYY-MM-DD, YYYY/MM/DD, M/D/YYYY as in the United States, D.M.YYYY, or months as
    YYYY-MM, which stand for their first day.
    """
    texts = table.texts(column)
    given = [text for text in texts if text]
    if any(_LIKE_A_DATE.fullmatch(text) for text in given):
        days = [_date(text) for text in texts]
        for i, text in enumerate(texts):
            if text and days[i] is None:
                raise table.wrong(i, column, _day_rule(text))
        return days
    months = [_MONTH.fullmatch(text) for text in given]
    if given and all(months) and not all(_school_year(text) for text in given):
        return [date(int(text[:4]), int(text[5:]), 1) if text else None for text in texts]
    if given and all(to_number(text) is not None for text in given):
        return [_place(text) if text else None for text in texts]
    return [text or None for text in texts]


def to_number(text: str) -> float | None:
    """A finite number with a point for decimals, perhaps commas for thousands; else ``None``."""
    if _NUMBER.fullmatch(text) is None:
        return None
    found = float(text.replace(",", ""))
    return found if isfinite(found) else None


def _decoded(raw: bytes, called: str) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        rule = "a CSV file in UTF-8 (in a spreadsheet: save as CSV UTF-8)"
        raise InvalidValue(called, f"byte {error.start + 1}", rule) from error
    if "\0" in text:
        raise InvalidValue(called, "a byte of zero", "a CSV file, not a binary one")
    return text


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InvalidValue(f"line {line}", str(error), "a row of CSV") from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _date(text: str) -> date | None:
    for pattern, (year, month, day) in _DATES:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found[year]), int(found[month]), int(found[day]))
            except ValueError:
                return None
    return None


def _day_rule(text: str) -> str:
    found = _LIKE_A_DATE.fullmatch(text)
    if found and found[2]:
        return "a day without a time of day, such as 2018-01-12"
    if found and found[1] == "/" and not text[:4].isdigit():
        return "a day as month/day/year, as in the United States, or as YYYY-MM-DD"
    return "a day such as 2018-01-12" + ("" if found else ", like the others")


def _school_year(text: str) -> bool:
    """Whether 2011-12 may mean 2011 to 2012."""
    return (int(text[2:4]) + 1) % 100 == int(text[5:])


def _place(text: str) -> float | int:
    found = to_number(text) or 0.0
    return int(found) if found == int(found) else found
