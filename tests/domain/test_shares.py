"""Shares above a team: never of fewer than 5 cycles of 3 teams, whatever is subtracted from what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from pdsa import UnknownElement
from pdsa.privacy.shares import (
    AT_LEAST_CYCLES,
    AT_LEAST_TEAMS,
    Counted,
    Leaf,
    Quarter,
    pooled,
    released,
)

PLAIN: Mapping[str, str | None] = {"documented": None}
NESTED: Mapping[str, str | None] = {
    "documented": None,
    "activity": "documented",
    "prediction": "activity",
}


def leaf(unit: str, cycles: int, passed: int = 0, item: str = "documented") -> Leaf:
    return Leaf(unit_id=unit, item=item, passed=passed, of=cycles, cycles=cycles)


def a_school(name: str, *cycles: int) -> tuple[dict[str, str | None], list[Leaf]]:
    """A school in the district with a team for each number of cycles."""
    teams = [f"{name}-{number}" for number in range(len(cycles))]
    tree: dict[str, str | None] = {"district": None, name: "district"}
    return tree | dict.fromkeys(teams, name), list(map(leaf, teams, cycles))


def told(*schools: tuple[dict[str, str | None], list[Leaf]]) -> dict[str, Counted]:
    tree = {unit: above for part, _ in schools for unit, above in part.items()}
    return released(tree, [each for _, leaves in schools for each in leaves], PLAIN)["documented"]


# Quarters


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2017, 8, 1), date(2017, 8, 1), date(2017, 10, 31)),
        (date(2017, 12, 31), date(2017, 11, 1), date(2018, 1, 31)),
        (date(2018, 1, 31), date(2017, 11, 1), date(2018, 1, 31)),
        (date(2020, 2, 29), date(2020, 2, 1), date(2020, 4, 30)),
        (date(2018, 7, 31), date(2018, 5, 1), date(2018, 7, 31)),
    ],
)
def test_a_quarter_of_the_school_year_begins_in_august(day: date, first: date, last: date) -> None:
    quarter = Quarter.of(day)

    assert (quarter.first_day, quarter.last_day) == (first, last)


def test_every_day_is_in_the_quarter_that_holds_it() -> None:
    for number in range(0, 1500):
        day = date(2016, 1, 1) + timedelta(number)
        assert Quarter.of(day).first_day <= day <= Quarter.of(day).last_day


def test_a_quarter_is_told_two_weeks_after_its_end() -> None:
    autumn = Quarter(date(2017, 8, 1))

    assert Quarter.settled(date(2017, 11, 14)) < autumn
    assert Quarter.settled(date(2017, 11, 15)) == autumn
    assert Quarter.settled(date(2018, 2, 14)) == autumn


# What is told of one quarter


def test_five_cycles_of_three_teams_are_told() -> None:
    assert told(a_school("east", 2, 2, 1)).keys() == {"east", "district"}
    assert told(a_school("east", 2, 1, 1)) == {}
    assert told(a_school("east", 9, 9)) == {}


def test_a_team_is_never_told() -> None:
    found = told(a_school("east", 20, 20, 20), a_school("west", 5, 5, 5))

    assert found.keys() == {"district", "east", "west"}


def test_a_school_that_is_too_small_takes_the_smallest_other_one_with_it() -> None:
    schools = (a_school("east", 2, 2, 2), a_school("west", 4, 4, 4), a_school("north", 1, 1))

    assert told(*schools).keys() == {"district", "west"}


def test_what_is_told_of_a_unit_holds_everything_under_it() -> None:
    found = told(a_school("east", 2, 2, 2), a_school("west", 4, 4, 4), a_school("north", 1, 1))

    assert found["district"] == Counted(0, 20, 20, 8)


def test_a_unit_that_adds_nothing_to_the_one_under_it_is_told_as_that_is() -> None:
    found = told(a_school("east", 2, 2, 2), a_school("west"))

    assert found["district"] == found["east"]


def test_a_units_own_cycles_are_one_teams() -> None:
    tree, leaves = a_school("east", 2, 2)

    assert told((tree, [*leaves, leaf("east", 1)])).keys() == {"east", "district"}


def test_an_item_is_told_only_where_the_one_that_it_is_counted_within_is() -> None:
    tree, leaves = a_school("east", 2, 2, 2)
    other, more = a_school("north", 1)  # makes the school's documented cycles too telling
    inner = [leaf(each.unit_id, each.cycles, item="activity") for each in leaves]

    found = released(tree | other, [*leaves, *more, *inner], NESTED)

    assert found["documented"].keys() == {"district"}
    assert found["activity"].keys() == {"district"}


def test_what_is_told_does_not_depend_on_what_passed() -> None:
    for seed in range(50):
        random = Random(seed)
        tree, leaves = a_tree(random)
        others = [
            leaf(each.unit_id, each.cycles, random.randint(0, each.cycles)) for each in leaves
        ]

        one, other = (released(tree, each, PLAIN)["documented"] for each in (leaves, others))

        assert one.keys() == other.keys()


def test_a_leaf_outside_of_the_tree_is_refused() -> None:
    with pytest.raises(UnknownElement):
        released({"district": None}, [leaf("team", 1)], PLAIN)


def test_quarters_add_up() -> None:
    quarters = [{"documented": Counted(1, 5, 5, 3)}, {}, {"documented": Counted(2, 6, 6, 4)}]

    assert pooled(quarters) == {"documented": Counted(3, 11, 11, 7)}


# Somebody who adds and subtracts all that anybody is ever told


def a_tree(random: Random) -> tuple[dict[str, str | None], list[Leaf]]:
    """A district of any shape, with cycles at any unit."""
    tree: dict[str, str | None] = {"unit-0": None}
    for number in range(1, random.randint(2, 24)):
        tree[f"unit-{number}"] = f"unit-{max(0, random.randint(-2, number - 1))}"
    few = random.choice((1, 3, 6))
    return tree, [leaf(unit, random.randint(0, few)) for unit in tree if random.random() < 0.8]


#: A cycle: its unit, the quarter in which it ended, and how many of the nested items it was asked.
Asked = tuple[str, int, int]
Row = tuple[int, ...]
ITEMS, QUARTERS = tuple(NESTED), range(3)
Tree = Mapping[str, str | None]


def some_cycles(random: Random, tree: Tree) -> list[Asked]:
    busy = random.choice((1, 2, 4))
    return [
        (unit, quarter, random.choice((1, 2, 2, 3, 3, 3)))
        for unit in tree
        for quarter in QUARTERS
        for _ in range(random.randint(0, busy))
    ]


def everything_told(tree: Tree, cycles: Sequence[Asked]) -> set[tuple[str, str, int]]:
    """Each unit, item and quarter that is told."""
    return {
        (unit, item, quarter)
        for quarter in QUARTERS
        for item, units in released(
            tree,
            [
                leaf(unit, 1, item=item)
                for unit, ended, asked in cycles
                if ended == quarter
                for item in ITEMS[:asked]
            ],
            NESTED,
        ).items()
        for unit in units
    }


def answers(
    tree: Tree, cycles: Sequence[Asked], item: str, told: set[tuple[str, str, int]]
) -> set[Row]:
    """The sums of one fact over cycles that are known from every unit on every day of asking, exactly.

    Who passed an item is who is asked the items within it: their denominators tell it, too.
    """
    telling = {item, *(inner for inner, outer in NESTED.items() if outer == item)}
    under = {(unit, above) for unit in tree for above in path(tree, unit)}
    return {
        tuple(
            int(ended <= now and (unit, each, ended) in told and (own, unit) in under)
            for own, ended, _ in cycles
        )
        for unit in tree
        for each in telling
        for now in QUARTERS
    }


def path(tree: Tree, unit: str) -> Iterator[str]:
    at: str | None = unit
    while at is not None:
        yield at
        at = tree[at]


def rank(rows: Sequence[Row]) -> int:
    pivots: list[tuple[int, list[Fraction]]] = []
    for row in rows:
        left = [Fraction(n) for n in row]
        for at, other in pivots:
            if left[at]:
                left = [a - left[at] * b for a, b in zip(left, other, strict=True)]
        pivot = next((at for at, n in enumerate(left) if n), None)
        if pivot is not None:
            pivots.append((pivot, [n / left[pivot] for n in left]))
    return len(pivots)


def told_of_few(cycles: Sequence[Asked], rows: set[Row]) -> Iterator[list[Asked]]:
    """Each few cycles about which some sum of multiples of the rows is, and about no other.

    Cycles that are in the same rows cannot be told apart, so only unions of such are tried.
    """
    alike: dict[Row, list[Asked]] = {}
    for cycle, column in zip(cycles, zip(*rows, strict=True), strict=False):
        if any(column):
            alike.setdefault(column, []).append(cycle)
    columns = list(alike)
    whole = rank(columns)
    few = [at for at, each in enumerate(columns) if is_few(alike[each])]
    for size in range(1, AT_LEAST_CYCLES):
        for chosen in combinations(few, size):
            members = [cycle for at in chosen for cycle in alike[columns[at]]]
            others = [column for at, column in enumerate(columns) if at not in chosen]
            if is_few(members) and rank(others) < whole:
                yield members


def is_few(members: Sequence[Asked]) -> bool:
    return len(members) < AT_LEAST_CYCLES or len({unit for unit, _, _ in members}) < AT_LEAST_TEAMS


@pytest.mark.parametrize("seed", range(8))
def test_nothing_about_few_cycles_or_teams_follows_from_all_that_is_told(seed: int) -> None:
    random = Random(seed)
    for _ in range(25):
        tree, _ = a_tree(random)
        cycles = some_cycles(random, tree)
        told = everything_told(tree, cycles)
        for at, item in enumerate(ITEMS):
            asked = [each for each in cycles if each[2] > at]
            rows = answers(tree, asked, item, told)

            assert not list(told_of_few(asked, rows)), (item, tree, asked)


def test_the_attacker_finds_what_a_careless_release_would_tell() -> None:
    cycles = [(f"team-{at // 2}", 0, 1) for at in range(12)]
    school, most = (1,) * 12, (1,) * 11 + (0,)
    east, west = (1,) * 6 + (0,) * 6, (0,) * 5 + (1,) * 7

    assert list(told_of_few(cycles, {school})) == []
    assert cycles[-1:] in list(told_of_few(cycles, {school, most}))
    assert cycles[5:6] in list(told_of_few(cycles, {school, east, west}))
