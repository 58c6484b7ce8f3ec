"""Server-rendered pages: sign-in, home, teams and their cycles, account, the API's reference."""

from litestar import Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import ControllerRouterHandler

from api.pages import (
    account,
    administration,
    aims,
    cycles,
    demo,
    district,
    door,
    findings,
    home,
    measures,
    papers,
    portfolios,
    reference,
    requests,
    start,
    static,
    views,
)
from api.pages.desk import page_desk
from api.pages.forms import failed
from api.pages.speaking import Speaking
from pdsa.errors import PdsaError

#: A page of a team is mostly words and pictures, a sixth as large once it is packed.
_PACKED = DefineMiddleware(
    CompressionMiddleware, config=CompressionConfig(backend="gzip", gzip_compress_level=5)
)
#: Pages with forms: what fails there is told on a page.
_FORMS = Router(
    "/",
    route_handlers=[
        *door.PAGES,
        *district.PAGES,
        *account.PAGES,
        *home.PAGES,
        *aims.PAGES,
        *cycles.PAGES,
        *measures.PAGES,
        *papers.PAGES,
        *findings.PAGES,
        *portfolios.PAGES,
        *requests.PAGES,
        *views.PAGES,
        *reference.PAGES,
        *start.PAGES,
        *demo.PAGES,
        *administration.PAGES,
    ],
    middleware=[_PACKED, Speaking()],
    exception_handlers={PdsaError: failed},
    dependencies={"desk": Provide(page_desk)},
)
_STATIC = Router("/", route_handlers=static.PAGES, middleware=[_PACKED])
PAGES: list[ControllerRouterHandler] = [_STATIC, _FORMS]

__all__ = ["PAGES"]
