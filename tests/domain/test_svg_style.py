"""Colours that can be read, words that fit, ticks that people would choose."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa.charts.svg import scale, style, text

TEXTS = ("ink", "quiet", "limit", "target", "signal")
MARKS = (*TEXTS, "line", "edge", "improvement", "concern", "neutral")


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK])
@pytest.mark.parametrize("ground", ["page", "soft"])
def test_words_and_marks_stand_out(palette: style.Palette, ground: str) -> None:
    for name in TEXTS:
        assert _contrast(getattr(palette, name), getattr(palette, ground)) >= 4.5
    for name in MARKS:
        assert _contrast(getattr(palette, name), getattr(palette, ground)) >= 3


def _contrast(one: str, two: str) -> float:
    """WCAG 2.2, relative luminance."""
    lights = []
    for colour in (one, two):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        lights.append(0.2126 * r + 0.7152 * g + 0.0722 * b)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@given(st.text(max_size=60), st.floats(8, 40), st.floats(0, 500), st.booleans())
def test_a_text_that_was_fitted_fits(s: str, size: float, room: float, bold: bool) -> None:
    fitted = text.fit(s, size, room, bold)

    assert text.width(fitted, size, bold) <= room + 0.01 * size
    assert fitted in ("", s) or fitted.endswith("\u2026")


@given(st.text(max_size=300), st.floats(8, 40), st.floats(0, 500), st.integers(1, 5))
def test_a_text_that_was_wrapped_fits_its_lines(s: str, size: float, room: float, n: int) -> None:
    lines = text.wrap(s, size, room, n)

    assert len(lines) <= n
    assert all(text.width(line, size) <= room + 0.01 * size for line in lines)


def test_a_wrapped_text_loses_nothing_where_there_is_room() -> None:
    words = "Students who used the sentence frame in the reflection"

    assert " ".join(text.wrap(words, 12, 150, 9)) == words


def test_an_accent_stays_with_its_letter() -> None:
    assert text.fit("e\u0301" * 20, 10, 40) in {"e\u0301" * n + "\u2026" for n in range(20)}


@pytest.mark.parametrize(
    ("value", "step", "shown"),
    [
        (0, 0, "0"),
        (0.25, 0.05, "0.25"),
        (12_500, 500, "12,500"),
        (1e9, 2e8, "1B"),
        (1e-6, 2e-7, "1e-6"),
        (-3.5, 0.5, "\u22123.5"),
        (-0.001, 1, "0"),
        (0.1 + 0.2, 0.1, "0.3"),
        (3.14159, 0, "3.14"),
        (1_234_567, 0, "1.23M"),
        (1e20, 1e19, "1e20"),
    ],
)
def test_numbers_are_short_and_tell_neighbours_apart(value: float, step: float, shown: str) -> None:
    assert text.number(value, step) == shown


reals = st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-9)


@given(st.lists(reals, max_size=8), st.integers(1, 9))
def test_a_scale_holds_all_values_and_its_ticks_differ(values: list[float], rows: int) -> None:
    made = scale.value_scale(values, rows=rows)

    slack = 1e-6 * (made.high - made.low)
    assert all(made.low - slack <= v <= made.high + slack for v in values)
    labels = [label for _, label in made.ticks]
    assert len(labels) == len(set(labels)) <= rows + 3


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_a_share_shows_all_of_0_to_100_or_says_what_it_leaves_out(values: list[float]) -> None:
    made = scale.value_scale(values, rows=5, share=100, unit="%")

    if (made.low, made.high) == (0, 100):
        assert not made.note
    else:
        assert made.note == f"axis from {made.ticks[0][1]} to {made.ticks[-1][1]}"
        assert max(values) - min(values) <= 25


@given(
    st.lists(st.dates(date(1, 1, 1), date(9999, 12, 31)), min_size=1, max_size=20),
    st.floats(50, 3000),
    st.floats(11, 40),
)
def test_dates_have_few_ticks_that_stand_apart(days: list[date], room: float, size: float) -> None:
    at = sorted(day.toordinal() for day in days)

    ticks = scale.date_ticks(at, at[0], at[-1], room, size)

    assert ticks
    per_day = room / max(1, at[-1] - at[0])
    if len(ticks) > 2:
        for one, two in pairwise(ticks):
            both = text.width(one.label, size) / 2 + text.width(two.label, size) / 2
            assert (two.at - one.at) * per_day >= both
