"""How a form is saved: what two people wrote is put together, and nothing is lost on the way."""

from collections.abc import Callable, Container, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from api.pages.desk import PageDesk
from api.pages.merging import TextsDiffer, merged, opened_with
from api.pages.pointers import TAKE, written
from api.store import activity, elements
from api.store.access import By, audience_of
from api.store.activity import Touch
from api.store.kind import E, Kind
from pdsa.units import Audience
from pdsa.words import say

#: What stands in the fields of a form about an element.
Values = Callable[[E], dict[str, str]]
#: The element with what stands in the fields.
Make = Callable[[E, Mapping[str, str]], E]


class Saved(Struct, frozen=True):
    """What our script is told of what was saved: what the fields hold now, and who saved it last."""

    version: int
    was: str
    values: dict[str, str]
    by: str
    at: str
    mine: bool


async def save(
    desk: PageDesk,
    kind: Kind[E],
    id: str,
    given: Mapping[str, str],
    values: Values[E],
    make: Make[E],
    *,
    verb: str = "change",
) -> E:
    """The element with what a form was sent with, put together with what others wrote meanwhile.

    Raises ``TextsDiffer``, and what the domain refuses.
    """
    mine = written(given)
    take = {name.removeprefix(TAKE) for name in mine if name.startswith(TAKE)}

    def work(conn: Connection, by: By) -> E:
        def changed(element: E) -> E:
            theirs = values(element)
            ours = {
                name: theirs.get(name, "") if name in take else text
                for name, text in mine.items()
                if not name.startswith(TAKE)
            }
            was = given.get("was", "")
            return make(element, merged(was, ours, theirs, version=element.version))

        return elements.change(conn, by, kind, id, None, changed, verb=verb)

    return await desk.write(work)


def as_saved(
    desk: PageDesk,
    element: Any,
    touch: Touch | None,
    values: Values[Any],
    *,
    without: Container[str] = (),
) -> Saved:
    """What our script is told; without ``touch`` of what whoever asks has saved just now.

    Fields ``without`` which it is told are not saved by themselves.
    """
    found = {name: text for name, text in values(element).items() if name not in without}
    return Saved(
        version=element.version,
        was=opened_with(found),
        values=found,
        by=touch.name if touch else "",
        at=desk.language.time(touch.at if touch else desk.by.at, desk.by.zone),
        mine=touch is None or touch.person_id == desk.who.person_id,
    )


def last_saved(desk: PageDesk, touch: Touch | None) -> tuple[str, str] | None:
    """Who last changed an element and when, in words."""
    if touch is None:
        return None
    return touch.name or say("this server"), desk.language.moment(touch.at, desk.by.zone)


class Differs(Struct, frozen=True):
    """What our script is told of fields in which two people wrote."""

    version: int
    was: str
    differences: dict[str, str]


def as_differing(error: TextsDiffer, element: Any, values: Values[Any]) -> Differs:
    """The fields with what somebody else wrote; the next save is made with both in sight."""
    theirs = {each.field: each.theirs for each in error.differences}
    return Differs(version=element.version, was=opened_with(values(element)), differences=theirs)


def pulse(conn: Connection, by: By, kind: Kind[E], id: str) -> tuple[E, Touch | None]:
    """An element, and for its team who changed it last. Raises ``NotVisible``."""
    element, place = elements.opened(conn, by, kind, id)
    of_team = audience_of(conn, by, place.home) is Audience.team
    return element, activity.latest(conn, id) if of_team else None
