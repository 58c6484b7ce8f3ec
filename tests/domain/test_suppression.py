"""Small cells: what is hidden, what is shown, and an attacker who tries to undo it."""

from collections.abc import Sequence
from random import Random

import pytest

from pdsa import InvalidValue
from pdsa.privacy import ALL, TOTAL, Cell, Hidden, Shown, Table, band, share, suppress
from tests.domain.attacker import Attacker, broken


def groups(*rows: Sequence[int], all_students: Sequence[int] = ()) -> Table:
    """Classrooms by group; the groups are one partition, and ALL is 100 unless given."""
    return Table(
        cells=tuple(map(tuple, rows)),
        all_students=tuple(all_students) or (100,) * len(rows),
        partitions=(tuple(range(len(rows[0]))),),
    )


def hidden(table: Table, at_least: int | None = 11, withheld: Sequence[Cell] = ()) -> set[Cell]:
    return {*suppress(table, at_least=at_least, withheld=withheld)}


def everything(table: Table) -> set[Cell]:
    rows, columns = [*range(len(table.cells)), TOTAL], [ALL, *range(table.width)]
    return {(row, column) for row in rows for column in columns}


# What is hidden


@pytest.mark.parametrize(("students", "shown"), [(11, True), (10, False), (1, False)])
def test_eleven_students_are_shown_and_ten_are_not(students: int, shown: bool) -> None:
    assert ((0, 0) not in suppress(groups([students], [30], [40]))) is shown


def test_a_cell_without_students_is_no_secret_and_hides_nothing() -> None:
    found = hidden(groups([0], [5], [30], [0]))

    assert found == {(1, 0), (2, 0)}


def test_a_table_without_small_cells_is_shown_as_it_is() -> None:
    assert len(suppress(groups([11, 40], [20, 0], [89, 11]))) == 0


def test_the_smallest_other_cell_is_the_complement() -> None:
    assert hidden(groups([5], [30], [20], [40])) == {(0, 0), (2, 0)}


def test_small_cells_that_together_hold_few_students_need_a_complement_too() -> None:
    assert hidden(groups([5], [4], [30], [40])) == {(0, 0), (1, 0), (2, 0)}
    assert hidden(groups([5], [6], [30], [40])) == {(0, 0), (1, 0)}


def test_a_bridge_between_hidden_cells_is_cut() -> None:
    # Each line hides two cells or more, but only (2, 1) links the square above to those below it.
    rows = ([20, 30, 0, 0], [30, 20, 0, 0], [50, 5, 30, 20], [50, 0, 20, 30], [50, 0, 30, 20])
    table = Table(
        cells=tuple(map(tuple, rows)),
        all_students=(50, 50, 105, 100, 100),
        partitions=((0, 1, 2, 3),),
    )
    lines = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (4, 2), (4, 3)}

    assert Attacker(table, lines | {(2, 3)}).determined() == {(2, 1, 0)}
    assert broken(table, suppress(table)) == {}


def test_a_rest_of_few_students_cannot_be_had_by_subtraction() -> None:
    table = groups([60, 35], [50, 50], [40, 30])  # 5 students of the first room are in no group

    found = hidden(table)

    assert found & {(0, 0), (0, 1)}
    assert broken(table, found) == {}
    assert (0, "rest", 0) in broken(table, set())


def test_a_rest_of_many_students_is_a_hiding_place() -> None:
    assert hidden(groups([5, 60], [30, 50], [40, 40])) == {(0, 0), (1, 0)}


def test_a_row_whose_number_of_students_is_hidden_says_nothing_at_all() -> None:
    table = groups([6, 0], [20, 80], [60, 40], all_students=(6, 100, 100))

    found = hidden(table)

    assert {(0, ALL), (0, 0), (0, 1)} <= found
    assert {(1, ALL), (2, ALL)} & found


def test_a_total_is_a_cell_as_any_other() -> None:
    found = hidden(groups([2, 50], [3, 40], [0, 60]))

    assert (TOTAL, 0) in found
    assert (TOTAL, ALL) not in found


def test_where_nothing_is_left_to_hide_with_all_is_hidden() -> None:
    alone = groups([4, 6], all_students=(10,))
    ones = groups([1] * 11, all_students=(11,))

    assert hidden(alone) == everything(alone)
    assert hidden(ones) == everything(ones)


def test_a_single_classroom_hides_its_total_with_the_cell() -> None:
    assert hidden(groups([5, 30], all_students=(100,))) == {(0, 0), (TOTAL, 0)}


def test_groups_that_overlap_do_not_fail() -> None:
    table = groups([5, 60, 70], [30, 40, 30], [50, 20, 30])

    found = hidden(table)

    assert (0, 0) in found
    assert broken(table, found) == {}


def test_what_is_withheld_is_hidden_and_has_a_complement() -> None:
    table = groups([25, 5], [20, 6], [30, 4], all_students=(30, 26, 34))

    found = hidden(table, at_least=None, withheld=[(1, ALL)])

    assert found == {(row, column) for row in (0, 1) for column in (ALL, 0, 1)}
    assert hidden(table, at_least=None) == set()


def test_a_single_withheld_cell_is_protected_like_a_small_one() -> None:
    table = groups([25, 35], [30, 20], [40, 30])

    found = hidden(table, withheld=[(0, 0)])

    assert found == {(0, 0), (1, 0)}
    assert broken(table, found) == {}


def test_nothing_tells_a_small_cell_from_its_complement() -> None:
    assert suppress(groups([5], [20], [60])) == suppress(groups([20], [5], [60]))


def test_an_empty_table_hides_nothing() -> None:
    assert suppress(Table(cells=(), all_students=())) == Hidden((0,))


@pytest.mark.parametrize("at_least", [10, 0, -1])
def test_a_district_may_only_make_the_rule_stricter(at_least: int) -> None:
    with pytest.raises(InvalidValue, match="at_least: 11 or more"):
        suppress(groups([20]), at_least=at_least)


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: Table(cells=((1,),), all_students=()), "all_students"),
        (lambda: Table(cells=((1,), (1, 2)), all_students=(5, 5)), "cells"),
        (lambda: Table(cells=((-1,),), all_students=(5,)), "cells"),
        (lambda: Table(cells=((1,),), all_students=(-5,)), "cells"),
        (
            lambda: Table(cells=((1, 2),), all_students=(5,), partitions=((0, 1), (1,))),
            "partitions",
        ),
        (lambda: Table(cells=((1, 2),), all_students=(5,), partitions=((0, 2),)), "partitions"),
        (lambda: suppress(groups([20]), withheld=[(1, 0)]), "withheld"),
    ],
)
def test_a_table_that_cannot_be_is_refused(made: object, field: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        made()  # type: ignore[operator]


# Laws over random worlds


def a_world(seed: int) -> tuple[Table, list[Cell], int | None]:
    """A small table of mostly small numbers, what is withheld, and from what number on is shown."""
    random = Random(seed)
    rows, width = random.randint(1, 6), random.randint(1, 6)

    def students() -> int:
        least, most = random.choice(((0, 0), (1, 3), (1, 15), (1, 15), (1, 15), (11, 300)))
        return random.randint(least, most)

    columns = random.sample(range(width), width)
    partitions = []
    while columns:
        size = random.randint(1, len(columns))
        partitions.append(tuple(columns[:size]))
        columns = columns[size:]
    cells = tuple(tuple(students() for _ in range(width)) for _ in range(rows))
    everybody = []
    for row in cells:
        fewest = max(sum(row[column] for column in each) for each in partitions)
        n = fewest + (students() if random.random() < 0.6 else 0)
        everybody.append(max(0, n - random.randint(1, 20)) if random.random() < 0.03 else n)
    withheld = [
        (random.randint(-1, rows - 1), random.randint(-1, width - 1))
        for _ in range(random.choice((0, 0, 0, 1, 2, 4)))
    ]
    given = tuple(each for each in partitions if len(each) > 1 or random.random() < 0.5)
    table = Table(cells=cells, all_students=tuple(everybody), partitions=given)
    return table, withheld, random.choice((11, 11, 11, 15, None))


@pytest.mark.parametrize("chunk", range(10))
def test_an_attacker_finds_no_hidden_number_and_bounds_none(chunk: int) -> None:
    hidden_cells = 0
    for seed in range(1000 * chunk, 1000 * (chunk + 1)):
        table, withheld, at_least = a_world(seed)
        found = hidden(table, at_least, withheld)
        hidden_cells += len(found)

        assert broken(table, found, at_least=at_least or 0) == {}, seed
        assert {*withheld} <= found, seed

    assert hidden_cells > 5000


def test_subtraction_alone_finds_no_hidden_number() -> None:
    for seed in range(20_000, 20_300):
        table, withheld, at_least = a_world(seed)
        found = hidden(table, at_least, withheld)

        solved = Attacker(table, found).determined()

        assert not {cell for cell in solved if cell[1] != "rest" and cell[:2] in found}, seed


def test_no_small_number_is_shown_and_no_hidden_sum_of_few_students_is_left() -> None:
    for seed in range(30_000, 31_000):
        table, withheld, at_least = a_world(seed)
        found = hidden(table, at_least, withheld)
        least = at_least or 0

        for cell in everything(table) - found:
            assert not 0 < table.students(cell) < least, seed
        for column in (ALL, *range(table.width)):
            held = [
                table.students((r, column)) for r in range(len(table.cells)) if (r, column) in found
            ]
            if (TOTAL, column) not in found and any(held):
                assert sum(n > 0 for n in held) >= 2, seed
                assert sum(held) >= least, seed
        for row in [*range(len(table.cells)), TOTAL]:
            if (row, ALL) in found:
                assert {(row, column) for column in range(table.width)} <= found, seed
                continue
            for each in table.partitions:
                numbers = [table.students((row, column)) for column in each]
                unknown = [table.students((row, c)) for c in each if (row, c) in found]
                rest = max(0, table.students((row, ALL)) - sum(numbers))
                if any(unknown) or 0 < rest < least:
                    assert sum(n > 0 for n in (*unknown, rest)) >= 2, seed
                    assert sum(unknown) + rest >= least, seed


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    for seed in range(40_000, 40_500):
        random = Random(seed)
        table, withheld, at_least = a_world(seed)
        columns = [[row[c] for row in table.cells] for c in range(table.width)]
        if len({tuple(sorted(column)) for column in columns}) < table.width:
            continue  # a tie
        rows = random.sample(range(len(table.cells)), len(table.cells))
        order = random.sample(range(table.width), table.width)
        turned = Table(
            cells=tuple(tuple(table.cells[row][column] for column in order) for row in rows),
            all_students=tuple(table.all_students[row] for row in rows),
            partitions=tuple(
                tuple(order.index(column) for column in each) for each in table.partitions[::-1]
            ),
        )
        if len({*zip(table.cells, table.all_students, strict=True)}) < len(rows):
            continue

        def turn(cell: Cell, rows: list[int] = rows, order: list[int] = order) -> Cell:
            row, column = cell
            return (
                TOTAL if row == TOTAL else rows.index(row),
                ALL if column == ALL else order.index(column),
            )

        found = hidden(turned, at_least, [turn(cell) for cell in withheld])

        assert found == {turn(cell) for cell in hidden(table, at_least, withheld)}, seed


def test_a_stricter_rule_hides_all_that_is_small_and_more_only_where_it_was_told() -> None:
    for seed in range(50_000, 50_300):
        table, _, _ = a_world(seed)
        before = hidden(table, 11)

        after = hidden(table, 20, withheld=[*before])

        assert before <= after, seed
        assert before or all(not 0 < table.students(c) < 11 for c in everything(table)), seed
        assert not broken(table, after, at_least=20), seed


# The attacker is a good one


def test_the_attacker_breaks_a_small_cell_that_is_hidden_alone() -> None:
    table = groups([5], [30], [40])

    assert broken(table, {(0, 0)})[0, 0, 0] == {5}
    assert (0, 0, 0) in Attacker(table, {(0, 0)}).determined()


def test_the_attacker_breaks_eleven_cells_of_one_student() -> None:
    table = groups(*[[1]] * 11, [30], all_students=[12] * 11 + [60])
    ones = {(row, 0) for row in range(11)}

    assert broken(table, ones)[0, 0, 0] == {1}
    assert (0, 0, 0) not in Attacker(table, ones).determined()


def test_the_attacker_breaks_a_cell_that_is_bounded_to_two_numbers() -> None:
    table = groups([1, 2], [10, 20], all_students=(3, 30))

    assert broken(table, {(0, 0), (0, 1), (1, 0), (1, 1)})[0, 0, 0] == {1, 2}


def test_the_attacker_breaks_rows_that_share_a_hidden_number_with_one_group_only() -> None:
    table = groups([6, 0, 30], [30, 20, 50], [30, 30, 40], all_students=(36, 100, 100))

    assert (0, 0, 0) in broken(table, {(0, 0), (0, 2), (1, 0), (2, 2)})


# Shares


@pytest.mark.parametrize(
    ("n", "edge"),
    [(11, 20), (19, 20), (20, 10), (39, 10), (40, 5), (99, 5), (100, 2), (299, 2), (300, 1)],
)
def test_shares_near_the_ends_are_bands_by_the_number_of_students(n: int, edge: int) -> None:
    assert (band(0, n), band(n, n)) == (f"<={edge}", f">={100 - edge}")


def test_a_share_on_the_edge_of_a_band_lies_in_it() -> None:
    assert share(2, 40) == Shown(band=band(0, 40))
    assert share(38, 40) == Shown(band=band(40, 40))
    assert share(3, 40) == Shown(percent=8)
    assert share(61, 122) == Shown(percent=50)


def test_a_percent_beside_its_band_never_repeats_the_edge() -> None:
    assert share(4, 77) == Shown(band=band(0, 77))  # 5.2 percent
    for n in range(11, 400):
        low, high = band(0, n), band(n, n)
        assert low
        assert high
        for numerator in range(n + 1):
            shown, other = share(numerator, n), share(n - numerator, n)
            assert (shown.percent is None) != (shown.band is None)
            assert (shown.band == low) == (other.band == high)
            if shown.percent is not None:
                assert int(low[2:]) < shown.percent < int(high[2:])
                assert abs(shown.percent * n - 100 * numerator) * 2 <= n


@pytest.mark.parametrize(("numerator", "n"), [(1, 10), (0, 0), (-1, 20), (21, 20)])
def test_a_share_of_few_students_or_of_none_is_refused(numerator: int, n: int) -> None:
    with pytest.raises(InvalidValue, match=r"11 or more|from 0 to 20"):
        share(numerator, n)
