"""The application, wired."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.types import RouteHandlerMapItem

from api.desk import Desk
from api.media import JsonBodies, JsonRequest, add_safe_headers, refuse_what_passes
from api.openapi import Description
from api.pages import PAGES
from api.problems import to_response
from api.routes import ROUTES
from api.routes.public import PUBLIC
from api.security.bearer import BearerAuthentication
from api.settings import Settings
from api.store.access import OPERATOR, By
from api.store.engine import Database, connect
from api.store.errors import StoreUnavailable
from api.store.idempotency import forget
from api.store.schema import require_current
from pdsa import __version__
from pdsa.units import Principal

_log = logging.getLogger("api")


def create_app(settings: Settings) -> Litestar:
    """The application over the database that the settings name.

    Raises ``SchemaMismatch`` at start when that database has another schema.
    """

    @asynccontextmanager
    async def database(app: Litestar) -> AsyncIterator[None]:
        async with connect(
            settings.database_url, readers=settings.readers, pool=settings.pool
        ) as opened:
            await opened.read(require_current)
            app.state.database = opened
            app.state.in_flight = set()
            app.state.zone = settings.zone
            tidying = asyncio.create_task(_tidy(opened))
            try:
                yield
            finally:
                tidying.cancel()

    return Litestar(
        route_handlers=[
            _Router(
                "/api/v1",
                route_handlers=ROUTES,
                middleware=[DefineMiddleware(BearerAuthentication), JsonBodies()],
                before_request=refuse_what_passes,
                request_class=JsonRequest,
                dependencies={"desk": Provide(desk, sync_to_thread=False)},
            ),
            *PUBLIC,
            *PAGES,
        ],
        lifespan=[database],
        before_send=[add_safe_headers],
        exception_handlers={Exception: to_response},
        request_max_body_size=settings.max_body,
        openapi_config=OpenAPIConfig(
            title="pdsa-tracker",
            version=__version__,
            path="/api/v1/openapi.json",
            render_plugins=[Description()],
        ),
        logging_config=None,
    )


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
    """Drop kept answers that no retry will ask for any more, at start and every hour."""
    while True:
        try:
            await database.write(forget, By(OPERATOR, datetime.now(UTC)))
        except StoreUnavailable:
            _log.warning("the database did not answer; old answers are dropped an hour later")
        await asyncio.sleep(3600)


def desk(request: Request[Principal, str, State]) -> Desk:
    """The desk of a request."""
    state = request.app.state
    return Desk(request, state.database, state.in_flight, state.zone)
