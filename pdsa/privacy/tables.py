"""Tables of numbers of students, and which of their cells have to be hidden.

A table has a row for each classroom or school and a column for each group of students, and its
margins: ``ALL``, the number of all students of a row; ``TOTAL``, the sum of a column over all rows;
and where the two meet the grand total. A margin cell is a cell as any other.

10 or fewer students are hidden (CDE: suppressed in CAASPP's public files; NCES 2011-603: never
below 10), and as many more cells that nothing shown gives a hidden one back (complementary
suppression, FCSM Statistical Policy Working Paper 22): ``pdsa.privacy.complement`` says how.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import add, sub
from typing import Final

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.privacy.complement import AT_LEAST, Partition
from pdsa.words import say

#: The column of all students of a row.
ALL: Final = -1

#: The row of totals.
TOTAL: Final = -1

#: Row and column, counted from 0, or ``TOTAL`` and ``ALL``.
Cell = tuple[int, int]


class Table(Struct, frozen=True, kw_only=True):
    """Numbers of students by row and group, and the number of all students of each row.

    A partition is a tuple of columns whose groups do not overlap, such as race and ethnicity; a
    column in none is a partition of its own (English learners and the rest). Totals are the sums of
    the rows. A partition that adds up to more than ALL in some row is taken as it stands: its
    groups overlap there, so nothing can be had by subtraction, and nothing hides behind it either.
    Raises ``InvalidValue`` for numbers below 0, rows of unequal length, and partitions that share a
    column or name one that is not there.
    """

    cells: tuple[tuple[int, ...], ...]
    all_students: tuple[int, ...]
    partitions: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.all_students):
            raise InvalidValue("all_students", len(self.all_students), "one number for each row")
        if len({*map(len, self.cells)}) > 1:
            raise InvalidValue("cells", "rows of unequal length", "one number for each column")
        if any(map(_negative, self.cells)) or _negative(self.all_students):
            raise InvalidValue("cells", "a number below 0", "numbers of students")
        named = [column for partition in self.partitions for column in partition]
        if len({*named}) < len(named):
            raise InvalidValue("partitions", self.partitions, "each column in one partition")
        if not {*named} <= {*range(self.width)}:
            raise InvalidValue("partitions", self.partitions, "columns of the table")

    @property
    def width(self) -> int:
        """How many groups there are."""
        return len(self.cells[0]) if self.cells else 0

    def students(self, cell: Cell) -> int:
        """The number of students in a cell, margins included."""
        row, column = cell
        if row != TOTAL:
            return self.all_students[row] if column == ALL else self.cells[row][column]
        if column == ALL:
            return sum(self.all_students)
        return sum(numbers[column] for numbers in self.cells)


class Hidden(Struct, frozen=True):
    """Which cells of a table are hidden; it does not tell which for their own sake.

    ``rows`` has a bitmask for each row and one for the totals at the end: bit 0 is ALL, bit 1 the
    first group.
    """

    rows: tuple[int, ...]

    def __contains__(self, cell: Cell) -> bool:
        row, column = cell
        return bool(self.rows[row] >> (column + 1) & 1)

    def __iter__(self) -> Iterator[Cell]:
        last = len(self.rows) - 1
        for at, mask in enumerate(self.rows):
            for bit in range(mask.bit_length()):
                if mask >> bit & 1:
                    yield (TOTAL if at == last else at), bit - 1

    def __len__(self) -> int:
        return sum(mask.bit_count() for mask in self.rows)


def suppress(
    table: Table, *, at_least: int | None = AT_LEAST, withheld: Iterable[Cell] = ()
) -> Hidden:
    """The cells to hide so that no number of 1 to ``at_least`` - 1 students can be had or bounded.

    ``withheld`` cells are hidden whatever they hold, and protected alike. ``at_least=None`` is for
    readers who may see small numbers: only what is withheld is hidden, with its complement. Where
    ALL of a row is hidden, the whole row is, cells without students too.

    What holds: each hidden cell with students may hold at least three different numbers as far as
    the reader can tell from all that is shown, and so may a rest of 1 to ``at_least`` - 1 students;
    the hidden cells of a line whose total is shown are at least two and together hold ``at_least``.
    A cell without students is no secret and hides nothing; only for ALL of a hidden row it counts
    that nobody is told which of its groups are empty. The answer depends on the numbers, not
    on the order of rows and columns, except between columns of equal numbers. A larger ``at_least``
    need not hide all that a smaller one hid as complement: give that as ``withheld`` for releases
    one after another. Raises ``InvalidValue`` for ``at_least`` below 11 and for cells that are not
    in the table.
    """
    if at_least is not None and at_least < AT_LEAST:
        raise InvalidValue(
            "at_least", at_least, say("{least} or more, or None to show all", least=AT_LEAST)
        )
    asked = _masks(table, withheld)
    columns, rows = _order(table, asked)
    closed = _suppress(table, at_least or 0, asked, columns, rows)
    if closed is None:
        return Hidden(((2 << table.width) - 1,) * len(asked))
    back = dict(zip([*rows, len(rows)], closed, strict=True))
    return Hidden(tuple(back[row] | asked[row] for row in range(len(asked))))


def _suppress(
    table: Table, at_least: int, asked: Sequence[int], order: Sequence[int], rows: Sequence[int]
) -> list[int] | None:
    """Masks by row in the order of ``rows``, totals last; ``None`` where all has to be hidden."""
    if asked[-1] & 1:
        return None
    height = len(rows)
    numbers = [*zip(*(table.cells[row] for row in rows), strict=True)]
    columns = {column: (*numbers[column], sum(numbers[column])) for column in order}
    everybody = [table.all_students[row] for row in rows]
    everybody.append(sum(everybody))
    masks = [asked[row] for row in [*rows, height]]
    partitions = _partitions(table.partitions, order)
    parts = [
        ([columns[column] for column in each], _rest(everybody, [columns[c] for c in each]))
        for each in partitions
    ]
    closed = {row for row, mask in enumerate(masks) if mask & 1}
    while _close_rows(closed, everybody, at_least):
        stuck: set[int] = set()
        done = []
        for each, (groups, rest) in zip(partitions, parts, strict=True):
            mine = {
                row: sum(1 << at for at, column in enumerate(each) if mask >> (column + 1) & 1)
                for row, mask in enumerate(masks)
                if mask
            }
            part = Partition(groups, rest, everybody, frozenset(closed), mine, at_least)
            stuck |= part.complete()
            done.append((each, part.unknown))
        if not stuck:
            return _joined(done, height, closed, table.width)
        if height in stuck or stuck <= closed:
            return None
        closed |= stuck
    return None


def _close_rows(closed: set[int], everybody: Sequence[int], at_least: int) -> bool:
    """Add the rows whose ALL is hidden: small ones, and the smallest others as their complement.

    False where no rows are left to hide with.
    """
    students = everybody[:-1]
    closed.update(row for row, n in enumerate(students) if 0 < n < at_least)
    held = [students[row] for row in closed if students[row]]
    others = iter(sorted((n, row) for row, n in enumerate(students) if n and row not in closed))
    while held and (len(held) < 2 or sum(held) < max(at_least, len(held) + 2)):
        smallest = next(others, None)
        if smallest is None:
            return False
        held.append(smallest[0])
        closed.add(smallest[1])
    return True


def _partitions(given: Iterable[Iterable[int]], order: Sequence[int]) -> list[list[int]]:
    at = {column: place for place, column in enumerate(order)}
    found = [sorted(each, key=at.__getitem__) for each in given if each]
    alone = {*order}.difference(*found)
    return [*found, *([column] for column in order if column in alone)]


def _rest(everybody: Sequence[int], groups: Sequence[Sequence[int]]) -> list[int] | None:
    """Students in none of the groups, by row; ``None`` where every row has none."""
    rest = list(everybody)
    for numbers in groups:
        rest = [*map(sub, rest, numbers)]
    return rest if max(rest) > 0 else None


def _joined(
    done: Iterable[tuple[Sequence[int], Sequence[int]]], height: int, closed: set[int], width: int
) -> list[int]:
    masks = [0] * (height + 1)
    for each, unknown in done:
        if len(each) == 1:
            bit = 2 << each[0]
            shown = {0: 0, 1: bit, 2: 0, 3: bit}
        else:
            shown = {
                mask: sum(2 << column for at, column in enumerate(each) if mask >> at & 1)
                for mask in {*unknown}
            }
        masks = [*map(add, masks, map(shown.__getitem__, unknown))]
    for row in closed:
        masks[row] = (2 << width) - 1
    return masks


def _masks(table: Table, withheld: Iterable[Cell]) -> list[int]:
    height, width = len(table.cells), table.width
    masks = [0] * (height + 1)
    for row, column in withheld:
        if not (-1 <= row < height and -1 <= column < width):
            raise InvalidValue("withheld", (row, column), "a cell of the table")
        masks[row] |= 1 << (column + 1)
    return masks


def _order(table: Table, asked: Sequence[int]) -> tuple[list[int], list[int]]:
    """Columns and rows by what they hold, so that the order they came in does not matter."""
    numbers = [*zip(*table.cells, strict=True)]
    totals = [*map(sum, numbers)]
    columns = sorted(range(len(numbers)), key=totals.__getitem__)
    if len({*totals}) < len(totals):
        columns.sort(key=lambda column: (totals[column], sorted(numbers[column])))
    ranked = [*zip(table.all_students, *(numbers[column] for column in columns), strict=True)]
    rows = sorted(range(len(table.cells)), key=ranked.__getitem__)
    if any(asked):
        place = {column: at for at, column in enumerate(columns)}

        def full(row: int) -> tuple[object, ...]:
            mask = asked[row]
            return ranked[row], mask & 1, [mask >> (c + 1) & 1 for c in place]

        rows.sort(key=full)
    return columns, rows


def _negative(numbers: Sequence[int]) -> bool:
    return min(numbers, default=0) < 0
