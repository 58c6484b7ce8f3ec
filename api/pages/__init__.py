"""Server-rendered pages: sign-in, home, teams and their cycles, account, the API's reference."""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from api.pages import account, cycles, district, door, home, reference, static
from api.pages.desk import page_desk
from api.pages.forms import failed
from api.pages.speaking import Speaking
from pdsa.errors import PdsaError

#: Pages with forms: what fails there is told on a page.
_FORMS = Router(
    "/",
    route_handlers=[
        *door.PAGES,
        *district.PAGES,
        *account.PAGES,
        *home.PAGES,
        *cycles.PAGES,
        *reference.PAGES,
    ],
    middleware=[Speaking()],
    exception_handlers={PdsaError: failed},
    dependencies={"desk": Provide(page_desk)},
)
PAGES: list[ControllerRouterHandler] = [*static.PAGES, _FORMS]

__all__ = ["PAGES"]
