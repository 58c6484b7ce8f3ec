"""What a team shows of its classrooms, and who from above opened its record."""

from datetime import date
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, Limit
from api.store import elements, publications
from api.store.kinds import PUBLICATION
from api.store.view_log import View, views_of
from pdsa.ids import MeasureId, PersonId, PublicationId, Text
from pdsa.privacy import Publication
from pdsa.units import Audience


class PublicationDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to which day, how far up, and why; without a day, up to today."""

    through: date | UnsetType = UNSET
    to: Annotated[Audience, Meta(description="`school`, or `above` for everybody up the tree.")] = (
        Audience.school
    )
    reason: Text = ""


@get(
    "/measures/{measure_id:str}/publications",
    operation_id="publications_list",
    tags=["visibility"],
)
async def publications_list(
    measure_id: Id, desk: NamedDependency[Desk], limit: Limit = 50, cursor: Cursor = None
) -> Response[Page[Publication]]:
    """What the team has published of a measure, withdrawn or not."""
    return await desk.page(publications.page_of, measure_id, from_cursor(cursor, str), limit)


@post(
    "/measures/{measure_id:str}/publications",
    operation_id="publications_create",
    tags=["visibility"],
)
async def publications_create(
    measure_id: Id, data: JSONBody[PublicationDraft], desk: NamedDependency[Desk]
) -> Response[Publication]:
    """Publish a measure's points by classroom.

    Until it is withdrawn, the points of every classroom up to that day are shown to the school, or
    to everybody above, where figures about few students stay suppressed.
    """
    publication = Publication(
        id=PublicationId(new_id()),
        measure_id=MeasureId(measure_id),
        through=desk.today if data.through is UNSET else data.through,
        to=data.to,
        reason=data.reason,
        published_by=PersonId(desk.by.principal.person_id),
        published_on=desk.today,
    )
    return await desk.create("publications", publications.publish, publication)


@get("/publications/{publication_id:str}", operation_id="publications_get", tags=["visibility"])
async def publications_get(
    publication_id: Id, desk: NamedDependency[Desk]
) -> Response[Publication]:
    """One publication."""
    return await desk.show(elements.tell, PUBLICATION, publication_id)


@post(
    "/publications/{publication_id:str}/withdraw",
    operation_id="publications_withdraw",
    tags=["visibility"],
    if_match=True,
    status_code=200,
)
async def publications_withdraw(
    publication_id: Id, desk: NamedDependency[Desk]
) -> Response[Publication]:
    """Withdraw a publication: from now on it shows nothing; what was seen was seen."""
    return await desk.change(publications.withdraw, publication_id, desk.version())


@get("/units/{unit_id:str}/views", operation_id="views_list", tags=["visibility"], personal=True)
async def views_list(
    unit_id: Id, desk: NamedDependency[Desk], limit: Limit = 50, cursor: Cursor = None
) -> Response[Page[View]]:
    """Who from above the team opened its record, the latest first; for the team to read.

    One line a person, aim and day.
    """
    return await desk.page(views_of, unit_id, from_cursor(cursor, str), limit)


ROUTES = [
    publications_list,
    publications_create,
    publications_get,
    publications_withdraw,
    views_list,
]
