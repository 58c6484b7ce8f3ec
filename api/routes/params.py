"""Parameters that several routes take."""

from datetime import date
from typing import Annotated, Any

from litestar.params import PathParameter, QueryParameter

from api import patterns

_ID: dict[str, Any] = {
    "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]*$(?![\s\S])",
    "min_length": 1,
    "max_length": 64,
}

Id = Annotated[str, PathParameter(**_ID, description="Id of the element.")]
IdFilter = Annotated[str | None, QueryParameter(**_ID)]
UnitFilter = Annotated[
    str | None, QueryParameter(**_ID, description="In this unit or any unit under it.")
]
TextFilter = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=200,
        pattern=patterns.LINE,
        description="Part of a text, upper and lower case alike.",
    ),
]
Day = Annotated[date | None, QueryParameter(description="A day, both ends included.")]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="Elements per page.")]
Cursor = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=400,
        pattern=patterns.CURSOR,
        description="Where the page before ended: `next` of that page.",
    ),
]
