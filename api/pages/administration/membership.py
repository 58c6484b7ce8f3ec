"""Inviting to a unit, inviting again, taking back, and the days of a role: forms of several pages."""

from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from api.pages.administration.fields import Act, Sent
from api.pages.administration.names import role_named, state_named
from api.pages.desk import PageDesk
from api.security import letters
from api.store import elements, invitations
from api.store.access import By
from api.store.invitations import Invitation
from api.store.kinds import GRANT
from api.store.members import Member, invite_again, take_back
from pdsa.units import Role
from pdsa.words import say


def forms(unit_id: str | None) -> dict[str, Act]:
    """What the forms about the roles on a unit do; of no unit: on the whole server."""

    async def invite(desk: PageDesk, sent: Sent) -> str:
        name = sent.name("name", say("the name of whom you invite"))
        email, role = sent.email("email"), role_of(sent)
        starts_on, ends_on = sent.days()

        def work(conn: Connection, by: By) -> Invitation | None:
            return invitations.invite(
                conn,
                by,
                name=name,
                email=email,
                role=role,
                unit_id=unit_id,
                starts_on=starts_on,
                ends_on=ends_on,
            )

        mail(desk, await desk.write(work))
        return "invited"

    return {"invite": invite, "again": again, "back": back, "days": days}


async def again(desk: PageDesk, sent: Sent) -> str:
    """Mail a new link."""
    mail(desk, await desk.write(invite_again, sent.id))
    return "again"


async def back(desk: PageDesk, sent: Sent) -> str:
    """End a role at once."""
    await desk.write(take_back, sent.id)
    return "back"


async def days(desk: PageDesk, sent: Sent) -> str:
    """Change the days from and to which a role holds."""
    starts_on, ends_on = sent.days()

    def work(conn: Connection, by: By) -> Any:
        return elements.change(
            conn,
            by,
            GRANT,
            sent.id,
            None,
            lambda grant: replace(grant, starts_on=starts_on, ends_on=ends_on),
        )

    await desk.write(work)
    return "days"


def role_of(sent: Sent) -> Role:
    """The role that was chosen. Raises ``InvalidValue``."""
    text = sent.text("role")
    if text not in Role.__members__:
        raise sent.wrong("role", say("what they are to the team or unit"))
    return Role(text)


def mail(desk: PageDesk, invitation: Invitation | None) -> None:
    """Send an invitation, after the answer."""
    if invitation is not None:
        state = desk.request.app.state
        letter = letters.to_invite(invitation, state.settings.origin)
        state.background.start("mailing an invitation", state.mailer.send(letter))


def values_of(found: list[Member]) -> dict[str, str]:
    """What stands in the fields about the days of roles."""
    values = {}
    for each in found:
        values[f"grant/{each.grant.id}/starts_on"] = str(each.grant.starts_on or "")
        values[f"grant/{each.grant.id}/ends_on"] = str(each.grant.ends_on or "")
    return values


def told(found: list[Member]) -> list[tuple[Member, str, str]]:
    """Each with the names of their role and state."""
    return [(each, role_named(each.grant.role), state_named(each.state)) for each in found]
