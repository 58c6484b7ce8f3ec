"""What is answered to a browser that asks for what is no page, or in a way that no page takes."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from api.desk import accepted
from api.pages.render import page
from api.pages.speaking import astray
from api.problems import MEDIA_TYPE, NotAcceptable, log_failure, to_response
from pdsa.errors import PdsaError
from pdsa.words import say

_TOOLS = ("/api/", "/health/", "/metrics")


def to_whoever_asks(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A page in the reader's language where a browser failed outside of every page; else a problem."""
    if isinstance(error, PdsaError) or not _reads_pages(request):
        return to_response(request, error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status >= 500:
        log_failure(request, error)
    with astray(request):
        title, text = _said(status)
        return page("door/strayed.html", status=status, title=title, text=text)


def _said(status: int) -> tuple[str, str]:
    if status == 404:
        return say("There is no such page"), say("The address may be mistyped, or of another time.")
    if status == 413:
        return say("That was too much at once"), say("Send less of it, in several parts.")
    if status < 500:
        return (
            say("This page cannot be asked for like this"),
            say("Nothing was changed. Go back, or begin again from home."),
        )
    return (
        say("Something went wrong here"),
        say("It is not your fault, and is written in the log of this server. Try again."),
    )


def _reads_pages(request: Request[Any, Any, Any]) -> bool:
    if request.url.path.startswith(_TOOLS):
        return False
    try:
        return accepted(request, MEDIA_TYPE, "text/html") == "text/html"
    except NotAcceptable:
        return False
