"""How a stage is saved: what two people wrote is put together, and nothing is lost on the way."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from api.pages.desk import PageDesk
from api.pages.merging import TextsDiffer, merged, opened_with
from api.pages.pointers import written
from api.store import activity, elements
from api.store.access import By
from api.store.activity import Touch
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle, Move

Values = Callable[[Cycle], dict[str, str]]
#: A cycle with what stands in a form's fields.
Make = Callable[[Cycle, Mapping[str, str]], Cycle]


class Saved(Struct, frozen=True):
    """What our script is told of what was saved: what the fields hold now, and who saved it last."""

    version: int
    was: str
    values: dict[str, str]
    by: str
    at: str
    mine: bool


async def save(
    desk: PageDesk, cycle_id: str, given: Mapping[str, str], values: Values, make: Make, move: Move
) -> Cycle:
    """The cycle with what a form was sent with, put together with what others wrote meanwhile.

    Raises ``TextsDiffer``, and what the domain refuses.
    """
    mine = written(given)
    take = {name.removeprefix("take/") for name in mine if name.startswith("take/")}

    def work(conn: Connection, by: By) -> Cycle:
        def changed(cycle: Cycle) -> Cycle:
            theirs = values(cycle)
            ours = {
                name: theirs.get(name, "") if name in take else text
                for name, text in mine.items()
                if not name.startswith("take/")
            }
            return make(cycle, merged(given.get("was", ""), ours, theirs, version=cycle.version))

        verb = "change" if move is Move.revise_plan else move.value
        return elements.change(conn, by, CYCLE, cycle_id, None, changed, verb=verb)

    return await desk.write(work)


def as_saved(desk: PageDesk, cycle: Cycle, touch: Touch | None, values: Values) -> Saved:
    """What our script is told."""
    found = values(cycle)
    return Saved(
        version=cycle.version,
        was=opened_with(found),
        values=found,
        by=touch.name if touch else "",
        at=desk.language.time(touch.at if touch else desk.by.at, desk.by.zone),
        mine=touch is None or touch.person_id == desk.who.person_id,
    )


class Differs(Struct, frozen=True):
    """What our script is told of fields in which two people wrote."""

    version: int
    was: str
    differences: dict[str, str]


def as_differing(error: TextsDiffer, cycle: Cycle, values: Values) -> Differs:
    """The fields with what somebody else wrote; the next save is made with both in sight."""
    theirs = {each.field: each.theirs for each in error.differences}
    return Differs(version=cycle.version, was=opened_with(values(cycle)), differences=theirs)


def pulse(conn: Connection, by: By, cycle_id: str) -> tuple[Cycle, Touch | None]:
    """A cycle, and who changed it last. Raises ``NotVisible``."""
    cycle = elements.get(conn, by, CYCLE, cycle_id)
    return cycle, activity.latest(conn, cycle_id)


def number(text: str) -> Any:
    """A number as somebody typed it, with a decimal point or comma; else as it is."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return text


def encoded(found: Any) -> bytes:
    """Facts as JSON."""
    return msgspec.json.encode(found)
