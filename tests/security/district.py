"""A server with sign-in by providers, and a browser that goes through it as a person would."""

import json
import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from litestar import Litestar
from sqlalchemy import select, update

from api.ids import new_id
from api.security import csrf
from api.security.mail import Letter
from api.security.oidc.client import Client
from api.settings import Settings
from api.store import accounts, elements, identities, links, sessions
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.identities import Identity
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from api.store.links import Purpose
from pdsa.ids import GrantId, PersonId
from pdsa.units import Grant, Person, Role
from tests.api.client import an_app
from tests.security.house import PASSWORD, CountingPasswords, Letterbox

PUBLIC = "https://pdsa.test"
SESSION, SIGN_IN = "__Host-pdsa", "__Host-pdsa-sign-in"


class District:
    """The server, and what the tests look at in its database."""

    def __init__(self, app: Litestar, stack: AsyncExitStack) -> None:
        self.app, self._stack = app, stack
        self.post, self.passwords = Letterbox(), CountingPasswords()
        self.app.state.mailer = self.post
        self.app.state.passwords = self.passwords

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found

    def client(self, name: str) -> Client:
        """The client of a provider."""
        found: Client = self.app.state.oidc.find(name)
        return found

    async def browser(self) -> "Browser":
        """Another browser, in which nobody is signed in."""
        return await self._stack.enter_async_context(Browser(self.app))

    async def person(self, name: str = "Ana", email: str = "") -> str:
        """A person who is linked with nothing yet; the id."""
        person = Person(id=PersonId(new_id()), name=name, email=email)
        await self.database.write(elements.add, operator(), PERSON, person, Place(None, None))
        return person.id

    async def account(self, person_id: str, email: str, password: str | None = PASSWORD) -> None:
        """Give a person an account with an address, and a password unless it is ``None``."""
        hashed = None if password is None else await self.passwords.hash(password)

        def make(conn: Any) -> None:
            accounts.create(conn, operator(), person_id, email)
            mine = t.accounts.c.person_id == person_id
            conn.execute(update(t.accounts).where(mine).values(password_hash=hashed))

        await self.database.write(make)

    async def give_role(self, person_id: str, role: Role = Role.viewer) -> str:
        """A role on the whole server; its id."""
        grant = Grant(GrantId(new_id()), PersonId(person_id), role)
        await self.database.write(elements.add, operator(), GRANT, grant, Place(None, None))
        return grant.id

    async def settled(self) -> list[Letter]:
        """The letters, once what goes on after the answers is done."""
        await self.app.state.background.settled()
        return self.post.letters

    async def invitation(self, person_id: str) -> str:
        """The secret of an invitation."""
        return await self.database.write(links.make, operator(), person_id, Purpose.invitation)

    async def link(self, person_id: str, issuer: str, subject: str) -> None:
        """Let a person sign in with an identity."""
        await self.database.write(identities.link, operator(), person_id, issuer, subject)

    async def identities(self, person_id: str) -> list[Identity]:
        """What a person is linked with."""
        return await self.database.read(identities.of_person, operator(), person_id)

    async def signed_in(self, person_id: str) -> "Browser":
        """A browser in which a person is signed in already."""
        secret = await self.database.write(
            sessions.begin,
            operator(),
            person_id,
            address="",
            browser="",
            signed_in_by="password",
        )
        browser = await self.browser()
        browser.cookies.set(SESSION, secret, domain="pdsa.test", path="/")
        return browser

    async def people(self) -> list[tuple[str, str]]:
        """Name and address of everybody."""
        return await self._rows(select(t.people.c.name, t.people.c.email))

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        """The security events that are kept, with their details."""
        rows = await self._rows(
            select(t.security_events.c.event, t.security_events.c.details).order_by(
                t.security_events.c.id
            )
        )
        return [(event, json.loads(bytes(details))) for event, details in rows]

    async def refusals(self) -> list[str]:
        """The reasons of the refusals that are kept."""
        return [told["reason"] for event, told in await self.events() if event == "sign_in.refused"]

    async def _rows(self, statement: Any) -> list[Any]:
        return await self.database.read(
            lambda conn: [tuple(row) for row in conn.execute(statement)]
        )


class Browser(httpx.AsyncClient):
    """A browser: cookies, redirects, forms. This server is in the process, providers are not."""

    def __init__(self, app: Litestar) -> None:
        super().__init__(
            base_url=PUBLIC,
            mounts={PUBLIC: httpx.ASGITransport(app)},
            headers={"User-Agent": "A browser"},
            timeout=30,
        )

    async def begin(self, provider: str, *, origin: str = PUBLIC, **form: str) -> httpx.Response:
        """Press the button of a provider on the sign-in page; the answer, which is not followed."""
        return await self.post(f"/sign-in/{provider}", data=form, headers={"Origin": origin})

    async def link(self, provider: str, **form: str) -> httpx.Response:
        """Press the button of a provider on the account page."""
        proof = csrf.token_of(self.cookies.get(SESSION) or "")
        return await self.begin(provider, link="1", csrf=proof, **form)

    async def change(self, path: str) -> httpx.Response:
        """Post to the API as its pages do."""
        proof = csrf.token_of(self.cookies.get(SESSION) or "")
        return await self.post(path, headers={"Origin": PUBLIC, csrf.HEADER: proof})

    async def go_on(self, response: httpx.Response, login: str) -> httpx.Response:
        """Follow redirects and fill in the provider's forms until this server answers."""
        for _ in range(20):
            if response.next_request is not None:
                if str(response.next_request.url).startswith(f"{PUBLIC}/sign-in/"):
                    return await self.send(response.next_request)
                response = await self.send(response.next_request)
                continue
            form = Form.all(response.text)[0]
            fields = {
                name: value or (login if name in ("login", "sub") else "anything")
                for name, value in form.fields.items()
            }
            response = await self.post(response.url.join(form.action), data=fields)
        raise AssertionError(response.text)

    async def sign_in(self, provider: str, login: str) -> httpx.Response:
        """All of it: press the button, sign in there, come back."""
        return await self.go_on(await self.begin(provider), login)

    @property
    def is_signed_in(self) -> bool:
        """Whether this browser holds a session's cookie."""
        return bool(self.cookies.get(SESSION, domain="pdsa.test"))

    async def who(self) -> str:
        """Who the API says this browser's person is; empty for nobody."""
        answer = await self.get("/api/v1/me")
        return str(answer.json()["name"]) if answer.status_code == 200 else ""


class Form:
    """A form of a page: where it goes, and its fields."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}

    @classmethod
    def all(cls, page: str, action: str | None = None) -> "list[Form]":
        """The forms of a page, or those that go to one place."""
        found = _Forms()
        found.feed(page)
        assert found.forms, page
        return [each for each in found.forms if action in (None, each.action)]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        if tag == "input" and self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")


@asynccontextmanager
async def serving(
    database_url: str, folder: Path, providers: str, **settings: Any
) -> AsyncIterator[District]:
    """A server whose providers are those of a TOML text."""
    file = folder / "providers.toml"
    file.write_text(providers, encoding="utf-8")
    tomllib.loads(providers)
    given = {"public_url": PUBLIC, "readers": 2, "pool": 5} | settings
    failed: Exception | None = None
    with an_app(Settings(database=database_url, oidc=str(file), **given)) as app:
        async with app.lifespan(), AsyncExitStack() as stack:
            try:
                yield District(app, stack)
            except Exception as error:  # the lifespan would wrap it in a group
                failed = error
    if failed is not None:
        raise failed


def asked(response: httpx.Response) -> dict[str, str]:
    """What a redirect to a provider asks for."""
    assert response.status_code == 303, response.text
    return {k: v[0] for k, v in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def operator() -> By:
    return By(OPERATOR, datetime.now(UTC))


def later(**by: int) -> Any:
    """A clock that is ahead."""
    return lambda: datetime.now(UTC) + timedelta(**by)
