"""Nobody who looks again and again works out what was withheld: 12,000 random teams."""

import random

import pytest

from pdsa import Audience
from tests.domain.watcher import Span, Team, Watcher, World

RACE, ENGLISH, OWN = ("HI", "WH", "AS"), ("EL",), ("F", "M", "X")
WORLDS = {
    "school, rooms": World(
        audience=Audience.school, events=("log", "log", "log", "take", "correct")
    ),
    "school, notes and tallies": World(
        audience=Audience.school, events=("log", "log", "log", "annotate", "again", "correct")
    ),
    "school, groups": World(
        audience=Audience.school, events=("log", "log", "take", "correct"), groups=RACE
    ),
    "school, one look": World(
        audience=Audience.school, events=("log",), groups=RACE, rest=True, looks=0
    ),
    "above, rooms": World(
        audience=Audience.above, events=("log", "log", "log", "take", "correct", "again")
    ),
    "above, groups": World(
        audience=Audience.above, events=("log", "log", "take", "correct"), groups=RACE, rest=True
    ),
    "above, English": World(
        audience=Audience.above, events=("log", "log", "take", "correct"), groups=ENGLISH, rest=True
    ),
    "above, own groups": World(audience=Audience.above, events=("log", "log"), groups=OWN),
    "above, published": World(
        audience=Audience.above,
        events=("log", "log", "publish", "withdraw", "correct"),
        groups=RACE,
        rest=True,
    ),
    "above, published, one look": World(
        audience=Audience.above, events=("log", "log", "publish"), groups=RACE, rest=True, looks=0
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_nobody_works_out_what_was_withheld(name: str) -> None:
    world, draw, shown = WORLDS[name], random.Random(name), 0
    for _ in range(1200):
        team = Team(draw, world)
        watcher = Watcher(team)
        for _ in range(draw.randint(1, 7)):
            team.happens()
            if draw.random() < world.looks:
                watcher.look()
        watcher.look()

        assert list(watcher.worked_out()) == [], (team.points, watcher.told)
        shown += bool(watcher.looked.points)
    assert shown > 100  # there was something to look at


def test_the_watcher_finds_what_follows() -> None:
    one, two, three = (("room", "", n) for n in range(3))
    known = Span()
    known.add({one: 1, two: 1})
    known.add({one: 1, two: 1, three: 1})

    assert {three: 1} in known
    assert {one: 1} not in known
