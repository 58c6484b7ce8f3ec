"""The bearer token of a request, and the principal that it stands for."""

from datetime import UTC, datetime

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from api.problems import Unauthenticated
from api.store import people
from api.store.engine import Database


class BearerAuthentication(AbstractAuthenticationMiddleware):
    """Refuses every request without a valid token, but for handlers marked ``public``."""

    async def authenticate_request(
        self,
        connection: ASGIConnection,  # type: ignore[type-arg]
    ) -> AuthenticationResult:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token.startswith(people.PREFIX):
            raise Unauthenticated
        database: Database = connection.app.state.database
        principal = await database.read(
            people.principal_of, people.digest(token), datetime.now(UTC)
        )
        if principal is None:
            raise Unauthenticated
        return AuthenticationResult(user=principal, auth=token)
