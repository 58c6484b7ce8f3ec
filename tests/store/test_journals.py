"""The order of what is only ever added to."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import connect
from api.store.journals import newest_id
from api.store.people import first_administrator

#: What a process makes that begins after an id: three ids.
BEGINS = """
import sys
from api.ids import begin_after, new_id
for id in sys.argv[1:]:
    begin_after(id)
print(new_id(), new_id(), new_id())
"""


def made_after(*ids: str) -> list[str]:
    """Ids of a process of its own: what it begins after is for good."""
    done = subprocess.run([sys.executable, "-c", BEGINS, *ids], capture_output=True, check=True)
    return done.stdout.decode().split()


@pytest.mark.parametrize(
    "last", ["0fffffff-ffff-7fff-bfff-ffffffffffff", "7000aaaa-0000-7000-8000-0"]
)
def test_new_ids_sort_after_one_of_a_moment_that_is_yet_to_come(last: str) -> None:
    last = last.ljust(36, "0")

    found = made_after(last)

    assert [last, *found] == sorted([last, *found])
    assert {(len(each), each[14]) for each in found} == {(36, "7")}


def test_the_latest_of_several_counts() -> None:
    late, early = "0fffffff-ffff-7fff-bfff-ffffffffffff", "01234567-0000-7000-8000-000000000000"

    assert min(made_after(late, early)) > late


@pytest.mark.parametrize(
    "last",
    [
        "",
        "aim-discourse",
        "ffffffff-ffff-7fff-bfff-ffffffffffff",  # nothing comes after it
        "ffffffff-ffff-4fff-bfff-ffffffffffff",  # has no moment
    ],
)
def test_an_id_that_tells_no_moment_changes_nothing(last: str) -> None:
    before, found = made_after(), made_after(last)

    assert [*before, *found] == sorted([*before, *found])
    assert max(found) < "0f"


async def test_the_newest_id_is_that_of_any_journal(database_url: str) -> None:
    by = By(OPERATOR, datetime.now(UTC))
    async with connect(database_url) as database:
        nothing = await database.read(newest_id)
        await database.write(first_administrator, by)
        newest = await database.read(newest_id)

    journals = [select(each.c.id) for each in (t.activity, t.security_events)]
    async with connect(database_url) as database:
        kept = await database.read(
            lambda conn: [conn.execute(each).scalars().all() for each in journals]
        )
    assert nothing == ""
    assert all(kept)
    assert newest == max(id for ids in kept for id in ids)
