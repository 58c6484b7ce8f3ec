"""The application, wired."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.types import RouteHandlerMapItem

from api.background import Background
from api.desk import Desk
from api.ids import begin_after
from api.media import JsonBodies, JsonRequest, refuse_what_passes
from api.openapi import Description
from api.operating.metrics import Metrics
from api.operating.readiness import Readiness
from api.operating.requests import Observed
from api.operating.traces import traces
from api.pages import PAGES
from api.pages.strayed import to_whoever_asks
from api.pool import Pool
from api.routes import ROUTES
from api.routes.public import PUBLIC
from api.security import demo
from api.security.authentication import Auth, Authentication
from api.security.client_address import proxies
from api.security.errors import NeedsSession
from api.security.gate import Gate
from api.security.limits import PersonLimits
from api.security.mail import mailer
from api.security.oidc.clients import Clients
from api.security.passwords import Passwords
from api.security.rates import Limiter
from api.settings import Settings
from api.store import devices, idempotency, links, rates, sessions
from api.store.access import OPERATOR, By
from api.store.demo import require_demo
from api.store.engine import Database, connect
from api.store.errors import StoreUnavailable
from api.store.journals import newest_id
from api.store.schema import require_current
from api.store.standing import Memory
from api.store.summaries.policy import obey, obeyed
from api.watching import watch
from pdsa import __version__
from pdsa.units import Principal

_log = logging.getLogger("api")


def create_app(settings: Settings) -> Litestar:
    """The application over the database that the settings name.

    Raises ``SchemaMismatch`` at start when that database has another schema.
    """

    app = Litestar(
        route_handlers=[
            _Router(
                "/api/v1",
                route_handlers=ROUTES,
                middleware=[
                    DefineMiddleware(Authentication),
                    PersonLimits(),
                    JsonBodies(),
                ],
                before_request=refuse_what_passes,
                request_class=JsonRequest,
                dependencies={"desk": Provide(desk, sync_to_thread=False)},
            ),
            *PUBLIC,
            *PAGES,
        ],
        lifespan=[_at_work],
        guards=[demo.guard],
        exception_handlers={Exception: to_whoever_asks},
        request_max_body_size=settings.max_body,
        openapi_config=OpenAPIConfig(
            title="pdsa-tracker",
            version=__version__,
            path="/api/v1/openapi.json",
            render_plugins=[Description()],
        ),
        logging_config=None,
        state=State(belongings(settings)),
    )
    app.asgi_handler = Observed(Gate(app.asgi_handler, settings), app.state)
    return app


def belongings(settings: Settings) -> dict[str, Any]:
    """What an application keeps in its state, fresh: for one start."""
    return {
        "settings": settings,
        "zone": settings.zone,
        "proxies": proxies(settings.trusted_proxies, settings.proxy_header),
        "limiter": Limiter(),
        "clock": now,
        "passwords": Passwords(),
        "mailer": mailer(settings),
        "background": Background(),
        "oidc": Clients(settings),
        # For people and their tools; for guests who have a document reviewed without an account.
        "pool": Pool(workers=2, waiting=62),
        "guests": Pool(workers=1, waiting=3),
        "in_flight": set(),
        "memory": Memory(),
        "watching": True,
        "readiness": Readiness(),
        "metrics": Metrics() if settings.metrics_token else None,
        "traces": traces(settings.otel),
    }


@asynccontextmanager
async def _at_work(app: Litestar) -> AsyncIterator[None]:
    """The database, open while the application serves."""
    settings: Settings = app.state.settings
    state = app.state
    async with connect(
        settings.database_url,
        readers=settings.readers,
        pool=settings.pool,
        timeouts=settings.timeouts,
        replica=settings.replica_url,
        patience=settings.replica_wait / 1000,
        watch=state.metrics,
    ) as opened:
        await opened.read(require_current)
        if settings.demo:
            await opened.read(require_demo)
        if not await opened.read(obeyed, settings.policy):
            await opened.write(obey, settings.policy)
        begin_after(await opened.read(newest_id))
        state.database = opened
        always = [asyncio.create_task(_tidy(opened))]
        if state.watching:
            seen = watch(opened, lambda: state.clock(), settings.policy)
            always.append(asyncio.create_task(seen))
        if state.metrics is not None:
            always.append(asyncio.create_task(state.metrics.keep_sampling(state)))
        try:
            yield
        finally:
            for task in always:
                task.cancel()
            await state.background.end()
            state.pool.end()
            state.guests.end()
            await state.oidc.close()
            if state.traces is not None:
                await asyncio.to_thread(state.traces.close)


def now() -> datetime:
    """The clock of the server; tests put another one into the state."""
    return datetime.now(UTC)


class _Router(Router):
    """Says in ``Allow`` every method of a path.

    Litestar makes a path's handler for OPTIONS with its first method and keeps that one when more
    methods come; without it in the map, each new method gets a handler that knows all of them.
    """

    @property
    def route_handler_method_map(self) -> dict[str, RouteHandlerMapItem]:
        found = super().route_handler_method_map
        for methods in found.values():
            methods.pop("OPTIONS", None)
        return found


async def _tidy(database: Database) -> None:
    """Drop what nobody will ask for any more, at start and every hour."""
    while True:
        try:
            by = By(OPERATOR, now())
            for over in (idempotency, rates, sessions, devices, links):
                await database.write(over.forget, by)
        except StoreUnavailable:
            _log.warning("the database did not answer; what is over is dropped an hour later")
        await asyncio.sleep(3600)


def desk(request: Request[Principal, Auth, State]) -> Desk:
    """The desk of a request. Raises ``NeedsSession`` for a token where it takes a person."""
    if request.route_handler.opt.get("by_session") and request.auth.session is None:
        raise NeedsSession
    state = request.app.state
    return Desk(request, state.database, state.in_flight, state.zone)
