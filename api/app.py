"""The application, wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig

from api.desk import Desk
from api.media import JsonBodies, SafeHeaders, refuse_unknown_fields
from api.pages import PAGES
from api.problems import to_response
from api.routes import ROUTES
from api.routes.public import PUBLIC
from api.security.bearer import BearerAuthentication
from api.settings import Settings
from api.store.engine import connect
from api.store.schema import require_current
from pdsa import __version__
from pdsa.units import Principal


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
            yield

    return Litestar(
        route_handlers=[
            Router(
                "/api/v1",
                route_handlers=ROUTES,
                middleware=[DefineMiddleware(BearerAuthentication), JsonBodies()],
                before_request=refuse_unknown_fields,
                dependencies={"desk": Provide(desk, sync_to_thread=False)},
            ),
            *PUBLIC,
            *PAGES,
        ],
        lifespan=[database],
        middleware=[SafeHeaders()],
        exception_handlers={Exception: to_response},
        request_max_body_size=settings.max_body,
        openapi_config=OpenAPIConfig(
            title="pdsa-tracker",
            version=__version__,
            path="/api/v1/_litestar",
            render_plugins=[],
        ),
        logging_config=None,
    )


def desk(request: Request[Principal, str, State]) -> Desk:
    """The desk of a request."""
    return Desk(request, request.app.state.database, request.app.state.in_flight)
