"""What every page for somebody who is signed in has at hand: the desk of the API, and forms."""

import re
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from litestar import Response
from sqlalchemy import Connection

from api import patterns
from api.desk import JSON, NO_STORE, Desk, from_cursor
from api.pages import render
from api.pages.forms import NotSignedIn, PageRequest, fields, status_of, typed, wrong_of
from api.pages.speaking import here
from api.pages.written import keep
from api.problems import Unauthenticated, UnknownCursor
from api.security import csrf
from api.security.authentication import Auth, signed_in
from api.store.access import By
from api.words import Language
from pdsa.errors import PdsaError
from pdsa.units import Principal

P = ParamSpec("P")
T = TypeVar("T")


class PageDesk(Desk):
    """One page's way to the store and back, as somebody who is signed in.

    Units of work run elsewhere than the request does; they speak its language all the same.
    """

    @property
    def auth(self) -> Auth:
        """How whoever asks is signed in."""
        found: Auth = self.request.auth
        return found

    @property
    def who(self) -> Principal:
        """Who is signed in."""
        return self.by.principal

    @property
    def language(self) -> Language:
        """The reader's language."""
        return here().language

    @property
    def scripted(self) -> bool:
        """Whether our script asks, which wants facts and not a page."""
        return self.request.headers.get("accept", "").startswith(JSON)

    async def _reading(
        self,
        way: Callable[..., Any],
        work: Callable[Concatenate[Connection, By, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await super()._reading(way, _speaking(work), *args, **kwargs)

    async def write(
        self,
        work: Callable[Concatenate[Connection, By, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """What the unit of work gives back. Raises ``NotSignedIn`` for a session that is over."""
        try:
            return await super().write(_speaking(work), *args, **kwargs)
        except Unauthenticated:
            raise NotSignedIn from None

    async def work_out(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What a pure function of the domain gives back, in the reader's language."""
        return await super().work_out(_speaking(fn), *args, **kwargs)

    async def fields(self) -> dict[str, str]:
        """What the form of a page sent. Raises ``CrossSite`` unless it is one of ours."""
        return typed(await fields(self.request, self.auth.secret))

    def asked(self, name: str, pattern: str = patterns.LINE) -> str:
        """What the address asks by a name; nothing where that is what no field of ours holds."""
        text = self.request.query_params.get(name, "").strip()
        return text if len(text) <= 200 and re.match(pattern, text) else ""

    def after(self, *types: type) -> tuple[Any, ...]:
        """The key at which this page of a list begins; of a link that never was, the first one."""
        try:
            return from_cursor(self.request.query_params.get("cursor"), *types)
        except UnknownCursor:
            return ()

    def show_page(
        self, name: str, *, status: int = 200, error: PdsaError | None = None, **values: Any
    ) -> Response[str]:
        """A page from its template, with what is wrong."""
        return render.page(
            name,
            status=status if error is None else status_of(error),
            who=self.who,
            csrf=csrf.token_of(self.auth.secret),
            today=self.today,
            zone=self.by.zone,
            wrong=wrong_of(self.request, error),
            **values,
        )

    def facts(self, found: Any, *, status: int = 200) -> Response[bytes]:
        """Facts for our script."""
        body = msgspec.json.encode(found)
        return Response(body, status_code=status, media_type=JSON, headers=NO_STORE)


async def page_desk(request: PageRequest) -> PageDesk:
    """The desk of a page. Raises ``NotSignedIn``."""
    auth = await signed_in(request)
    if auth is None:
        await keep(request)
        raise NotSignedIn
    request.scope["user"], request.scope["auth"] = auth.by_session.principal, auth
    state = request.app.state
    return PageDesk(request, state.database, state.in_flight, state.zone)


def _speaking(fn: Callable[P, T]) -> Callable[P, T]:
    """The function in the language that is in force now, wherever it is run.

    A unit of work may be run again, and elsewhere at the same time: each time in a copy.
    """
    context = copy_context()

    def speaking(*args: P.args, **kwargs: P.kwargs) -> T:
        return context.copy().run(fn, *args, **kwargs)

    return speaking
