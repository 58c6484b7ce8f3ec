"""An aim as somebody sees it: with its team, and what they may do."""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from api.store import activity, elements, inquiries
from api.store.access import By, audience_of, can, check
from api.store.activity import Touch
from api.store.kind import Kind
from api.store.kinds import AIM, UNIT
from pdsa.aim import Aim
from pdsa.errors import NotVisible
from pdsa.interchange import Inquiry
from pdsa.level import SPEAKS, Voice
from pdsa.units import Action, Audience, Unit


class AimSeen(Struct, frozen=True, kw_only=True):
    """An aim in its team; ``of_team`` says whether they are that team, ``may_log`` whether they may write."""

    aim: Aim
    team: Unit
    audience: Audience
    may_log: bool

    @property
    def of_team(self) -> bool:
        """Whether whoever looks belongs to the team."""
        return self.audience is Audience.team


def aim_of(conn: Connection, by: By, aim_id: str) -> AimSeen:
    """An aim as ``by`` sees it. Raises ``NotVisible``."""
    aim, place = elements.opened(conn, by, AIM, aim_id)
    return AimSeen(
        aim=aim,
        team=elements.find(conn, UNIT, place.home)[0],
        audience=audience_of(conn, by, place.home),
        may_log=can(conn, by, Action.log, place.home),
    )


def to_write(conn: Connection, by: By, aim_id: str) -> AimSeen:
    """The same, for whoever is about to add to it. Raises ``NotVisible`` and ``NotAllowed``."""
    seen = aim_of(conn, by, aim_id)
    check(conn, by, Action.log, seen.team.id, kind=AIM.name, id=aim_id)
    return seen


class InquirySeen(Struct, frozen=True, kw_only=True):
    """The inquiry of an aim as somebody is given it, and the voices they may speak with."""

    seen: AimSeen
    inquiry: Inquiry
    voices: tuple[Voice, ...]
    touch: Touch | None


def inquiry_of(conn: Connection, by: By, aim_id: str) -> InquirySeen:
    """The inquiry of an aim as ``by`` is given it; run it as a snapshot. Raises ``NotVisible``."""
    inquiry = inquiries.get_inquiry(conn, by, aim_id)
    team = inquiry.team.id
    seen = AimSeen(
        aim=inquiry.aim,
        team=inquiry.team,
        audience=audience_of(conn, by, team),
        may_log=can(conn, by, Action.log, team),
    )
    return InquirySeen(
        seen=seen,
        inquiry=inquiry,
        voices=tuple(voice for voice, action in SPEAKS.items() if can(conn, by, action, team)),
        touch=activity.latest(conn, aim_id) if seen.of_team else None,
    )


def inquiry_with(
    conn: Connection, by: By, kind: Kind[Any], id: str
) -> tuple[InquirySeen, Touch | None]:
    """The inquiry that an element is a part of, and who changed that last. Raises ``NotVisible``."""
    _, place = elements.opened(conn, by, kind, id)
    if place.aim_id is None:
        raise NotVisible(kind.name, id)
    found = inquiry_of(conn, by, place.aim_id)
    return found, activity.latest(conn, id) if found.seen.of_team else None
