"""A measure by student group, beside all students."""

from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api import patterns
from api.csv_cells import table
from api.desk import JSON, Desk
from api.routes.params import Day, Id
from api.store.points import given_of
from pdsa.equity import COLUMNS, Equity, released_equity, rows
from pdsa.equity.picture import released_picture

CSV, SVG = "text/csv", "image/svg+xml"

Groups = Annotated[
    str | None,
    QueryParameter(
        description="Codes of student groups, with commas between, in the order of the answer; "
        "else all that have figures.",
        pattern=patterns.GROUPS,
    ),
]
Grade = Annotated[
    int | None,
    QueryParameter(
        ge=3,
        le=11,
        description="The values are mean scale scores in mathematics of this grade: answer with "
        "their distance from standard.",
    ),
]
Width = Annotated[
    int, QueryParameter(ge=320, le=4000, description="Width of a picture, in CSS pixels.")
]
Theme = Annotated[
    Literal["auto", "light", "dark"],
    QueryParameter(description="Colours of a picture; auto follows the reader's screen."),
]


@get(
    "/measures/{measure_id:str}/equity",
    operation_id="measures_equity",
    tags=["measures"],
    produces=(JSON, CSV, SVG),
    refuses=("422",),
)
async def measures_equity(
    measure_id: Id,
    desk: NamedDependency[Desk],
    first: Day = None,
    last: Day = None,
    groups: Groups = None,
    grade: Grade = None,
    width: Width = 720,
    theme: Theme = "auto",
) -> Response[Equity]:
    """A measure by student group, with the gap to all students and the gain over a window.

    Gaps and gains count in the wanted direction: below zero is behind all students, or worse than
    before. A gain is taken from the medians of the first three and the last three days that both
    figures have, or from two school years where there are fewer than three a year. As JSON, as CSV
    with `Accept: text/csv` (a row per group and day), or as small multiples with
    `Accept: image/svg+xml`.
    """
    media_type = desk.accepted(JSON, CSV, SVG)
    wanted = groups.split(",") if groups else None
    measure, given = await desk.read(given_of, measure_id)
    asked: dict[str, Any] = {"first": first, "last": last, "wanted": wanted, "grade": grade}
    if media_type == SVG:
        drawn = await desk.work_out(
            released_picture, measure, given, width=width, theme=theme, **asked
        )
        return desk.answer(drawn.encode(), SVG)
    found = await desk.work_out(released_equity, measure, given, **asked)
    return desk.answer(table(COLUMNS, rows(found)) if media_type == CSV else found, media_type)


ROUTES = [measures_equity]
