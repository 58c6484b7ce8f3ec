"""The server looks by itself at what teams wrote, once they are done for the moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from api.store import inquiries
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import Database, connect
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import Sort, page
from api.store.summaries import look, verify
from api.store.summaries.kept import AUDIENCES
from api.watching import AGAIN, SETTLED, look_once
from pdsa.ids import MeasureId
from pdsa.interchange import loads
from pdsa.monitoring.summary import AimReview, aim_review
from pdsa.reference import model, sacramento
from pdsa.review import Record

S = t.aim_summaries.c
BY = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC))
INQUIRY = loads(model())
UNIT = INQUIRY.team.id


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


def one_breaks(record: Record, *, shown: MeasureId | None) -> AimReview:
    if record.aim.id == INQUIRY.aim.id:
        raise KeyError("a measure of another aim")
    return aim_review(record, shown=shown)


async def test_an_aim_that_cannot_be_looked_at_hinders_no_other(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = loads(sacramento())

    async with connect(database_url) as database:
        for each in (INQUIRY, other):
            await database.write(inquiries.add_inquiry, BY, each, None)
        monkeypatch.setattr(look, "aim_review", one_breaks)
        broken: set[str] = set()

        busy = [await look_once(database, after(SETTLED), broken) for _ in range(3)]
        seen = select(S.audience).where(S.aim_id == other.aim.id, S.reviewed_on.is_not(None))

        assert busy == [True, False, False]
        assert broken == {INQUIRY.aim.id}
        assert set(await database.read(lambda c: c.execute(seen).scalars())) == set(AUDIENCES)
        assert [f"aim {INQUIRY.aim.id} cannot" in each for each in caplog.messages] == [True]


async def test_a_portfolio_tells_of_an_aim_that_cannot_be_looked_at_as_before(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    by = replace(BY, recording=True)
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, INQUIRY, None)
        monkeypatch.setattr(look, "aim_review", one_breaks)

        found, after_that = await database.write(page, by, UNIT, Filters(), Sort.aim, [], 50)

        assert [each.aim_id for each in found.items] == [INQUIRY.aim.id]
        assert (found.waiting, after_that) == (1, None)
        assert [f"aim {INQUIRY.aim.id} cannot" in each for each in caplog.messages] == [True]
