"""The stamp of who may do what: new in every transaction that changes it, whoever wrote it."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Column, Connection, delete, insert, update
from sqlalchemy.sql import visitors

from api.store import access, accounts, elements, people, principals, sessions, tokens, units
from api.store import tables as t
from api.store.engine import connect
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON, UNIT
from api.store.standing import AccessMoved, Memory, Standing, stamp, stamped
from pdsa import Grant, GrantId, Person, PersonId, Role, Unit, UnitId
from tests.builders import TEAM
from tests.store.world import ADMIN, AT, EAST, WEST

MIGRATION = import_module("api.migrations.versions.0011_a_stamp_of_who_may_do_what")
#: What a request asks about who may do what; all of it is remembered.
QUESTIONS: list[Any] = [
    tokens._WITH_ROLES,
    sessions._BY_HASH,
    principals._GRANTS,
    access._PATH._statement,
]
#: Written beside a request, and asked of the clock; what names a row, and never changes.
NOTED = {("tokens", "used_at"), ("sessions", "seen_at")}
NAMES = {("tokens", "id"), ("sessions", "id"), ("people", "id"), ("units", "id")}
ANA = PersonId("ana")


def test_every_column_that_decides_who_may_do_what_has_its_trigger() -> None:
    asked = {
        (each.table.name, each.name)
        for question in QUESTIONS
        for each in visitors.iterate(question)
        if isinstance(each, Column)
    }

    watched = {
        (table, column)
        for table, events in MIGRATION.AFTER.items()
        for event in events
        if event.startswith("UPDATE")
        for column in (
            event.partition(" OF ")[2].split(", ") if " OF " in event else columns(table)
        )
    }

    assert asked - NOTED - NAMES <= watched
    assert all("DELETE" in events for events in MIGRATION.AFTER.values())
    assert {table for table, _ in asked} == MIGRATION.AFTER.keys()


def columns(table: str) -> list[str]:
    return [column.name for column in t.metadata.tables[table].columns]


def with_ana(conn: Connection) -> None:
    elements.add(conn, ADMIN, PERSON, Person(ANA, "Ana"), Place(None, None))
    grant = Grant(GrantId("g"), ANA, Role.member, UnitId(TEAM))
    elements.add(conn, ADMIN, GRANT, grant, Place(TEAM, None))
    accounts.create(conn, ADMIN, ANA, "ana@example.org")
    tokens.new_token(conn, ADMIN, ANA, "one")
    sessions.begin(conn, ADMIN, ANA, address="", browser="", signed_in_by="password")
    conn.execute(insert(t.units).values(id="island", kind="team", name="Island", version=1))
    own = {"ancestor_id": "island", "descendant_id": "island", "depth": 0}
    conn.execute(insert(t.unit_closure).values(**own))


def give_a_role(conn: Connection) -> None:
    people.join(conn, ADMIN, ANA, Role.viewer, EAST)


def end_a_role(conn: Connection) -> None:
    elements.remove(conn, ADMIN, GRANT, "g", None)


def end_a_role_by_a_day(conn: Connection) -> None:
    elements.change(conn, ADMIN, GRANT, "g", None, lambda g: replace(g, ends_on=AT.date()))


def revoke_the_tokens(conn: Connection) -> None:
    assert tokens.revoke_tokens(conn, ADMIN, ANA) == 1


def let_a_token_run_out(conn: Connection) -> None:
    conn.execute(update(t.tokens).values(expires_at=AT))


def end_the_sessions(conn: Connection) -> None:
    assert sessions.end_all(conn, ADMIN, ANA) == 1


def drop_what_is_long_over(conn: Connection) -> None:
    assert sessions.forget(conn, replace(ADMIN, at=AT + timedelta(days=90))) == 1


def disable_the_account(conn: Connection) -> None:
    accounts.disable(conn, ADMIN, ANA)


def rename_the_person(conn: Connection) -> None:
    elements.change(conn, ADMIN, PERSON, ANA, None, lambda p: replace(p, name="Anna"))


def move_a_school(conn: Connection) -> None:
    units.change(conn, ADMIN, EAST, None, lambda unit: replace(unit, parent_id=UnitId(WEST)))


def move_a_root(conn: Connection) -> None:
    units.change(conn, ADMIN, "island", None, lambda unit: replace(unit, parent_id=UnitId(EAST)))


def change_a_kind(conn: Connection) -> None:
    conn.execute(update(t.units).where(t.units.c.id == "island").values(kind="network"))


def drop_a_line_of_the_tree(conn: Connection) -> None:
    conn.execute(delete(t.unit_closure).where(t.unit_closure.c.descendant_id == "island"))


CHANGES = (
    give_a_role,
    end_a_role,
    end_a_role_by_a_day,
    revoke_the_tokens,
    let_a_token_run_out,
    end_the_sessions,
    drop_what_is_long_over,
    disable_the_account,
    rename_the_person,
    move_a_school,
    move_a_root,
    change_a_kind,
    drop_a_line_of_the_tree,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_whatever_changes_who_may_do_what_sets_the_stamp_anew(
    district_url: str, change: Callable[[Connection], None]
) -> None:
    async with connect(district_url) as database:
        await database.write(with_ana)
        before = await database.read(stamp)

        await database.write(change)

        after = await database.read(stamp)
    assert before
    assert after
    assert before != after


def note_a_use(conn: Connection) -> None:
    conn.execute(update(t.tokens).values(used_at=AT))
    conn.execute(update(t.sessions).values(seen_at=AT))
    conn.execute(update(t.accounts).values(signed_in_at=AT))


def sign_in_once_more(conn: Connection) -> None:
    sessions.begin(conn, ADMIN, ANA, address="", browser="", signed_in_by="password")


def make_a_token(conn: Connection) -> None:
    tokens.new_token(conn, ADMIN, ANA, "another")


def set_a_unit_up(conn: Connection) -> None:
    units.add(conn, ADMIN, Unit(UnitId("new"), "team", "New", UnitId(EAST)))


@pytest.mark.parametrize(
    "noted",
    [note_a_use, sign_in_once_more, make_a_token, set_a_unit_up],
    ids=lambda noted: noted.__name__,
)
async def test_what_nobody_can_remember_yet_leaves_the_stamp(
    district_url: str, noted: Callable[[Connection], None]
) -> None:
    async with connect(district_url) as database:
        await database.write(with_ana)
        before = await database.read(stamp)

        await database.write(noted)

        assert await database.read(stamp) == before


async def test_what_was_read_holds_until_the_stamp_is_another(district_url: str) -> None:
    async with connect(district_url) as database:
        before, path = await database.read(stamped, access.steps, TEAM)
        standing = Memory().under(before)
        assert standing is not None
        reader = replace(ADMIN, standing=standing)
        await database.read(standing.confirm)

        assert await database.read(access.steps_for, reader, TEAM) == path
        assert standing.path(TEAM, tuple) == path
        assert standing.path("nowhere", tuple) == ()

        await database.write(move_a_school)
        with pytest.raises(AccessMoved):
            await database.read(standing.confirm)
        with pytest.raises(AccessMoved):
            await database.read(elements.tell, reader, UNIT, TEAM)
        with pytest.raises(AccessMoved):
            await database.read(elements.tell, reader, UNIT, "nowhere")


def test_a_token_is_no_session_and_a_session_no_token() -> None:
    standing = Standing("stamp")
    standing.keep_token("hash", tokens.TokenUse(ADMIN.principal, "id", None, None))

    assert standing.token("hash", AT) is not None
    assert standing.session("hash", AT, timedelta(hours=1)) is None


def test_what_is_remembered_runs_out_by_the_clock() -> None:
    hour, standing = timedelta(hours=1), Standing("stamp")
    ends = AT + hour
    standing.keep_token("hash", tokens.TokenUse(ADMIN.principal, "id", None, ends))
    use = sessions.SessionUse(ADMIN.principal, "id", "password", AT, ends)
    standing.keep_session("hash", use)

    assert standing.token("hash", AT) is not None
    assert standing.token("hash", ends) is None
    assert standing.session("hash", AT, 2 * hour) is not None
    assert standing.session("hash", ends, 2 * hour) is None
    assert standing.session("hash", AT + hour / 2, hour / 2) is None


def test_a_process_remembers_so_much_and_then_begins_anew(monkeypatch: Any) -> None:
    monkeypatch.setattr("api.store.standing.REMEMBERED", 3)
    standing = Standing("stamp")
    use = tokens.TokenUse(ADMIN.principal, "id", None, None)

    for n in range(4):
        standing.keep_token(str(n), use)

    kept = [n for n in range(4) if standing.token(str(n), AT) is not None]
    assert kept == [3]
