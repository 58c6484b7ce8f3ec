"""A server with its own clock and letterbox, and browsers that come to it from several addresses."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from argon2 import PasswordHasher
from litestar import Litestar
from sqlalchemy import insert, select

from api.ids import new_id
from api.security.mail import Letter
from api.security.passwords import Passwords
from api.store import elements, tables, units
from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from pdsa import Grant, GrantId, Person, PersonId, Role, Unit, UnitId
from tests.api.client import Client, serving

ORIGIN = "https://pdsa.test"
EMAIL, PASSWORD, OTHER_PASSWORD = "ana@example.org", "seven green boats", "nine quiet rivers"
HOME, SCHOOL, ELSEWHERE = "198.51.100.7", "203.0.113.20", "192.0.2.99"
START = datetime(2031, 1, 10, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


class Letterbox:
    """Keeps the letters that were sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def link(self) -> str:
        """The path of the link in the last letter."""
        found = re.search(r"/link/\S+", self.letters[-1].text)
        assert found is not None, self.letters[-1].text
        return found[0]


class CountingPasswords(Passwords):
    """Passwords by a cheap hash, which count what they verify."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.verified = 0

    async def verify(self, hashed: str | None, password: str) -> bool:
        self.verified += 1
        return await super().verify(hashed, password)


class Browser(httpx.AsyncClient):
    """A browser: keeps cookies and says where its requests come from."""

    def __init__(self, app: Litestar, address: str, name: str = "Firefox") -> None:
        super().__init__(
            transport=httpx.ASGITransport(app, client=(address, 40_000)),
            base_url=ORIGIN,
            headers={"User-Agent": name},
        )
        self.csrf = ""

    async def request(self, method: str, url: Any, **rest: Any) -> httpx.Response:
        if not str(url).startswith(("/", "http")):
            url = f"/api/v1/{url}"
        if method not in ("GET", "HEAD"):
            own = {"Origin": ORIGIN} | ({"X-CSRF-Token": self.csrf} if self.csrf else {})
            rest["headers"] = own | (rest.get("headers") or {})
        return await super().request(method, url, **rest)

    async def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        """Sign in by the API; what is changed afterwards carries the token of the session."""
        response = await self.post("session", json={"email": email, "password": password})
        if response.status_code == 200:
            self.csrf = response.json()["csrf"]
        return response

    async def submit(self, page: str, action: str = "", **fields: str) -> httpx.Response:
        """Open a page and send a form of it with the hidden fields that it has."""
        where, data = await self.filled(page, action, **fields)
        return await self.post(where, data=data)

    async def filled(
        self, page: str, action: str = "", **fields: str
    ) -> tuple[str, dict[str, str]]:
        """Open a page and fill in a form of it: where it goes, and all its fields."""
        shown = await self.get(page)
        assert shown.status_code == 200, shown.text
        forms = re.findall(r'(?s)<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', shown.text)
        found = next(body for where, body in forms if where == (action or page.partition("?")[0]))
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))
        return action or page.partition("?")[0], hidden | fields


class House:
    """A server, its clock, its letters, and its first administrator by token."""

    def __init__(self, admin: Client, stack: AsyncExitStack) -> None:
        self.admin, self.app, self._stack = admin, admin.app, stack
        self.clock, self.post, self.passwords = Clock(), Letterbox(), CountingPasswords()
        self.app.state.clock = self.clock
        self.app.state.mailer = self.post
        self.app.state.passwords = self.passwords

    @property
    def database(self) -> Database:
        return self.admin.database

    @property
    def by(self) -> By:
        return By(OPERATOR, self.clock())

    async def browser(self, address: str = HOME, name: str = "Firefox") -> Browser:
        return await self._stack.enter_async_context(Browser(self.app, address, name))

    async def settled(self) -> None:
        """Wait until what goes on after the answers is done."""
        await self.app.state.background.settled()

    async def person(
        self,
        email: str = EMAIL,
        password: str | None = PASSWORD,
        role: Role | None = Role.member,
        unit_id: str | None = "team",
        name: str = "Ana Ruiz",
    ) -> str:
        """Somebody with an account and a role."""
        hashed = None if password is None else await self.passwords.hash(password)
        person = Person(PersonId(new_id()), name, email)

        def make(conn: Any) -> str:
            elements.add(conn, self.by, PERSON, person, Place(None, None))
            if role is not None:
                unit = None if unit_id is None else UnitId(unit_id)
                grant = Grant(GrantId(new_id()), person.id, role, unit)
                elements.add(conn, self.by, GRANT, grant, Place(unit, None))
            conn.execute(
                insert(tables.accounts).values(
                    person_id=person.id,
                    email=email,
                    password_hash=hashed,
                    password_set_at=self.clock(),
                    created_at=self.clock(),
                )
            )
            return person.id

        return await self.database.write(make)

    async def signed_in(
        self, role: Role | None = Role.member, unit_id: str | None = "team", **somebody: str
    ) -> Browser:
        """A new person in a browser of theirs."""
        await self.person(role=role, unit_id=unit_id, **somebody)
        browser = await self.browser()
        response = await browser.sign_in(somebody.get("email", EMAIL))
        assert response.status_code == 200, response.text
        return browser

    async def rows(self, table: str) -> list[Any]:
        """Every row of a table."""
        found = tables.metadata.tables[table]
        return await self.database.read(lambda conn: list(conn.execute(select(found))))

    async def events(self) -> list[str]:
        """The security events, in order, but for those of roles and people."""
        rows = await self.rows("security_events")
        names = [row.event for row in sorted(rows, key=lambda row: row.id)]
        return [each for each in names if not each.startswith(("role.", "person."))]


@asynccontextmanager
async def house(database_url: str, **settings: Any) -> AsyncIterator[House]:
    """A server with two teams, served by HTTPS."""
    failed: BaseException | None = None
    async with serving(database_url, **settings) as admin, AsyncExitStack() as stack:
        here = House(admin, stack)

        def found(conn: Any) -> None:
            for id in ("team", "other-team"):
                units.add(conn, here.by, Unit(UnitId(id), "team", f"The {id}"))

        await here.database.write(found)
        try:
            yield here
        except BaseException as error:
            failed = error
    if failed is not None:
        raise failed


def header(secret: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {secret}"}


def wide(text: str) -> str:
    """The text in fullwidth letters, as an East Asian keyboard may send it."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)
