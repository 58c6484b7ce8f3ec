"""Reliability diagrams made from seeds."""

from collections.abc import Sequence

from pdsa import Outcome
from pdsa.charts.svg import reliability
from pdsa.review.calibration import calibration
from tests.domain.test_calibration import a_test
from tests.pictures.generated import NAMES, WIDTHS, Picture, rng


def reliabilities(seeds: Sequence[int]) -> list[Picture]:
    """One reliability diagram for each seed."""
    return [a_reliability_picture(seed) for seed in seeds]


def a_reliability_picture(seed: int) -> Picture:
    r = rng(seed)
    each = r.choice((1, 9, 300))
    told = [
        (r.randrange(101), r.choice((Outcome.held, Outcome.did_not_hold)))
        for _ in range(r.choice((0, 1, 3, 12, 60)))
        for _ in range(r.randint(1, each))
    ]
    width, theme = r.choice(WIDTHS), r.choice(("light", "dark", "auto"))
    title = r.choice(("How sure you were, and how often it came out", *NAMES))
    svg = reliability(
        calibration([a_test(*told)]), width=width, theme=theme, title=title, id=f"r{seed}"
    )
    return Picture(f"a_reliability_picture({seed}) [{len(told)} predictions, {width}]", svg)
