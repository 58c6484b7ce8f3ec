"""Charts of a measure over HTTP: the numbers, and what asking for them leaves alone."""

from datetime import date
from typing import Any

from pdsa import (
    ChartKind,
    InvalidValue,
    SplitBy,
)
from pdsa.charts.rules import RuleName, by_name
from tests.api.charts import (
    CHART,
    PNG,
    ROOMS,
    SVG,
    a_measure,
    computed,
    daily,
    numbers,
    with_points,
)
from tests.api.client import refused, serving
from tests.api.sample import PHASE, plain, with_sample


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
