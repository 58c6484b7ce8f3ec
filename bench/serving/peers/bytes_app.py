"""L: Litestar that answers with bytes which were there before: what the framework alone costs."""

import os
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get, post

READY = {
    name: (Path(os.environ["BENCH_READY"]) / name).read_bytes()
    for name in ("cycle", "list", "chart", "point", "points")
}


def _json(name: str, status: int = 200) -> Response[bytes]:
    return Response(READY[name], status_code=status, media_type="application/json")


@get("/api/v1/cycles/{cycle_id:str}")
async def one_cycle(cycle_id: str) -> Response[bytes]:
    return _json("cycle")


@get("/api/v1/cycles")
async def cycles(unit: str, limit: int) -> Response[bytes]:
    return _json("list")


@get("/api/v1/measures/{measure_id:str}/chart")
async def chart(measure_id: str) -> Response[bytes]:
    return _json("chart")


@post("/api/v1/measures/{measure_id:str}/points")
async def add_point(measure_id: str, request: Request[Any, Any, Any]) -> Response[bytes]:
    await request.body()
    return _json("point", 201)


@post("/api/v1/measures/{measure_id:str}/points/batch")
async def add_points(measure_id: str, request: Request[Any, Any, Any]) -> Response[bytes]:
    await request.body()
    return _json("points", 201)


app = Litestar(
    [one_cycle, cycles, chart, add_point, add_points], openapi_config=None, logging_config=None
)
