"""A block of cells as a spreadsheet copies it: separated by tabs, or CSV with commas or semicolons."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.tally import rules
from pdsa.tally.cell import plain

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd]")


class PastedCell(Struct, frozen=True, gc=False):
    """A text with the row and column of the block that it stands in, both from 1."""

    text: str
    row: int
    column: int


#: Rows of cells, all of one length.
Block = tuple[tuple[PastedCell, ...], ...]


def blocks(text: str) -> Iterator[Block]:
    """The text as a block, in each way in which its cells may be separated.

    Tabs leave no doubt, and neither do semicolons. A comma may also be a decimal comma, so there
    are two ways to read a text that has no other separator.

    Raises ``InvalidValue`` for what is no text, too long, too large, or has an open quotation mark.
    """
    if len(text) > rules.MAX_CHARACTERS:
        raise InvalidValue("text", text[:100], rules.long_text())
    text = text.removeprefix("\ufeff")
    if _NO_TEXT.search(text):
        raise InvalidValue("text", text[:100], rules.NOT_TEXT)
    for separator in "\t;":
        if separator in text:
            yield _block(text, separator)
            return
    if "," in text:
        yield _block(text, ",")
    if "," not in text or '"' not in text:  # a quoted cell keeps its decimal comma
        yield _block(text, "\t")


def trimmed(block: Block) -> tuple[int, int]:
    """How many rows and columns a block has up to its last cell that is not empty."""
    rows = columns = 0
    for i, row in enumerate(block, 1):
        for j, cell in enumerate(row, 1):
            if cell.text:
                rows, columns = i, max(columns, j)
    return rows, columns


def _seen(text: str) -> str:
    """A text without blanks at its ends; nothing where it has only characters that nobody sees."""
    return text.strip() if plain(text) else ""


def _block(text: str, separator: str) -> Block:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(islice(reader, rules.MAX_ROWS + 1))
    except csv.Error:
        raise InvalidValue("text", text[:100], rules.UNCLOSED_QUOTE) from None
    columns = max(map(len, rows), default=0)
    if len(rows) > rules.MAX_ROWS or columns > rules.MAX_COLUMNS:
        raise InvalidValue("text", text[:100], rules.large_table())
    if len(rows) * columns > rules.MAX_CELLS:
        raise InvalidValue("text", text[:100], rules.large_table())
    return tuple(
        tuple(PastedCell(_seen(row[j]) if j < len(row) else "", i, j + 1) for j in range(columns))
        for i, row in enumerate(rows, 1)
    )
