import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import ClassVar

import pytest

from pdsa.words import ENGLISH, mark, say, say_n, spoken


class Spanish:
    """A small language."""

    texts: ClassVar = {
        "{n} points": "{n} puntos",
        "{name} rose": "{name} subió",
        "wrong": "{nothing}",
    }

    def text(self, msgid: str) -> str:
        return self.texts.get(msgid, msgid)

    def plural(self, one: str, many: str, n: int) -> str:
        return self.text(one if n == 1 else many)

    def day(self, day: date) -> str:
        return f"{day.day}/{day.month}"


def test_without_a_language_in_force_english_is_spoken() -> None:
    assert say("{name} rose on {day}", name="It", day=date(2018, 3, 9)) == "It rose on 9 March 2018"
    assert say_n("{n} point", "{n} points", 1) == "1 point"
    assert say_n("{n} point", "{n} points", 2) == "2 points"
    assert mark("points") == "points"
    assert ENGLISH.text("points") == "points"


def test_a_language_in_force_is_spoken_until_its_end() -> None:
    with spoken(Spanish()):
        inside = say("{name} rose", name="Uso"), say_n("{n} point", "{n} points", 3)
        with spoken(ENGLISH):
            within = say("{name} rose", name="Use")
        day = say("{day}", day=date(2018, 3, 9))

    assert inside == ("Uso subió", "3 puntos")
    assert (within, day) == ("Use rose", "9/3")
    assert say("{name} rose", name="Use") == "Use rose"


def test_facts_are_never_templates() -> None:
    assert say("{name} rose", name="{day} {0} {") == "{day} {0} { rose"
    assert say("100% of {n}", n="{}") == "100% of {}"


def test_what_a_language_lacks_or_has_wrong_is_said_in_english() -> None:
    with spoken(Spanish()):
        assert say("{n} fell", n=3) == "3 fell"
        assert say("wrong", n=3) == "wrong"


def test_a_template_of_ours_without_its_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("{name} rose", other="x")


def test_a_language_is_in_force_in_its_own_thread_alone() -> None:
    with spoken(Spanish()), ThreadPoolExecutor(1) as threads:
        assert threads.submit(say, "{name} rose", name="Use").result() == "Use rose"


async def test_a_language_is_in_force_in_its_own_task_alone() -> None:
    begun = asyncio.Event()

    async def other() -> str:
        await begun.wait()
        return say("{name} rose", name="Use")

    task = asyncio.create_task(other())
    with spoken(Spanish()):
        begun.set()
        await asyncio.sleep(0)
        found = await task

    assert found == "Use rose"
