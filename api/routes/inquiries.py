"""Whole inquiries in and out as one JSON document, and its JSON Schema."""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency

from api.desk import Desk
from api.routes.params import Id, UnitFilter
from api.store import inquiries
from pdsa.interchange import Inquiry, loads, schema


@get("/aims/{aim_id:str}/inquiry", operation_id="inquiries_export", tags=["interchange"])
async def inquiries_export(aim_id: Id, desk: NamedDependency[Desk]) -> Response[Inquiry]:
    """The whole inquiry of an aim as one document, read at one moment."""
    return desk.answer(await desk.snapshot(inquiries.get_inquiry, aim_id))


@post("/inquiries", operation_id="inquiries_import", tags=["interchange"], reads=Inquiry)
async def inquiries_import(
    desk: NamedDependency[Desk],
    under: UnitFilter = None,
) -> Response[Inquiry]:
    """Store a whole inquiry: every element of the document, or none.

    `under` is the unit under which a team that is new here is put.
    """
    inquiry = await desk.work_out(loads, await desk.request.body())
    return await desk.create(None, inquiries.add_inquiry, inquiry, under)


@get(
    "/schemas/inquiry",
    operation_id="inquiries_schema",
    tags=["interchange"],
    answers_as=("application/schema+json",),
)
async def inquiries_schema(desk: NamedDependency[Desk]) -> Response[dict[str, Any]]:
    """The JSON Schema of the document."""
    return desk.answer(_schema(), "application/schema+json")


@lru_cache
def _schema() -> bytes:
    return msgspec.json.encode(schema())


ROUTES = [inquiries_export, inquiries_import, inquiries_schema]
