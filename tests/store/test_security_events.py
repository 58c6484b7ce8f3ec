"""Security events: kept in the transaction, told to the log after it, and never with a secret."""

import json
import logging
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, select

from api.store import security_events, tables
from api.store.access import OPERATOR, By
from api.store.engine import connect
from api.store.security_events import append, line, page
from pdsa import NotAllowed, Principal
from pdsa.ids import PersonId

NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
LOG = "pdsa.security"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the log was told."""
    return [json.loads(each.getMessage()) for each in caplog.records if each.name == LOG]


async def test_an_event_is_kept_and_told_in_one_line(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOG)
    in_the_west = NOON.astimezone(timezone(timedelta(hours=-7)))
    async with connect(database_url) as database:
        made = await database.write(
            append,
            in_the_west,
            "role.given",
            person_id="p1",
            by_id="p2",
            address="203.0.113.7",
            role="coach",
            unit_id=None,
        )
        ((kept,), _) = await database.read(
            page, By(OPERATOR, NOON), event=None, person=None, after=(), limit=9
        )

    assert (kept.at, kept.event, kept.person_id, kept.by_id) == (NOON, "role.given", "p1", "p2")
    assert bytes(kept.details) == b'{"role":"coach"}'
    assert lines(caplog) == [
        {
            "at": "2026-03-16T12:00:00Z",
            "event": "role.given",
            "id": made.id,
            "person_id": "p1",
            "by_id": "p2",
            "address": "203.0.113.7",
            "details": {"role": "coach"},
        }
    ]


async def test_what_is_rolled_back_is_neither_kept_nor_told(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOG)

    def fails(conn: Connection) -> None:
        append(conn, NOON, "sign_in.done", person_id="p1")
        raise RuntimeError("the disk is gone")

    async with connect(database_url) as database:
        with pytest.raises(RuntimeError):
            await database.write(fails)
        kept = await database.read(
            lambda conn: conn.execute(select(tables.security_events)).fetchall()
        )

    assert kept == []
    assert lines(caplog) == []


async def test_a_unit_of_work_that_is_run_again_is_told_once(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOG)
    runs: list[int] = []

    def again(conn: Connection) -> None:
        append(conn, NOON, "sign_in.done", person_id="p1")
        runs.append(1)
        if len(runs) == 1 and conn.dialect.name == "postgresql":
            conn.exec_driver_sql("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

    async with connect(database_url) as database:
        await database.write(again)

    assert len(lines(caplog)) == 1


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r\nSet-Cookie: x", "a\u2028b", "\x1b[2Jgone", '"}{"', "é", "\0"]
)
def test_nothing_in_an_event_begins_a_line_of_its_own(text: str) -> None:
    raw = json.dumps({"reason": text}).encode()
    told = line(
        security_events.SecurityEvent("e", NOON, "sign_in.refused", None, None, text, raw)  # type: ignore[arg-type]
    )

    assert told.isascii()
    assert told.isprintable()
    assert json.loads(told)["address"] == text


@pytest.mark.parametrize(
    "details",
    [{"password": "x"}, {"token": "x"}, {"secret": "x"}, {"cookie": "x"}, {"why": "pdsa_abc"}],
)
async def test_no_event_holds_a_secret(sqlite_url: str, details: dict[str, str]) -> None:
    async with connect(sqlite_url) as database:
        with pytest.raises(ValueError, match="secret"):
            await database.write(lambda conn: append(conn, NOON, "sign_in.done", **details))  # type: ignore[arg-type]


@pytest.mark.parametrize("event", ["sign in", "sign_in", "Sign_in.done", "sign_in.done\n", ""])
async def test_an_event_is_dotted_words(sqlite_url: str, event: str) -> None:
    async with connect(sqlite_url) as database:
        with pytest.raises(ValueError, match="dotted"):
            await database.write(append, NOON, event)


async def test_events_are_found_by_their_first_words_and_by_person_page_by_page(
    database_url: str,
) -> None:
    told = [
        ("sign_in.done", "a", None),
        ("sign_in.refused", "b", None),
        ("sign_in_other.done", "a", None),
        ("role.given", "a", "b"),
    ]
    async with connect(database_url) as database:
        for event, person, by in told:
            await database.write(append, NOON, event, person_id=person, by_id=by)

        async def found(**asked: Any) -> list[str]:
            asked = {"event": None, "person": None, "after": (), "limit": 9} | asked
            events, _ = await database.read(page, By(OPERATOR, NOON), **asked)
            return [each.event for each in events]

        newest_first = [event for event, *_ in told][::-1]
        assert await found() == newest_first
        assert await found(event="sign_in") == ["sign_in.refused", "sign_in.done"]
        assert await found(event="sign_in.done") == ["sign_in.done"]
        assert await found(event="sign") == []
        assert await found(person="b") == ["role.given", "sign_in.refused"]
        first, key = await database.read(
            page, By(OPERATOR, NOON), event=None, person=None, after=(), limit=3
        )
        assert key is not None
        rest = await found(after=tuple(key))
        assert [each.event for each in first] + rest == newest_first


async def test_only_an_administrator_of_the_whole_server_reads_them(database_url: str) -> None:
    nobody = By(Principal(person_id=PersonId("p"), name="P"), NOON)
    async with connect(database_url) as database:
        with pytest.raises(NotAllowed):
            await database.read(page, nobody, event=None, person=None, after=(), limit=9)
