"""Charts of a measure over HTTP: numbers and pictures, and what asking for them leaves alone."""

import asyncio
import struct
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import Any

import httpx
import msgspec
import pytest

import api.png
import api.routes.charts
from api.png import NoPng
from api.problems import NotAcceptable
from api.store import elements
from api.store.kinds import POINT
from pdsa import (
    ChartKind,
    DataPoint,
    InvalidValue,
    MeasureChart,
    MeasureId,
    PointId,
    Role,
    SplitBy,
    UnitId,
    measure_charts,
)
from pdsa.charts.rules import RuleName, by_name
from tests.api.client import Client, operator, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, MEASURE, PHASE, TEAM, inquiry, plain, with_phase, with_sample

CHART = f"measures/{MEASURE}/chart"
SVG, PNG = {"Accept": "image/svg+xml"}, {"Accept": "image/png"}
SAMPLE = with_phase(inquiry(), PHASE)
ROOMS = {room.id: room.name for room in SAMPLE.classrooms}
STARTED = date(2017, 10, 13)


def computed(**options: Any) -> tuple[MeasureChart, ...]:
    """The charts that the library makes of the sample."""
    options = {"names": ROOMS, "phases": SAMPLE.phases, "cycles": SAMPLE.cycles} | options
    return measure_charts(SAMPLE.measures[0], SAMPLE.points, calendar=SAMPLE.calendar, **options)


async def numbers(client: Client, path: str = CHART) -> tuple[MeasureChart, ...]:
    """The charts that the API answers."""
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=tuple[MeasureChart, ...])


def drawn(response: httpx.Response) -> ET.Element:
    """The root of a picture."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314


def described(response: httpx.Response) -> str:
    """What a picture says in words."""
    return drawn(response).findtext("{http://www.w3.org/2000/svg}desc", "")


def size(response: httpx.Response) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", response.content[16:24])
    return width, height


async def a_measure(client: Client, **facts: Any) -> str:
    """A new measure of the sample's aim."""
    facts = {"name": "Minutes", "kind": "process", "unit": "mean"} | facts
    made: str = (await client.make("measures", aim_id=AIM, **facts))["id"]
    return made


async def with_points(client: Client, measure: str, points: list[dict[str, Any]]) -> None:
    """Log points, as many as a request may hold at a time."""
    for start in range(0, len(points), 500):
        body = {"points": points[start : start + 500]}
        response = await client.post(f"measures/{measure}/points/batch", json=body)
        assert response.is_success, response.text


def daily(number: int, **facts: Any) -> list[dict[str, Any]]:
    return [
        {"on": str(STARTED + timedelta(days=i)), "value": 20 + i * 7 % 5, **facts}
        for i in range(number)
    ]


# -- numbers -------------------------------------------------------------------------------------


async def test_a_chart_is_what_the_library_makes_of_the_same_points(database_url: str) -> None:
    views: dict[str, dict[str, Any]] = {
        "": {},
        "?by=classroom": {"by": SplitBy.classroom},
        "?by=classroom&phases=none": {"by": SplitBy.classroom, "phases": ()},
        "?kind=run&screen=false": {"kind": ChartKind.run, "screen": False},
        "?kind=xbar": {"kind": ChartKind.xbar},
        "?freeze=2017-12-22": {"freeze": date(2017, 12, 22)},
        "?rebase=2018-01-12": {"rebase": [date(2018, 1, 12)]},
        "?freeze=2017-11-17&rebase=2017-12-08,2018-02-02": {
            "freeze": date(2017, 11, 17),
            "rebase": [date(2017, 12, 8), date(2018, 2, 2)],
        },
    }
    async with serving(database_url) as client:
        await with_sample(client)

        for query, options in views.items():
            wanted = computed(**options)

            assert await numbers(client, CHART + query) == wanted, query
            assert plain(wanted) == (await client.get(CHART + query)).json()


async def test_every_set_of_rules_may_be_asked_for(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        for name in RuleName:
            kind = ChartKind.i if name == "making_data_count" else ChartKind.p

            found = await numbers(client, f"{CHART}?rules={name}&kind={kind}")

            assert found == computed(kind=kind, rules=by_name(name)), name
    assert all(by_name(name) for name in RuleName)


async def test_making_data_count_is_read_from_an_xmr_chart_unless_another_is_asked_for(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        path = f"{CHART}?rules=making_data_count"

        (chart,) = await numbers(client, path)

        assert chart.chart.kind == chart.choice.drawn == "i"
        assert chart.chart.variation
        refused(await client.get(f"{path}&kind=p"), 422, InvalidValue, pointer="/kind")


async def test_classrooms_and_student_groups_stand_under_their_names(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        measure = await a_measure(client)
        for group in ("EL", "BAND"):
            await with_points(client, measure, daily(3, student_group=group))

        rooms = await numbers(client, f"{CHART}?by=classroom")
        groups = await numbers(client, f"measures/{measure}/chart?by=student_group")

        assert {chart.of: chart.of_name for chart in rooms} == ROOMS
        assert [chart.of_name for chart in groups] == ["BAND", "English learner"]
        assert groups[1].reading.startswith("Minutes, English learner rose from 20 to 24")
        assert await numbers(client, f"measures/{measure}/chart?by=classroom") == ()


async def test_a_phase_is_drawn_where_it_was_made_and_left_out_when_asked(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        room_a, room_b = await numbers(client, f"{CHART}?by=classroom")
        without, _ = await numbers(client, f"{CHART}?by=classroom&phases=none")

        assert [phase.id for phase in room_a.phases] == [PHASE]
        assert room_a.chart.freeze
        assert (room_b.phases, room_b.chart.freeze) == ((), None)
        assert (without.phases, without.chart.freeze) == ((), None)
        picture = await client.get(f"{CHART}?by=classroom", headers=SVG)
        bare = await client.get(f"{CHART}?by=classroom&phases=none", headers=SVG)
        assert picture.content != bare.content


async def test_what_is_tried_out_is_not_stored(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for query in ("freeze=2017-12-22", "rebase=2018-01-12,2018-02-02"):
            for accept in ({}, SVG, PNG):
                response = await client.get(f"{CHART}?phases=none&{query}", headers=accept)
                assert response.status_code == 200
        (tried,) = await numbers(client, f"{CHART}?rebase=2018-01-12")

        assert len(tried.chart.parts) == 2
        assert await client.record() == before


async def test_what_the_data_cannot_carry_is_refused_with_its_place(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        measure = await a_measure(client)
        await with_points(client, measure, daily(3))
        values = f"measures/{measure}/chart"

        for path, pointer in {
            f"{values}?kind=p": "/kind",
            f"{values}?kind=u": "/kind",
            f"{CHART}?kind=u&rules=making_data_count": "/kind",
            f"{values}?freeze=2017-10-12": "/freeze",
            f"{CHART}?freeze=2038-01-19": "/freeze",
            f"{CHART}?rebase=2018-01-12,1918-01-12": "/rebase",
            f"{CHART}?rebase=2018-02-30": "/rebase",
        }.items():
            for accept in ({}, SVG, PNG):
                response = await client.get(path, headers=accept)

                refused(response, 422, InvalidValue, pointer=pointer)


async def test_a_parameter_of_a_chart_that_cannot_be_is_named(database_url: str) -> None:
    wrong = {
        "kind=pie": "kind",
        "kind=P": "kind",
        "kind=null": "kind",
        "rules=mine": "rules",
        "by=moon": "by",
        "phases=all": "phases",
        "freeze=2018-02-30": "freeze",
        "freeze=": "freeze",
        "rebase=2018-01-12,": "rebase",
        "rebase=" + ",".join(["2018-01-12"] * 21): "rebase",
        "screen=perhaps": "screen",
        "axis=month": "axis",
        "width=319": "width",
        "width=4001": "width",
        "width=wide": "width",
        "width=720.5": "width",
        "theme=pink": "theme",
        "width=720&width=640": "width",
        "colour=red": "colour",
    }
    async with serving(database_url) as client:
        await with_sample(client)

        for query, parameter in wrong.items():
            refused(await client.get(f"{CHART}?{query}"), 400, parameter=parameter)


# -- pictures ------------------------------------------------------------------------------------


async def test_the_same_answer_comes_as_the_client_likes_it(database_url: str) -> None:
    json, svg, png = "application/json", "image/svg+xml", "image/png"
    wanted = {
        "*/*": json,
        "": json,
        "application/*": json,
        "image/*": svg,
        "image/png": png,
        "IMAGE/PNG": png,
        "image/png, image/svg+xml": png,
        "image/png;q=0.5, image/svg+xml": svg,
        "application/json;q=0.1, image/png;q=0.2": png,
        "application/json;q=0, */*": svg,
        "image/svg+xml;q=0, image/*": png,
        "text/html, */*;q=0.1": json,
        "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8": svg,
    }
    async with serving(database_url) as client:
        await with_sample(client)

        for accept, media_type in wanted.items():
            response = await client.get(CHART, headers={"Accept": accept})

            assert response.headers["Content-Type"].partition(";")[0] == media_type, accept
            assert response.headers["Vary"] == "Authorization, Cookie, Accept"
        for accept in ("text/html", "image/jpeg", "image/png;q=0", "*/*;q=0", "application/xml"):
            refused(await client.get(CHART, headers={"Accept": accept}), 406, NotAcceptable)


async def test_each_media_type_has_an_etag_of_its_own_and_304(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        tags = set()
        for accept in ({"Accept": "application/json"}, SVG, PNG):
            first = await client.get(CHART, headers=accept)
            tag = first.headers["ETag"]
            tags.add(tag)
            assert (await client.get(CHART, headers=accept)).content == first.content

            again = await client.get(CHART, headers=accept | {"If-None-Match": tag})

            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == tag
        assert len(tags) == 3

        await client.make(f"measures/{MEASURE}/points", on="2018-03-23", numerator=1, denominator=2)

        for accept in ({"Accept": "application/json"}, SVG, PNG):
            now = await client.get(CHART, headers=accept | {"If-None-Match": ", ".join(tags)})
            assert now.status_code == 200


async def test_a_picture_says_in_words_what_the_numbers_say(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        (whole,) = await numbers(client)
        rooms = await numbers(client, f"{CHART}?by=classroom")

        one = await client.get(CHART, headers=SVG)
        two = await client.get(f"{CHART}?by=classroom", headers=SVG)

        assert described(one) == whole.reading
        assert all(room.reading in described(two) for room in rooms)
        assert all(room.of_name in two.text for room in rooms)


async def test_a_picture_is_as_wide_as_asked_and_in_the_theme_asked(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        themes = set()
        for theme in ("auto", "light", "dark"):
            themes.add((await client.get(f"{CHART}?theme={theme}", headers=SVG)).content)
        for width in (320, 720, 1600):
            picture = drawn(await client.get(f"{CHART}?width={width}", headers=SVG))
            pixels = size(await client.get(f"{CHART}?width={width}", headers=PNG))

            assert picture.get("width") == str(width)
            assert pixels == (2 * width, 2 * int(picture.get("height", "")))

        assert len(themes) == 3


async def test_weeks_on_the_axis_need_a_school_calendar(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        team = (await client.make("units", kind="team", name="Team without a calendar"))["id"]
        aim = (await client.make("aims", unit_id=team, title="Aim"))["id"]
        facts = {"name": "Minutes", "kind": "process", "unit": "mean"}
        measure = (await client.make("measures", aim_id=aim, **facts))["id"]
        await with_points(client, measure, daily(3))

        weeks = await client.get(f"{CHART}?axis=week", headers=SVG)
        without = await client.get(f"measures/{measure}/chart?axis=week", headers=SVG)

        assert weeks.content != (await client.get(CHART, headers=SVG)).content
        assert "instructional week" in weeks.text.lower()
        refused(without, 422, InvalidValue, pointer="/axis")


async def test_a_picture_opened_on_its_own_runs_nothing_and_keeps_its_style(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        for accept in ({}, SVG, PNG):
            headers = (await client.get(CHART, headers=accept)).headers

            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "private, no-cache"

        response = await client.get(CHART, headers=SVG)

        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; ")
        assert "<style>" in response.text
        assert "<script" not in response.text


async def test_what_people_wrote_stays_text_in_a_picture(database_url: str) -> None:
    name = '<script>alert(1)</script> & "more" \']]>'
    async with serving(database_url) as client:
        await with_sample(client)
        measure = await a_measure(client, name=name)
        await with_points(client, measure, daily(3))

        response = await client.get(f"measures/{measure}/chart", headers=SVG)

        assert described(response).startswith(f"{name} rose from 20 to 24")
        assert "<script" not in response.text


async def test_a_measure_without_points_says_no_data_yet(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        path = f"measures/{await a_measure(client)}/chart"

        for split in ("", "?by=classroom", "?by=student_group", "?rules=making_data_count"):
            found = await numbers(client, path + split)
            picture = await client.get(path + split, headers=SVG)

            assert [each.reading for each in found] in ([], ["Minutes: no data yet."])
            assert bool(found) is ("by" not in split)
            assert "no data yet" in described(picture)
            assert "No data yet" in picture.text
            assert size(await client.get(path + split, headers=PNG))[0] == 1440


async def test_a_measure_of_others_is_not_there(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        other = (await client.make("units", kind="team", name="Another team"))["id"]
        stranger = await client.somebody(Role.facilitator, other)
        reader = await client.somebody(Role.viewer, TEAM)

        for accept in ({}, SVG, PNG):
            refused(await stranger.get(CHART, headers=accept), 404)
            refused(await client.get("measures/nothing/chart", headers=accept), 404)
            refused(await (await client.nobody()).get(CHART, headers=accept), 401)
            assert (await reader.get(CHART, headers=accept)).status_code == 200


async def test_more_classrooms_than_one_picture_holds_are_refused_and_come_as_numbers(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        measure = await a_measure(client)
        for number in range(43):
            room = await client.make(
                "units", kind="classroom", name=f"Room {number}", parent_id=TEAM
            )
            await with_points(client, measure, daily(7, classroom_id=room["id"]))
        path = f"measures/{measure}/chart"

        assert len(await numbers(client, f"{path}?by=classroom")) == 43
        for accept in (SVG, PNG):
            response = await client.get(f"{path}?by=classroom", headers=accept)
            problem = refused(response, 422, InvalidValue, pointer="/by")
            assert "43 parts" in problem["detail"]
            assert "JSON" in problem["detail"]
        assert (await client.get(path, headers=SVG)).status_code == 200


# -- the server meanwhile ------------------------------------------------------------------------


async def test_others_are_served_while_5000_points_are_drawn(database_url: str) -> None:
    points = [
        DataPoint(
            id=PointId(f"p{i:05}"),
            measure_id=MeasureId(MEASURE),
            on=date(1990, 1, 1) + timedelta(days=i),
            numerator=i * 7 % 11,
            denominator=20,
            classroom_id=UnitId("room-a"),
        )
        for i in range(5000)
    ]
    async with serving(database_url) as client:
        await with_sample(client)
        measure = await a_measure(client, unit="percentage")
        await client.database.write(_store, measure, points)
        path = f"measures/{measure}/chart?width=2400"

        for accept in (SVG, PNG):
            request = client.build_request("GET", f"/api/v1/{path}", headers=accept)
            asked = asyncio.create_task(client.send(request))  # not held against the description
            served = 0
            while not asked.done():
                assert (await client.get(f"measures/{measure}")).status_code == 200
                served += 1

            assert (await asked).status_code == 200
            assert served > 5, accept  # a drawing that held the loop would let one or two through


def _store(conn: Any, measure: str, points: list[DataPoint]) -> None:
    from msgspec.structs import replace

    place = elements.Place(TEAM, AIM)
    moved = [replace(each, measure_id=MeasureId(measure)) for each in points]
    elements.store(conn, operator(), POINT, moved, place, verb="add")


async def test_a_machine_that_draws_no_png_offers_the_rest(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(picture: str, width: int) -> bytes:
        raise NoPng

    async with serving(sqlite_url) as client:
        await with_sample(client)
        monkeypatch.setattr(api.routes.charts, "to_png", none)

        problem = refused(await client.get(CHART, headers=PNG), 406, NotAcceptable)

        assert "application/json or image/svg+xml" in problem["detail"]
        assert (await client.get(CHART, headers={"Accept": "image/*"})).status_code == 200


async def test_a_picture_too_large_for_a_png_names_the_width(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(sqlite_url) as client:
        await with_sample(client)
        monkeypatch.setattr(api.png, "SECONDS", 0.001)
        late = await client.get(CHART, headers=PNG)
        monkeypatch.undo()
        monkeypatch.setattr(api.png, "_DRAW", "import sys; sys.exit('scale')")
        large = await client.get(CHART, headers=PNG)

        for response in (late, large):
            refused(response, 422, InvalidValue, pointer="/width")


def test_the_description_names_the_three_media_types_with_an_example() -> None:
    (operation,) = (each for each in CONTRACT.operations if each.id == "measures_chart")
    content = operation.described["responses"]["200"]["content"]

    assert set(content) == {"application/json", "image/svg+xml", "image/png"}
    schema = CONTRACT.named(content["application/json"]["schema"]["items"])
    (example,) = schema["examples"]
    chart = msgspec.convert(example, MeasureChart)
    assert chart.reading.startswith("Students who use the sentence frame rose from 40% to ")
    assert plain(chart) == example
