"""Comments: said by whoever works on a record or stands beside it, taken back by their authors."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from api.store import tables as t
from api.store.access import By, audience_of, steps
from api.store.elements import get, opened, page, remove, store
from api.store.given import equal
from api.store.kinds import AIM, COMMENT
from pdsa.errors import NotAllowed
from pdsa.feedback import Comment, may_speak
from pdsa.units import Audience


def say(conn: Connection, by: By, comment: Comment) -> Comment:
    """Store a comment; one from above the team is always shared.

    Raises ``NotVisible``, ``NotAllowed`` and ``UnknownElement``.
    """
    _, place = opened(conn, by, AIM, comment.aim_id)
    if not may_speak(by.principal, steps(conn, place.home), on=by.on):
        raise NotAllowed("comment", place.home)
    if audience_of(conn, by, place.home) is not Audience.team:
        if comment.classroom_id is not None:
            raise NotAllowed("comment on a single classroom", place.home)
        comment = replace(comment, shared=True)
    COMMENT.references(conn, by, comment, None)
    store(conn, by, COMMENT, [comment], place, verb="add")
    return comment


def take_back(conn: Connection, by: By, id: str, version: int | None) -> None:
    """Take one's own comment back, or as an administrator of the unit anybody's that one sees.

    Its words stay in the history. Raises as ``elements.remove`` does.
    """
    try:
        remove(conn, by, COMMENT, id, version)
    except NotAllowed as error:
        raise NotAllowed("take back what somebody else said", error.unit) from error


def page_of(
    conn: Connection,
    by: By,
    aim_id: str,
    *,
    cycle: str | None,
    measure: str | None,
    on: date | None,
    after: Sequence[Any],
    limit: int,
    shared: bool | None = None,
) -> tuple[list[Comment], list[Any] | None]:
    """A page of the comments on an aim and its parts, as they came. Raises ``NotVisible``."""
    get(conn, by, AIM, aim_id)
    c = t.comments.c
    named = (
        (c.aim_id, aim_id),
        (c.cycle_id, cycle),
        (c.measure_id, measure),
        (c.on, on),
        (c.shared, shared),
    )
    wanted = [equal(column, value) for column, value in named]
    return page(conn, by, COMMENT, *wanted, after=after, limit=limit)
