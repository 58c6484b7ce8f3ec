"""What the server does by itself: it looks at what teams wrote once they are done for the moment."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.errors import StoreUnavailable
from api.store.summaries import groups, look, verify
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

    At first, and then once a day, look again at what a program of before looked at beside this one.
    """
    asked: date | None = None
    while True:
        try:
            by = By(OPERATOR, clock(), policy=policy)
            if asked != by.on:
                await database.write(groups.look_again)
                asked = by.on
            busy = await look_once(database, by)
        except StoreUnavailable:
            _log.warning("the database did not answer; what teams wrote is looked at later")
            busy = False
        await asyncio.sleep(0 if busy else pause)


async def look_once(database: Database, by: By) -> bool:
    """Look at a few aims, each in a transaction of its own; whether there were any."""
    lacking = await database.read(verify.without_summaries, AT_ONCE)
    for aim_id in lacking:
        await database.write(verify.make_all_anew, by, [aim_id])
    waiting = await database.read(
        look.waiting,
        written_before=by.at - SETTLED,
        reviewed_before=by.on - AGAIN,
        limit=AT_ONCE,
    )
    by = replace(by, recording=True)
    done = [await database.write(look.look, by, aim_id, to) for aim_id, to in waiting]
    return bool(lacking) or any(done)
