"""A synthetic district in the store: whole, read like any other, gone on with where it stopped."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

import pdsa
from api.district import District, district
from api.district import load as loading
from api.district.load import OtherDistrict, UnitsMoved, load
from api.district.lots import Lot, make_lot
from api.store import inquiries, lists, units
from api.store import tables as t
from api.store.access import By, path
from api.store.activity import Activity
from api.store.engine import Database, connect
from api.store.errors import AlreadyExists
from api.store.principals import principal
from tests.store.world import ADMIN, AT

MADE = district(scale=0.002)


@pytest.fixture
def in_lots_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lots so small that a small district has several."""
    monkeypatch.setattr(loading, "TEAMS_AT_ONCE", 5)


def _teams(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(t.aims)).scalar_one())


async def _history(database: Database, by: By, **wanted: Any) -> list[Activity]:
    """Every entry that somebody is shown, page by page."""
    none = dict.fromkeys(("unit", "aim", "element", "person"))
    entries: list[Activity] = []
    after: Sequence[Any] = ()
    while True:
        found, key = await database.write(  # who looks from above is noted
            lists.activity, by, **{**none, **wanted}, after=after, limit=200
        )
        entries += found
        if key is None:
            return entries
        after = key


async def test_a_stored_inquiry_is_the_one_that_was_made(database_url: str) -> None:
    async with connect(database_url) as database:
        done = await load(database, MADE)

        found = [
            await database.snapshot(inquiries.get_inquiry, ADMIN, inquiry.aim.id)
            for inquiry in MADE.inquiries()
        ]

    assert (done.teams, done.cycles, done.points) == (16, 100, 3_000)
    assert found == list(MADE.inquiries())


async def test_the_history_has_an_entry_for_each_element_and_for_the_points_of_a_measure(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        await load(database, MADE)
        made = MADE.team(1)

        entries = await _history(database, ADMIN, aim=made.aim.id)

    kinds = Counter(entry.kind for entry in entries)
    assert kinds["cycle"] == len(made.cycles)
    assert kinds["measure"] == len(made.measures)
    assert kinds["change idea"] == len(made.change_ideas)
    assert (kinds["aim"], kinds["theory"]) == (1, len(made.theory))
    points = [msgspec.json.decode(each.after) for each in entries if each.kind == "data point"]
    assert sum(each["points"] for each in points) == len(made.points)
    (aim,) = (each for each in entries if each.kind == "aim")
    assert msgspec.json.decode(aim.after, type=pdsa.Aim) == made.aim
    assert [each.at for each in entries] == sorted((each.at for each in entries), reverse=True)


async def test_whoever_stands_above_reads_the_history_without_the_points(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        await load(database, MADE)
        who = await database.read(principal, "lausd-leader", "Sample leader")

        entries = await _history(database, By(who, AT, recording=True))

    assert len(entries) > 100
    assert "data point" not in {entry.kind for entry in entries}


async def test_people_see_what_their_roles_let_them_see(database_url: str) -> None:
    first, of_another_school = MADE.team(0).aim.id, MADE.team(8).aim.id

    async with connect(database_url) as database:
        await load(database, MADE)
        people = {
            holder.grant.role: await database.read(principal, holder.person.id, holder.person.name)
            for holder in MADE.people()
        }
        for role in (pdsa.Role.member, pdsa.Role.ilt_member, pdsa.Role.leader):
            by = By(people[role], AT, recording=True)

            seen = await database.write(inquiries.get_inquiry, by, first)

            assert seen.aim == MADE.team(0).aim
            with pytest.raises(pdsa.NotVisible):
                await database.write(inquiries.get_inquiry, by, of_another_school)


@pytest.mark.usefixtures("in_lots_of_five")
async def test_an_interrupted_district_keeps_whole_lots_and_is_gone_on_with(
    database_url: str,
) -> None:
    safe: list[int] = []

    def fails_after_the_second(teams: int) -> None:
        safe.append(teams)
        if sum(safe) == 10:
            raise LookupError("a sample of a failure")

    async with connect(database_url) as database:
        with pytest.raises(LookupError):
            await load(database, MADE, advance=fails_after_the_second)
        kept = await database.read(_teams)
        done = await load(database, MADE)
        last = MADE.team(15)
        found = await database.snapshot(inquiries.get_inquiry, ADMIN, last.aim.id)

    assert kept == 10
    assert (done.before, done.teams) == (10, 6)
    assert found == last


async def test_a_lot_of_which_a_row_is_refused_leaves_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(*args: Any) -> Lot:
        lot = make_lot(*args)
        lot.rows["releases"].append(lot.rows["releases"][0])
        return lot

    async with connect(database_url) as database:
        monkeypatch.setattr(loading, "make_lot", twice)
        with pytest.raises(AlreadyExists):
            await load(database, MADE)
        kept = await database.read(_teams)
        monkeypatch.undo()
        done = await load(database, MADE)

    assert (kept, done.before, done.teams) == (0, 0, 16)


async def test_units_that_are_moved_meanwhile_end_it_and_it_goes_on_in_their_new_place(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect(database_url) as database:

        def moved_first(*args: Any) -> Lot:
            monkeypatch.undo()
            under = {"parent_id": MADE.local_district(0)}
            asyncio.run_coroutine_threadsafe(
                database.write(
                    units.change, ADMIN, MADE.school(0), None, lambda unit: replace(unit, **under)
                ),
                loop,
            ).result()
            return make_lot(*args)

        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loading, "make_lot", moved_first)
        with pytest.raises(UnitsMoved):
            await load(database, MADE)
        await load(database, MADE)
        where = await database.read(path, MADE.team_id(0))

    assert where == (*where[:2], MADE.local_district(0), MADE.school(0), MADE.team_id(0))


async def test_a_complete_district_and_another_one_are_refused(database_url: str) -> None:
    small = district(scale=0.001)

    async with connect(database_url) as database:
        await load(database, small)
        for other in (small, MADE, district(7, scale=0.001), District(scale=0.001, year=2026)):
            with pytest.raises(OtherDistrict):
                await load(database, other)
        teams = await database.read(_teams)

    assert teams == 8
