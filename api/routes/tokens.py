"""API tokens: one's own, and those of services, which an administrator makes."""

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.desk import JSON, Desk, Page
from api.routes.params import Id
from api.store import services, tokens
from api.store.tokens import MadeToken, Token, TokenDraft


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
    made = await desk.write(tokens.make, desk.by.principal.person_id, data, _days(desk))
    return _shown(made, "me/tokens")


@delete(
    "/me/tokens/{token_id:str}", operation_id="me_tokens_revoke", tags=["tokens"], by_session=True
)
async def me_tokens_revoke(token_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """End a token of yours at once."""
    return await desk.remove(tokens.revoke, desk.by.principal.person_id, token_id)


@get(
    "/people/{person_id:str}/tokens",
    operation_id="people_tokens",
    tags=["tokens"],
    by_session=True,
)
async def people_tokens(person_id: Id, desk: NamedDependency[Desk]) -> Response[Page[Token]]:
    """The tokens of a service, for an administrator of the whole server."""
    return desk.answer(Page(items=await desk.read(services.tokens_of, person_id)))


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
    made = await desk.write(services.make_token, person_id, data, _days(desk))
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
    return await desk.remove(services.revoke_token, person_id, token_id)


ROUTES = [
    me_tokens,
    me_tokens_create,
    me_tokens_revoke,
    people_tokens,
    people_tokens_create,
    people_tokens_revoke,
]


def _days(desk: Desk) -> int:
    """For how many days a token works at most."""
    days: int = desk.request.app.state.settings.token_days
    return days


def _shown(made: MadeToken, under: str) -> Response[MadeToken]:
    headers = {"Cache-Control": "no-store", "Location": f"/api/v1/{under}/{made.id}"}
    return Response(made, status_code=201, headers=headers, media_type=JSON)
