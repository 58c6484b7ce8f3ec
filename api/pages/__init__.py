"""Server-rendered pages: where to go, every operation, every kind of problem, sign-in, account."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from api.pages import account, district, door, reference
from api.pages.forms import failed
from pdsa.errors import PdsaError

#: Pages with forms: what fails there is told on a page.
_FORMS = Router(
    "/",
    route_handlers=[*door.PAGES, *district.PAGES, *account.PAGES],
    exception_handlers={PdsaError: failed},
)
PAGES: list[ControllerRouterHandler] = [*reference.PAGES, _FORMS]

__all__ = ["PAGES"]
