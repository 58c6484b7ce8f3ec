"""What needs no account: whether the server lives and is ready, and how it fares."""

import asyncio
import hmac
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from api.operating.metrics import CONTENT_TYPE, Metrics
from api.problems import Unauthenticated


@get("/health/live", operation_id="health_live", include_in_schema=False)
async def health_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@get("/health/ready", operation_id="health_ready", include_in_schema=False)
async def health_ready(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Requests can be answered: the database is there, with our schema. Raises ``NotReady``."""
    await request.app.state.readiness.require(request.app.state.database)
    return {"status": "ready"}


@get("/metrics", operation_id="metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Figures for Prometheus, for whoever has the token of the settings; else there are none."""
    state = request.app.state
    kept: Metrics | None = state.metrics
    if kept is None:
        raise NotFoundException
    given = request.headers.get("authorization", "").partition(" ")[2].strip()
    if not hmac.compare_digest(given.encode(), state.settings.metrics_token.encode()):
        raise Unauthenticated
    kept.sample(state)
    return Response(await asyncio.to_thread(kept.text), headers={"Content-Type": CONTENT_TYPE})


PUBLIC = [health_live, health_ready, metrics]
