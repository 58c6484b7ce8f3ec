"""What needs no token: whether the server lives, and the description of the API."""

from litestar import Litestar, Request, Response, get
from litestar.datastructures import State

from api.openapi import document


@get("/health/live", operation_id="health_live", include_in_schema=False)
async def health_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@get("/api/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request[None, None, State]) -> Response[bytes]:
    """The OpenAPI 3.1 description of the API."""
    app: Litestar = request.app
    return Response(document(app), media_type="application/json")


PUBLIC = [health_live, openapi]
