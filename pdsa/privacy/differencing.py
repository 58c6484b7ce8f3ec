"""What sums give away about their parts: subtraction, over all that an audience was told."""

from collections.abc import Collection, Iterable
from fractions import Fraction


def given_away(sums: Collection[frozenset[str]]) -> set[str]:
    """The parts that follow from the sums, without those that are sums of their own.

    Each sum is the set of the parts that it adds up; a part stands for one number. Exact: Gaussian
    elimination over the rationals.
    """
    told = {next(iter(each)) for each in sums if len(each) == 1}
    return {part for part in determined(sums) if part not in told}


def determined(sums: Iterable[frozenset[str]]) -> set[str]:
    """Every part whose number follows from the sums."""
    rows: dict[str, dict[str, Fraction]] = {}  # by the part that each row is solved for
    for each in sums:
        row = dict.fromkeys(sorted(each), Fraction(1))
        for part, other in rows.items():
            if part in row:
                _subtract(row, other, row[part])
        if not row:
            continue
        pivot = next(iter(row))
        lead = row[pivot]
        row = {part: factor / lead for part, factor in row.items()}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        rows[pivot] = row
    return {part for part, row in rows.items() if len(row) == 1}


def _subtract(row: dict[str, Fraction], other: dict[str, Fraction], times: Fraction) -> None:
    for part, factor in other.items():
        left = row.get(part, Fraction(0)) - times * factor
        if left:
            row[part] = left
        else:
            row.pop(part, None)
