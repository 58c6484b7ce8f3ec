"""Security events: who signed in, who was refused, who was given which role."""

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api import patterns
from api.desk import Desk, Page, from_cursor
from api.routes.params import Cursor, IdFilter, Limit
from api.store import security_events
from api.store.security_events import SecurityEvent

EventFilter = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=60,
        pattern=patterns.EVENT,
        description="An event, or the words that it begins with: `role` for `role.given`.",
    ),
]


@get("/security-events", operation_id="security_events_list", tags=["people"])
async def security_events_list(
    desk: NamedDependency[Desk],
    event: EventFilter = None,
    person: IdFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[SecurityEvent]]:
    """What concerned security, the latest first, for an administrator of the whole server.

    `person` finds what concerns somebody and what somebody did.
    """
    return await desk.page(
        security_events.page,
        event=event,
        person=person,
        after=from_cursor(cursor, str),
        limit=limit,
    )


ROUTES = [security_events_list]
