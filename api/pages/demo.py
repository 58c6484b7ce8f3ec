"""Try it: a visitor is let in as somebody synthetic, and starts over. Only where the demo is on."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec.structs import replace
from sqlalchemy import Connection

from api.pages.forms import HOME, PageRequest, fields, form, go
from api.pages.render import page
from api.security import cookies, csrf
from api.security.authentication import signed_in
from api.security.client_address import address_of
from api.security.rates import bucket, by_address
from api.store import demo as store
from api.store import sessions
from api.store.access import OPERATOR, By
from api.store.rates import Limit
from pdsa.errors import InvalidValue, NotVisible
from pdsa.words import mark, say

#: Visits that begin from one address, which a whole school may share.
VISITS = Limit("demo-visit", 120, 3600)
#: How often everything starts over, for one address and for all of them.
RESETS = Limit("demo-reset", 3, 600)
ALL_RESETS = Limit("demo-reset-all", 12, 600)
#: How long a visit lasts.
LASTS = timedelta(hours=4)
_PARTS = {
    "teacher": mark("Try it as a teacher"),
    "ilt": mark("Try it as a member of an ILT"),
    "leader": mark("Try it as a leader of the district"),
}


def parts() -> list[tuple[str, str]]:
    """The parts to choose from."""
    return [(name, say(text)) for name, text in _PARTS.items()]


@get("/demo", include_in_schema=False)
async def chosen(request: PageRequest) -> Response[Any]:
    """Whom to try it as, and the way to start over."""
    _only_in_a_demo(request)
    done = request.query_params.get("done") == "over"
    auth = await signed_in(request)
    if auth is None:
        return await form(request, "demo/demo.html", parts=parts(), done=done)
    return page(
        "demo/demo.html",
        csrf=csrf.token_of(auth.secret),
        who=auth.by_session.principal,
        parts=parts(),
        done=done,
    )


@post("/demo/try", include_in_schema=False, status_code=303)
async def tried(request: PageRequest) -> Response[Any]:
    """Let a visitor in as somebody synthetic; a visit before ends."""
    given = await _sent(request)
    person_id = store.PARTS.get(given.get("part", ""))
    if person_id is None:
        raise InvalidValue("part", given.get("part", ""), say("whom to try it as"))
    await _require(request, VISITS, by_address(VISITS, address_of(request)))
    state, by = request.app.state, _by(request)
    before = await signed_in(request)

    def begin(conn: Connection) -> str:
        if before is not None:
            mine = replace(by, principal=before.by_session.principal)
            with suppress(NotVisible):
                sessions.end(conn, mine, before.session_id)
        return sessions.begin(
            conn,
            by,
            person_id,
            address="",
            browser="",
            signed_in_by="demo",
            lifetime=LASTS,
        )

    secret = await state.database.write(begin)
    answer = go(HOME)
    answer.set_cookie(cookies.session(state.settings, secret))
    return answer


@post("/demo/over", include_in_schema=False, status_code=303)
async def over(request: PageRequest) -> Response[Any]:
    """Make everything what it was at first, for every visitor."""
    await _sent(request)
    await _require(request, RESETS, by_address(RESETS, address_of(request)))
    await _require(request, ALL_RESETS, bucket(ALL_RESETS, "all"))
    state = request.app.state
    await state.database.write(store.start_over, Path(state.settings.data) / store.PREPARED)
    return go("/demo?done=over")


PAGES = [chosen, tried, over]


def _only_in_a_demo(request: PageRequest) -> None:
    if not request.app.state.settings.demo:
        raise NotFoundException("there is no such page")


async def _sent(request: PageRequest) -> dict[str, str]:
    """What a form of the demo sent, from this browser. Raises ``CrossSite``."""
    _only_in_a_demo(request)
    auth = await signed_in(request)
    secret = cookies.read(request, cookies.FORM) if auth is None else auth.secret
    return await fields(request, secret)


async def _require(request: PageRequest, limit: Limit, name: str) -> None:
    state = request.app.state
    await state.limiter.require(
        state.database, name, limit, state.clock(), address=address_of(request)
    )


def _by(request: PageRequest) -> By:
    state = request.app.state
    return By(OPERATOR, state.clock(), state.zone, address_of(request))
