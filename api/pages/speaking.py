"""In which language a page answers, and where it stands: told to everything that is said on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from api.security import cookies
from api.words import LOCALES, Language, language, preferred
from pdsa.words import spoken

#: The parameter by which somebody chooses a language, on any page.
PARAMETER = "lang"


class Here(Struct, frozen=True):
    """A page that is being answered: its path and query, whether it can be asked for again.

    ``demo`` says whether everything on it is synthetic.
    """

    path: str = "/"
    query: str = ""
    again: bool = True
    demo: bool = False
    language: Language = language("en")

    def spoken_in(self, code: str, *, whole: bool) -> str:
        """The address of this page in a language; with its query only where that is ``whole``.

        What stands in the address of a page for somebody who is not signed in may be a secret.
        """
        if not self.again:
            return f"/?{PARAMETER}={code}"
        given = [each for each in parse_qsl(self.query) if each[0] != PARAMETER] if whole else []
        return f"?{urlencode([*given, (PARAMETER, code)])}"


_NOWHERE = Here()
_HERE: ContextVar[Here] = ContextVar("here", default=_NOWHERE)


def here() -> Here:
    """Where the page stands that is being answered."""
    return _HERE.get()


def language_of(request: Request[Any, Any, Any]) -> Language:
    """The language that was chosen in this browser, else the first that it likes."""
    chosen = cookies.read(request, cookies.LANGUAGE)
    return preferred(chosen, request.headers.get("accept-language", ""))


@contextmanager
def astray(request: Request[Any, Any, Any]) -> Iterator[None]:
    """Put the reader's language in force where no page is answered."""
    found = language_of(request)
    demo = request.app.state.settings.demo
    token = _HERE.set(Here(again=False, demo=demo, language=found))
    try:
        with spoken(found):
            yield
    finally:
        _HERE.reset(token)


class Speaking(ASGIMiddleware):
    """Puts the reader's language in force: the one they choose or chose, else their browser's."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = Request(scope)
        query = scope["query_string"].decode("latin-1")
        asked = dict(parse_qsl(query)).get(PARAMETER) if PARAMETER in query else None
        found = language(asked) if asked in LOCALES else language_of(request)

        demo = request.app.state.settings.demo

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and asked in LOCALES:
                cookie = cookies.language(request.app.state.settings, asked)
                headers = [
                    *message["headers"],
                    (b"set-cookie", cookie.to_header(header="").encode()),
                ]
                message = {**message, "headers": headers}
            await send(message)

        token = _HERE.set(Here(scope["path"], query, scope["method"] == "GET", demo, found))  # type: ignore[typeddict-item]
        try:
            with spoken(found):
                await next_app(scope, receive, sending)
        finally:
            _HERE.reset(token)
