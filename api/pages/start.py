"""The first page of the server: what it is, for whoever is not signed in."""

from typing import Any

from litestar import Response, get

from api.pages.demo import parts
from api.pages.forms import HOME, PageRequest, form, go
from api.pages.render import page
from api.security.authentication import signed_in
from api.security.client_address import base_url


@get("/", include_in_schema=False)
async def start(request: PageRequest) -> Response[Any]:
    """What this server is and where to go; home for whoever is signed in."""
    if await signed_in(request) is not None:
        return go(HOME)
    url = base_url(request)
    if request.app.state.settings.demo:
        return await form(request, "door/start.html", url=url, parts=parts())
    return page("door/start.html", url=url)


PAGES = [start]
