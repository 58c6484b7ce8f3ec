"""Blocks pasted from a spreadsheet into a tally."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import (
    Entry,
    Filling,
    InvalidValue,
    MeasureUnit,
    PastedTable,
    TallyColumn,
    UnitId,
    fill,
    grid,
    read_table,
    show_date,
    tally_summary,
)
from pdsa.ids import PointId
from tests.builders import (
    ROOM_12,
    ROOM_14,
    a_calendar,
    a_cycle,
    a_measure,
    a_plan,
    classrooms,
    in_do,
)

SHARE, MEAN = a_measure(), a_measure(unit=MeasureUnit.mean)
COUNT = a_measure(unit=MeasureUnit.count_)
ROOMS = (TallyColumn(ROOM_12, "Room 12"), TallyColumn(ROOM_14, "Room 14"))
DAYS = (date(2018, 1, 12), date(2018, 1, 16), date(2018, 1, 17))
FIRST, SECOND, THIRD = DAYS


def pasted(text: str, **changes: object) -> PastedTable:
    given = {"measure": SHARE, "classrooms": ROOMS, "days": DAYS} | changes
    measure = given.pop("measure")
    return read_table(measure, text, **given)  # type: ignore[arg-type]


def cells(text: str, **changes: object) -> dict[tuple[date, UnitId | None], str]:
    """The cells of a block that all found their place."""
    found = pasted(text, **changes)
    assert found.unplaced == ()
    return {(cell.day, cell.classroom_id): cell.text for cell in found.cells}


def refused(text: str, **changes: object) -> str:
    with pytest.raises(InvalidValue) as refusal:
        pasted(text, **changes)
    assert refusal.value.field == "text"
    return refusal.value.rule


def why(text: str, **changes: object) -> list[tuple[int, int, str, str]]:
    return [(c.row, c.column, c.text, c.why) for c in pasted(text, **changes).unplaced]


WHOLE = {
    (FIRST, ROOM_12): "10/25",
    (FIRST, ROOM_14): "12/24",
    (SECOND, ROOM_12): "11/25",
    (SECOND, ROOM_14): "13/24",
    (THIRD, ROOM_12): "-",
    (THIRD, ROOM_14): "14/24",
}


# -- Which way round -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "10/25\t12/24\n11/25\t13/24\n-\t14/24",
        "10/25\t12/24\r\n11/25\t13/24\r\n-\t14/24\r\n\t\r\n\t\r\n",
        "10/25,12/24\n11/25,13/24\n-,14/24\n",
        '"10/25";"12/24"\n"11/25";"13/24"\n-;14/24',
        "\ufeff10/25\t12/24\r11/25\t13/24\r-\t14/24",
        "10/25\t11/25\t-\n12/24\t13/24\t14/24",
        "Room 12\tRoom 14\n10/25\t12/24\n11/25\t13/24\n-\t14/24",
        "room14\tROOM  12\n12/24\t10/25\n13/24\t11/25\n14/24\t-",
        "1/12\t10/25\t12/24\n1/16\t11/25\t13/24\n1/17\t-\t14/24",
        "Date\tRoom 12\tRoom 14\n1/17/2018\t-\t14/24\n1/16/18\t11/25\t13/24\n1/12/18\t10/25\t12/24",
        "\t2018-01-12\t2018-01-16\t2018-01-17\nRoom 14\t12/24\t13/24\t14/24\nRoom 12\t10/25\t11/25\t-",
        "12 Jan\t16 ene\tJan 17\n10/25\t11/25\t-\n12/24\t13/24\t14/24",
        "Room 12\t10/25\t11/25\t-\nRoom 14\t12/24\t13/24\t14/24",
    ],
)
def test_a_block_is_placed_by_its_names_and_dates_or_by_its_shape(text: str) -> None:
    assert cells(text) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "10\t25\t12\t24\n11\t25\t13\t24\n-\t\t14\t24",
        "10\t11\t-\n25\t25\t25\n12\t13\t14\n24\t24\t24",
        "1/12\t10\t25\t12\t24\n1/16\t11\t25\t13\t24\n1/17\tabs\t25\t14\t24",
        "Room 12\t\tRoom 14\t\n10\t25\t12\t24\n11\t25\t13\t24\n-\t25\t14\t24",
        "Room 12\tRoom 12\tRoom 14\tRoom 14\n10\t25\t12\t24\n11\t25\t13\t24\n-\t25\t14\t24",
        "Room 12 used\tRoom 12 of\tRoom 14 used\tRoom 14 of\n"
        "10\t25\t12\t24\n11\t25\t13\t24\n-\t25\t14\t24",
        "\tRoom 12 (total)\tRoom 12 (count)\tRoom 14\n"
        "1/12\t25\t10\t12/24\n1/16\t25\t11\t13/24\n1/17\t25\t-\t14/24",
        "\tRoom 12\t\tRoom 14\t\nDate\tused\tof\tused\tof\n"
        "1/12\t10\t25\t12\t24\n1/16\t11\t25\t13\t24\n1/17\t-\t\t14\t24",
    ],
)
def test_a_classroom_may_have_two_columns(text: str) -> None:
    found = cells(text)

    assert found | {(THIRD, ROOM_12): "-"} == WHOLE
    assert found[THIRD, ROOM_12] in ("-", "abs")


def test_a_block_that_fits_in_two_ways_is_refused() -> None:
    both = "10/25\t12/24\n11/25\t13/24"

    assert "first row with the names of the classrooms" in refused(both, days=DAYS[:2])
    assert len(cells(f"Room 12\tRoom 14\n{both}", days=DAYS[:2])) == 4
    assert len(cells(f"1/12\t1/16\n{both}", days=DAYS[:2])) == 4


def test_one_cell_fits_in_one_way() -> None:
    assert cells("10/25", classrooms=ROOMS[:1], days=DAYS[:1]) == {(FIRST, ROOM_12): "10/25"}


def test_a_block_of_another_shape_is_refused_with_the_shape_that_fits() -> None:
    assert refused("10/25\t12/24\n11/25\t13/24") == (
        "a block of 3 days and 2 classrooms, or one with the dates and the names of the classrooms at"
        " its sides: this one has 2 rows and 2 columns"
    )


def test_numbers_in_one_column_are_of_the_students_of_the_classroom() -> None:
    assert cells("10\t12\n11\t13\n-\t14")[FIRST, ROOM_14] == "12"


def test_slashes_may_be_dates_or_counts_and_are_not_guessed() -> None:
    early = "1/12\t10/25\t\n1/16\t11/25\t\n1/17\t12/25\t"

    assert "in one way only" in refused(early)
    assert len(cells(f"Date\tRoom 12\tRoom 14\n{early}")) == 3
    assert len(cells(early, measure=SHARE, classrooms=ROOMS[:1])) == 3


def test_a_slip_of_the_pen_is_no_date() -> None:
    found = cells("12/10\t12/24\n11/25\t13/24\n10/25\t14/24")

    assert found[FIRST, ROOM_12] == "12/10"


def test_a_name_that_is_a_number_is_not_taken_for_a_figure() -> None:
    rooms = (TallyColumn(ROOM_12, "12"), TallyColumn(ROOM_14, "14"))
    full = "\t12\t14\n2018-01-12\t10/25\t12/24\n2018-01-16\t11/25\t13/24\n2018-01-17\t-\t14/24"

    assert cells(full, classrooms=rooms) == WHOLE
    assert "the names of the classrooms" in refused("12\t14\n10\t11\n12\t13", classrooms=rooms)


def test_a_title_over_the_block_is_not_taken_for_a_day() -> None:
    assert "the names of the classrooms" in refused("Exit tickets\t\n10/25\t12/24\n11/25\t13/24")


# -- Commas ----------------------------------------------------------------------------------


def test_a_comma_separates_cells_or_is_a_decimal_comma() -> None:
    one = {"classrooms": ROOMS[:1], "measure": SHARE}

    assert cells("37,5%\n40%\n42,5%", **one)[FIRST, ROOM_12] == "37,5%"
    assert cells("10,25\n11,25\n12,25", **one)[FIRST, ROOM_12] == "10/25"
    assert cells("3,5\n4,2\n3,1", measure=MEAN)[FIRST, ROOM_14] == "5"
    assert cells("3,5\n4,2\n3,1", measure=MEAN, classrooms=ROOMS[:1])[FIRST, ROOM_12] == "3,5"
    assert cells("3,5;4,5\n4,2;4\n3,1;", measure=MEAN)[FIRST, ROOM_14] == "4,5"
    assert cells('"3,5","4,5"\n"4,2",4\n3,1', measure=MEAN)[SECOND, ROOM_12] == "4,2"


# -- What finds no place ---------------------------------------------------------------------


def test_lines_of_unknown_days_are_told_one_by_one() -> None:
    head = "\tRoom 12\tRoom 14\n1/12\t10/25\t12/24\n"

    assert why(head + "1/13\t1/2\t3/4\n") == [
        (3, 2, "1/2", "“1/13” is no day of the grid (write 2018-01-12, 1/12 or Jan 12)"),
        (3, 3, "3/4", "“1/13” is no day of the grid (write 2018-01-12, 1/12 or Jan 12)"),
    ]
    assert why(head + "Total\t22/49\t\n")[0][3].startswith("“Total” is no day of the grid")
    assert why(head + "\t1/2\t\n") == [(3, 2, "1/2", "no date stands beside it")]
    assert why(head + "1/13\t\t\n") == []


def test_a_day_that_stands_there_twice_is_placed_nowhere() -> None:
    found = pasted("\tRoom 12\n1/12\t1/2\nJan 12\t3/4\n1/16\t5/6\n")

    assert [cell.text for cell in found.cells] == ["5/6"]
    assert [each.text for each in found.unplaced] == ["1/2", "3/4"]
    assert "stands there more than once" in found.unplaced[0].why


def test_a_day_without_a_year_may_be_two_days() -> None:
    days = (date(2018, 1, 12), date(2019, 1, 12))
    text = "\tRoom 12\n1/12\t1/2\n1/12/2019\t3/4\n"

    assert [cell.day for cell in pasted(text, days=days).cells] == [date(2019, 1, 12)]
    assert why(text, days=days) == [
        (2, 2, "1/2", "“1/12” may be more than one day of the grid: write the year, too")
    ]


def test_columns_of_unknown_classrooms_are_told_cell_by_cell() -> None:
    found = pasted("\tRoom 12\tRoom 15\tNotes\t\n1/12\t1/2\t3/4\tA trip.\t5/6\n")

    assert [cell.text for cell in found.cells] == ["1/2"]
    assert [(each.text, each.why) for each in found.unplaced] == [
        ("3/4", "“Room 15” is no classroom of the grid"),
        ("A trip.", "“Notes” is no classroom of the grid"),
        ("5/6", "no classroom stands over it"),
    ]


def test_a_name_that_stands_there_twice_or_names_two_classrooms_is_placed_nowhere() -> None:
    twins = (*ROOMS, TallyColumn(UnitId("room-other"), "ROOM 14"))
    twice = why("\tRoom 12\tRoom 14\tRoom 12\n1/12\t1/2\t3/4\t5/6\n")
    namesakes = why("\tRoom 12\tRoom 14\n1/12\t1/2\t3/4\n", classrooms=twins)

    assert [each[2] for each in twice] == ["1/2", "5/6"]
    assert "a classroom that stands there more than once" in twice[0][3]
    assert namesakes == [
        (2, 3, "3/4", "“Room 14” is the name of more than one classroom of the grid")
    ]


def test_half_a_pair_is_placed_nowhere() -> None:
    found = pasted("10\t25\t\t24\n11\t\t13\t24\n\t-\t14\t24")

    assert [cell.text for cell in found.cells] == ["10/25", "13/24", "-", "14/24"]
    assert [(each.text, each.why) for each in found.unplaced] == [
        ("24", "one of its two numbers is not there"),
        ("11", "one of its two numbers is not there"),
    ]


def test_nothing_beside_a_missing_count_is_lost() -> None:
    found = cells("Room 12 used\tRoom 12 of\nabs\t25\nabs\ta trip\n-\t-")

    assert list(found.values()) == ["abs", "abs/a trip", "-"]


def test_an_empty_cell_leaves_what_stands() -> None:
    found = cells("10/25\t\n\u200b\t13/24\n \t'\n")

    assert found == {(FIRST, ROOM_12): "10/25", (SECOND, ROOM_14): "13/24"}


def test_formulas_and_other_texts_are_placed_and_refused_by_the_grid() -> None:
    found = pasted("=A1/B1\t12/24\n11/25\t#REF!\nx\t14/24")
    standing = grid(SHARE, in_do(), [], classrooms=classrooms(), days=DAYS)

    filled = fill(standing, found.entries(standing))

    assert [each.filling for each in filled if each.classroom_id == ROOM_12] == [
        Filling.refused,
        Filling.add,
        Filling.refused,
    ]


# -- What is no table ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "at least one cell that is not empty"),
        ("\t\t\r\n \t\u00a0\r\n", "at least one cell that is not empty"),
        ("\x00\x01\x02\x7f", "without control characters"),
        ("\ud800", "without control characters"),
        (bytes(range(256)).decode("latin-1"), "without control characters"),
        ("10/25\t" * 200_000, "at most 100,000 characters"),
        ("\t".join(["1/2"] * 10_000), "1,000 columns"),
        ("1\n" * 1_001, "at most 1,000 rows"),
        (("\t" * 900 + "1\n") * 100, "50,000 cells"),
        ('"10/25\t12/24', "every quotation mark is closed"),
    ],
)
def test_what_is_no_table_or_too_much_is_refused(text: str, rule: str) -> None:
    assert rule in refused(text)


@given(
    st.text(max_size=300) | st.text(alphabet='1/25 \t\n,;"Rom4Jan=-%', max_size=300),
    st.sampled_from([SHARE, MEAN, COUNT]),
)
def test_every_text_is_placed_told_or_refused(text: str, measure: object) -> None:
    try:
        found = pasted(text, measure=measure)
    except InvalidValue:
        return

    places = [(cell.day, cell.classroom_id) for cell in found.cells]
    assert len(set(places)) == len(places)
    assert set(places) <= set(product(DAYS, (ROOM_12, ROOM_14)))
    assert all(cell.text for cell in found.cells)
    assert all(each.text and each.why for each in found.unplaced)


# -- Laws ------------------------------------------------------------------------------------


Printed = tuple[list[list[str]], dict[str, object], dict[tuple[date, UnitId | None], str]]
SHOWN: dict[str, Callable[[date], str]] = {
    "ISO": date.isoformat,
    "US": lambda day: f"{day.month}/{day.day}",
    "US with year": lambda day: f"{day.month}/{day.day}/{day.year}",
    "in words": show_date,
    "short": lambda day: f"{day:%b} {day.day}",
    "as Excel has it": lambda day: f"{day.day}-{day:%b}-{day:%y}",
    "with its weekday": lambda day: f"{day:%a}, {day:%B} {day.day}, {day.year}",
    "with midnight": lambda day: f"{day.isoformat()} 00:00:00",
}
LABELS = (
    "Room 12",
    "Aula 3 (mañana)",
    "101",
    "7",
    'The "quiet" room',
    "a, b; c",
    "=A1",
    "Total of",
)


@st.composite
def printed(draw: st.DrawFn) -> Printed:
    """A table with names and dates at its sides, the grid it is of, and its cells."""
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4, unique=True))
    columns = [TallyColumn(UnitId(f"room-{i}"), label) for i, label in enumerate(labels)]
    start = date(2018, 1, 8) + timedelta(draw(st.integers(0, 300)))
    steps = draw(st.lists(st.integers(1, 9), min_size=1, max_size=12))
    days = [start + timedelta(sum(steps[:i])) for i in range(len(steps))]
    show = SHOWN[draw(st.sampled_from(sorted(SHOWN)))]
    text = st.sampled_from(["", "", "10/25", "1/12", "12", "-", "40%", "37,5%", "absent"])
    rows = [["", *labels]]
    expected: dict[tuple[date, UnitId | None], str] = {}
    for day in days:
        said = [draw(text) for _ in columns]
        rows.append([show(day), *said])
        for column, each in zip(columns, said, strict=True):
            if each:
                expected[day, column.classroom_id] = each
    return rows, {"classrooms": columns, "days": days}, expected


def written(rows: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


@given(printed(), st.sampled_from("\t;"), st.booleans())
def test_a_printed_grid_is_read_as_that_grid_either_way_round(
    table: Printed,
    separator: str,
    across: bool,
) -> None:
    rows, shape, expected = table
    turned = [list(row) for row in zip(*rows, strict=True)] if across else rows

    assert cells(written(turned, separator), **shape) == expected


@given(
    st.lists(
        st.tuples(*[st.sampled_from(["", "1/12", "10/25", "12", "-", "40%", "=A1"])] * 2),
        min_size=1,
        max_size=9,
    ),
    st.integers(1, 9),
)
def test_a_block_and_its_transpose_say_the_same(rows: list[tuple[str, str]], days: int) -> None:
    shape = {"days": [date(2018, 1, 8) + timedelta(n) for n in range(days)]}
    said: list[object] = []
    for each in (rows, list(zip(*rows, strict=True))):
        try:
            found = pasted(written([list(row) for row in each], "\t"), **shape)
            said.append((found.cells, sorted((c.text, c.why) for c in found.unplaced)))
        except InvalidValue as refusal:
            said.append(refusal.rule.partition(":")[0])

    assert said[0] == said[1]


# -- Sacramento ------------------------------------------------------------------------------


@pytest.mark.parametrize("across", [False, True])
def test_thirty_days_of_exit_tickets_in_two_rooms_rise_from_40_to_64_percent(
    across: bool,
) -> None:
    plan = a_plan(first_day=date(2018, 1, 16), last_day=date(2018, 2, 26))
    calendar = a_calendar(closures=())
    cycle = in_do(a_cycle(plan=plan))
    empty = grid(SHARE, cycle, [], classrooms=classrooms(), calendar=calendar)
    days = len(empty.days) - 1
    rows = [[f"{10 + 8 * n // days}/25", f"{10 + 4 * n // days} of 25"] for n in range(days + 1)]
    turned = [list(row) for row in zip(*rows, strict=True)] if across else rows

    found = read_table(SHARE, written(turned, "\t"), classrooms=empty.columns, days=empty.days)
    filled = fill(empty, found.entries(empty))

    points = [each.point(empty, id=PointId(f"p{i}")) for i, each in enumerate(filled)]
    whole = grid(SHARE, cycle, [p for p in points if p], classrooms=classrooms(), calendar=calendar)
    said = tally_summary(whole)
    assert (days + 1, said.cells, said.filled) == (30, 60, 60)
    assert (said.series.values()[0], said.series.values()[-1]) == (40, 64)
    again = {at: Entry(text) for at, text in cells(written(rows, "\t"), days=empty.days).items()}
    assert {each.filling for each in fill(whole, again)} == {Filling.unchanged}
