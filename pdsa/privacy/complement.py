"""Complementary suppression in one partition of the students: groups that do not overlap.

The columns of a partition are its groups and, where some row has one, the *rest*: students in none
of them, never displayed but known by subtraction once a row shows all else. The last row is the
margin: the totals of the columns.

A hidden cell is *covered* when it is a corner of a rectangle (two rows, two columns) whose corners
the reader knows none of, and which can be rotated by one and by two students: two corners grow,
two shrink and keep at least one student, and every total stays what it was (where one of the rows
is the margin, the corners of a column move together). So three tables agree with all that is
shown, and in each the cell holds something else. A cell without students is no corner: readers may
know that nobody is there. Between two closed rows ALL serves as the second column, because the
same students can move in every other partition.

The rule for single lines is not enough in a two-way table: a cell that is a bridge in the graph of
hidden cells is determined (D. Gusfield, A graph theoretic approach to statistical data security,
SIAM J. Comput. 17(3), 1988). Hiding the smallest further cells: FCSM Statistical Policy Working
Paper 22.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

#: The fewest students whose number is shown (CDE: 10 or fewer are suppressed in CAASPP's public
#: files; NCES 2011-603: never below 10).
AT_LEAST = 11

#: A corner that shrinks by two students and keeps one.
FIRM = 3


class Partition:
    """One partition while it is completed: what the reader does not know, as a bitmask per row.

    ``groups`` are columns of numbers of students, margin last; ``rest`` likewise, or ``None`` where
    no row has one. ``all_students`` is what the partition parts, by row. ``closed`` rows say
    nothing at all, their number of students included. ``withheld`` cells are hidden whatever they
    hold: bits of groups by row.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[int]],
        rest: Sequence[int] | None,
        all_students: Sequence[int],
        closed: frozenset[int],
        withheld: Mapping[int, int],
        at_least: int,
    ) -> None:
        self.columns = [*groups] if rest is None else [*groups, rest]
        self.groups, self.rest = len(groups), rest
        self.all_students, self.closed, self.at_least = all_students, closed, at_least
        self.margin = len(all_students) - 1
        width, height = len(self.columns), len(all_students)
        self.unknown = [0] * height
        self.firm = [0] * height
        self.row_sums = [0] * height
        self.column_sums = [0] * width
        # Rows in which one column is firm and the other unknown: how many, and as bitmasks by the
        # one column (of those with one such row, with two) and by the other.
        self.pairs = [[0] * width for _ in range(width)]
        self.one, self.two = [0] * width, [0] * width
        self.one_for, self.two_for = [0] * width, [0] * width
        self.changed: set[int] = set()
        self._hide_small()
        patterns = Counter(zip(self.unknown[:-1], self.firm[:-1], strict=True))
        for (unknown, firm), rows in patterns.items():
            for column in _bits(firm):
                for other in _bits(unknown & ~(1 << column)):
                    self._pair(column, other, rows)
        for row, mask in withheld.items():
            for column in _bits(mask):
                self.hide(row, column)
        for row in closed:
            for column in range(width):
                self.hide(row, column)
        self.closed_some = [
            sum(self.unknown[row] >> column & 1 for row in closed if all_students[row])
            for column in range(width)
        ]
        self.closed_firm = [
            sum(self._closed_firm(row, column) for row in closed) for column in range(width)
        ]

    def complete(self) -> set[int]:
        """Hide what covers every hidden cell; returns the rows to close where nothing else can.

        The margin among them says that the whole table has to be hidden. Of each line whose total
        is shown, the hidden cells then hold at least ``at_least``.
        """
        stuck: set[int] = set()
        self.changed = {row for row, unknown in enumerate(self.unknown) if unknown}
        while self.changed:
            rows, self.changed = sorted(self.changed), set()
            stuck.update(row for row in rows if not self._fill_row(row))
            for column in range(len(self.columns)):
                stuck.update(self._fill_column(column))
            for row in self._uncovered(sorted({*rows, *self.changed})):
                for column in _bits(self.lacking(row)):
                    if not self.lacking(row) >> column & 1:
                        continue  # covered by the rectangle of the column before
                    if corners := self._rectangle(row, column):
                        for corner in corners:
                            self.hide(*corner)
                        continue
                    stuck.add(self._to_close(row, column))
                    if self.margin in stuck:
                        return stuck
        return stuck

    def hide(self, row: int, column: int) -> None:
        """Hide a cell that holds students; with it the row's rest is no longer known."""
        if self.columns[column][row] > 0:
            self._hide(row, column)
            if self.rest is not None and self.rest[row] > 0:
                self._hide(row, self.groups)

    def lacking(self, row: int) -> int:
        """The cells of a row that need cover and have none, as a bitmask."""
        secret = self._secret(row)
        if row == self.margin:
            return self._lacking_totals(secret)
        lacking = self._lacking(self.unknown[row], self.firm[row], secret)
        if lacking and row in self.closed:
            for column in _bits(lacking):
                if self._closed_cover(row, column):
                    lacking ^= 1 << column
        return lacking

    def _hide_small(self) -> None:
        unknown, firm, sums, at_least = self.unknown, self.firm, self.row_sums, self.at_least
        for column, numbers in enumerate(self.columns):
            bit, total = 1 << column, 0
            for row, students in enumerate(numbers):
                if 0 < students < at_least:
                    unknown[row] |= bit
                    sums[row] += students
                    total += students
                    if students >= FIRM:
                        firm[row] |= bit
            self.column_sums[column] = total
            if 0 < numbers[-1] < at_least:
                self.column_sums[column] -= numbers[-1]
        if self.rest is not None:
            bit, groups, total = 1 << self.groups, (1 << self.groups) - 1, 0
            for row, (mask, students) in enumerate(zip(unknown, self.rest, strict=True)):
                if mask & groups and students > 0 and not mask & bit:
                    unknown[row] |= bit
                    sums[row] += students
                    if students >= FIRM:
                        firm[row] |= bit
                    if row != self.margin:
                        total += students
            self.column_sums[self.groups] += total

    def _hide(self, row: int, column: int) -> None:
        students, bit = self.columns[column][row], 1 << column
        if self.unknown[row] & bit:
            return
        if row != self.margin:
            self.column_sums[column] += students
            for other in _bits(self.unknown[row]):
                if students >= FIRM:
                    self._pair(column, other, 1)
                if self.firm[row] >> other & 1:
                    self._pair(other, column, 1)
        self.row_sums[row] += students
        self.unknown[row] |= bit
        if students >= FIRM:
            self.firm[row] |= bit
        self.changed.add(row)

    def _pair(self, column: int, other: int, rows: int) -> None:
        known = self.pairs[column][other] = self.pairs[column][other] + rows
        self.one[column] |= 1 << other
        self.one_for[other] |= 1 << column
        if known > 1:
            self.two[column] |= 1 << other
            self.two_for[other] |= 1 << column

    def _secret(self, row: int) -> int:
        """What needs cover: hidden groups, and a rest of few students or of a closed row."""
        many = self.rest is not None and self.rest[row] >= self.at_least
        if many and row not in self.closed:
            return self.unknown[row] & ~(1 << self.groups)
        return self.unknown[row]

    def _uncovered(self, rows: Sequence[int]) -> list[int]:
        """Those of the rows in which a cell lacks cover; rows of one pattern are judged once."""
        judged: dict[tuple[int, int, int], int] = {}
        found = []
        for row in rows:
            if row == self.margin or row in self.closed:
                lacking = self.lacking(row)
            else:
                pattern = self.unknown[row], self.firm[row], self._secret(row)
                if pattern not in judged:
                    judged[pattern] = self._lacking(*pattern)
                lacking = judged[pattern]
            if lacking:
                found.append(row)
        return found

    def _lacking(self, unknown: int, firm: int, secret: int) -> int:
        margin, margin_firm = self.unknown[-1], self.firm[-1]
        lacking = 0
        for column in _bits(secret):
            bit = 1 << column
            # The cell grows: so shrink another of its row and one of its column (not this row's).
            partners = self.two[column] if firm & bit else self.one[column]
            if margin & bit:
                partners |= margin_firm
            if firm & partners & ~bit:
                continue
            if firm & bit:  # it shrinks
                partners = (self.one_for[column] & ~firm) | self.two_for[column]
                if margin_firm & bit:
                    partners |= margin
                if unknown & partners & ~bit:
                    continue
            lacking |= bit
        return lacking

    def _lacking_totals(self, secret: int) -> int:
        margin, firm = self.unknown[-1], self.firm[-1]
        lacking = 0
        for column in _bits(secret):
            bit = 1 << column
            partners = firm & self.one_for[column]
            if firm & bit:
                partners |= margin & self.one[column]
            if not partners & ~bit:
                lacking |= bit
        return lacking

    def _closed_cover(self, row: int, column: int) -> bool:
        """Whether students of this column can move between two closed rows, sums and all."""
        if not self.all_students[row]:
            return False  # contradicts its groups
        firm = self._closed_firm(row, column)
        return self.closed_firm[column] > firm or (firm and self.closed_some[column] > 1)

    def _to_close(self, row: int, column: int) -> int:
        """The row to close for a cell without a rectangle: its own, else the smallest helpful."""
        if row not in self.closed:
            return row
        rows = [
            (self.all_students[other], other)
            for other in range(self.margin)
            if other not in self.closed and self._closed_firm(other, column)
        ]
        return min(rows)[1] if rows and row != self.margin else self.margin

    def _closed_firm(self, row: int, column: int) -> bool:
        return self.columns[column][row] >= FIRM and self.all_students[row] >= FIRM

    def _fill_row(self, row: int) -> bool:
        while self.row_sums[row] < self.at_least and row not in self.closed:
            column = self._smallest(row)
            if column is None:
                return False
            self.hide(row, column)
        return True

    def _smallest(self, row: int) -> int | None:
        unknown = self.unknown[row]
        shown = [
            (numbers[row], column)
            for column, numbers in enumerate(self.columns[: self.groups])
            if numbers[row] > 0 and not unknown >> column & 1
        ]
        return min(shown)[1] if shown else None

    def _fill_column(self, column: int) -> set[int]:
        bit, numbers = 1 << column, self.columns[column]
        while 0 < self.column_sums[column] < self.at_least and not self.unknown[-1] & bit:
            shown = [row for row in range(self.margin) if not self.unknown[row] & bit]
            if column < self.groups:
                choice = [(numbers[row], row, column) for row in shown if numbers[row] > 0]
            else:
                choice = [
                    (self.columns[group][row], row, group)
                    for row in shown
                    if numbers[row] > 0 and (group := self._smallest(row)) is not None
                ]
            if not choice:
                return {row for row in range(self.margin) if self.unknown[row] & bit}
            self.hide(*min(choice)[1:])
        return set()

    def _rectangle(self, row: int, column: int) -> list[tuple[int, int]] | None:
        """The corners of the rectangle on this cell that hides the fewest further students."""
        mine, own = self.columns[column], self.unknown[row]
        firm = mine[row] >= FIRM
        prices = sorted(
            (0 if own >> other & 1 or other == self.groups else numbers[row], other)
            for other, numbers in enumerate(self.columns)
            if other != column
            and numbers[row] > 0
            and (firm or numbers[row] >= FIRM)  # else neither way round can shrink by two
        )
        best: tuple[int, int, int] | None = None
        bit = 1 << column
        free = bit if column == self.groups else 0
        for price, other in prices:
            if best and price >= best[0]:
                break
            theirs, other_bit = self.columns[other], 1 << other
            other_firm = theirs[row] >= FIRM
            free_too = free | (other_bit if other == self.groups else 0)
            for at, here, there, unknown in zip(count(), mine, theirs, self.unknown, strict=False):
                if self.margin in (at, row):
                    turns = (firm and here >= FIRM) or (other_firm and there >= FIRM)
                else:
                    turns = (other_firm and here >= FIRM) or (firm and there >= FIRM)
                if not turns or at == row:
                    continue
                if here <= 0 or there <= 0:
                    continue
                known = ~(unknown | free_too)
                cost = price + (here if known & bit else 0) + (there if known & other_bit else 0)
                if best is None or (cost, at, other) < best:
                    best = cost, at, other
        if best is None:
            return None
        _, at, other = best
        # Groups first: a rest follows the group that is hidden beside it.
        return sorted(((row, column), (row, other), (at, column), (at, other)), key=_column)


def _column(corner: tuple[int, int]) -> int:
    return corner[1]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
