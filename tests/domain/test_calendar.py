from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Closure, InvalidValue, SchoolCalendar
from tests.builders import a_calendar

DAYS = st.dates(date(2017, 8, 1), date(2018, 7, 31))


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    first, last = sorted([draw(DAYS), draw(DAYS)])
    spans = draw(st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=5))
    closures = tuple(
        Closure(name="Closed", first_day=day, last_day=day + timedelta(length))
        for day, length in spans
    )
    return a_calendar(first_day=first, last_day=last, closures=closures)


def taught(calendar: SchoolCalendar) -> list[date]:
    """Every day that is taught, found the long way."""
    length = (calendar.last_day - calendar.first_day).days
    days = [calendar.first_day + timedelta(n) for n in range(length + 1)]
    shut = {
        closure.first_day + timedelta(n)
        for closure in calendar.closures
        for n in range((closure.last_day - closure.first_day).days + 1)
    }
    return [day for day in days if day.isoweekday() <= 5 and day not in shut]


@given(calendars(), DAYS)
def test_a_day_is_taught_on_weekdays_of_the_year_outside_closures(
    calendar: SchoolCalendar, day: date
) -> None:
    assert calendar.is_instructional(day) is (day in taught(calendar))


@given(calendars(), DAYS, DAYS)
def test_instructional_days_are_counted_with_both_ends(
    calendar: SchoolCalendar, first: date, last: date
) -> None:
    counted = calendar.instructional_days(first, last)

    assert counted == sum(first <= day <= last for day in taught(calendar))


@given(calendars(), DAYS)
def test_weeks_are_numbered_by_those_that_have_teaching(
    calendar: SchoolCalendar, day: date
) -> None:
    weeks = sorted({each.isocalendar()[:2] for each in taught(calendar)})
    inside = calendar.first_day <= day <= calendar.last_day

    week = calendar.instructional_week(day)

    if inside and day.isocalendar()[:2] in weeks:
        assert week == weeks.index(day.isocalendar()[:2]) + 1
    else:
        assert week is None


@given(calendars(), DAYS, st.integers(1, 250))
def test_days_are_added_by_teaching_and_not_by_the_calendar(
    calendar: SchoolCalendar, start: date, days: int
) -> None:
    later = [day for day in taught(calendar) if day > start]

    reached = calendar.add_instructional_days(start, days)

    assert reached == (later[days - 1] if days <= len(later) else None)


def test_the_weeks_of_a_school_year_skip_its_breaks() -> None:
    calendar = a_calendar()

    weeks = [
        calendar.instructional_week(day)
        for day in (
            date(2017, 8, 31),
            date(2017, 9, 3),
            date(2017, 11, 17),
            date(2017, 11, 22),
            date(2017, 11, 27),
            date(2017, 12, 22),
            date(2018, 1, 8),
            date(2018, 1, 15),
        )
    ]

    assert weeks == [1, 1, 12, None, 13, 16, 17, 18]


def test_a_holiday_does_not_count_towards_what_is_due() -> None:
    due = a_calendar().add_instructional_days(date(2018, 1, 12), 2)

    assert due == date(2018, 1, 17)


def test_no_days_added_is_the_same_day_even_in_a_break() -> None:
    assert a_calendar().add_instructional_days(date(2017, 12, 27), 0) == date(2017, 12, 27)


def test_a_closure_is_named_by_the_day_that_it_covers() -> None:
    closure = a_calendar().closure_on(date(2018, 1, 5))

    assert closure is not None
    assert closure.name == "Winter recess"
    assert a_calendar().closure_on(date(2018, 1, 6)) is None


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(1, 1, 1), date(1, 6, 1)), (date(9999, 8, 2), date(9999, 12, 31))],
)
def test_the_first_and_the_last_year_of_all_have_weeks_too(first: date, last: date) -> None:
    calendar = a_calendar(first_day=first, last_day=last, closures=())
    days = taught(calendar)

    assert calendar.instructional_week(first) == 1
    assert calendar.instructional_week(last) == 22
    assert calendar.instructional_days(date.min, date.max) == len(days)
    assert calendar.add_instructional_days(first, len(days)) is None
    assert calendar.add_instructional_days(first, len(days) - 1) == days[-1]


def test_days_added_from_long_before_the_year_are_counted_in_it() -> None:
    calendar = a_calendar()

    assert calendar.add_instructional_days(date.min, 1) == date(2017, 8, 31)
    assert calendar.add_instructional_days(date.max, 1) is None


def test_days_are_not_added_backwards() -> None:
    with pytest.raises(InvalidValue, match="days: 0 or more"):
        a_calendar().add_instructional_days(date(2018, 1, 12), -1)


def test_a_school_year_ends_after_it_begins() -> None:
    with pytest.raises(InvalidValue, match="last_day: not before first_day"):
        a_calendar(last_day=date(2017, 8, 30))


def test_a_school_year_is_shorter_than_500_days() -> None:
    longest = a_calendar(last_day=date(2017, 8, 31) + timedelta(500))

    assert longest.instructional_days(longest.first_day, longest.last_day) > 300
    with pytest.raises(InvalidValue, match="within 500 days"):
        a_calendar(last_day=date(2017, 8, 31) + timedelta(501))


def test_a_closure_ends_after_it_begins() -> None:
    with pytest.raises(InvalidValue, match="last_day: not before first_day"):
        Closure(name="Backwards", first_day=date(2018, 1, 2), last_day=date(2018, 1, 1))
