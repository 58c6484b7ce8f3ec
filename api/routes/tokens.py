"""API tokens: one's own, and those of services, which an administrator makes."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.desk import JSON, Desk, Page
from api.routes.params import Id
from api.store import accounts, security_events, tokens
from api.store.access import By
from api.store.tokens import Token
from pdsa.errors import InvalidValue
from pdsa.ids import Name
from pdsa.units import Scope


class TokenDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new token: what for, what it may do at most, and until when."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=50)]
    expires_at: Annotated[datetime, Meta(tz=True)]


class MadeToken(Token, frozen=True, kw_only=True):
    """A new token; ``token`` itself is shown this once."""

    token: str


@get("/me/tokens", operation_id="me_tokens", tags=["tokens"], by_session=True)
async def me_tokens(desk: NamedDependency[Desk]) -> Response[Page[Token]]:
    """Your tokens that are good."""
    found = await desk.read(tokens.of_person, desk.by.principal.person_id)
    return desk.answer(Page(items=found))


@post(
    "/me/tokens",
    operation_id="me_tokens_create",
    tags=["tokens"],
    by_session=True,
    retries=False,
)
async def me_tokens_create(
    data: JSONBody[TokenDraft], desk: NamedDependency[Desk]
) -> Response[MadeToken]:
    """Make a token that acts for you, within its scopes.

    A request that is repeated makes another one: the token is kept nowhere to be shown again.
    """
    made = await desk.write(make, desk.by.principal.person_id, data, days_of(desk))
    return _shown(made, "me/tokens")


@delete(
    "/me/tokens/{token_id:str}", operation_id="me_tokens_revoke", tags=["tokens"], by_session=True
)
async def me_tokens_revoke(token_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """End a token of yours at once."""
    return await desk.remove(revoke, desk.by.principal.person_id, token_id)


@get(
    "/people/{person_id:str}/tokens",
    operation_id="people_tokens",
    tags=["tokens"],
    by_session=True,
)
async def people_tokens(person_id: Id, desk: NamedDependency[Desk]) -> Response[Page[Token]]:
    """The tokens of a service, for an administrator of the whole server."""
    return desk.answer(Page(items=await desk.read(of_service, person_id)))


@post(
    "/people/{person_id:str}/tokens",
    operation_id="people_tokens_create",
    tags=["tokens"],
    by_session=True,
    retries=False,
)
async def people_tokens_create(
    person_id: Id, data: JSONBody[TokenDraft], desk: NamedDependency[Desk]
) -> Response[MadeToken]:
    """Make a token for a service, for an administrator of the whole server."""
    made = await desk.write(make_for_service, person_id, data, days_of(desk))
    return _shown(made, f"people/{person_id}/tokens")


@delete(
    "/people/{person_id:str}/tokens/{token_id:str}",
    operation_id="people_tokens_revoke",
    tags=["tokens"],
    by_session=True,
)
async def people_tokens_revoke(
    person_id: Id, token_id: Id, desk: NamedDependency[Desk]
) -> Response[None]:
    """End a token of a service at once, for an administrator of the whole server."""
    return await desk.remove(revoke_of_service, person_id, token_id)


ROUTES = [
    me_tokens,
    me_tokens_create,
    me_tokens_revoke,
    people_tokens,
    people_tokens_create,
    people_tokens_revoke,
]


# -- units of work, for the pages too --------------------------------------------------------------


def make(conn: Any, by: By, person_id: str, data: TokenDraft, days: int) -> MadeToken:
    """Make a token. Raises ``InvalidValue`` for one that would not expire, or too late."""
    if not by.at < data.expires_at <= by.at + timedelta(days=days, minutes=5):
        rule = f"a moment to come, within {days} days"
        raise InvalidValue("expires_at", str(data.expires_at), rule)
    token, secret = tokens.add(
        conn, by, person_id, data.name, scopes=data.scopes, expires_at=data.expires_at
    )
    _note(conn, by, "token.made", person_id, token.id)
    fields = {name: getattr(token, name) for name in token.__struct_fields__}
    return MadeToken(**fields, token=secret)


def revoke(conn: Any, by: By, person_id: str, token_id: str) -> None:
    """End a token of a person."""
    tokens.revoke(conn, by, person_id, token_id)
    _note(conn, by, "token.revoked", person_id, token_id)


def make_for_service(conn: Any, by: By, person_id: str, data: TokenDraft, days: int) -> MadeToken:
    """Make a token for a person that is a service."""
    return make(conn, by, accounts.service(conn, by, person_id).id, data, days)


def of_service(conn: Any, by: By, person_id: str) -> list[Token]:
    """The tokens of a person that is a service."""
    return tokens.of_person(conn, by, accounts.service(conn, by, person_id).id)


def revoke_of_service(conn: Any, by: By, person_id: str, token_id: str) -> None:
    """End a token of a person that is a service."""
    revoke(conn, by, accounts.service(conn, by, person_id).id, token_id)


def days_of(desk: Desk) -> int:
    """For how many days a token works at most."""
    days: int = desk.request.app.state.settings.token_days
    return days


def _note(conn: Any, by: By, event: str, person_id: str, token_id: str) -> None:
    security_events.append(
        conn,
        by.at,
        event,
        person_id=person_id,
        by_id=by.principal.person_id,
        address=by.address,
        token_id=token_id,
    )


def _shown(made: MadeToken, under: str) -> Response[MadeToken]:
    headers = {"Cache-Control": "no-store", "Location": f"/api/v1/{under}/{made.id}"}
    return Response(made, status_code=201, headers=headers, media_type=JSON)
