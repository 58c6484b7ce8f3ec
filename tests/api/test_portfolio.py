"""Portfolios over HTTP: every aim of a unit at a glance, as each audience is given it."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from msgspec.structs import replace

from api.problems import UnknownCursor
from api.store import inquiries, units
from pdsa import InvalidValue, NotVisible, Role, Unit, loads
from pdsa.monitoring import aim_figures, aim_status
from pdsa.reference import model
from pdsa.review import Record
from tests.api.client import Client, at, operator, refused, serving
from tests.api.sample import AIM, TEAM, inquiry

MODEL = loads(model())
MARCH = datetime(2026, 3, 20, 12, tzinfo=UTC)


def _found(conn: Any) -> None:
    for id, kind, parent in (
        ("district", "district", None),
        ("school-a", "school", "district"),
        ("school-b", "school", "district"),
    ):
        units.add(conn, operator(), Unit(id, kind, f"Sample {id}", parent))  # type: ignore[arg-type]
    inquiries.add_inquiry(conn, operator(), MODEL, "school-a")
    inquiries.add_inquiry(conn, operator(), inquiry(), "school-b")


@asynccontextmanager
async def a_district(database_url: str) -> AsyncIterator[Client]:
    """Two schools, one aim each: one on track in March 2026, one that nothing measures."""
    async with serving(database_url) as client:
        client.app.state.clock = lambda: MARCH
        await client.database.write(_found)
        yield client


async def portfolio(client: Client, unit: str = "district", **query: Any) -> dict[str, Any]:
    response = await client.get(f"units/{unit}/portfolio", params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_an_ilt_has_every_aim_of_its_school_in_one_request(database_url: str) -> None:
    async with a_district(database_url) as client:
        ilt = await client.somebody(Role.ilt_member, "school-a")

        found = await portfolio(ilt, "school-a")

        (aim,) = found["items"]
        assert found["counts"] == {"on_track": 1}
        assert aim["sentence"] == MODEL.aim.sentence()
        assert (aim["status"], aim["since"]) == ("on_track", "2026-01-30")
        assert aim["reason"].startswith("The median of the last 3 figures")
        assert aim["latest"] == pytest.approx(37.33, abs=0.01)
        assert aim["change"] == pytest.approx(17.33, abs=0.01)
        assert aim["expected"] == pytest.approx(MODEL.aim.expected_on(date(2026, 3, 20)))
        assert (aim["signal"], aim["stage"], aim["stalled"]) == (True, "plan", False)
        assert (aim["last_activity"], aim["progress"]) == ("2026-03-13", 4.5)
        assert aim["school_days_left"] == 44
        refused_elsewhere = await ilt.get("units/school-b/portfolio")
        assert refused_elsewhere.status_code == 404


async def test_a_district_has_its_schools_as_they_are_given_to_it(database_url: str) -> None:
    async with a_district(database_url) as client:
        leader = await client.somebody(Role.leader, "district")

        found = await portfolio(leader)

        assert found["counts"] == {"not_measured": 1, "on_track": 1}
        unmeasured, on_track = found["items"]
        assert (unmeasured["aim_id"], unmeasured["measures_aim"]) == (AIM, False)
        assert unmeasured["reason"] == (
            "Nobody can say: no measure of the record measures what the aim names."
        )
        assert on_track["latest"] == 37.0


async def test_what_was_written_since_is_in_the_next_portfolio(database_url: str) -> None:
    async with a_district(database_url) as client:
        ilt = await client.somebody(Role.ilt_member, "school-a")
        before = await portfolio(ilt, "school-a")

        rooms = [room.id for room in MODEL.classrooms if room.kind == "classroom"]
        await client.post(
            f"measures/{MODEL.aim.measured_by}/points/batch",
            json={
                "points": [
                    {"on": "2026-03-20", "numerator": 20, "denominator": 25, "classroom_id": room}
                    for room in rooms
                ]
            },
        )
        after = await portfolio(ilt, "school-a")

        assert before["items"][0]["latest_on"] == "2026-03-13"
        assert (after["items"][0]["latest_on"], after["items"][0]["latest"]) == ("2026-03-20", 80.0)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"status": "on_track"}, [MODEL.aim.id]),
        ({"status": "on_track,not_measured"}, [AIM, MODEL.aim.id]),
        ({"status": "held"}, []),
        ({"stage": "plan"}, [MODEL.aim.id]),
        ({"stalled": "true"}, []),
        ({"stalled": "false"}, [AIM, MODEL.aim.id]),
        ({"due_from": "2026-01-01"}, [MODEL.aim.id]),
        ({"due_to": "2018-12-31"}, [AIM]),
        ({"change_idea": "exit ticket"}, [AIM]),
        ({"change_idea": "exit_ticket"}, []),
        ({"text": "discourse"}, [AIM]),
        ({"text": "DISCOURSE"}, [AIM]),
        ({"text": "disc%se"}, []),
        ({"subject": "mathematics"}, []),
        ({"grade": "5"}, []),
        ({"student_group": "EL"}, [MODEL.aim.id]),
        ({"student_group": "RFEP"}, []),
    ],
)
async def test_a_portfolio_is_narrowed_by_what_is_asked(
    database_url: str, query: dict[str, Any], wanted: list[str]
) -> None:
    async with a_district(database_url) as client:
        found = await portfolio(client, **query)

        assert [each["aim_id"] for each in found["items"]] == wanted


@pytest.mark.parametrize(
    "sort", ["status", "deadline", "change", "share", "last_activity", "aim", "unit"]
)
async def test_pages_follow_one_another_in_every_order(database_url: str, sort: str) -> None:
    async with a_district(database_url) as client:
        whole = await portfolio(client, sort=sort)

        first = await portfolio(client, sort=sort, limit=1)
        second = await portfolio(client, sort=sort, limit=1, cursor=first["next"])

        assert [*first["items"], *second["items"]] == whole["items"]
        assert (second["next"], whole["next"]) == (None, None)


async def test_as_csv_a_portfolio_is_whole(database_url: str) -> None:
    async with a_district(database_url) as client:
        response = await client.get(
            "units/district/portfolio", params={"limit": 1}, headers={"Accept": "text/csv"}
        )

        rows = list(csv.DictReader(io.StringIO(response.text)))
        assert [row["aim_id"] for row in rows] == [AIM, MODEL.aim.id]
        assert rows[1]["status"] == "on_track"


async def test_a_roll_up_counts_the_aims_of_each_unit_below(database_url: str) -> None:
    async with a_district(database_url) as client:
        found = (await client.get("units/district/roll-up", params={"kind": "school"})).json()
        past = (await client.get("units/district/roll-up", params={"on": "2018-01-01"})).json()
        months = (await client.get("units/district/months", params={"kind": "school"})).json()

        assert found["together"]["statuses"] == {"not_measured": 1, "on_track": 1}
        assert [(each["unit_id"], each["together"]["aims"]) for each in found["units"]] == [
            ("school-a", 1),
            ("school-b", 1),
        ]
        assert found["waiting"] == 0
        assert past["together"]["statuses"] == {"not_measured": 1, "not_started": 1}
        assert sum(each["points"] for each in months) == len(MODEL.points) + len(inquiry().points)
        assert sum(each["started"] for each in months if each["unit_id"] == "school-a") == sum(
            cycle.started_on is not None for cycle in MODEL.cycles
        )


async def test_months_are_asked_for_from_one_to_another(database_url: str) -> None:
    async with a_district(database_url) as client:
        path = "units/district/months"
        winter = (await client.get(path, params={"first": "2025-12", "last": "2026-01"})).json()
        ever = (await client.get(path, params={"first": "0000-01", "last": "9999-12"})).json()

        assert [each["month"] for each in winter] == ["2025-12", "2026-01"]
        assert ever == (await client.get(path)).json()


async def test_a_month_that_is_none_is_refused_with_how_one_is_written(database_url: str) -> None:
    rule = "A month as in 2024-09: the year, a dash, and two digits from 01 to 12."
    async with a_district(database_url) as client:
        for end in ("first", "last"):
            for wrong in ("2024-13", "2024-00", "2024-9", "2024", "09-2024", ""):
                response = await client.get("units/district/months", params={end: wrong})

                assert refused(response, 400, parameter=end)["detail"] == f"{end}: {rule}"


async def test_a_parameter_that_is_refused_says_what_may_stand_there(database_url: str) -> None:
    asked = {
        "units/district/portfolio": {
            "status": "Statuses of an aim, with commas between: overdue, off_track, ",
            "grade": "PK, TK, K, or a number from 1 to 12.",
            "cursor": "What next of the page before said.",
        },
        f"measures/{MODEL.measures[0].id}/equity": {"groups": "Codes of student groups as in EL"},
        f"measures/{MODEL.measures[0].id}/chart": {"rebase": "Days as in 2024-09-30"},
        "security-events": {"event": "An event as in role.given"},
    }
    async with a_district(database_url) as client:
        for path, parameters in asked.items():
            for name, words in parameters.items():
                response = await client.get(path, params={name: "not that"})

                assert words in refused(response, 400, parameter=name)["detail"], (path, name)


async def test_months_do_not_run_backwards(database_url: str) -> None:
    async with a_district(database_url) as client:
        path = "units/district/months"

        backwards = await client.get(path, params={"first": "2026-02", "last": "2026-01"})

        problem = refused(backwards, 422, InvalidValue, pointer="/last")
        assert "not before 2026-02" in problem["detail"]
        assert (await client.get(path, params={"first": "2026-01", "last": "2026-01"})).json()


async def test_which_ideas_held_up_where(database_url: str) -> None:
    async with a_district(database_url) as client:
        found = (await client.get("units/district/ideas")).json()

        tested = {each.change_idea_id for each in (*MODEL.cycles, *inquiry().cycles)}
        assert sum(each["cycles"] for each in found) == len(MODEL.cycles) + len(inquiry().cycles)
        assert 0 < len(found) <= len(tested)
        adopted = {unit for each in found for unit in each["units"]}
        assert adopted <= {MODEL.team.id, TEAM}


async def test_since_the_last_meeting_says_what_has_happened(database_url: str) -> None:
    async with a_district(database_url) as client:
        path = "units/district/changes"
        found = (await client.get(path, params={"since": "2026-01-29"})).json()
        backwards = await client.get(path, params={"since": "2026-01-29", "until": "2026-01-01"})

        (aim,) = found["items"]
        assert (aim["before"], aim["now"]) == ("off_track", "on_track")
        assert found["before"] == {"not_measured": 1, "off_track": 1}
        assert found["now"] == {"not_measured": 1, "on_track": 1}
        assert aim["then"]["latest_on"] <= "2026-01-29" < aim["today"]["latest_on"]
        assert aim["figures"] == sum(
            1
            for on in {p.on for p in MODEL.points if p.measure_id == MODEL.aim.measured_by}
            if on > date(2026, 1, 29)
        )
        assert backwards.status_code == 422


@pytest.mark.parametrize("day", [date(2026, 1, 29), date(2026, 2, 13)])
async def test_a_reason_is_that_of_its_day_whatever_figures_are_of_later_ones(
    database_url: str, day: date
) -> None:
    known = aim_status(Record(MODEL, day))
    async with a_district(database_url) as client:
        member = await client.somebody(Role.member, MODEL.team.id)
        period = {"since": "2026-01-09", "until": str(day)}
        later = (await member.get(f"units/{MODEL.team.id}/changes", params=period)).json()
        client.app.state.clock = lambda: datetime.combine(day, time(12), UTC)
        at_once = await portfolio(member, MODEL.team.id)

    for aim in (*later["items"], *at_once["items"]):
        assert aim["reason"] == known.reason
    assert at_once["items"][0]["since"] == str(known.on)
    assert len(later["items"]) == len(at_once["items"]) == 1


@pytest.mark.parametrize("day", [date(2025, 9, 12), date(2025, 9, 19), date(2025, 9, 26)])
async def test_figures_are_those_of_their_day_whatever_figures_are_of_later_ones(
    database_url: str, day: date
) -> None:
    first = [point for point in MODEL.points if point.on == date(2025, 9, 5)]  # as its median of 3
    points = tuple(point for point in MODEL.points if point not in first)
    bare = replace(MODEL, aim=replace(MODEL.aim, baseline=None), points=points)
    known = aim_figures(Record(bare, day))
    async with a_district(database_url) as client:
        member = await client.somebody(Role.member, MODEL.team.id)
        await member.patch(f"aims/{MODEL.aim.id}", json={"baseline": None}, headers=at(1))
        for point in first:
            await member.delete(f"points/{point.id}", headers=at(1))
        since = (await member.get(f"units/{MODEL.team.id}/changes?since={day}")).json()
        client.app.state.clock = lambda: datetime.combine(day, time(12), UTC)
        at_once = await portfolio(member, MODEL.team.id)

    for aim in (since["items"][0]["then"], at_once["items"][0]):
        for name in ("baseline", "latest", "level", "change"):
            assert aim[name] == getattr(known, name), name


async def test_a_team_has_its_own_aims_as_its_own(database_url: str) -> None:
    async with a_district(database_url) as client:
        member = await client.somebody(Role.member, MODEL.team.id)

        (aim,) = (await portfolio(member, MODEL.team.id))["items"]

        assert aim["latest"] == pytest.approx(37.33, abs=0.01)


async def test_an_open_request_is_counted_for_the_level_that_it_waits_at(
    database_url: str,
) -> None:
    async with a_district(database_url) as client:
        member = await client.somebody(Role.member, MODEL.team.id)
        ilt = await client.somebody(Role.ilt_member, "school-a")
        leader = await client.somebody(Role.leader, "district")

        await member.make(
            "requests", aim_id=MODEL.aim.id, kind="barrier", title="No time", words="Sample words."
        )

        seen = [
            (await portfolio(who, unit))["items"][-1]["open_requests"]
            for who, unit in ((member, MODEL.team.id), (ilt, "school-a"), (leader, "district"))
        ]
        rolled = (await ilt.get("units/school-a/roll-up")).json()
        assert seen == [1, 1, 0]
        assert rolled["together"]["open_requests"] == 1


async def test_a_cursor_of_another_order_is_refused(database_url: str) -> None:
    async with a_district(database_url) as client:
        first = await portfolio(client, sort="aim", limit=1)

        response = await client.get(
            "units/district/portfolio", params={"sort": "deadline", "cursor": first["next"]}
        )

        refused(response, 422, UnknownCursor)


@pytest.mark.parametrize("of", ["portfolio", "roll-up", "months", "ideas", "changes", "equity"])
async def test_a_unit_that_is_not_there_is_found_by_nobody(database_url: str, of: str) -> None:
    async with a_district(database_url) as client:
        for who in (client, await client.somebody(Role.leader, "district")):
            refused(await who.get(f"units/nowhere/{of}"), 404, NotVisible)


async def test_since_the_first_days_that_there_are_nothing_has_happened(database_url: str) -> None:
    async with a_district(database_url) as client:
        response = await client.get("units/district/changes", params={"until": "0001-01-20"})

        assert response.status_code == 200
        assert (response.json()["first"], response.json()["items"]) == ("0001-01-01", [])
