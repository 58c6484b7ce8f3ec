"""The tokens of services, which whoever administers the whole server makes and ends.

Each raises ``NotVisible``, or ``InvalidValue`` for a person who is no service.
"""

from sqlalchemy import Connection

from api.store import accounts, tokens
from api.store.access import By
from api.store.tokens import MadeToken, Token, TokenDraft


def make_token(conn: Connection, by: By, person_id: str, draft: TokenDraft, days: int) -> MadeToken:
    """Make a token for a service, as ``tokens.make`` does."""
    return tokens.make(conn, by, accounts.service(conn, by, person_id).id, draft, days)


def tokens_of(conn: Connection, by: By, person_id: str) -> list[Token]:
    """The tokens of a service that are good, the newest first."""
    return tokens.of_person(conn, by, accounts.service(conn, by, person_id).id)


def revoke_token(conn: Connection, by: By, person_id: str, token_id: str) -> None:
    """End a token of a service at once."""
    tokens.revoke(conn, by, accounts.service(conn, by, person_id).id, token_id)
