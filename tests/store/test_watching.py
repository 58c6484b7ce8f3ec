"""The server looks by itself at what teams wrote, once they are done for the moment."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import select

from api.store import inquiries
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import Database, connect
from api.store.summaries import verify
from api.watching import AGAIN, SETTLED, look_once
from pdsa.interchange import loads
from pdsa.reference import model

BY = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC))
INQUIRY = loads(model())


def after(wait: timedelta) -> By:
    return replace(BY, at=BY.at + wait)


async def looked_at(database: Database) -> set[date | None]:
    days = select(t.aim_summaries.c.reviewed_on)
    return set(await database.read(lambda conn: conn.execute(days).scalars().all()))


async def test_a_team_that_is_writing_is_left_alone_and_then_told_of(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, INQUIRY, None)

        at_once = await look_once(database, after(SETTLED / 2))
        unseen = await looked_at(database)
        later = await look_once(database, after(SETTLED))

        assert (at_once, unseen) == (False, {None})
        assert (later, await looked_at(database)) == (True, {BY.on})
        assert await look_once(database, after(SETTLED)) is False
        assert await database.snapshot(verify.verify, BY, [INQUIRY.aim.id]) == []


async def test_what_was_looked_at_a_week_ago_is_looked_at_again(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, INQUIRY, None)
        await look_once(database, after(SETTLED))

        within = await look_once(database, after(AGAIN))
        beyond = await look_once(database, after(AGAIN + timedelta(days=1)))

        assert (within, beyond) == (False, True)


async def test_what_came_before_there_were_summaries_gets_them(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, INQUIRY, None)
        await database.write(lambda conn: conn.execute(t.aim_summaries.delete()))

        await look_once(database, BY)

        assert await database.snapshot(verify.verify, BY, [INQUIRY.aim.id]) == []
