"""Every operation x every role x every place, from the description and the table of roles.

What is expected follows from the row of the operation, from ``ROLES`` and from where things lie. A
route without a row fails.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from api.settings import Settings
from pdsa import Action, Role
from pdsa.units import ROLES, Reach
from tests.api.access_rows import ROWS, Row, Where
from tests.api.access_world import (
    ASKING,
    HOMES,
    TEAMS,
    UNDER,
    Relation,
    TakenBack,
    found_world,
    of_team,
    token_of,
)
from tests.api.client import ORIGIN, an_app
from tests.api.contract import CONTRACT, Operation
from tests.api.sample import (
    AIM,
    CALENDAR,
    COMMENT,
    CYCLE,
    IDEA,
    LEVEL,
    MEASURE,
    PHASE,
    POINT,
    PROBLEM,
    REQUEST,
    SILENCE,
    TEAM,
)
from tests.databases import Databases

PATH_IDS = {
    "unit_id": TEAM,
    "calendar_id": CALENDAR,
    "problem_id": PROBLEM,
    "aim_id": AIM,
    "idea_id": IDEA,
    "measure_id": MEASURE,
    "point_id": POINT,
    "phase_id": PHASE,
    "silence_id": SILENCE,
    "level_id": LEVEL,
    "request_id": REQUEST,
    "comment_id": COMMENT,
    "cycle_id": CYCLE,
    "publication_id": "publication",
    "grant_id": "grant",
    "person_id": "person-somebody",
    "session_id": "session",
    "token_id": "token",
}
NOTHING = 404_404
#: The loop of the fixture, in which the application is at work.
in_its_loop = pytest.mark.asyncio(loop_scope="session")
#: One of each reach, and whoever has less than a role.
STRANGERS = (Role.member, Role.leader, Role.administrator, "former", "confined")
OPERATIONS = {operation.id: operation for operation in CONTRACT.operations}


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["sqlite", "postgresql"])
async def world(request: pytest.FixtureRequest, maker: Databases) -> AsyncIterator[Litestar]:
    """The application at work over a world in which nothing lasts: one for all tests."""
    url = maker.make(request.param, fill=found_world)
    ready, over = asyncio.Event(), asyncio.Event()

    async def at_work(app: Litestar) -> None:  # what opens an application must close it: one task
        async with app.lifespan():
            app.state.database = TakenBack(app.state.database)
            ready.set()
            await over.wait()

    with an_app(Settings(database=url, readers=1, pool=2, rate_per_minute=0)) as app:
        working = asyncio.create_task(at_work(app))
        await asyncio.wait(
            {working, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        if working.done():
            await working  # raises why it did not start
        yield app
        over.set()
        await working
    maker.drop(url)


async def ask(app: Litestar, operation: Operation, row: Row, who: str, number: int) -> Any:
    """Send an operation as somebody, about the record of a team."""
    ids = {name: f"{id}-{number}" for name, id in PATH_IDS.items()}
    ids |= {name: id.format(n=number) for name, id in row.ids.items()}
    body = row.body if row.body is not None else CONTRACT.body(operation)
    text = of_team(json.dumps(body), number)
    if operation.id == "inquiries_import":
        text = of_team(json.dumps(body), NOTHING)  # all new, under a unit of that team
    headers = {"Content-Type": "application/json", "If-Match": "*"}
    if who:
        headers["Authorization"] = f"Bearer {token_of(who)}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as http:
        response = await http.request(
            operation.method,
            operation.url(**ids) + row.query.format(n=number),
            headers=headers,
            content=text if operation.reads else None,
        )
    CONTRACT.check(response)
    return response


def rights(who: str, relation: Relation) -> tuple[frozenset[Action], bool]:
    """What somebody may do to the record of a team, by the table alone, and whether it is theirs."""
    if who in ("former", "revoked", ""):
        return frozenset(), False
    if who == "reader":
        return frozenset({Action.see}) if relation is Relation.own else frozenset(), (
            relation is Relation.own
        )
    if who == "confined":
        return (
            frozenset({Action.see}) if relation is Relation.sibling else frozenset(),
            False,
        )
    role = Role(who)
    inside = relation in UNDER[HOMES[role]]
    return ROLES[role].actions if inside else frozenset(), inside and (
        ROLES[role].reach is Reach.unit
    )


def expected(row: Row, who: str, relation: Relation) -> int:
    """The status, 200 for any success."""
    if row.where is Where.anybody:
        return 0
    if who in ("revoked", ""):
        return 401
    actions, team = rights(who, relation)
    gives = Action.administer in actions and row.action is Action.invite
    does = row.action in actions or gives or row.other in actions
    match row.where:
        case Where.everybody | Where.listed:
            return 200
        case Where.session | Where.server:
            return 403
        case Where.person:
            return 404
        case Where.team_element if not team:
            return 404
        case Where.asked:
            return asked(row, who, relation)
        case Where.referring if Action.see not in actions:
            return 422
        case Where.team_log if Action.see in actions and not team:
            return 403
    if Action.see not in actions:
        return 404
    return 200 if does else 403


def asked(row: Row, who: str, relation: Relation) -> int:
    """The status of what is done to a request that waits at the school of its team."""
    actions, team = rights(who, relation)
    home = "school-a" if who == "confined" else HOMES.get(who, "")  # type: ignore[call-overload]
    level = Action.see in actions and home == TEAMS[relation][1]
    if not team and not level:
        return 404
    if row.action is Action.assess:
        return 200 if level and Action.assess in actions else 403
    return 200 if row.action in actions else 403


def cases(app: Litestar) -> Iterator[tuple[str, Relation]]:
    """Everybody with everything on SQLite; on PostgreSQL, where the same rules ask the same SQL,
    each role inside and outside its reach."""
    everything = app.state.database.dialect == "sqlite"
    for who in (*ASKING, ""):
        for relation in TEAMS:
            if everything or (who in {*Role} and relation in (Relation.own, Relation.other_school)):
                yield who, relation


def test_every_operation_has_a_row() -> None:
    assert ROWS.keys() - {"health_live", "health_ready", "metrics"} == OPERATIONS.keys()


@in_its_loop
@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_each_operation_is_for_whom_the_table_says(world: Litestar, name: str) -> None:
    operation, row = OPERATIONS[name], ROWS[name]
    for who, relation in cases(world):
        number, _ = TEAMS[relation]
        wanted = expected(row, who, relation)

        response = await ask(world, operation, row, who, number)

        status = 200 if response.is_success else response.status_code
        said = (who or "nobody", relation.value, response.status_code, response.text[:300])
        if wanted:
            assert status == wanted, said
        else:
            assert status < 500, said
        if row.where is Where.listed and wanted == 200:
            assert_in_sight(response, who)


@in_its_loop
@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, row in ROWS.items()
        if row.where
        in (
            Where.element,
            Where.team_element,
            Where.asked,
            Where.placed,
            Where.referring,
            Where.team_log,
        )
    ),
)
async def test_what_is_out_of_sight_reads_like_what_is_not_there(
    world: Litestar, name: str
) -> None:
    operation, row = OPERATIONS[name], ROWS[name]
    for who in STRANGERS:
        number = TEAMS[Relation.other_district][0]

        foreign = await ask(world, operation, row, who, number)
        nothing = await ask(world, operation, row, who, NOTHING)

        assert foreign.status_code == nothing.status_code, (who, foreign.text, nothing.text)
        assert foreign.text.replace(f"-{number}", "") == nothing.text.replace(f"-{NOTHING}", "")


def assert_in_sight(response: httpx.Response, who: str) -> None:
    """A list holds nothing of a team that is out of sight."""
    for relation, (number, _) in TEAMS.items():
        if Action.see not in rights(who, relation)[0]:
            assert f'-{number}"' not in response.text, (who, relation.value)


FILTERS = sorted(
    (operation.id, parameter["name"])
    for operation in CONTRACT.operations
    for parameter in operation.described["parameters"]
    if parameter["in"] == "query"
    and parameter["name"]
    in ("unit", "aim", "parent", "person", "element", "change_idea", "measure", "cycle")
)


@in_its_loop
@pytest.mark.parametrize(("name", "parameter"), FILTERS)
async def test_a_filter_finds_nothing_out_of_sight(
    world: Litestar, name: str, parameter: str
) -> None:
    operation = OPERATIONS[name]
    named = {
        "unit": TEAM,
        "parent": TEAM,
        "aim": AIM,
        "element": MEASURE,
        "person": "person-somebody",
        "change_idea": IDEA,
        "cycle": CYCLE,
        "measure": MEASURE,
    }[parameter]
    if ROWS[name].where is not Where.listed:
        return
    for who in STRANGERS:
        for relation, (number, _) in TEAMS.items():
            row = Row(Where.listed, query=f"?{parameter}={named}-{number}")

            response = await ask(world, operation, row, who, number)

            assert response.status_code == 200
            if Action.see not in rights(who, relation)[0]:
                assert response.json()["items"] == [], (who, relation.value)


@in_its_loop
@pytest.mark.parametrize("name", sorted(n for n, o in OPERATIONS.items() if o.pages))
async def test_a_cursor_of_somebody_else_shows_nothing_out_of_sight(
    world: Litestar, name: str
) -> None:
    operation, row = OPERATIONS[name], ROWS[name]
    if row.where is not Where.listed:
        return
    everything = Row(Where.listed, query="?limit=1")
    first = await ask(world, operation, everything, Role.administrator, 71)
    if first.json()["next"] is None:  # requests have not got up to whoever administers above
        first = await ask(world, operation, everything, Role.ilt_member, 71)
    cursor = first.json()["next"]
    assert cursor is not None
    for who in STRANGERS:
        response = await ask(
            world, operation, Row(Where.listed, query=f"?cursor={cursor}"), who, 71
        )

        assert response.status_code == 200
        assert_in_sight(response, who)
