"""CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

#: What a spreadsheet may take for the beginning of a formula, or skip to get to one.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: object) -> object:
    """A value as a cell: text that begins like a formula gets an apostrophe before it.

    Numbers and days stay as they are: ``-3.5`` is a number and no formula.
    """
    if isinstance(value, str) and value.startswith(_BEGINNINGS):
        return f"'{value}"
    return value


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8, quoted as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()
