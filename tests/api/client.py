"""The API as somebody uses it: in process, with a token, each answer held against the description.

The application runs in the event loop of the test, so that a test can hold one request back
while it sends another (Litestar's test client runs it in a thread and one request at a time).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from litestar import Litestar
from msgspec.structs import replace
from sqlalchemy import select

from api.app import belongings, create_app
from api.ids import new_id
from api.problems import MEDIA_TYPE, slug
from api.settings import Settings
from api.store import elements, people, tables, tokens
from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from pdsa import Grant, GrantId, PdsaError, Person, PersonId, Role, UnitId
from tests.api.contract import CONTRACT

ORIGIN = "http://pdsa.test"
#: Noted beside a request and some time after it, so no part of what it changes.
NOTED = {("tokens", "used_at"), ("sessions", "seen_at"), ("access_stamp", "stamp")}
#: Worked out of all the rest when somebody looks.
WORKED_OUT = {"aim_summaries", "aim_statuses", "aim_groups"}


class Client(httpx.AsyncClient):
    """Requests in somebody's name. ``units`` stands for ``/api/v1/units``."""

    def __init__(
        self, app: Litestar, stack: AsyncExitStack, token: str = "", person_id: str = ""
    ) -> None:
        super().__init__(
            transport=httpx.ASGITransport(app),
            base_url=ORIGIN,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        self.app, self.token, self.person_id = app, token, person_id
        self._stack = stack

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found

    async def request(self, method: str, url: Any, **rest: Any) -> httpx.Response:
        if not str(url).startswith(("/", "http")):
            url = f"/api/v1/{url}"
        response = await super().request(method, url, **rest)
        CONTRACT.check(response)
        return response

    async def make(self, path: str, **body: Any) -> dict[str, Any]:
        """Post a new element and return it."""
        response = await self.post(path, json=body)
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made

    async def move(self, path: str, version: int, **body: Any) -> dict[str, Any]:
        """Make a move of a cycle and return what has become of it."""
        response = await self.post(path, json=body, headers=at(version))
        assert response.is_success, response.text
        moved: dict[str, Any] = response.json()
        return moved

    async def somebody(self, role: Role, unit_id: str | None, name: str = "Ana") -> "Client":
        """Another person, with this role and a token of their own."""
        person = Person(id=PersonId(new_id()), name=name)
        grant = Grant(
            id=GrantId(new_id()),
            person_id=person.id,
            role=role,
            unit_id=None if unit_id is None else UnitId(unit_id),
        )

        def add(conn: Any) -> str:
            elements.add(conn, operator(), PERSON, person, Place(None, None))
            elements.add(conn, operator(), GRANT, grant, Place(grant.unit_id, None))
            return tokens.new_token(conn, operator(), person.id, "test")

        token = await self.database.write(add)
        return await self._stack.enter_async_context(
            Client(self.app, self._stack, token, person.id)
        )

    async def nobody(self) -> "Client":
        """Somebody without a token."""
        return await self._stack.enter_async_context(Client(self.app, self._stack))

    async def record(self) -> dict[str, list[Any]]:
        """Every row of every table, but for what is noted or worked out: equal where nothing changed."""

        def rows(conn: Any) -> dict[str, list[Any]]:
            return {
                table.name: [
                    tuple(row)
                    for row in conn.execute(
                        select(*(c for c in table.c if (table.name, c.name) not in NOTED)).order_by(
                            *table.primary_key.columns
                        )
                    )
                ]
                for table in tables.metadata.sorted_tables
                if table.name not in WORKED_OUT
            }

        return await self.database.read(rows)


_IDLE: dict[Settings, list[Litestar]] = {}


@contextmanager
def an_app(settings: Settings) -> Iterator[Litestar]:
    """An application, made once for settings that differ in ``belongings``: it takes a while."""
    idle = _IDLE.setdefault(replace(settings, database="", oidc=""), [])
    app = idle.pop() if idle else create_app(settings)
    app.state.update(belongings(settings) | {"watching": False})  # a test looks when it wants to
    try:
        yield app
    finally:
        idle.append(app)


@asynccontextmanager
async def serving(
    database_url: str, *, token: str | None = None, **settings: Any
) -> AsyncIterator[Client]:
    """The API over a database, as its first administrator, or with a token made before.

    Limits of requests are off unless a test names them: a test asks more than a person does.
    """
    settings = {"rate_per_minute": 0, "refused_per_minute": 0, "reviews_per_minute": 0} | settings
    failed: Exception | None = None
    with an_app(Settings(database=database_url, readers=2, pool=5, **settings)) as app:
        async with app.lifespan(), AsyncExitStack() as stack:
            person_id = ""
            if token is None:
                person_id, token = await app.state.database.write(everybody_in_one)
            try:
                yield await stack.enter_async_context(Client(app, stack, token, person_id))
            except Exception as error:  # the lifespan would wrap it in a group
                failed = error
    if failed is not None:
        raise failed


def everybody_in_one(conn: Any) -> tuple[str, str]:
    """The first administrator, who is in every team as well, with a token."""
    made = people.first_administrator(conn, operator())
    assert made is not None
    person, token = made
    grant = Grant(id=GrantId(new_id()), person_id=person.id, role=Role.facilitator)
    elements.add(conn, operator(), GRANT, grant, Place(None, None))
    return person.id, token


def operator() -> By:
    return By(OPERATOR, datetime.now(UTC))


def at(version: int | str) -> dict[str, str]:
    """The header that says which version a change is based on."""
    return {"If-Match": f'"{version}"'}


def refused(
    response: httpx.Response,
    status: int,
    kind: type[PdsaError] | None = None,
    *,
    pointer: str | None = None,
    parameter: str | None = None,
) -> dict[str, Any]:
    """The one assertion about the one shape of errors; returns the problem for what is special."""
    assert response.headers["content-type"] == MEDIA_TYPE, response.text
    problem: dict[str, Any] = response.json()
    assert response.status_code == problem["status"] == status, response.text
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == response.request.url.path
    if kind is not None:
        assert problem["type"] == f"/problems#{slug(kind)}"
    places = [(each.get("pointer"), each.get("parameter")) for each in problem.get("errors", [])]
    if pointer is not None or parameter is not None:
        assert places == [(pointer, parameter)], response.text
    return problem
