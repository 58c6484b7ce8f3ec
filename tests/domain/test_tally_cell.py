"""What teachers type into one cell of a tally."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import DataPoint, Figure, InvalidValue, Measure, MeasureUnit, read_cell, show_cell
from pdsa.measure import check_point
from pdsa.tally import read_number
from tests.builders import STARTED, a_measure, a_point

SHARE = a_measure()
RATE = a_measure(unit=MeasureUnit.rate, per=100)
RATE_OF_ONE = a_measure(unit=MeasureUnit.rate)
MEAN = a_measure(unit=MeasureUnit.mean)
COUNT = a_measure(unit=MeasureUnit.count_)
RUBRIC = a_measure(unit=MeasureUnit.rubric_level, lowest=1, highest=4)


def refused(measure: Measure, text: str, *, size: int | None = None) -> str:
    with pytest.raises(InvalidValue) as refusal:
        read_cell(measure, text, size=size)
    assert refusal.value.field == "text"
    return refusal.value.rule


@pytest.mark.parametrize(
    "text",
    [
        "10/25",
        " 10 / 25 ",
        "10 of 25",
        "10 OF 25",
        "10 out of 25",
        "10 de 25",
        "'10/25",
        "\ufeff10/25",
        "10\u00a0/\u200925",
        "10\u204425",
        "10\u221525",
        "\uff11\uff10\uff0f\uff12\uff15",
        "\u0661\u0660/\u0662\u0665",
    ],
)
def test_how_many_of_how_many_is_read_however_it_is_written(text: str) -> None:
    assert read_cell(SHARE, text) == Figure(10, 25)
    assert read_cell(RATE, text) == Figure(10, 25)


def test_a_number_alone_is_of_the_students_of_its_classroom() -> None:
    assert read_cell(SHARE, "10", size=25) == Figure(10, 25)
    assert read_cell(SHARE, "0", size=25) == Figure(0, 25)
    assert read_cell(RATE, "30", size=25) == Figure(30, 25)

    assert refused(SHARE, "10").startswith("of how many, too: the number of all after a slash")
    assert refused(SHARE, "26", size=25).startswith("at most 25, as many as were last counted")
    assert "as in 10/25, a percentage, as in 40%" in refused(SHARE, "10.5", size=25)


@pytest.mark.parametrize(
    ("measure", "text", "value"),
    [
        (SHARE, "40%", 40),
        (SHARE, "37,5 %", 37.5),
        (SHARE, "37.5\uff05", 37.5),
        (RATE, "3.5 per 100", 3.5),
        (RATE, "3,5 por 100", 3.5),
        (COUNT, "12", 12),
        (COUNT, "12.0", 12),
        (MEAN, "3,5", 3.5),
        (MEAN, "3.125", 3.125),
        (MEAN, "0,125", 0.125),
        (MEAN, "\u221212.5", -12.5),
        (RUBRIC, "2.5", 2.5),
    ],
)
def test_a_value_has_a_decimal_point_or_a_decimal_comma(
    measure: Measure, text: str, value: float
) -> None:
    assert read_cell(measure, text) == Figure(value=value)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\t", "\u200b"])
def test_an_empty_cell_says_nothing(text: str) -> None:
    assert read_cell(SHARE, text) is None
    assert show_cell(SHARE, None) == ""


@pytest.mark.parametrize(
    "text", ["-", "\u2013", "\u2014", "\u2212", "n/a", "NA", "abs", "Absent", "AUSENTE", "missing"]
)
@pytest.mark.parametrize("measure", [SHARE, RATE, MEAN, COUNT, RUBRIC])
def test_what_could_not_be_counted_is_missing_and_never_zero(measure: Measure, text: str) -> None:
    found = read_cell(measure, text, size=25)

    assert found == Figure()
    assert found is not None
    assert found.point(a_point().id, measure.id, STARTED).missing


@pytest.mark.parametrize(
    ("measure", "text", "rule"),
    [
        (SHARE, "10:25", "a colon is for times of the day"),
        (SHARE, "26/25", "at most 25 of 25"),
        (SHARE, "-1/25", "0 or more"),
        (SHARE, "-40%", "0 or more"),
        (SHARE, "1.5/3", "whole numbers on both sides"),
        (SHARE, "5/0", "at most 0 of 0"),
        (RATE, "5/0", "above 0 when the numerator is 5"),
        (SHARE, "101%", "a percentage is between 0 and 100"),
        (SHARE, "1,000/2,000", "without thousands separators"),
        (SHARE, "10000000000/10000000000", "counts of at most 1,000,000,000"),
        (SHARE, "25-Oct", "this is a date"),
        (SHARE, "10/25/2018", "this is a date"),
        (SHARE, "2018-10-25", "this is a date"),
        (SHARE, "x", "how many of how many"),
        (SHARE, "10/25 (40%)", "how many of how many"),
        (SHARE, "½", "plain digits"),
        (SHARE, "10/25²", "plain digits"),
        (SHARE, "=A1/B1", "not a formula"),
        (SHARE, "@SUM(A1)", "not a formula"),
        (SHARE, "#DIV/0!", "an error of its own"),
        (SHARE, "\x00\x01\x02", "how many of how many"),
        (SHARE, "9" * 1_000_000, "one figure in a cell"),
        (RATE, "40%", "this measure is no percentage"),
        (RATE, "3.5 per 10", "a rate per 100"),
        (RATE, "3.5", "as in 3.5 per 100"),
        (COUNT, "12.5", "a whole number"),
        (COUNT, "-3", "0 or more"),
        (COUNT, "10/25", "one number, as in 12,"),
        (COUNT, "1.000", "without thousands separators"),
        (MEAN, "1,200", "without thousands separators"),
        (MEAN, "1 200", "without thousands separators"),
        (MEAN, "1.200,5", "without thousands separators"),
        (MEAN, "1'200'000", "without thousands separators"),
        (MEAN, "nan", "one number, as in 12 or 3.5"),
        (MEAN, "inf", "one number"),
        (MEAN, "1e5", "one number"),
        (MEAN, "9" * 399, "a number between"),
        (RUBRIC, "5", "at most 4, the highest level"),
        (RUBRIC, "0", "at least 1, the lowest level"),
    ],
)
def test_what_may_mean_two_things_or_nothing_is_refused_with_what_to_write(
    measure: Measure, text: str, rule: str
) -> None:
    assert rule in refused(measure, text)


@st.composite
def figures(draw: st.DrawFn) -> tuple[Measure, Figure]:
    """A measure, and a figure that a point of it may have."""
    measure = draw(st.sampled_from([SHARE, RATE, RATE_OF_ONE, MEAN, COUNT, RUBRIC]))
    counts = st.tuples(st.integers(0, 10**9), st.integers(1, 10**9))
    values = {
        MeasureUnit.percentage: st.floats(0, 100),
        MeasureUnit.rate: st.floats(0, 1e12),
        MeasureUnit.mean: st.floats(-1e12, 1e12),
        MeasureUnit.count_: st.integers(0, 10**12).map(float),
        MeasureUnit.rubric_level: st.floats(1, 4),
    }
    kinds = [values[measure.unit].map(lambda value: Figure(value=value)), st.just(Figure())]
    if measure.unit is MeasureUnit.percentage:
        kinds.append(counts.map(lambda pair: Figure(min(pair), max(pair))))
    if measure.unit is MeasureUnit.rate:
        kinds.append(counts.map(lambda pair: Figure(*pair)))
    return measure, draw(st.one_of(kinds))


@given(figures(), st.none() | st.integers(1, 40))
def test_what_a_cell_shows_is_read_as_the_same_figure(
    found: tuple[Measure, Figure], size: int | None
) -> None:
    measure, figure = found

    assert read_cell(measure, show_cell(measure, figure), size=size) == figure


def test_the_smallest_and_the_largest_numbers_come_back() -> None:
    for value in (5e-324, -1e12, 1e12, 0.1 + 0.2, -0.0):
        assert read_cell(MEAN, show_cell(MEAN, Figure(value=value))) == Figure(value=value)
    assert read_cell(SHARE, show_cell(SHARE, Figure(0, 0))) == Figure(0, 0)


@given(
    st.sampled_from([SHARE, RATE, MEAN, COUNT, RUBRIC]),
    st.text(alphabet="0123456789/.,% -'abnofxde=½²:\u00a0\u2212\u0663", max_size=12) | st.text(),
    st.none() | st.integers(1, 40),
)
def test_every_text_is_read_as_a_point_of_the_measure_or_refused(
    measure: Measure, text: str, size: int | None
) -> None:
    try:
        figure = read_cell(measure, text, size=size)
    except InvalidValue:
        return

    if figure is not None:
        point = figure.point(a_point().id, measure.id, STARTED)
        check_point(measure, point)
        assert Figure.of(point) == figure
        assert read_cell(measure, show_cell(measure, point)) == figure


def test_a_figure_is_one_that_a_data_point_can_be() -> None:
    with pytest.raises(InvalidValue, match=r"^denominator: give numerator and denominator"):
        Figure(numerator=3)
    with pytest.raises(InvalidValue, match=r"^value: give either counts or a value"):
        Figure(3, 4, 75)


def test_a_data_point_shows_as_its_figure() -> None:
    point: DataPoint = a_point(numerator=10, denominator=25, note="Half of the room was away.")

    assert show_cell(SHARE, point) == "10/25"
    assert show_cell(SHARE, a_point()) == "-"
    assert show_cell(RATE, a_point(value=3.5)) == "3.5 per 100"


@pytest.mark.parametrize(
    ("text", "number"), [("64", 64.0), ("37,5", 37.5), ("-.5", -0.5), (" 1200.25 ", 1200.25)]
)
def test_a_number_alone_has_a_decimal_point_or_a_decimal_comma(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["1,200", "1 200", "nan", "inf", "1e3", "1_000", "", "many", "9" * 13, "9" * 500]
)
def test_what_is_no_number_or_two_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_number(text)
