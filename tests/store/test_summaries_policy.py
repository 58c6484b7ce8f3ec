"""Another policy on small cells takes back what others than the team were told by the one before."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from api.store import inquiries
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import connect
from api.store.summaries.policy import obey, obeyed
from api.watching import SETTLED, look_once
from pdsa.interchange import loads
from pdsa.privacy import Policy
from pdsa.reference import model
from pdsa.units import Audience
from tests.api.client import serving

BY = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC))
LATER = replace(BY, at=BY.at + SETTLED)
STRICT = Policy(at_least=200)
S = t.aim_summaries.c


def levels(conn: Connection) -> dict[Audience, float | None]:
    """The level of the aim as each audience is told it; those who are told nothing of it are left out."""
    told = t.aim_statuses.c.audience
    statuses = set(conn.execute(select(told)).scalars())
    return {to: level for to, level in conn.execute(select(S.audience, S.level)) if to in statuses}


@pytest.mark.parametrize("stricter", [{"min_cell": 200}, {"suppress_in_schools": True}])
async def test_a_server_with_another_policy_takes_back_what_was_told(
    database_url: str, stricter: dict[str, Any]
) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, loads(model()), None)
        await look_once(database, LATER)
        before = await database.read(levels)
    assert before[Audience.above] is not None

    async with serving(database_url, **stricter) as client:
        told = await client.app.state.database.read(levels)
        assert told.keys() == {Audience.team}
        assert told[Audience.team] == before[Audience.team]


async def test_they_are_told_again_by_the_policy_of_now(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, loads(model()), None)
        await look_once(database, LATER)

        await database.write(obey, STRICT)
        await look_once(database, replace(LATER, policy=STRICT))

        told = await database.read(levels)
        assert told[Audience.team] is not None
        assert told[Audience.above] is None


async def test_the_same_policy_takes_nothing_back(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, BY, loads(model()), None)
        await look_once(database, LATER)
        before = await database.read(levels)

        assert await database.read(obeyed, Policy())
        await database.write(obey, Policy())

        assert await database.read(levels) == before
