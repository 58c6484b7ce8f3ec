"""Driver diagrams of every sort, made from seeds as the charts are."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pdsa import (
    Aim,
    AimId,
    ChangeIdea,
    ChangeIdeaId,
    Driver,
    DriverId,
    Link,
    Strength,
    Theory,
    UnitId,
)
from pdsa.charts.svg import driver_diagram
from tests.pictures.generated import NAMES, Picture, rng

AIM = AimId("aim-1")


def driver_diagrams(seeds: Sequence[int]) -> list[Picture]:
    """One driver diagram for each seed."""
    return [a_driver_picture(seed) for seed in seeds]


def a_driver_picture(seed: int) -> Picture:
    r = rng(seed)
    theory, aim, ideas = a_theory(r)
    options: dict[str, Any] = {
        "width": r.choice((320, 375, 480, 559, 560, 640, 768, 960, 1280, 1600)),
        "theme": r.choice(("light", "dark", "auto")),
        "title": r.choice((None, *NAMES)),
    }
    svg = driver_diagram(theory, aim=aim, ideas=ideas, id=f"d{seed}", **options)
    said = f"{len(theory.drivers)} drivers, {len(ideas)} ideas, width {options['width']}"
    return Picture(f"a_driver_picture({seed}) [{said}]", svg)


def a_theory(r: random.Random) -> tuple[Theory, Aim | None, list[ChangeIdea]]:
    """Any theory that can be: up to 60 nodes, chains, links over several levels, loose ends."""
    count = r.choice((0, 1, 2, 4, 8, 15, 30))
    text = _texts(r)
    drivers = tuple(Driver(id=DriverId(f"d{i}"), text=text()) for i in range(count))
    ideas = [
        ChangeIdea(ChangeIdeaId(f"i{i}"), AIM, text()) for i in range(r.choice((0, 1, 3, 8, 29)))
    ]
    pairs: dict[tuple[str, str], Strength] = {}
    depth = r.choice((1, 2, 2, 2, 3, 6))
    for i in range(count):
        level = 1 + i * depth // max(1, count)
        below = [j for j in range(i) if 1 + j * depth // count < level]
        for _ in range(r.choice((0, 1, 1, 1, 2, 3))):
            target = f"d{r.choice(below)}" if below and r.random() < 0.9 else AIM
            pairs[f"d{i}", target] = r.choice(list(Strength))
    for idea in ideas:
        for _ in range(r.choice((0, 1, 1, 2, 4))):
            target = f"d{r.randrange(count)}" if count and r.random() < 0.95 else AIM
            pairs[idea.id, target] = r.choice(list(Strength))
    links = tuple(Link(source=a, target=b, strength=strength) for (a, b), strength in pairs.items())
    aim = Aim(AIM, UnitId("team"), text(), statement=r.choice(("", text(), " ".join(NAMES))))
    return Theory(AIM, date(2018, 1, 1), drivers, links), r.choice((aim, aim, None)), ideas


def _texts(r: random.Random) -> Callable[[], str]:
    words = [
        "students",
        "explain",
        "reasoning",
        "discourse",
        "frames",
        "tasks",
        "talk",
        "exit",
        "ticket",
        "weekly",
        "planning",
        "precise",
        "language",
        "families",
        "notice",
        "evidence",
        "questions",
        "mathematics",
        "interdisciplinarity",
    ]
    manner = r.choice(("short", "short", "long", "names"))

    def text() -> str:
        if manner == "names":
            return r.choice(NAMES)
        size = r.randint(1, 6) if manner == "short" else 40
        return " ".join(r.choice(words) for _ in range(size))[:200].strip().capitalize()

    return text
