"""What entries into a tally would do, before anything is written."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import DataPoint, Entry, Figure, Filled, Filling, TallyGrid, UnitId, fill
from pdsa.ids import PointId
from tests.builders import ROOM_12, ROOM_14, a_point
from tests.domain.test_tally_grid import CYCLE, FRIDAY, NEXT_FRIDAY, OTHER, SATURDAY, a_grid, of

TUESDAY = date(2018, 1, 16)
TEN = of(ROOM_12, 10, 28, note="A trip.", version=3)
SEEN = "point-room-12-10:3"


def one(grid: TallyGrid, text: str, *, on: date = FRIDAY, **seen: str) -> Filled:
    (found,) = fill(grid, {(on, ROOM_12): Entry(text, **seen)})
    return found


def test_a_figure_in_an_empty_cell_is_added_to_the_cycle() -> None:
    grid = a_grid(TEN)

    found = one(grid, "12 of 27", on=TUESDAY)

    assert (found.filling, found.figure) == (Filling.add, Figure(12, 27))
    assert found.point(grid, id=PointId("new")) == DataPoint(
        PointId("new"), TEN.measure_id, TUESDAY, 12, 27, classroom_id=ROOM_12, cycle_id=CYCLE
    )


def test_another_figure_changes_the_point_and_keeps_its_note() -> None:
    grid = a_grid(TEN)

    found = one(grid, "11", seen=SEEN)

    changed = found.point(grid, id=PointId("unused"))
    assert found.filling is Filling.change
    assert changed is not None
    assert (changed.id, changed.note, changed.version) == (TEN.id, "A trip.", 3)
    assert (changed.numerator, changed.denominator) == (11, 28)


@pytest.mark.parametrize("text", ["10/28", "10 of 28", " 10 / 28 ", "10"])
@pytest.mark.parametrize("seen", [SEEN, "point-room-12-10:2", ""])
def test_what_stands_there_already_changes_nothing(text: str, seen: str) -> None:
    found = one(a_grid(TEN), text, seen=seen)

    assert (found.filling, found.figure, found.refusal) == (Filling.unchanged, None, None)


def test_an_emptied_cell_takes_its_point_out() -> None:
    grid = a_grid(TEN)

    found = one(grid, " ", seen=SEEN)

    assert (found.filling, found.stands, found.figure) == (Filling.remove, TEN, None)
    assert found.point(grid, id=PointId("unused")) is None
    assert one(grid, "", on=TUESDAY).filling is Filling.unchanged


def test_a_dash_says_that_it_is_missing_and_does_not_take_it_out() -> None:
    found = one(a_grid(TEN), "absent", seen=SEEN)

    assert (found.filling, found.figure) == (Filling.change, Figure())


@pytest.mark.parametrize("seen", ["", "point-room-12-10:2", "point-room-12-9:3"])
@pytest.mark.parametrize("text", ["11/28", ""])
def test_a_cell_that_is_another_than_the_one_seen_is_a_conflict(text: str, seen: str) -> None:
    found = one(a_grid(TEN), text, seen=seen)

    assert (found.filling, found.figure, found.shown) == (Filling.conflict, None, "10/28")


def test_a_figure_for_a_cell_that_somebody_emptied_is_a_conflict() -> None:
    assert one(a_grid(), "11/28", seen=SEEN).filling is Filling.conflict


def test_a_cell_that_nobody_touched_is_left_as_somebody_else_made_it() -> None:
    assert one(a_grid(TEN), "9/28", seen="", was="9/28").filling is Filling.unchanged
    assert one(a_grid(), "10/28", seen=SEEN, was="10/28").filling is Filling.unchanged


@pytest.mark.parametrize("text", ["=A1", "x", "29/28", "10:28", "\x00", "9" * 100_000])
def test_a_text_that_cannot_be_read_is_refused_with_what_to_write(text: str) -> None:
    found = one(a_grid(TEN), text, seen=SEEN)

    assert (found.filling, found.figure, found.text) == (Filling.refused, None, text)
    assert found.refusal is not None
    assert found.refusal.rule


def test_a_read_only_cell_takes_nothing_but_what_it_shows() -> None:
    several = a_grid(TEN, of(ROOM_12, 2, 4))
    foreign = a_grid(of(ROOM_12, 10, 28, cycle_id=OTHER))

    for grid, shown in ((several, "12/32"), (foreign, "10/28")):
        version = grid.cell(FRIDAY, ROOM_12).version
        assert one(grid, shown, seen=version).filling is Filling.unchanged
        found = one(grid, "", seen=version)
        assert found.filling is Filling.refused
        assert found.refusal is not None
        assert found.refusal.rule == grid.cell(FRIDAY, ROOM_12).read_only


def test_a_cell_that_is_not_in_the_grid_is_refused() -> None:
    found = fill(
        a_grid(),
        {(SATURDAY, ROOM_12): Entry("1/2"), (FRIDAY, UnitId("room-9")): Entry("1/2")},
    )

    assert [each.filling for each in found] == [Filling.refused] * 2
    assert {each.refusal.rule for each in found if each.refusal} == {
        "a day and a classroom of the grid"
    }


def test_results_stand_in_the_order_of_the_grid() -> None:
    cells = [(NEXT_FRIDAY, ROOM_14), (SATURDAY, None), (FRIDAY, ROOM_14), (FRIDAY, ROOM_12)]

    found = fill(a_grid(), {cell: Entry("1/2") for cell in cells})

    assert [(each.day, each.classroom_id) for each in found] == [
        (FRIDAY, ROOM_12),
        (FRIDAY, ROOM_14),
        (NEXT_FRIDAY, ROOM_14),
        (SATURDAY, None),
    ]


@st.composite
def grids(draw: st.DrawFn) -> TallyGrid:
    """Grids with points of every kind, several in some cells."""
    points = []
    for i, (day, room) in enumerate(product((FRIDAY, TUESDAY), (None, ROOM_12, ROOM_14))):
        for j in range(draw(st.integers(0, 2))):
            figure = draw(
                st.sampled_from(
                    [(None, None, None), (10, 28, None), (0, 0, None), (None, None, 40)]
                )
            )
            num, den, value = figure
            points.append(
                a_point(
                    f"p{i}-{j}",
                    on=day,
                    classroom_id=room,
                    cycle_id=draw(st.sampled_from([None, CYCLE, OTHER])),
                    numerator=num,
                    denominator=den,
                    value=value,
                )
            )
    return a_grid(*points)


@given(grids())
def test_filling_in_what_stands_changes_nothing(grid: TallyGrid) -> None:
    entries = {
        (cell.day, cell.classroom_id): Entry(cell.text, cell.version) for cell in grid.cells()
    }

    found = fill(grid, entries)

    assert len(found) == len(entries)
    assert {each.filling for each in found} == {Filling.unchanged}


@given(grids(), st.sampled_from(["", "-", "3/4", "40%", "12", "x", "=A1"]), st.booleans())
def test_filling_in_twice_changes_nothing_more(grid: TallyGrid, text: str, known: bool) -> None:
    entries = {
        (cell.day, cell.classroom_id): Entry(text, cell.version if known else "other:1")
        for cell in grid.cells()
    }

    found = fill(grid, entries)

    out = {each.stands for each in found if each.stands and each.filling is Filling.remove}
    stored = {point.id: point for point in grid.points() if point not in out}
    for i, each in enumerate(found):
        point = each.point(grid, id=PointId(f"new-{i}"))
        if point is not None:
            stored[point.id] = point
    again = {
        (each.day, each.classroom_id): each.filling
        for each in fill(a_grid(*stored.values()), {at: Entry(text) for at in entries})
    }
    done = (Filling.add, Filling.change, Filling.remove, Filling.unchanged)
    for each in found:
        if each.filling in done and each.classroom_id is not None:
            assert again[each.day, each.classroom_id] is Filling.unchanged
