"""The reliability diagram as a picture."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Outcome
from pdsa.charts import svg as pictures
from pdsa.review.calibration import calibration
from tests.domain.svg_boxes import SVG, outside, overlaps, parsed, shown, tooltips
from tests.domain.svg_charts import words
from tests.domain.test_calibration import HELD, NOT, a_test, of

scored = st.lists(st.tuples(st.integers(0, 100), st.sampled_from([HELD, NOT])), max_size=40)
EVERY_TEN = [(10 * i + 5, HELD if i > 3 else NOT) for i in range(10)]


@given(
    scored,
    st.sampled_from([320, 480, 560, 1600]),
    st.sampled_from(["auto", "light", "dark"]),
    words,
)
def test_it_keeps_its_words_inside_and_apart(
    told: list[tuple[int, Outcome]], width: int, theme: str, title: str
) -> None:
    svg = pictures.reliability(of(*told), width=width, theme=theme, title=title)

    assert not outside(svg)
    assert not overlaps(svg)
    assert svg == pictures.reliability(of(*told), width=width, theme=theme, title=title)


def test_neighbours_with_many_predictions_keep_their_numbers_apart() -> None:
    many = [a_test(*[(sure, HELD)] * 1200, id=f"c-{sure}") for sure in (79, 80, 89, 90, 100)]

    svg = pictures.reliability(calibration(many), width=320)

    assert not outside(svg)
    assert not overlaps(svg)
    assert {"1,200", "2,400"} <= set(shown(svg).split("\n"))


def test_every_dot_and_the_picture_as_a_whole_say_their_numbers_in_words() -> None:
    svg = pictures.reliability(of((70, HELD), (72, HELD), (75, NOT), (20, NOT)))

    assert tooltips(svg)[-2:] == [
        "20% to 29% sure: 0 of 1 prediction held (0%, interval 0% to 79%)",
        "70% to 79% sure: 2 of 3 predictions held (67%, interval 21% to 94%)",
    ]
    root = parsed(svg)
    assert root.attrib["role"] == "img"
    assert "70% to 79% sure: 2 of 3" in (root.find(f"{SVG}desc").text or "")
    assert "4 predictions are scored so far" in (root.find(f"{SVG}desc").text or "")


def test_a_dot_lies_on_the_diagonal_where_predictions_held_as_often_as_the_team_was_sure() -> None:
    svg = pictures.reliability(of((50, HELD), (50, NOT)))

    x0, y0, x1, y1 = map(float, re.findall(r'd="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', svg)[0])
    dot = re.search(r'<path d="M([\d.]+) ([\d.]+)m[^"]+"><title>50%', svg)
    assert dot is not None
    assert float(dot[1]) == pytest.approx((x0 + x1) / 2, abs=0.2)
    assert float(dot[2]) == pytest.approx((y0 + y1) / 2, abs=0.2)


def test_bins_without_predictions_have_no_dot_and_no_interval() -> None:
    svg = pictures.reliability(of((70, HELD)))

    assert len([each for each in tooltips(svg) if "sure" in each]) == 1


def test_without_predictions_it_says_that_there_is_no_data_yet() -> None:
    texts = shown(pictures.reliability(calibration([]))).split("\n")

    assert "No data yet" in texts
    assert "n" not in texts


def test_all_ten_bins_fit_a_phone() -> None:
    svg = pictures.reliability(of(*EVERY_TEN), width=320)

    assert not outside(svg)
    assert not overlaps(svg)
    assert shown(svg).split("\n").count("1") == 10
