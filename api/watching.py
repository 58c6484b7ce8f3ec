"""What the server does by itself: it looks at what teams wrote once they are done for the moment."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.errors import StoreUnavailable
from api.store.summaries import groups, look, verify
from api.store.summaries.kept import AUDIENCES
from pdsa.privacy import Policy

#: A team that has written nothing for so long is done for the moment: what others are told of its
#: figures is told then, and not while half a tally is there.
SETTLED = timedelta(minutes=10)
#: What a record says changes with the day, too (a deadline passes): it is looked at again after a week.
AGAIN = timedelta(days=7)
AT_ONCE = 16
PAUSE = 20.0

_log = logging.getLogger("api")


async def watch(
    database: Database, clock: Callable[[], datetime], policy: Policy, *, pause: float = PAUSE
) -> None:
    """Look at what waits to be looked at, for as long as the server runs.

    At first, and then once a day, look again at what a program of before looked at beside this one,
    and at what could not be looked at the day before.
    """
    asked: date | None = None
    broken: set[str] = set()
    while True:
        try:
            by = By(OPERATOR, clock(), policy=policy)
            if asked != by.on:
                await database.write(groups.look_again)
                broken.clear()
                asked = by.on
            busy = await look_once(database, by, broken)
        except StoreUnavailable:
            _log.warning("the database did not answer; what teams wrote is looked at later")
            busy = False
        await asyncio.sleep(0 if busy else pause)


async def look_once(database: Database, by: By, broken: set[str] | None = None) -> bool:
    """Look at a few aims, each in a transaction of its own; whether there were any.

    One that cannot be looked at is told to the log, comes into ``broken``, and hinders no other.
    """
    broken = set() if broken is None else broken
    limit = AT_ONCE + len(AUDIENCES) * len(broken)  # these wait still, for each audience
    lacking = await database.read(verify.without_summaries, limit)
    for aim_id in lacking:
        if aim_id not in broken:
            with _hindering_no_other(aim_id, broken):
                await database.write(verify.make_all_anew, by, [aim_id])
    waiting = await database.read(
        look.waiting,
        written_before=by.at - SETTLED,
        reviewed_before=by.on - AGAIN,
        limit=limit,
    )
    by = replace(by, recording=True)
    done = False
    for aim_id, to in waiting:
        if aim_id not in broken:
            with _hindering_no_other(aim_id, broken):
                done = await database.write(look.look, by, aim_id, to) or done
    return bool(set(lacking) - broken) or done


@contextmanager
def _hindering_no_other(aim_id: str, broken: set[str]) -> Iterator[None]:
    try:
        yield
    except StoreUnavailable:
        raise
    except Exception:
        _log.exception("aim %s cannot be looked at; it is left alone until tomorrow", aim_id)
        broken.add(aim_id)
