"""The screens of a meeting about a portfolio: first what has happened, then one aim after another."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection

from api.store.access import By
from api.store.portfolio.filters import Filters
from api.store.portfolio.meeting import AimNamed, Happened, happened, names_of
from api.store.portfolio.overview import Place, place
from api.store.portfolio.page import Sort, in_order
from api.store.requests import page_of
from api.store.reviews import of_aim
from pdsa.feedback import RequestState, Waiting
from pdsa.interchange import Inquiry
from pdsa.units import Audience

#: As many open requests as a screen can hold.
_REQUESTS = 8
#: As many aims to which something happened.
_HAPPENED = 12


class First(Struct, frozen=True, kw_only=True):
    """The first screen: what has happened, and the requests that wait at the unit."""

    happened: Happened
    requests: tuple[Waiting, ...]
    names: dict[str, AimNamed]
    aims: int


class Screens(Struct, frozen=True, kw_only=True):
    """Some screens of aims, each with the whole inquiry and the audience that it is given to.

    ``places`` are where they stand among the ``of`` aims, from 1 on.
    """

    place: Place
    inquiries: tuple[tuple[Inquiry, Audience], ...]
    places: tuple[int, ...]
    of: int


def first_screen(
    conn: Connection, by: By, unit_id: str, filters: Filters, sort: Sort, since: date
) -> First:
    """What a meeting begins with. Raises ``NotVisible``; run it as a snapshot."""
    found, _ = happened(conn, by, unit_id, since, by.on, (), _HAPPENED)
    waiting, _ = page_of(
        conn,
        by,
        unit=None,
        at=unit_id,
        aim=None,
        cycle=None,
        kind=None,
        state=RequestState.waiting,
        waits_for=None,
        more_than=None,
        after=(),
        limit=_REQUESTS,
    )
    return First(
        happened=found,
        requests=tuple(waiting),
        names=names_of(conn, by, {each.request.aim_id for each in waiting}),
        aims=len(in_order(conn, by, unit_id, filters, sort)),
    )


def screens(
    conn: Connection,
    by: By,
    unit_id: str,
    filters: Filters,
    sort: Sort,
    first: int,
    count: int,
) -> Screens:
    """So many aims of a portfolio from the ``first`` on, which counts from 1.

    Their teams read in their view log who looked. Raises ``NotVisible``; run it as a snapshot.
    """
    where = place(conn, by, unit_id)
    ids = in_order(conn, by, unit_id, filters, sort)
    wanted: Sequence[str] = ids[first - 1 : first - 1 + count]
    return Screens(
        place=where,
        inquiries=tuple(of_aim(conn, by, id) for id in wanted),
        places=tuple(range(first, first + len(wanted))),
        of=len(ids),
    )
