"""What leaves a team: each representation of its figures, for each audience."""

import json
from datetime import date

import pytest

from pdsa import InvalidValue, NotAllowed, NotVisible, Role
from tests.api.client import Client, at, refused
from tests.api.sample import AIM, CYCLE, MEASURE, PHASE, POINT, TEAM
from tests.api.school import CHART, EXPORT, POINTS, SERIES, a_school, figures, publish

#: Every way in which figures of a measure go out, each as a text.
WAYS = (
    (SERIES, "application/json"),
    (SERIES, "text/csv"),
    (f"{SERIES}?by=classroom", "application/json"),
    (f"{SERIES}?by=classroom", "text/csv"),
    (f"{SERIES}?by=student_group", "application/json"),
    (CHART, "application/json"),
    (CHART, "image/svg+xml"),
    (f"{CHART}?by=classroom", "application/json"),
    (f"{CHART}?by=classroom", "image/svg+xml"),
    (f"measures/{MEASURE}/equity", "application/json"),
    (f"measures/{MEASURE}/equity", "text/csv"),
    (f"measures/{MEASURE}/equity?groups=EL", "image/svg+xml"),
    ("units/school/equity", "application/json"),
    ("units/school/equity", "text/csv"),
    ("units/school/portfolio", "application/json"),
    ("units/school/portfolio", "text/csv"),
    (POINTS, "application/json"),
    (f"{POINTS}&first=2017-10-13&last=2017-10-13", "application/json"),
    (EXPORT, "application/json"),
    (f"aims/{AIM}/review", "application/json"),
    (f"aims/{AIM}/progress", "application/json"),
    (f"aims/{AIM}/levels", "application/json"),
    (f"aims/{AIM}/silences", "application/json"),
    (f"aims/{AIM}/comments", "application/json"),
    ("requests", "application/json"),
    ("activity?limit=200", "application/json"),
    (f"activity?element={POINT}", "application/json"),
    (f"measures/{MEASURE}/phases", "application/json"),
)


async def said(client: Client, path: str, media_type: str) -> str:
    response = await client.get(path, headers={"Accept": media_type})
    assert response.status_code == 200, response.text
    return response.text


async def test_no_figure_of_a_classroom_leaves_the_team_by_any_way(database_url: str) -> None:
    async with a_school(database_url) as client:
        singles = [p for p in (await client.get(POINTS)).json()["items"] if p["denominator"]]
        counts = {
            f'"numerator":{p["numerator"]},"denominator":{p["denominator"]}' for p in singles
        } | {f",{p['numerator']},{p['denominator']}," for p in singles}
        rooms = await figures(client, f"{SERIES}?by=classroom")
        whole = {value for part in await figures(client) for value, *_ in part[1:]}
        counts |= {
            str(value)
            for part in rooms
            for value, *_ in part[1:]
            if value is not None and value != int(value) and value not in whole
        }
        for role, unit in ((Role.leader, "school"), (Role.leader, "district"), (Role.viewer, None)):
            asking = await client.somebody(role, unit)
            for path, media_type in WAYS:
                text = await said(asking, path, media_type)

                assert not [each for each in counts if each in text], (role, unit, path)
            assert (await asking.get(f"points/{POINT}")).status_code == 404
            assert (await asking.get(f"phases/{PHASE}")).status_code == 404


async def test_the_school_is_shown_the_aggregate_of_both_classrooms(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")

        ((_, *shown),) = await figures(leader)
        ((_, *own),) = await figures(client)

        both = [figure if (figure[2] or 0) > 30 else (None, None, None) for figure in own]
        assert shown == both
        assert sum(den is None and own[at][2] is not None for at, (_, _, den) in enumerate(shown))


async def test_above_the_school_shares_are_whole_percents_without_counts(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        above = await client.somebody(Role.leader, "district")

        ((_, *own),) = await figures(client)
        ((_, *theirs),) = await figures(above)

        assert theirs == [
            (float(int(value + 0.5)) if (den or 0) > 30 else None, None, None)
            for value, _, den in own
        ]


async def test_what_the_team_publishes_is_shown_until_it_withdraws_it(database_url: str) -> None:
    by_room = f"{SERIES}?by=classroom"
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        above = await client.somebody(Role.leader, "district")
        before = await figures(leader, by_room)

        published = await publish(client, reason="For our ILT.")
        during = await figures(leader, by_room)
        await client.move(f"publications/{published['id']}/withdraw", 1)
        after = await figures(leader, by_room)

        assert sorted(during) == sorted(await figures(client, by_room))
        assert before == after
        assert before == await figures(above, by_room) == []


async def test_a_publication_says_up_to_which_day(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")

        await publish(client, through="2017-10-20")

        (room_a, _) = (await leader.get(f"{SERIES}?by=classroom")).json()
        assert [p["on"] for p in room_a["points"]] == ["2017-10-13", "2017-10-20"]


async def test_only_the_teachers_of_a_team_publish(database_url: str) -> None:
    path = f"measures/{MEASURE}/publications"
    async with a_school(database_url) as client:
        for role, unit, status in (
            (Role.member, TEAM, 201),
            (Role.facilitator, TEAM, 201),
            (Role.coach, TEAM, 403),
            (Role.leader, "school", 403),
            (Role.administrator, "district", 403),
            (Role.member, "school", 404),
        ):
            asking = await client.somebody(role, unit)
            assert (await asking.post(path, json={})).status_code == status, role
        response = await client.post(path, json={"to": "team"})
        refused(response, 422, InvalidValue, pointer="/to")


async def test_a_withdrawn_publication_stays_withdrawn(database_url: str) -> None:
    async with a_school(database_url) as client:
        made = await publish(client)
        first = await client.move(f"publications/{made['id']}/withdraw", 1)

        again = await client.move(f"publications/{made['id']}/withdraw", 2)

        assert first == again
        assert first["withdrawn_by"] == client.person_id


async def test_who_opens_a_record_from_above_is_in_the_teams_view_log(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school", "Sample principal")
        coach = await client.somebody(Role.coach, TEAM, "Sample coach")
        for path in (f"aims/{AIM}", CHART, f"cycles?aim={AIM}"):
            assert (await leader.get(path)).status_code == 200
            assert (await coach.get(path)).status_code == 200

        (view,) = (await coach.get(f"units/{TEAM}/views")).json()["items"]

        assert (view["name"], view["aim_id"], view["person_id"]) == (
            "Sample principal",
            AIM,
            leader.person_id,
        )
        assert date.fromisoformat(view["on"])


async def test_a_list_of_aims_opens_no_record_and_a_list_of_cycles_does(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")

        await leader.get("aims")
        none = (await client.get(f"units/{TEAM}/views")).json()["items"]
        await leader.get("cycles")
        one = (await client.get(f"units/{TEAM}/views")).json()["items"]

        assert (len(none), len(one)) == (0, 1)


async def test_the_view_log_is_for_the_team_alone(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        stranger = await client.somebody(Role.member, "district")

        refused(await leader.get(f"units/{TEAM}/views"), 403, NotAllowed)
        refused(await stranger.get(f"units/{TEAM}/views"), 404, NotVisible)


async def test_a_classroom_that_comes_later_is_not_told_by_the_difference(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        room = await client.make("units", kind="classroom", name="Room C", parent_id=TEAM)
        ((_, first, *_),) = await figures(leader)

        await client.make(
            f"measures/{MEASURE}/points",
            on="2017-10-13",
            numerator=7,
            denominator=31,
            classroom_id=room["id"],
        )

        ((_, then, *_),) = await figures(leader)
        ((_, own, *_),) = await figures(client)
        assert then == first
        assert own[2] == first[2] + 31
        text = await said(leader, CHART, "application/json")
        assert json.loads(text)[0]["chart"]["points"]["n"][0] == first[2]


async def test_an_edit_beside_it_does_not_tell_it_either(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        room = await client.make("units", kind="classroom", name="Room C", parent_id=TEAM)
        before = await figures(leader)

        body = {"on": "2017-10-13", "numerator": 7, "denominator": 31, "classroom_id": room["id"]}
        await client.make(f"measures/{MEASURE}/points", **body)
        note = await client.patch(f"points/{POINT}", json={"note": "Recounted."}, headers=at(1))

        assert note.status_code == 200
        assert await figures(leader) == before


async def test_whom_a_measure_counts_is_not_changed(database_url: str) -> None:
    async with a_school(database_url) as client:
        path = f"measures/{MEASURE}"

        response = await client.patch(path, json={"counts": "work"}, headers=at(1))

        refused(response, 400)


async def test_figures_about_few_students_stay_in_the_school(database_url: str) -> None:
    async with a_school(database_url) as client:
        measure = await client.make(
            "measures", aim_id=AIM, name="Few", kind="process", unit="percentage"
        )
        await client.make(
            f"measures/{measure['id']}/points", on="2018-01-12", numerator=3, denominator=9
        )
        leader = await client.somebody(Role.leader, "school")
        above = await client.somebody(Role.leader, "district")

        for path in ("series", "chart", "points"):
            for asking, shown in ((leader, True), (above, False)):
                text = await said(asking, f"measures/{measure['id']}/{path}", "application/json")
                assert ('"numerator":3' in text or "33.3" in text) is shown, (path, shown)
        chart = (await above.get(f"measures/{measure['id']}/chart")).json()[0]
        assert "too few students" in chart["reading"]
        svg = await said(above, f"measures/{measure['id']}/chart", "image/svg+xml")
        assert "too few students" in svg
        assert "33" not in svg.partition("<desc")[2].partition("</desc>")[0]


async def test_a_district_may_be_stricter(database_url: str) -> None:
    async with a_school(database_url, min_cell=60, suppress_in_schools=True) as client:
        leader = await client.somebody(Role.leader, "school")

        ((_, *shown),) = await figures(leader)

        assert {value for value, _, _ in shown} == {None}


@pytest.mark.parametrize("by", ["", "?by=classroom", "?by=student_group"])
async def test_two_answers_at_once_tell_what_one_would(database_url: str, by: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        first = await leader.get(SERIES + by)

        again = await leader.get(SERIES + by, headers={"If-None-Match": first.headers["ETag"]})

        assert again.status_code == 304


async def test_a_change_of_access_takes_effect_on_the_next_request(database_url: str) -> None:
    async with a_school(database_url) as client:
        member = await client.somebody(Role.member, TEAM)
        (grant,) = (await client.get(f"grants?person={member.person_id}")).json()["items"]
        body = {"on": "2031-01-10", "numerator": 3, "denominator": 28}
        key = {"Idempotency-Key": "once"}
        path = f"measures/{MEASURE}/points"
        assert (await member.post(path, json=body, headers=key)).status_code == 201

        response = await client.delete(f"grants/{grant['id']}", headers=at(grant["version"]))

        assert response.status_code == 204
        for answer in (
            await member.get(f"aims/{AIM}"),
            await member.get(SERIES),
            await member.post(path, json=body, headers=key),
            await member.get(f"points/{POINT}"),
        ):
            refused(answer, 404, NotVisible)
        assert (await member.get("aims")).json()["items"] == []


async def test_a_number_set_against_a_prediction_stays_with_the_team(database_url: str) -> None:
    async with a_school(database_url) as client:
        own = (await client.get(f"cycles/{CYCLE}")).json()["study"]["results"]
        assert [each["observed"] for each in own] == [64.0, None]

        for role, unit in ((Role.leader, "school"), (Role.leader, "district"), (Role.viewer, None)):
            asking = await client.somebody(role, unit)
            for path in (f"cycles/{CYCLE}", "cycles", EXPORT, "activity?limit=200"):
                text = await said(asking, path, "application/json")

                assert '"outcome":"held"' in text
                assert '"observed":64' not in text, (role, path)
