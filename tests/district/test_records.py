"""The records of synthetic teams: whole, and of the shapes that real ones have."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

import pdsa
from api.district import District, district
from pdsa.review.fidelity import Item, Tally, inquiry_tally, profile

MADE = district(scale=0.05)


@pytest.fixture(scope="module")
def teams() -> Sequence[pdsa.Inquiry]:
    """The 400 teams of a small district."""
    return list(MADE.inquiries())


def test_a_record_is_read_back_as_it_was_written(teams: Sequence[pdsa.Inquiry]) -> None:
    for inquiry in teams[:48]:
        assert pdsa.loads(pdsa.dumps(inquiry)) == inquiry


def test_sixteen_teams_share_3000_points_and_100_cycles(teams: Sequence[pdsa.Inquiry]) -> None:
    for first in range(0, len(teams), 16):
        sixteen = teams[first : first + 16]

        assert sum(len(each.points) for each in sixteen) == 3_000
        assert sum(len(each.cycles) for each in sixteen) == 100


def test_points_lie_on_taught_days_and_count_no_more_than_a_class(
    teams: Sequence[pdsa.Inquiry],
) -> None:
    for inquiry in teams:
        rooms = {room.id for room in inquiry.classrooms}
        assert 2 <= len(rooms) <= 6
        for point in inquiry.points:
            assert MADE.calendar.is_instructional(point.on)
            if point.classroom_id is not None:
                assert point.classroom_id in rooms
                if point.denominator is not None and point.student_group is None:
                    assert 16 <= point.denominator <= 34


def test_students_of_a_group_are_some_of_their_classroom(teams: Sequence[pdsa.Inquiry]) -> None:
    small = 0
    for inquiry in teams:
        whole = {
            (point.measure_id, point.on, point.classroom_id): point
            for point in inquiry.points
            if point.student_group is None
        }
        for point in inquiry.points:
            if point.student_group is not None:
                every = whole[point.measure_id, point.on, point.classroom_id]
                assert point.numerator is not None
                assert point.denominator is not None
                assert every.numerator is not None
                assert every.denominator is not None
                assert point.numerator <= every.numerator
                others = every.denominator - every.numerator
                assert point.denominator - point.numerator <= others
                small += point.denominator < 10

    assert small > 1_000  # what suppression is there for


def test_a_tally_of_a_classroom_and_day_is_there_once(teams: Sequence[pdsa.Inquiry]) -> None:
    for inquiry in teams:
        found = Counter(
            (each.measure_id, each.on, each.classroom_id, each.student_group)
            for each in inquiry.points
        )

        assert not found or max(found.values()) == 1


def test_some_tallies_are_missing_and_some_aims_have_no_data_or_no_measure(
    teams: Sequence[pdsa.Inquiry],
) -> None:
    points = [point for inquiry in teams for point in inquiry.points]

    missing = sum(point.missing for point in points) / len(points)
    without_data = sum(not inquiry.points for inquiry in teams)
    without_measure = sum(not inquiry.measures for inquiry in teams)

    assert 0.02 < missing < 0.06
    assert without_data == len(teams) // 16
    assert 0 < without_measure < without_data


def test_most_aims_are_measured_and_their_deadlines_are_past_or_to_come(
    teams: Sequence[pdsa.Inquiry],
) -> None:
    aims = [inquiry.aim for inquiry in teams]
    end = MADE.calendar.last_day

    measured = sum(aim.measured_by is not None for aim in aims) / len(aims)
    past = sum(aim.deadline is not None and aim.deadline < end for aim in aims) / len(aims)
    later = sum(aim.deadline is not None and aim.deadline > end for aim in aims) / len(aims)
    staged = sum(bool(aim.milestones) for aim in aims) / len(aims)

    assert 0.6 < measured < 0.9
    assert 0.5 < past < 0.75
    assert 0.2 < later < 0.45
    assert 0.1 < staged < 0.3


def test_cycles_show_as_much_of_the_method_as_published_ones(
    teams: Sequence[pdsa.Inquiry],
) -> None:
    found = profile(sum(map(inquiry_tally, teams), start=Tally()))
    rates = {share.item: share.passed / share.of for share in found.items}
    complete = [
        cycle
        for inquiry in teams
        for cycle in inquiry.cycles
        if cycle.status is pdsa.Status.completed
    ]

    assert 0.63 < rates[Item.documented] < 0.79  # 71.0% in McNicholas et al. 2019
    assert 0.07 < rates[Item.prediction] < 0.18  # 12.2%
    assert 0.42 < rates[Item.series] < 0.66  # 54.5%
    assert len(complete) < 0.6 * sum(len(inquiry.cycles) for inquiry in teams)
    decided = Counter(cycle.act.decision for cycle in complete if cycle.act)
    assert set(decided) == set(pdsa.Decision)
    assert decided[pdsa.Decision.adapt] > decided[pdsa.Decision.adopt]


def test_a_change_shows_in_some_outcomes_worsens_few_and_most_stay(
    teams: Sequence[pdsa.Inquiry],
) -> None:
    moved = Counter[str]()
    for inquiry in teams:
        if len(inquiry.measures) < 2:
            continue
        measure = inquiry.measures[1]
        (line,) = pdsa.series(measure, inquiry.points_of(measure.id))
        values = [each for each in line.values() if each is not None]
        if len(values) >= 12:
            third = len(values) // 3
            gain = sum(values[-third:]) / third - sum(values[:third]) / third
            moved["up" if gain > 10 else "down" if gain < -10 else "level"] += 1

    total = sum(moved.values())

    assert 0.1 < moved["up"] / total < 0.3
    assert 0.01 < moved["down"] / total < 0.1
    assert moved["level"] / total > 0.6


def test_some_aims_were_given_up_with_a_reason_and_nothing_came_after(
    teams: Sequence[pdsa.Inquiry],
) -> None:
    stopped = [inquiry for inquiry in teams if inquiry.aim.stopped_on is not None]

    assert 0.02 < len(stopped) / len(teams) < 0.09
    for inquiry in stopped:
        on = inquiry.aim.stopped_on
        assert on is not None
        assert inquiry.aim.stopped_because
        assert all(point.on <= on for point in inquiry.points)
        assert all(move.on <= on for cycle in inquiry.cycles for move in cycle.moves)


def test_an_aim_says_its_subject_and_grade(teams: Sequence[pdsa.Inquiry]) -> None:
    subjects = Counter(inquiry.aim.subject for inquiry in teams)
    grades = Counter(grade for inquiry in teams for grade in inquiry.aim.grades)

    assert subjects.most_common(1)[0][0] == "mathematics"
    assert len(subjects) == 4
    assert len(grades) > 8


def test_a_ramp_begins_after_the_cycle_that_it_follows(teams: Sequence[pdsa.Inquiry]) -> None:
    followed = 0
    for inquiry in teams:
        known = {cycle.id: cycle for cycle in inquiry.cycles}
        for cycle in inquiry.cycles:
            if cycle.follows is not None:
                before = known[cycle.follows]
                assert before.change_idea_id == cycle.change_idea_id
                assert cycle.planned_on is not None
                assert before.planned_on is not None
                assert before.planned_on < cycle.planned_on + timedelta(days=1)
                followed += 1

    assert followed > 500


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2027, 2, 28), date(2028, 7, 4)])
def test_a_district_of_today_is_going_on_and_knows_nothing_of_tomorrow(today: date) -> None:
    made = District(scale=0.005, today=today)

    inquiries = list(made.inquiries())

    days = [point.on for each in inquiries for point in each.points]
    moves = [move.on for each in inquiries for cycle in each.cycles for move in cycle.moves]
    deadlines = [each.aim.deadline for each in inquiries if each.aim.deadline]
    assert max(days) <= today
    assert max(moves) <= today
    assert today - max(days) < timedelta(days=21)
    assert sum(deadline > today for deadline in deadlines) > len(deadlines) / 2
    assert made.calendar.first_day < today < made.calendar.last_day
    assert all(made.calendar.is_instructional(day) for day in days)
