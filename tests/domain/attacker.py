"""Somebody who wants to know what a table hides, and knows everything else about it.

Written against the words of the rule, not against the code: unknown numbers, equations and bounds.

The attacker knows each shown number, the partitions, that a hidden cell has students (only in a row
whose ALL is hidden may it have none), and outside such rows even which cells and rests hold nobody,
or by how many the groups overlap. It knows, too, where everybody is in some group of a partition.
"""

from collections.abc import Collection, Iterator
from fractions import Fraction

from pdsa.privacy import ALL, TOTAL, Cell, Table

#: A number of the table: row, column and, for students in no group of a partition, its number.
Key = tuple[int, int | str, int]


class Attacker:
    """Solves for the numbers that ``hidden`` hides in ``table``."""

    def __init__(self, table: Table, hidden: Collection[Cell]) -> None:
        self.keys: list[Key] = []
        self.true: list[int] = []
        self.low: list[int] = []
        self.at: dict[Key, int] = {}
        partitions = everyones(table)
        rows = [*range(len(table.cells)), TOTAL]
        for row in rows:
            for column in (ALL, *range(table.width)):
                if (row, column) in hidden:
                    closed = (
                        column != ALL and (row, ALL) in hidden and table.students((row, ALL)) > 0
                    )
                    self._unknown((row, column, 0), table.students((row, column)), closed)
        for number, partition in enumerate(partitions):
            rests = {row: rest(table, row, partition) for row in rows}
            for row, n in rests.items():
                closed = (row, ALL) in hidden and table.students((row, ALL)) > 0
                possible = closed and max(rests.values()) > 0
                if n > 0 or possible or (n < 0 and (row, ALL) in hidden):
                    self._unknown((row, "rest", number), n, closed)
        equations: list[list[tuple[int, int]]] = []
        for row in rows:
            for number, partition in enumerate(partitions):
                keys: list[Key] = [(row, column, 0) for column in partition]
                equations.append(self._sum([*keys, (row, "rest", number)], (row, ALL, 0)))
        columns: list[tuple[int | str, int]] = [(column, 0) for column in range(table.width)]
        columns += [(ALL, 0), *(("rest", number) for number in range(len(partitions)))]
        for column, number in columns:
            keys = [(row, column, number) for row in rows[:-1]]
            equations.append(self._sum(keys, (TOTAL, column, number)))
        self.equations = [equation for equation in equations if equation]
        self.within: list[list[tuple[int, int]]] = [[] for _ in self.keys]
        for index, equation in enumerate(self.equations):
            for unknown, sign in equation:
                self.within[unknown].append((index, sign))
        self.seen = [{n} for n in self.true]

    def determined(self) -> set[Key]:
        """What subtraction alone gives: exact elimination over the rationals."""
        pivots: dict[int, dict[int, Fraction]] = {}
        for equation in self.equations:
            row = {unknown: Fraction(sign) for unknown, sign in equation}
            for pivot in [unknown for unknown in row if unknown in pivots]:
                _subtract(row, pivots[pivot], row[pivot])
            if not row:
                continue
            pivot, value = next(iter(row.items()))
            row = {unknown: factor / value for unknown, factor in row.items()}
            for other in pivots.values():
                if pivot in other:
                    _subtract(other, row, other[pivot])
            pivots[pivot] = row
        return {self.keys[pivot] for pivot, row in pivots.items() if len(row) == 1}

    def values(self, key: Key, enough: int = 3) -> set[int]:
        """Numbers that may stand there as far as the attacker can tell: all or ``enough``."""
        unknown = self.at.get(key)
        if unknown is None:
            return set()  # known
        for step in (1, -1):
            point = self.true
            for _ in range(enough - 1):
                if len(self.seen[unknown]) >= enough:
                    return self.seen[unknown]
                moved = self._move(point, unknown, step)
                if moved is None:
                    break
                point = self._keep(moved)
        middle = self.true[unknown]
        for n in sorted(range(middle - 15, middle + 16), key=lambda n: abs(n - middle)):
            if len(self.seen[unknown]) >= enough:
                break
            if n not in self.seen[unknown] and (found := self._solve(unknown, n)):
                self._keep(found)
        return self.seen[unknown]

    def _unknown(self, key: Key, n: int, closed: bool) -> None:
        if n or closed:
            self.at[key] = len(self.keys)
            self.keys.append(key)
            self.true.append(n)
            self.low.append(n - 50 if n < 0 else 0 if closed else 1)

    def _sum(self, keys: list[Key], total: Key) -> list[tuple[int, int]]:
        found = [(self.at[key], 1) for key in keys if key in self.at]
        return [*found, (self.at[total], -1)] if total in self.at else found

    def _keep(self, point: list[int]) -> list[int]:
        """A table that agrees with all that is shown, checked once more.

        So do its mirror image and one twice as far from the true one, as far as bounds allow.
        """
        moved = [(u, point[u] - n) for u, n in enumerate(self.true) if point[u] != n]
        error = [0] * len(self.equations)
        for u, by in moved:
            for equation, sign in self.within[u]:
                error[equation] += sign * by
        assert not any(error)
        assert all(n >= low for n, low in zip(point, self.low, strict=True))
        for times in (1, -1, 2):
            if all(self.true[u] + times * by >= self.low[u] for u, by in moved):
                for u, by in moved:
                    self.seen[u].add(self.true[u] + times * by)
        return point

    def _move(self, point: list[int], unknown: int, step: int) -> list[int] | None:
        """Another table one student away at ``unknown``: each number moves by one at most."""
        point = list(point)
        if point[unknown] + step < self.low[unknown]:
            return None
        wrong: dict[int, int] = {}
        moved: set[int] = set()
        budget = [3000]

        def shift(at: int, by: int) -> None:
            point[at] += by
            for equation, sign in self.within[at]:
                wrong[equation] = wrong.get(equation, 0) + sign * by
                if not wrong[equation]:
                    del wrong[equation]

        def mend(depth: int) -> bool:
            if not wrong:
                return True
            budget[0] -= 1
            if not depth or budget[0] < 0:
                return False
            equation = next(iter(wrong))
            error = 1 if wrong[equation] > 0 else -1
            options = [
                (sum(wrong.get(e, 0) * s * error <= 0 for e, s in self.within[u]), u, -error * sign)
                for u, sign in self.equations[equation]
                if u not in moved and point[u] - error * sign >= self.low[u]
            ]
            for _, other, by in sorted(options):
                moved.add(other)
                shift(other, by)
                if mend(depth - 1):
                    return True
                shift(other, -by)
                moved.discard(other)
            return False

        moved.add(unknown)
        shift(unknown, step)
        return point if any(mend(depth) for depth in (3, 6, 12)) else None

    def _solve(self, unknown: int, n: int) -> list[int] | None:
        """Any table with ``n`` there: bounds from each equation in turn, then a split; exact."""
        sums = [sum(sign * self.true[u] for u, sign in e) for e in self.equations]
        low = list(self.low)
        high = [max(n, low) + 60 for n, low in zip(self.true, low, strict=True)]
        if not low[unknown] <= n <= high[unknown]:
            return None
        low[unknown] = high[unknown] = n
        stack = [(low, high)]
        for _ in range(20_000):
            if not stack:
                return None
            low, high = stack.pop()
            if not self._narrow(low, high, sums):
                continue
            free = [(high[u] - low[u], u) for u in range(len(low)) if high[u] > low[u]]
            if not free:
                return low
            _, at = min(free)
            for n in sorted(range(low[at], high[at] + 1), key=lambda n: -abs(n - self.true[at])):
                lower, higher = list(low), list(high)
                lower[at] = higher[at] = n
                stack.append((lower, higher))
        raise AssertionError("the attacker gave up, so this table proves nothing")

    def _narrow(self, low: list[int], high: list[int], sums: list[int]) -> bool:
        again = True
        while again:
            again = False
            for equation, total in zip(self.equations, sums, strict=True):
                least = sum(low[u] if sign > 0 else -high[u] for u, sign in equation)
                most = sum(high[u] if sign > 0 else -low[u] for u, sign in equation)
                for u, sign in equation:
                    smallest = total - most + (high[u] if sign > 0 else -low[u])
                    largest = total - least + (low[u] if sign > 0 else -high[u])
                    if sign < 0:
                        smallest, largest = -largest, -smallest
                    if smallest > low[u] or largest < high[u]:
                        low[u], high[u] = max(low[u], smallest), min(high[u], largest)
                        if low[u] > high[u]:
                            return False
                        again = True
                        break  # the sums of this equation have changed
        return True


def secrets(table: Table, hidden: Collection[Cell], at_least: int) -> Iterator[Key]:
    """What must not be found: hidden cells with students, and rests of few of them."""
    for row, column in hidden:
        if table.students((row, column)):
            yield row, column, 0
    for number, partition in enumerate(everyones(table)):
        for row in (*range(len(table.cells)), TOTAL):
            if 0 < rest(table, row, partition) < at_least:
                yield row, "rest", number


def everyones(table: Table) -> list[tuple[int, ...]]:
    """The partitions, and each column in none of them as one of its own."""
    named = {column for partition in table.partitions for column in partition}
    return [*table.partitions, *((c,) for c in range(table.width) if c not in named)]


def rest(table: Table, row: int, partition: tuple[int, ...]) -> int:
    """The students of a row who are in no group of the partition."""
    return table.students((row, ALL)) - sum(table.students((row, c)) for c in partition)


def broken(table: Table, hidden: Collection[Cell], *, at_least: int = 11) -> dict[Key, set[int]]:
    """The secrets that the attacker gets, or bounds to fewer than three numbers."""
    attacker = Attacker(table, hidden)
    found = {key: attacker.values(key) for key in secrets(table, hidden, at_least)}
    return {key: values for key, values in found.items() if len(values) < 3}


def _subtract(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> None:
    for unknown, factor in other.items():
        value = row.get(unknown, Fraction(0)) - times * factor
        if value:
            row[unknown] = value
        else:
            row.pop(unknown, None)
