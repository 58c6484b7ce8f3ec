"""Nobody who looks again and again works out what was withheld: 14,000 random teams."""

import random

import pytest

from pdsa import Audience
from tests.domain.watcher import Span, Team, Watcher, World

RACE, ENGLISH, OWN = ("HI", "WH", "AS"), ("EL", "EO"), ("F", "M", "X")
TABLES = ("T1", "T2")
SCHOOL, ABOVE = Audience.school, Audience.above
WORLDS = {
    "school, rooms": World(audience=SCHOOL, events=("log", "log", "log", "take", "correct")),
    "school, notes and tallies": World(
        audience=SCHOOL, events=("log", "log", "log", "annotate", "again", "correct")
    ),
    "school, groups": World(
        audience=SCHOOL,
        events=("log", "log", "log", "take", "correct"),
        families=(RACE, ENGLISH),
        rest=True,
    ),
    "school, one look": World(
        audience=SCHOOL, events=("log",), families=(RACE, ENGLISH), rest=True, looks=0
    ),
    "school, groups in groups": World(
        audience=SCHOOL, events=("log",), families=(ENGLISH,), within={"LTEL": "EL"}, looks=0
    ),
    "school, own groups": World(
        audience=SCHOOL, events=("log",), families=(OWN[:2], TABLES), looks=0
    ),
    "school, days": World(audience=SCHOOL, events=("log", "log", "log", "move"), days=2, rest=True),
    "school and above": World(
        audience=SCHOOL,
        also=ABOVE,
        events=("log", "log", "log", "take", "correct"),
        families=(RACE, ENGLISH),
        rest=True,
    ),
    "school and above, own groups": World(
        audience=SCHOOL,
        also=ABOVE,
        events=("log", "log", "log", "correct"),
        families=(OWN[:2], TABLES),
    ),
    "above, rooms": World(audience=ABOVE, events=("log", "log", "log", "take", "correct", "again")),
    "above, groups": World(
        audience=ABOVE,
        events=("log", "log", "log", "take", "correct"),
        families=(RACE, ENGLISH),
        rest=True,
    ),
    "above, English": World(
        audience=ABOVE,
        events=("log", "log", "log", "take", "correct"),
        families=(ENGLISH,),
        within={"LTEL": "EL"},
        rest=True,
    ),
    "above, own groups": World(audience=ABOVE, events=("log", "log"), families=(OWN, TABLES)),
    "above, own groups of others": World(
        audience=ABOVE,
        events=("log",),
        families=(("EL", "RFEP", "EO"),),
        together={"EverEL": ("EL", "RFEP")},
        looks=0,
    ),
    "above, days": World(
        audience=ABOVE, events=("log", "log", "log", "move"), families=(ENGLISH,), days=2, steps=10
    ),
    "above, published": World(
        audience=ABOVE,
        events=("log", "log", "publish", "withdraw", "correct"),
        families=(RACE,),
        rest=True,
    ),
    "above, published, groups in groups": World(
        audience=ABOVE,
        events=("log", "log", "log", "publish"),
        families=(ENGLISH,),
        within={"LTEL": "EL"},
        looks=0,
    ),
    "above, published, one look": World(
        audience=ABOVE, events=("log", "log", "publish"), families=(RACE,), rest=True, looks=0
    ),
    "above, published, own groups": World(
        audience=ABOVE, events=("log", "log", "publish"), families=(OWN[:2], TABLES), looks=0
    ),
    "above, published, the district decides": World(
        audience=ABOVE,
        events=("log", "log", "log", "decide"),
        families=(RACE,),
        rest=True,
        published=True,
        steps=9,
        policies=(11, 15, 20),
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_nobody_works_out_what_was_withheld(name: str) -> None:
    world, draw, shown = WORLDS[name], random.Random(name), 0
    for _ in range(700):
        team = Team(draw, world)
        watcher = Watcher(team)
        for _ in range(draw.randint(1, world.steps)):
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
