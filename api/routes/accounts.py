"""Invitations, and accounts as an administrator looks after them."""

from datetime import date
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.desk import Desk
from api.routes.params import Id
from api.security import letters
from api.security.addresses import canonical
from api.store import accounts, invitations
from api.store.access import By
from api.store.accounts import Account
from api.store.invitations import Invitation
from pdsa.ids import Name, Ref, UnitId
from pdsa.units import Role


class InvitationDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite, and the role that is given: on a unit, or without one on the whole server."""

    name: Name
    email: Annotated[str, Meta(min_length=1, max_length=320)]
    role: Role
    unit_id: Ref[UnitId] | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class Invited(Struct, frozen=True, kw_only=True):
    """The role that was given; the answer is the same for whoever has an account already."""

    email: str
    role: Role
    unit_id: str | None
    starts_on: date | None
    ends_on: date | None


@post(
    "/invitations",
    operation_id="invitations_send",
    tags=["accounts"],
    by_session=True,
    status_code=202,
)
async def invitations_send(
    data: JSONBody[InvitationDraft], desk: NamedDependency[Desk]
) -> Response[Invited]:
    """Give somebody a role by their e-mail address; they get a mail.

    Whoever is new gets a link in it to choose a password. For whoever may give that role there.
    """
    email = canonical(data.email)

    def invite(conn: Any, by: By) -> tuple[Invited, Invitation | None]:
        invitation = invitations.invite(
            conn,
            by,
            name=data.name,
            email=email,
            role=data.role,
            unit_id=data.unit_id,
            starts_on=data.starts_on,
            ends_on=data.ends_on,
        )
        said = Invited(
            email=email,
            role=data.role,
            unit_id=data.unit_id,
            starts_on=data.starts_on,
            ends_on=data.ends_on,
        )
        return said, invitation

    response, invitation = await desk.accept(invite)
    if invitation is not None:
        state = desk.request.app.state
        letter = letters.to_invite(invitation, state.settings.origin)
        state.background.start("mailing an invitation", state.mailer.send(letter))
    return response


@get("/people/{person_id:str}/account", operation_id="people_account", tags=["accounts"])
async def people_account(person_id: Id, desk: NamedDependency[Desk]) -> Response[Account]:
    """A person's account, for an administrator of the whole server."""
    return await desk.show(accounts.get, person_id)


@post(
    "/people/{person_id:str}/account/disable",
    operation_id="people_account_disable",
    tags=["accounts"],
    by_session=True,
    status_code=200,
)
async def people_account_disable(person_id: Id, desk: NamedDependency[Desk]) -> Response[Account]:
    """Keep a person out: their sessions, tokens and links end at once."""
    return await desk.change(accounts.disable, person_id)


@post(
    "/people/{person_id:str}/account/enable",
    operation_id="people_account_enable",
    tags=["accounts"],
    by_session=True,
    status_code=200,
)
async def people_account_enable(person_id: Id, desk: NamedDependency[Desk]) -> Response[Account]:
    """Let a person sign in again; what was ended stays ended."""
    return await desk.change(accounts.enable, person_id)


@post(
    "/people/{person_id:str}/account/unlink",
    operation_id="people_account_unlink",
    tags=["accounts"],
    by_session=True,
    status_code=200,
)
async def people_account_unlink(person_id: Id, desk: NamedDependency[Desk]) -> Response[Account]:
    """Take from a person every account of the district; the sessions that began by one end."""
    return await desk.change(accounts.unlink, person_id)


ROUTES = [
    invitations_send,
    people_account,
    people_account_disable,
    people_account_enable,
    people_account_unlink,
]
