"""In no picture are words cut off, on one another or out of their box, in whatever font.

A failure names the call that makes the picture again, such as ``a_chart_picture(41)``.
"""

from collections.abc import Callable, Sequence

import pytest

from tests.pictures.browser import Browser
from tests.pictures.drivers import driver_diagrams
from tests.pictures.faults import all_faults
from tests.pictures.generated import (
    Picture,
    a_sparkline,
    charts,
    funnels,
    small_multiples,
)
from tests.pictures.reliabilities import reliabilities

# The fonts that a reader without our own is likely to have: Arial's widths, and the widest.
FONTS = [("Liberation Sans", 1.0), ("DejaVu Sans", 2.0)]
MAKERS: list[tuple[Callable[[Sequence[int]], list[Picture]], int]] = [
    (charts, 200),
    (small_multiples, 30),
    (funnels, 40),
    (driver_diagrams, 40),
    (reliabilities, 20),
]


@pytest.mark.parametrize(("font", "scale"), FONTS)
@pytest.mark.parametrize(("make", "count"), MAKERS)
def test_no_words_are_cut_off_or_on_one_another(
    browser: Browser,
    make: Callable[[Sequence[int]], list[Picture]],
    count: int,
    font: str,
    scale: float,
) -> None:
    faults = all_faults(browser, make(range(count)), font=font, scale=scale)

    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:20])


@pytest.mark.parametrize(("make", "count"), MAKERS)
def test_no_words_are_cut_off_in_the_font_of_this_machine(
    browser: Browser, make: Callable[[Sequence[int]], list[Picture]], count: int
) -> None:
    faults = all_faults(browser, make(range(1000, 1000 + count // 10)))

    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:20])


@pytest.mark.slow
@pytest.mark.parametrize(("font", "scale"), FONTS)
@pytest.mark.parametrize(("make", "count"), MAKERS)
def test_no_words_are_cut_off_or_on_one_another_in_many_more(
    browser: Browser,
    make: Callable[[Sequence[int]], list[Picture]],
    count: int,
    font: str,
    scale: float,
) -> None:
    faults = [
        fault
        for start in range(10_000, 10_000 + 10 * count, count)
        for fault in all_faults(browser, make(range(start, start + count)), font=font, scale=scale)
    ]

    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:20])


def test_sparklines_have_no_words(browser: Browser) -> None:
    pictures = [a_sparkline(seed) for seed in range(50)]

    measured = browser.measure([picture.svg for picture in pictures])

    assert [found.words for found in measured] == [[]] * 50


def test_the_same_seed_makes_the_same_bytes() -> None:
    for make, _ in MAKERS:
        assert make(range(10)) == make(range(10))
