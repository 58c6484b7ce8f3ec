"""Requests as a page shows them: with the names of aims, teams, units and people."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from api.store import comments, elements, lists, requests
from api.store.access import By, audience_of, can, steps
from api.store.inquiries import calendar_of
from api.store.kinds import AIM, REQUEST
from api.store.names import of_people, of_units
from api.store.portfolio.meeting import AimNamed, names_of
from api.store.portfolio.overview import Place, place
from pdsa.aim import Aim
from pdsa.cycle import Cycle
from pdsa.errors import NotAllowed
from pdsa.feedback import (
    Age,
    Comment,
    Request,
    RequestMove,
    RequestState,
    Waiting,
    age,
    level_above,
    may_take,
)
from pdsa.feedback.sight import TEAM_TURNS
from pdsa.units import Action, Audience

#: Comments that a request's page shows; the aim's page has all of them.
_COMMENTS = 200
#: Cycles to choose from.
_CYCLES = 100


class Waits(Struct, frozen=True, kw_only=True):
    """Requests at a unit, or of a team where the unit is one, with their aims and teams."""

    place: Place
    of_team: bool
    found: tuple[Waiting, ...]
    names: Mapping[str, AimNamed]
    units: Mapping[str, str]


class Opened(Struct, frozen=True, kw_only=True):
    """A request as somebody sees it, with the moves that they may make now.

    ``aim`` is ``None`` for whoever may not see the team's record, though the request has got to them.
    ``people`` are the names of those who answered or commented, and for the team those of its own.
    """

    request: Request
    age: Age
    aim: AimNamed | None
    moves: tuple[RequestMove, ...]
    above: str
    units: Mapping[str, str]
    people: Mapping[str, str]
    comments: tuple[Comment, ...]


class Asking(Struct, frozen=True, kw_only=True):
    """An aim about which its team asks for something: its cycles, and who will be asked."""

    aim: Aim
    team: str
    cycles: tuple[Cycle, ...]
    above: str


def waiting_at(
    conn: Connection,
    by: By,
    unit_id: str,
    aim_id: str | None,
    state: RequestState | None,
    after: Sequence[Any],
    limit: int,
) -> tuple[Waits, list[Any] | None]:
    """The requests that are at a unit, the longest waiting first; of a team, all its own.

    With ``aim_id``, those about one aim that ``by`` sees, wherever they are. Raises ``NotVisible``.
    """
    where = place(conn, by, unit_id)
    found, key = requests.page_of(
        conn,
        by,
        unit=unit_id if where.is_team else None,
        at=None if where.is_team or aim_id is not None else unit_id,
        aim=aim_id,
        cycle=None,
        kind=None,
        state=state,
        waits_for=None,
        more_than=None,
        after=after,
        limit=limit,
    )
    asked = [each.request for each in found]
    waits = Waits(
        place=where,
        of_team=where.is_team,
        found=tuple(found),
        names=names_of(conn, by, {each.aim_id for each in asked}),
        units=of_units(conn, (each.at for each in asked)),
    )
    return waits, key


def opened(conn: Connection, by: By, id: str) -> Opened:
    """A request with everything that its page shows. Raises ``NotVisible``."""
    request, home = elements.opened(conn, by, REQUEST, id)
    way = steps(conn, home.home)
    above = level_above(way, request.at)
    aim = names_of(conn, by, [request.aim_id]).get(request.aim_id)
    said: Sequence[Comment] = ()
    if aim is not None:
        said, _ = comments.page_of(
            conn,
            by,
            request.aim_id,
            cycle=request.cycle_id,
            measure=None,
            on=None,
            after=(),
            limit=_COMMENTS,
            shared=True,
        )
    units = {turn.at for turn in request.turns} | ({above} if above else set())
    # The team asked; who of it did, nobody above is told. Whoever answers or comments signs it.
    of_team = audience_of(conn, by, home.home) is Audience.team
    signed = [turn.by for turn in request.turns if of_team or turn.move not in TEAM_TURNS]
    people = signed + [each.said_by for each in said]
    names = of_units(conn, units)
    return Opened(
        request=request,
        age=age(request, calendar_of(conn, home.home), on=by.on),
        aim=aim,
        moves=tuple(
            move
            for move in request.legal()
            if may_take(by.principal, move, request, way, on=by.on)
            and (move is not RequestMove.pass_up or above is not None)
        ),
        above=names.get(above or "", ""),
        units=names,
        people=of_people(conn, people),
        comments=tuple(said),
    )


def asking(conn: Connection, by: By, aim_id: str) -> Asking:
    """What a form needs by which a team asks for something about an aim.

    Raises ``NotVisible``, and ``NotAllowed`` for whoever does not work in the team.
    """
    aim, home = elements.opened(conn, by, AIM, aim_id)
    if not can(conn, by, Action.log, home.home):
        raise NotAllowed("raise a request", home.home)
    cycles, _ = lists.cycles(
        conn,
        by,
        unit=None,
        aim=aim_id,
        change_idea=None,
        stage=None,
        status=None,
        started_from=None,
        started_to=None,
        text=None,
        after=(),
        limit=_CYCLES,
    )
    above = level_above(steps(conn, home.home))
    names = of_units(conn, (home.home, above))
    return Asking(
        aim=aim,
        team=names.get(home.home, ""),
        cycles=tuple(cycles),
        above=names.get(above or "", ""),
    )
