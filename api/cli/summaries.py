"""Summaries on the command line: whether they say what the records say, and making them anew."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from api import environment
from api.cli.run import progress, with_database
from api.cli.start import by
from api.store.engine import Database
from api.store.summaries import verify
from api.store.summaries.policy import obey

#: How many aims one transaction takes, so that no writer waits long.
AT_ONCE = 50
#: How many differences are told; who has more has them all made anew.
TOLD = 20


def rebuild() -> None:
    settings = environment.load()

    async def work(database: Database) -> list[int]:
        await database.write(obey, settings.policy)
        return await _each(database, "working out", _anew)

    done = with_database(settings, work)
    click.echo(f"the summaries of {sum(done):,} aims are made anew; others are told when they look")


async def _anew(database: Database, aim_ids: list[str]) -> int:
    return await database.write(verify.make_all_anew, by(), aim_ids)


async def differences(database: Database) -> list[verify.Difference]:
    """What the summaries of all aims say otherwise than their records."""
    found = await _each(database, "comparing", _compare)
    return [each for some in found for each in some]


async def _compare(database: Database, aim_ids: list[str]) -> list[verify.Difference]:
    return await database.snapshot(verify.verify, by(), aim_ids)


async def _each(database: Database, what: str, work: Callable[..., Any]) -> list[Any]:
    """What some work gives back, lot by lot of all aims."""
    found, after = [], ""
    with progress(what) as advance:
        while aim_ids := await database.read(verify.aims_after, after, AT_ONCE):
            found.append(await work(database, aim_ids))
            after = aim_ids[-1]
            advance(len(aim_ids))
    return found


def verified(settings: Any) -> list[str]:
    """Whether all summaries say what their records say: what is wrong, in lines."""
    found = with_database(settings, differences)
    if not found:
        click.echo("summaries\n  all of them say what a plain recomputation from the record gives")
        return []
    lines = [
        f"aim {each.aim_id}, as told to the {each.audience}: {each.what} is kept as "
        f"{_short(each.kept)} and should be {_short(each.found)}"
        for each in found[:TOLD]
    ]
    more = len(found) - TOLD
    return [
        *lines,
        *([f"and {more:,} more differences"] if more > 0 else []),
        "summaries are not what the records say: run `pdsa rebuild`",
    ]


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:60]}..."
