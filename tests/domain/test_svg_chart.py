"""Pictures of run charts and control charts."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa.charts import Chart, MeasureChart
from pdsa.charts.control import chart
from pdsa.charts.svg import chart as svg_chart
from pdsa.errors import InvalidValue
from pdsa.measure import MeasureUnit
from tests.domain.svg_boxes import SVG, outside, overlaps, parsed, shown, tooltips
from tests.domain.svg_charts import (
    RISING,
    exit_tickets,
    happened,
    measure_charts,
    of_measure,
    plain_charts,
    weekly,
)

widths = st.sampled_from([320, 400, 480, 600, 720, 1000, 1600, 4000])


@given(plain_charts(), widths, st.sampled_from(["auto", "light", "dark"]))
def test_every_chart_keeps_its_words_inside_and_apart(drawn: Chart, width: int, theme: str) -> None:
    svg = svg_chart(drawn, width=width, theme=theme, title="Exit tickets")

    assert not outside(svg)
    assert not overlaps(svg)


@given(measure_charts(), widths, st.none() | st.integers(200, 900), st.sampled_from([None, "week"]))
def test_every_measures_chart_keeps_its_words_inside_and_apart(
    drawn: MeasureChart, width: int, height: int | None, axis: str | None
) -> None:
    svg = svg_chart(drawn, width=width, height=height, axis=axis)

    assert not outside(svg)
    assert not overlaps(svg)


@given(plain_charts())
def test_the_same_chart_gives_the_same_bytes(drawn: Chart) -> None:
    assert svg_chart(drawn).encode() == svg_chart(drawn).encode()


@given(plain_charts())
def test_every_point_has_a_marker_or_a_tick_for_no_data(drawn: Chart) -> None:
    said = [
        each for each in tooltips(svg_chart(drawn)) if not each.startswith(("Phase", "Baseline"))
    ]

    missing = sum(y is None for y in drawn.points.y)
    assert sum(each.endswith(": no data") for each in said) == missing
    assert len(said) == len(drawn.points)


@given(plain_charts())
def test_numbers_have_at_most_two_decimals(drawn: Chart) -> None:
    values = re.findall(r' (?:d|x|y|width|height|stroke-[a-z]+)="([^"]*)"', svg_chart(drawn))

    assert not re.search(r"\.\d{3}", " ".join(values))


def test_a_picture_has_a_name_and_its_reading_as_description() -> None:
    drawn = exit_tickets()

    root = parsed(svg_chart(drawn, id="first"))

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "first-t first-d"
    assert root.find(f"{SVG}title").text == "Use of the sentence frame"
    assert root.find(f"{SVG}desc").text == drawn.reading


def test_a_plain_chart_describes_itself() -> None:
    drawn = chart("run", RISING, None, weekly(15))

    root = parsed(svg_chart(drawn, title="Exit tickets"))

    assert root.find(f"{SVG}desc").text == drawn.reading("Exit tickets")


def test_two_pictures_on_one_page_share_no_id() -> None:
    one, two = svg_chart(exit_tickets()), svg_chart(exit_tickets(of_name="Room 14"))

    ids = re.findall(r' id="([^"]+)"', one + two)

    assert len(ids) == len(set(ids)) > 4


def test_a_point_says_its_date_value_counts_and_side() -> None:
    drawn = chart("p", [12, 15, 18], [30, 30, 30], weekly(3), multiply=100)

    assert "12 Jan 2018: 40% (12 of 30), below the mean" in tooltips(svg_chart(drawn))


def test_names_are_not_joined_and_nothing_runs_along_them() -> None:
    rooms = [f"Room {i}" for i in range(1, 21)]
    drawn = chart("i", [40, 42] * 5 + [60, 62] * 5, None, rooms, target=50)

    svg = svg_chart(drawn, title="By room")

    assert 'stroke-linejoin="round"' not in svg
    assert "in a row" not in shown(svg)
    assert not any("run of" in each for each in tooltips(svg))
    assert "Room 20: 62, above the mean" in "\n".join(tooltips(svg))


def test_signals_differ_by_shape_and_words() -> None:
    y = [50, 52, 48, 51, 49, 50, 52, 47, 50, 51, 95] + [60] * 9
    drawn = chart("i", y, None, weekly(20), freeze=10)

    svg = svg_chart(drawn)

    assert 'fill-rule="evenodd"' in svg
    assert any(each.endswith("outside the limits, part of a run of 11") for each in tooltips(svg))
    assert "outside the limits" in shown(svg)


def test_an_unusual_run_dashes_the_centre_line_and_says_why() -> None:
    svg = svg_chart(chart("run", [40] * 5 + [41, 42, 43, 44] * 2 + [60] * 12, None, weekly(25)))

    assert "more than chance: " in shown(svg)
    assert 'stroke-dasharray="6 4"' in svg


def test_a_missing_point_is_a_gap_and_never_zero() -> None:
    drawn = chart("run", [40, 41, None, 44, 45], None, weekly(5))

    path = _data_path(svg_chart(drawn))

    assert path.count("M") == 2
    assert path.count("L") == 2


def test_a_ghost_point_is_hollow_and_named() -> None:
    svg = svg_chart(chart("i", RISING, None, weekly(15), exclude=[4]))

    assert sum("ghost point" in each for each in tooltips(svg)) == 1
    assert "ghost point, left out of the analysis" in shown(svg)


@pytest.mark.parametrize(("y", "dates"), [([], 0), ([None] * 5, 5)])
def test_without_figures_the_picture_says_so(y: list[None], dates: int) -> None:
    words = shown(svg_chart(of_measure(chart("run", y, None, weekly(dates)))))

    assert "No data yet" in words


def test_percentages_stand_on_a_scale_from_0_to_100() -> None:
    words = shown(svg_chart(exit_tickets())).split("\n")

    assert "0%" in words
    assert "100%" in words


def test_a_scale_that_leaves_out_a_part_says_so() -> None:
    words = shown(svg_chart(of_measure(chart("run", [50, 52, 51, 53, 50], None, weekly(5)))))

    assert re.search(r"axis from 4\d% to 5\d%|axis from 45% to 60%", words)


def test_counts_start_at_zero_where_that_costs_little() -> None:
    words = shown(svg_chart(chart("run", [5, 7, 9, 12], None, weekly(4)), title="Questions"))

    assert "\n0\n" in words
    assert "axis from" not in words


def test_a_target_in_reach_extends_the_scale() -> None:
    words = shown(svg_chart(chart("i", [5, 7, 9, 12, 8], None, weekly(5), target=40)))

    assert "target 40" in words
    assert "above this scale" not in words


def test_a_target_far_away_is_named_and_marked() -> None:
    words = shown(svg_chart(chart("i", [5, 7, 9, 12, 8], None, weekly(5), target=900)))

    assert "\u2191 target 900" in words
    assert "target 900 lies above this scale" in words


def test_a_frozen_baseline_is_labelled_and_its_lines_go_on_dashed() -> None:
    svg = svg_chart(chart("i", RISING, None, weekly(15), freeze=8))

    assert "baseline frozen 2 Mar" in shown(svg)
    assert 'stroke-dasharray="9 4"' in svg


def test_the_lines_of_a_former_phase_stay_on_the_chart() -> None:
    svg = svg_chart(chart("i", RISING, None, weekly(15), part=8))

    assert "phase 2 from 9 Mar" in shown(svg)
    assert "before " in shown(svg)
    assert svg.count('stroke-linecap="round"') > 1


def test_phases_that_stand_close_are_all_named_in_fewer_words() -> None:
    drawn = chart("i", RISING * 4, None, weekly(60), part=[8, 14, 20, 27, 35, 44, 50, 55])

    wide, narrow = svg_chart(drawn), svg_chart(drawn, width=320)

    assert all(f"phase {n}\n" in shown(wide) for n in range(2, 10))
    assert re.search("\n2\n3\n4\n5\n6\n7\n8\n9\n", shown(narrow))
    for n in range(2, 10):
        assert any(each.startswith(f"Phase {n} from ") for each in tooltips(narrow))


def test_phases_without_room_are_counted_and_keep_their_words_on_their_lines() -> None:
    drawn = chart("i", RISING * 8, None, weekly(120), part=[*range(2, 120, 2)])

    svg = svg_chart(drawn, width=320)

    named, more = (re.search(pattern, shown(svg)) for pattern in (r"\n\d+\n", r"\+(\d+) more"))
    assert named
    assert int(more[1]) < 59
    lines = re.findall(r'<path d="M[^"]*V[^"]*"><title>Phase (\d+) from', svg)
    assert [*map(int, lines)] == [*range(2, 61)]


def test_a_long_name_stands_where_most_of_it_can_be_read() -> None:
    (cycle, *_) = happened()
    drawn = exit_tickets(
        annotations=(
            replace(
                cycle,
                last=date(2018, 4, 20),
                label="Exit tickets in both classrooms with rehearsal",
            ),
        )
    )

    words = shown(svg_chart(drawn, width=320))

    assert "Exit tickets in bo" in words


def test_cycles_decisions_breaks_and_phases_are_named() -> None:
    svg = svg_chart(exit_tickets())

    words = shown(svg)
    for label in ("Frame on the board", "adapt", "Frame on the ticket", "Spring break"):
        assert label in words
    assert "baseline frozen 9 Feb" in words
    assert {each.text for each in happened()} <= set(tooltips(svg))


def test_more_cycles_than_lanes_are_counted() -> None:
    many = tuple(each for each in happened() if each.kind == "cycle") * 8

    svg = svg_chart(exit_tickets(annotations=many))

    assert re.search(r"\+\d+ more", shown(svg))


def test_instructional_weeks_take_no_room_for_a_break() -> None:
    days = [*weekly(4), *(weekly(8)[6:])]
    drawn = of_measure(chart("run", [40, 41, 42, 43, 44, 45], None, days), weeks=(1, 2, 3, 4, 5, 6))

    svg = svg_chart(drawn, axis="week")

    path = _data_path(svg)
    xs = [float(each.split()[0]) for each in re.split("[ML]", path)[1:]]
    assert {round(b - a) for a, b in pairwise(xs)} == {round(xs[1] - xs[0])}
    assert "instructional week" in shown(svg)


def test_a_break_on_a_week_axis_is_a_sliver_between_the_days_around_it() -> None:
    days = [*weekly(11), *weekly(15)[13:]]
    weeks = (*range(1, 12), 12, 13)
    drawn = exit_tickets(chart=chart("run", RISING[:13], None, days), weeks=weeks)

    svg = svg_chart(drawn, axis="week")

    (x, wide) = map(float, re.search(r'<rect x="([\d.]+)" width="([\d.]+)" y', svg).groups())
    xs = [float(each.split()[0]) for each in re.split("[ML]", _data_path(svg))[1:]]
    assert wide < 0.2 * (xs[1] - xs[0])
    assert xs[10] < x + wide / 2 < (xs[10] + xs[11]) / 2
    assert "Spring break" in shown(svg)


def test_a_week_axis_needs_a_calendar() -> None:
    with pytest.raises(InvalidValue, match="calendar"):
        svg_chart(exit_tickets(), axis="week")


@pytest.mark.parametrize(
    "options",
    [
        {"width": 319},
        {"width": 4001},
        {"height": 100},
        {"theme": "pink"},
        {"axis": "month"},
        {"id": "1 2"},
    ],
)
def test_an_option_that_cannot_be_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        svg_chart(exit_tickets(), **options)


@pytest.mark.parametrize("unit", list(MeasureUnit))
def test_the_unit_is_said(unit: MeasureUnit) -> None:
    words = shown(svg_chart(exit_tickets(unit=unit, per=100)))

    said = {MeasureUnit.percentage: "percent", MeasureUnit.rate: "rate per 100"}
    assert said.get(unit, unit.replace("_", " ")) in words


def test_what_a_user_wrote_is_never_markup() -> None:
    evil = "</title><script>alert('x')</script>]]>\x00\x1b\ud800\ufffe&amp;"
    drawn = exit_tickets(name=evil, annotations=tuple(_renamed(each, evil) for each in happened()))

    svg = svg_chart(drawn, desc=evil)

    svg.encode()
    root = parsed(svg)
    assert not [each for each in root.iter() if "script" in each.tag]
    assert "<script>" in root.find(f"{SVG}title").text


def _renamed(annotation: object, text: str) -> object:
    return replace(annotation, label=text, text=text)


def test_a_thousand_points_keep_every_signal() -> None:
    y = [50 + (i * 37 % 11) for i in range(1000)]
    y[500] = 400
    drawn = chart("i", y)

    said = tooltips(svg_chart(drawn))

    for i, out in enumerate(drawn.points.sigma_signal):
        if out:
            assert any(each.startswith(f"{i + 1}: ") for each in said)
    assert len(said) < 420


def test_a_hundred_thousand_points_stay_small_and_keep_their_extremes() -> None:
    y = [50 + (i * 7919 % 101) / 10 for i in range(100_000)]
    y[54_321] = 99.0

    svg = svg_chart(chart("run", y), title="Many")

    assert len(svg) < 300_000
    heights = sorted(float(each) for each in re.findall(r"[ML][\d.]+ ([\d.]+)", _data_path(svg)))
    assert heights[1] - heights[0] > 100


def test_a_light_picture_carries_no_style_and_others_scope_theirs() -> None:
    light, auto = (svg_chart(exit_tickets(), theme=theme) for theme in ("light", "auto"))

    assert "<style>" not in light
    assert "class=" not in light
    style = re.search("<style>(.*?)</style>", auto)[1]
    selectors = re.findall(r"([^{}]+)\{[^{}]+\}", style.partition("{")[2])
    assert all(each.startswith(".pdsa-auto ") for each in selectors)


def _data_path(svg: str) -> str:
    """The line through the points."""
    return re.search(r'stroke-linejoin="round" stroke-linecap="round" d="(M[^"]+)"', svg)[1]


def test_values_too_small_for_any_scale_are_drawn_at_nought() -> None:
    picture = svg_chart(chart("i", [5e-324, 0, 5e-324, 1e-310]))

    assert parsed(picture).tag == f"{SVG}svg"


def test_a_notebook_shows_a_chart_by_itself() -> None:
    found = chart("run", [3, 5, 4])

    assert found._repr_svg_() == svg_chart(found)
