"""The one style sheet and the one script: named by their content, so that a browser keeps them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from pdsa.charts.svg.style import rules

_HERE = Path(__file__).parent / "static"
_KINDS = {"pdsa.css": "text/css", "pdsa.js": "text/javascript"}
#: For as long as a browser likes: another content has another address.
_ALWAYS = "public, max-age=31536000, immutable"


@cache
def content(name: str) -> bytes:
    """A file; the style sheet ends with the colours of pictures, which carry no style of their own."""
    found = (_HERE / name).read_bytes()
    return found + rules("auto").encode() + b"\n" if name.endswith(".css") else found


@cache
def address(name: str) -> str:
    """The path of a file with the mark of its content."""
    return f"/static/{name}?v={hashlib.sha256(content(name)).hexdigest()[:16]}"


@get("/static/pdsa.css", include_in_schema=False)
async def stylesheet(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The one style sheet."""
    return _kept(request, "pdsa.css")


@get("/static/pdsa.js", include_in_schema=False)
async def script(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The one script, which no page needs."""
    return _kept(request, "pdsa.js")


PAGES = [stylesheet, script]


def _kept(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    named = address(name).endswith(f"?v={request.query_params.get('v')}")
    headers = {"Cache-Control": _ALWAYS if named else "no-cache"}
    return Response(content(name), media_type=_KINDS[name], headers=headers)
