"""Charts of a measure over HTTP as pictures, and the server while it draws them."""

import asyncio
import threading
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

import api.png
import api.routes.charts
from api import charting
from api.png import NoPng
from api.problems import NotAcceptable
from api.store import elements
from api.store.kind import Place
from api.store.kinds import POINT
from pdsa import (
    DataPoint,
    InvalidValue,
    MeasureChart,
    MeasureId,
    PointId,
    Role,
    UnitId,
)
from tests.api.charts import (
    CHART,
    PNG,
    SVG,
    a_measure,
    daily,
    described,
    drawn,
    numbers,
    size,
    with_points,
)
from tests.api.client import operator, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, MEASURE, TEAM, plain, with_sample

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


async def test_others_are_served_while_5000_points_are_drawn(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = threading.Event()
    draw = charting.picture

    def drawn_late(*given: Any, **more: Any) -> str:
        enough.wait(20)  # a drawing that held the loop would wait in vain
        return draw(*given, **more)

    monkeypatch.setattr(charting, "picture", drawn_late)
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
            enough.clear()
            while not asked.done():
                assert (await client.get(f"measures/{measure}")).status_code == 200
                served += 1
                if served > 5:
                    enough.set()

            assert (await asked).status_code == 200
            assert served > 5, accept


def _store(conn: Any, measure: str, points: list[DataPoint]) -> None:
    from msgspec.structs import replace

    place = Place(TEAM, AIM)
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
