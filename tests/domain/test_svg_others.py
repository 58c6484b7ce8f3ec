"""Small multiples, sparklines and funnel plots."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa.charts import MeasureChart
from pdsa.charts import svg as pictures
from pdsa.charts.control import chart
from pdsa.charts.funnel_plot import funnel
from pdsa.errors import InvalidValue
from tests.domain.svg_boxes import SVG, outside, overlaps, parsed, shown, tooltips
from tests.domain.svg_charts import RISING, exit_tickets, measure_charts, of_measure, weekly, words

widths = st.sampled_from([320, 480, 720, 1600])


@given(
    st.lists(measure_charts(), min_size=1, max_size=6),
    widths,
    st.none() | st.integers(1, 8),
    st.none() | st.floats(0, 100),
    st.sampled_from([None, "week"]),
)
def test_panels_keep_their_words_inside_and_apart(
    charts: list[MeasureChart],
    width: int,
    columns: int | None,
    pooled: float | None,
    axis: str | None,
) -> None:
    svg = pictures.multiples(charts, width=width, columns=columns, pooled=pooled, axis=axis)

    assert not outside(svg)
    assert not overlaps(svg)
    assert svg == pictures.multiples(charts, width=width, columns=columns, pooled=pooled, axis=axis)


def test_panels_share_one_scale_and_stand_in_the_order_given() -> None:
    low = of_measure(chart("run", [1, 2, 3], None, weekly(3)), of_name="Room 9")
    high = of_measure(chart("run", [91, 92, 93], None, weekly(3)), of_name="Room 1")

    svg = pictures.multiples([low, high], title="Two rooms", pooled=47.5)

    texts = shown(svg)
    assert texts.index("Room 9") < texts.index("Room 1")
    first, second = (re.findall(r"M[\d.]+ ([\d.]+)(?:L|$)", each)[0] for each in _lines(svg))
    assert float(first) > float(second) + 50
    assert "all together 47.5%" in texts


def _lines(svg: str) -> list[str]:
    return re.findall(r'stroke-linecap="round" d="(M[^"]+)"', svg)


def test_every_panel_may_be_empty() -> None:
    empty = of_measure(chart("run", [None, None], None, weekly(2)))

    assert shown(pictures.multiples([empty] * 3)).count("No data yet") == 3


@pytest.mark.parametrize("count", [0, 41])
def test_there_are_1_to_40_panels(count: int) -> None:
    with pytest.raises(InvalidValue):
        pictures.multiples([exit_tickets()] * count)


def test_forty_panels_fit_a_phone() -> None:
    svg = pictures.multiples([exit_tickets(of_name=f"Room {i}") for i in range(40)], width=320)

    assert not outside(svg)
    assert not overlaps(svg)


@given(
    st.lists(st.none() | st.floats(-1e9, 1e9), max_size=50),
    st.sampled_from(["text", "light", "dark", "auto"]),
)
def test_a_sparkline_parses_and_says_one_sentence(values: list[float | None], theme: str) -> None:
    root = parsed(pictures.sparkline(values, theme=theme))

    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == root.attrib["aria-label"]


def test_a_sparkline_says_where_it_began_and_ended() -> None:
    svg = pictures.sparkline(exit_tickets())

    expected = "Use of the sentence frame: 15 points from 40% to 66%, median 55%"
    assert parsed(svg).attrib["aria-label"].startswith(expected)


def test_a_sparkline_leaves_a_gap_and_marks_the_last_point() -> None:
    svg = pictures.sparkline([1, 2, None, 3, 2])

    assert re.search(r'path d="(M[^"]+)"', svg)[1].count("M") == 2
    assert svg.count("<circle") == 1


def test_a_sparkline_of_names_has_no_line_between() -> None:
    svg = pictures.sparkline(chart("run", [1, 2, None, 4, 3], None, [*"abcde"]))

    path = re.search(r'stroke-width="2.4"><path d="(M[^"]+)"', svg)[1]
    assert path.count("M") == path.count("h0") == 4
    assert "L" not in path


def test_sparklines_can_share_a_scale() -> None:
    low, high = pictures.sparklines([[1, 2], [8, 9]], same_scale=True)

    assert low != high
    assert pictures.sparklines([[1, 2], [8, 9]])[0] == pictures.sparkline([1, 2])


@given(words)
def test_a_sparklines_title_is_never_markup(title: str) -> None:
    root = parsed(pictures.sparkline([1, 2], title=title))

    assert {each.tag for each in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "g", "path", "circle")
    }


def units(count: int) -> list[tuple[str, str, int, int]]:
    """Schools of many sizes; every tenth far from the others."""
    found = []
    for i in range(count):
        size = 15 + i * 37 % 400
        share = 0.85 if i % 10 == 9 else 0.45
        found.append((str(i), f"School {i}", round(size * share), size))
    return found


@given(st.integers(0, 60), widths, st.none() | st.floats(0, 1))
def test_a_funnel_keeps_its_words_inside_and_apart(
    count: int, width: int, target: float | None
) -> None:
    svg = pictures.funnel(funnel(units(count)), width=width, target=target, title="By school")

    assert not outside(svg)
    assert not overlaps(svg)
    assert len([each for each in tooltips(svg) if each.startswith("School")]) == count


def test_a_funnel_names_who_lies_outside_and_says_so_in_words() -> None:
    svg = pictures.funnel(funnel(units(30)), title="By school")

    assert "School 29" in shown(svg)
    assert any("above the 99.8% limit" in each for each in tooltips(svg))
    assert "vary more than chance would give" in parsed(svg).find(f"{SVG}desc").text


def test_a_funnel_says_how_many_names_found_no_room() -> None:
    crowd = [(str(i), f"School {i}", 90, 100) for i in range(9)]
    others = [(f"b{i}", "Another", 28, 100) for i in range(60)]

    svg = pictures.funnel(funnel([*crowd, *others]))

    named = len(re.findall(r">School \d<", svg))
    assert 0 < named < 9
    assert f"{9 - named} of these without room for a name" in shown(svg)


def test_the_line_of_all_together_lies_over_the_shade() -> None:
    drawn = chart("i", RISING, None, weekly(15))

    svg = pictures.multiples([drawn, drawn], pooled=50)

    assert svg.index('fill="#f2f4f6" d="M') < svg.index('stroke-dasharray="2.36 1.57"')


def test_a_funnel_without_units_says_so() -> None:
    assert "No data yet" in shown(pictures.funnel(funnel([])))


def test_pictures_are_there_after_their_modules_were_loaded() -> None:

    assert callable(pictures.funnel)
    assert callable(pictures.sparkline)
    assert callable(pictures.multiples)
    assert callable(pictures.chart)
    assert callable(RISING.index)
