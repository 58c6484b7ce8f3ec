"""A block pasted from a spreadsheet, laid over the grid of a tally.

Every way in which the block could be meant is tried: days down or across, with or without names and
dates at its sides, one number or two in each classroom. It is taken where exactly one way fits, and
refused where none does or more than one; nothing is guessed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import UnitId
from pdsa.measure import Measure, MeasureUnit
from pdsa.tally import rules
from pdsa.tally.block import Block, PastedCell, blocks, trimmed
from pdsa.tally.cell import plain, read_cell, says_missing
from pdsa.tally.days import NamedDay, read_day
from pdsa.tally.fill import Entry
from pdsa.tally.grid import TallyColumn, TallyGrid
from pdsa.tally.names import Heading, Names, Slot, part
from pdsa.words import say

_BARE = re.compile(r"[0-9]+")
_OF = re.compile(r"[0-9]+ ?/ ?[0-9]+")


class Placed(Struct, frozen=True):
    """A text that goes into a cell of the grid, as it was pasted."""

    day: date
    classroom_id: UnitId | None
    text: str


class Unplaced(Struct, frozen=True):
    """A text that found no cell, with its row and column in the block (from 1), and why."""

    row: int
    column: int
    text: str
    why: str


class PastedTable(Struct, frozen=True):
    """What a block says: ``cells`` in the order of the grid, ``unplaced`` in that of the block."""

    cells: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...] = ()

    def entries(self, grid: TallyGrid) -> dict[tuple[date, UnitId | None], Entry]:
        """The cells as entries for ``fill``, with the versions that stand in the grid."""
        seen = {(cell.day, cell.classroom_id): cell.version for cell in grid.cells()}
        places = [((cell.day, cell.classroom_id), cell.text) for cell in self.cells]
        return {at: Entry(text, seen.get(at, "")) for at, text in places}


def read_table(
    measure: Measure, text: str, *, classrooms: Sequence[TallyColumn], days: Sequence[date]
) -> PastedTable:
    """A pasted block as texts for the cells of a grid, whose columns and days are given.

    Cells are separated by tabs, semicolons or commas, and may be quoted. A row or column of dates
    (``2018-01-12``, ``1/12``, ``12 Jan``) and one of names say what stands where; without them the
    shape must be that of the grid. A classroom may have two columns, ``10 | 25`` for ``10/25``:
    under one name and an empty cell, one name twice, two names that end in words such as "used" and
    "of", or without names where all columns come in twos. An empty cell says nothing and leaves what
    stands; a missing count needs no denominator beside it. Texts are placed as they are:
    ``fill`` reads them.

    Raises ``InvalidValue`` for a block that fits in no way or in more than one, and for what is no
    text, over 100,000 characters, 1,000 rows or columns, or 50,000 cells.
    """
    reader = _Reader(measure, classrooms, days)
    found: list[PastedTable] = []
    shape = (0, 0)
    for block in blocks(text):
        size = trimmed(block)
        shape = max(shape, size, key=lambda each: each[1])
        if size == (0, 0):
            continue
        alone = len(block[0]) == 1 and "," in text
        for read in reader.readings(block):
            if read not in found and not (alone and reader.splits(read)):
                found.append(read)
    if shape == (0, 0):
        raise InvalidValue("text", text[:100], rules.NOTHING_PASTED)
    if len(found) > 1:
        raise InvalidValue("text", text[:100], rules.TWO_READINGS)
    if not found:
        rule = rules.no_fit(*shape, days=len(days), classrooms=len(reader.own))
        raise InvalidValue("text", text[:100], rule)
    return found[0]


class _Reader:
    """Reads blocks for one measure, over the columns and days of one grid."""

    def __init__(
        self, measure: Measure, columns: Sequence[TallyColumn], days: Sequence[date]
    ) -> None:
        self.measure, self.columns, self.days = measure, columns, days
        self.own = [column for column in columns if not column.extra]
        self.names = Names(columns)
        self.counts = measure.unit in (MeasureUnit.percentage, MeasureUnit.rate)
        self._order = {column.classroom_id: i for i, column in enumerate(columns)}

    def readings(self, block: Block) -> Iterator[PastedTable]:
        """The block in every way that fits, some of them perhaps the same."""
        across: Block = tuple(zip(*block, strict=True))
        for each, named, dated in product((block, across), (True, False), (True, False)):
            head, rows, first = each[0], each, int(dated)
            if len(head) == first or not self._names_fit(head, named, dated):
                continue
            parts: list[str] = []
            if named:
                parts = self._parts(each[1:], first)
                rows = each[2:] if parts else each[1:]
            if not rows or not self._dates_fit(rows, named, dated):
                continue
            if named:
                headings = [self.names.heading(cell.text) for cell in head[first:]]
                headings = self._told_apart(headings, parts, rows, first)
                layouts = [self.names.slots(headings, first=first)]
            else:
                layouts = list(self._by_shape(rows, first))
            for slots in layouts:
                if dated:
                    yield self._lay(rows, slots, [self._day(row[0].text) for row in rows])
                elif trimmed(rows)[0] <= len(self.days) <= len(rows):
                    stand = [NamedDay(str(day), (day,)) for day in self.days]
                    yield self._lay(rows[: len(stand)], slots, stand)

    def splits(self, read: PastedTable) -> bool:
        """Whether a cell with a comma says nothing as a whole, so that the comma separates."""
        return any("," in cell.text and not self._is_figure(cell.text) for cell in read.cells)

    # -- what stands at the sides ------------------------------------------------------------

    def _is_figure(self, text: str) -> bool:
        if self.counts and _OF.fullmatch(plain(text)):
            return True  # also where it cannot be: 12/10 is a slip of the pen rather than a date
        try:
            return read_cell(self.measure, text, size=rules.MAX_COUNT) is not None
        except InvalidValue:
            return False

    def _is_name(self, text: str) -> bool:
        return bool(text) and self.names.heading(text).key in self.names.columns

    def _word(self, text: str) -> bool:
        """Whether a text is a date or a word, and no figure."""
        said = plain(text)
        if not said or self._is_figure(text):
            return False
        return said[0].isalpha() or read_day(text, ()) is not None

    def _heads(self, texts: Sequence[str]) -> bool:
        """Whether a row or column can only be a heading: a name, or dates and words alone."""
        there = [text for text in texts if text]
        if there and all(map(self._is_name, there)):
            return True
        figures = [self._is_figure(text) for text in there]
        if any(self._is_name(text) for text, is_ in zip(there, figures, strict=True) if not is_):
            return True
        return not any(figures) and any(map(self._word, there))

    def _names_fit(self, head: Sequence[PastedCell], named: bool, dated: bool) -> bool:
        corner, *others = (cell.text for cell in head)
        if named:  # a name over the first column says that there are no dates in it
            return self._is_name(corner) != dated and any(map(self._is_name, (corner, *others)))
        return not self._heads(others if dated else (corner, *others))

    def _dates_fit(self, rows: Block, named: bool, dated: bool) -> bool:
        if not dated:
            return not self._heads([row[0].text for row in rows])
        if not named and read_day(rows[0][0].text, ()) is None:
            return False
        sure = False
        for text, others in ((row[0].text, row[1:]) for row in rows):
            if not (named or text) and any(cell.text for cell in others):
                return False  # without names, nothing else says that this is a column of dates
            day = self._day(text)
            figure = self._is_figure(text)
            if figure and (day is None or not (named or day.may_be)):
                return False  # 10/25 is no day of the grid: rather 10 of 25
            sure = sure or (day is not None and (bool(day.may_be) or not figure))
        return sure

    def _day(self, text: str) -> NamedDay | None:
        return read_day(text, self.days)

    # -- whose the columns are ---------------------------------------------------------------

    def _by_shape(self, rows: Block, first: int) -> Iterator[list[Slot]]:
        """The columns as those of the grid, one or two for each classroom."""
        needed, there = trimmed(rows)[1] - first, len(rows[0]) - first
        if needed <= len(self.own) <= there:
            yield [Slot((place,), column) for place, column in enumerate(self.own, first)]
        twice = range(first, first + 2 * len(self.own))
        if needed <= len(twice) <= there and self._pairs(rows, twice):
            yield [
                Slot((place, place + 1), column)
                for place, column in zip(twice[::2], self.own, strict=True)
            ]

    def _parts(self, rows: Block, first: int) -> list[str]:
        """A second row of headings: for each column which number it is over; empty if it is none."""
        texts = [cell.text for cell in rows[0][first:]] if rows else []
        parts = [part(text) for text in texts]
        second = any(parts) and all(map(bool, (p for p, t in zip(parts, texts, strict=True) if t)))
        return parts if second else []

    def _told_apart(
        self, headings: list[Heading], parts: Sequence[str], rows: Block, first: int
    ) -> list[Heading]:
        """Headings that say which of a classroom's two numbers they are over, where there are two.

        A second row of headings may say so, or the same name twice, or a name before an empty cell.
        """
        told = list(headings)
        for i, heading in enumerate(headings):
            before = told[i - 1] if i else Heading("", "", "")
            if parts and parts[i] and not heading.part:
                name = heading if heading.key else before
                told[i] = Heading(name.text, name.key, parts[i])
            elif heading.key in ("", before.key) and before.key in self.names.columns:
                both = range(first + i - 1, first + i + 1)
                full = all(any(row[place].text for row in rows) for place in both)
                if not (before.part or heading.part) and full and self._pairs(rows, both):
                    told[i - 1] = Heading(before.text, before.key, "counted")
                    told[i] = Heading(before.text, before.key, "of")
        return told

    def _pairs(self, rows: Block, places: range) -> bool:
        """Whether columns hold whole numbers or say that they are missing, as pairs of counts do."""
        texts = [plain(row[place].text) for row in rows for place in places]
        return self.counts and all(_BARE.fullmatch(t) or says_missing(t) for t in texts if t)

    # -- what goes where ---------------------------------------------------------------------

    def _lay(
        self, rows: Block, slots: Sequence[Slot], named: Sequence[NamedDay | None]
    ) -> PastedTable:
        often = Counter(each.day for each in named if each)
        cells: list[Placed] = []
        unplaced: list[Unplaced] = []
        for row, each in zip(rows, named, strict=True):
            why = _why_no_day(each, often, row[0].text)
            for slot in slots:
                found = [row[place] for place in slot.places]
                half = "" if why or slot.why else _half(found)
                text = _together(found)
                if not text and not half:
                    continue
                if each and each.day and slot.column and not why and not half:
                    cells.append(Placed(each.day, slot.column.classroom_id, text))
                else:
                    reason = why or slot.why or half
                    unplaced += [Unplaced(c.row, c.column, c.text, reason) for c in found if c.text]
        cells.sort(key=lambda cell: (cell.day, self._order[cell.classroom_id]))
        unplaced.sort(key=lambda each: (each.row, each.column))
        return PastedTable(tuple(cells), tuple(unplaced))


def _why_no_day(named: NamedDay | None, often: Counter[date | None], text: str) -> str:
    if named is None or not named.may_be:
        return rules.unknown_date(text) if text else say(rules.NO_DATE)
    if len(named.may_be) > 1:
        return rules.two_dates(text)
    return rules.repeated_date(text) if often[named.day] > 1 else ""


def _together(found: Sequence[PastedCell]) -> str:
    """The text of a cell from one column or two; a missing count has no denominator."""
    first, *others = (cell.text for cell in found)
    if says_missing(first) and all(
        not text or says_missing(text) or _BARE.fullmatch(plain(text)) for text in others
    ):
        return first
    return "/".join(cell.text for cell in found if cell.text)


def _half(found: Sequence[PastedCell]) -> str:
    """Why two numbers make no figure, where only one of them is there and it says a number."""
    texts = [cell.text for cell in found if cell.text]
    if len(found) == 1 or len(texts) != 1 or says_missing(texts[0]):
        return ""
    return say(rules.HALF_A_PAIR)
