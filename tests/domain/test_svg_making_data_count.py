"""Making Data Count in pictures: types by shape and words, badges for variation and assurance."""

import re

import pytest

from pdsa.charts import Chart, MakingDataCount, svg
from pdsa.charts.control import chart
from pdsa.measure import Direction
from tests.domain.svg_boxes import outside, overlaps, shown, tooltips
from tests.domain.svg_charts import exit_tickets, of_measure, weekly

UP = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51, 57, 58, 57, 56, 58, 57, 59, 58, 75]


def improving(wanted: Direction | None, **options: object) -> Chart:
    """Points that rise; the last one lies outside the limits."""
    rules = (MakingDataCount(improvement=wanted),)
    return chart("i", UP, None, weekly(len(UP)), rules=rules, **options)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Direction.increase, "improvement beyond chance"),
        (Direction.decrease, "change for the worse beyond chance"),
        (None, "higher than chance would give"),
    ],
)
def test_each_type_of_point_is_said_in_the_key_the_texts_and_the_badge(
    wanted: Direction | None, words: str
) -> None:
    picture = svg.chart(improving(wanted))

    assert shown(picture).count(words) == 2
    assert f"Variation: {words}" in shown(picture)
    assert f"Variation: {words}" in tooltips(picture)
    last = next(each for each in tooltips(picture) if each.startswith("1 Jun 2018"))
    assert last.endswith(words)


def test_types_differ_by_shape_not_by_colour_alone() -> None:
    shapes = [
        re.search(r'<path d="M[\d. ]+(m[^"]+)"><title>11 May', svg.chart(improving(each)))[1]
        for each in (Direction.increase, Direction.decrease, None)
    ]
    down = svg.chart(
        chart("i", [-y for y in UP], None, weekly(21), rules=(MakingDataCount(improvement=None),))
    )
    shapes.append(re.search(r'<path d="M[\d. ]+(m[^"]+)"><title>11 May', down)[1])

    assert len(set(shapes)) == 4


def test_a_point_outside_the_limits_stands_in_a_ring() -> None:
    drawn = improving(Direction.increase)

    picture = svg.chart(drawn)

    marks = re.findall(r'<path d="M[\d. ]+(m[^"]+)"><title>(\d[^<]+)', picture)
    ringed = [said for mark, said in marks if mark.count("a") == 4]
    assert len(ringed) == sum(drawn.points.sigma_signal) > 1
    assert all("outside the limits" in said for said in ringed)
    assert "outside the limits" in shown(picture)


@pytest.mark.parametrize(
    ("wanted", "target", "words"),
    [
        (Direction.increase, 20, "consistently meets the target"),
        (Direction.increase, 90, "consistently misses the target"),
        (Direction.decrease, 90, "consistently meets the target"),
        (Direction.increase, 54, "hits and misses the target"),
    ],
)
def test_the_badge_of_assurance_says_what_will_come(
    wanted: Direction, target: float, words: str
) -> None:
    assert f"Assurance: {words}" in shown(svg.chart(improving(wanted, target=target)))


def test_hits_lie_on_the_good_side_of_the_target() -> None:
    more = svg.chart(improving(Direction.increase, target=20))
    less = svg.chart(improving(Direction.decrease, target=90))

    above, below = (
        re.search(r'd="M[\d.]+ ([\d.]+)h[\d.]+"/><path [^>]+d="M[\d.]+ ([\d.]+)m', each).groups()
        for each in (more, less)
    )

    assert float(above[1]) < float(above[0])
    assert float(below[1]) > float(below[0])


def test_common_cause_is_said_too() -> None:
    quiet = chart("i", [5, 6, 4, 5, 6, 5, 4, 6], rules=(MakingDataCount(),))

    assert "Variation: common cause, no more than chance" in shown(svg.chart(quiet))


def test_other_charts_have_no_badge_and_none_of_its_colours() -> None:
    picture = svg.chart(exit_tickets())

    assert "Variation" not in picture
    assert "p-improvement" not in picture
    assert "p-improvement" in svg.chart(improving(Direction.increase))


@pytest.mark.parametrize("width", [320, 480, 720, 4000])
@pytest.mark.parametrize("height", [None, 200, 300])
def test_badges_leave_room_for_the_rest(width: int, height: int | None) -> None:
    drawn = of_measure(improving(Direction.decrease, target=54))

    picture = svg.chart(drawn, width=width, height=height)

    assert not outside(picture)
    assert not overlaps(picture)


def test_panels_have_badges_and_one_key_for_all() -> None:
    rooms = [of_measure(improving(Direction.increase, target=t)) for t in (20, 54, 90)]

    picture = svg.multiples(rooms, names=["Room 1", "Room 2", "Room 3"])

    said = tooltips(picture)
    assert said.count("Variation: improvement beyond chance") == 3
    assert shown(picture).count("Assurance: ") == 3
    assert "framed: the latest point" in shown(picture)


def test_a_narrow_panel_keeps_its_name_and_loses_its_badges() -> None:
    rooms = [of_measure(improving(Direction.increase, target=20))] * 5

    picture = svg.multiples(rooms, names=["Room 1"] * 5, width=320, columns=4)

    assert not overlaps(picture)
    assert "Variation: improvement beyond chance" not in tooltips(picture)


def test_thousands_of_points_mark_only_their_signals() -> None:
    y = [50 + (i * 37 % 11) for i in range(2000)]
    y[700] = 900

    picture = svg.chart(chart("i", y, rules=(MakingDataCount(),)))

    assert any(each.startswith("701: 900") for each in tooltips(picture))
    assert len(tooltips(picture)) < 420
