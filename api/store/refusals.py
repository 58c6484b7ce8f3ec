"""Why a token is not valid: for the security events alone, never for whoever sent it."""

from datetime import datetime

from sqlalchemy import Connection, select

from api.store import tables as t


def of_token(conn: Connection, token_hash: str, at: datetime) -> tuple[str | None, str]:
    """Whose token it was, if it was one, and what is wrong with it."""
    c = t.tokens.c
    found = conn.execute(
        select(c.person_id, c.revoked_at, c.expires_at).where(c.hash == token_hash)
    ).first()
    if found is None:
        return None, "unknown"
    if found.revoked_at is not None:
        return found.person_id, "ended"
    expired = found.expires_at is not None and found.expires_at <= at
    return found.person_id, "expired" if expired else "not accepted"
