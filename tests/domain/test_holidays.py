"""What a school year in California usually leaves out."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from pdsa.calendar import ClosureKind, SchoolCalendar
from pdsa.holidays import usual_closures, usual_year
from pdsa.ids import CalendarId, UnitId


@pytest.mark.parametrize(
    ("day", "begins"),
    [(date(2026, 7, 1), 2026), (date(2027, 6, 30), 2026), (date(2027, 1, 1), 2026)],
)
def test_a_day_of_the_summer_is_of_the_year_that_follows_from_july_on(
    day: date, begins: int
) -> None:
    assert usual_year(day) == (date(begins, 8, 13), date(begins + 1, 6, 10))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Labor Day", date(2026, 9, 7), date(2026, 9, 7)),
        ("Veterans Day", date(2026, 11, 11), date(2026, 11, 11)),
        ("Thanksgiving break", date(2026, 11, 23), date(2026, 11, 27)),
        ("Winter break", date(2026, 12, 21), date(2027, 1, 1)),
        ("Martin Luther King Jr. Day", date(2027, 1, 18), date(2027, 1, 18)),
        ("Presidents' Day", date(2027, 2, 15), date(2027, 2, 15)),
        ("Spring break", date(2027, 3, 29), date(2027, 4, 2)),
        ("Memorial Day", date(2027, 5, 31), date(2027, 5, 31)),
    ],
)
def test_the_year_2026_27_has_the_holidays_that_everybody_knows(
    name: str, first: date, last: date
) -> None:
    found = {each.name: each for each in usual_closures(date(2026, 8, 13), date(2027, 6, 10))}

    assert (found[name].first_day, found[name].last_day) == (first, last)
    assert len(found) == 8


@pytest.mark.parametrize("begins", range(2020, 2045))
def test_every_year_leaves_at_least_180_days_without_christmas_and_new_year(begins: int) -> None:
    first, last = date(begins, 8, 13), date(begins + 1, 6, 10)

    closures = usual_closures(first, last)

    year = SchoolCalendar(CalendarId("c"), UnitId("u"), "A year", first, last, closures)
    assert 180 <= year.instructional_days(first, last) <= 195
    for day in (date(begins, 12, 25), date(begins + 1, 1, 1)):
        assert not year.is_instructional(day)
    ordered = [(each.first_day, each.last_day) for each in closures]
    assert ordered == sorted(ordered)
    for (_, before), (after, _) in pairwise(ordered):
        assert before < after


def test_nothing_is_proposed_outside_of_the_two_days() -> None:
    closures = usual_closures(date(2026, 8, 13), date(2026, 9, 30))

    assert [each.name for each in closures] == ["Labor Day"]
    assert usual_closures(date(2026, 8, 13), date(2026, 8, 12)) == ()


def test_a_holiday_on_a_weekend_is_kept_on_the_nearest_weekday() -> None:
    (day,) = usual_closures(date(2028, 11, 6), date(2028, 11, 17))

    assert day.first_day == date(2028, 11, 10)
    assert date(2028, 11, 11).weekday() == 5
    assert day.kind is ClosureKind.holiday
    assert day.last_day - day.first_day == timedelta()
