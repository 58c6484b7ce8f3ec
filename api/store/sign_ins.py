"""Sign-ins that are under way at a provider: bound to one browser, taken once."""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import Connection, delete, insert

from api.store import tables as t
from api.store.access import By
from api.store.principals import digest

#: How ``signed_in_by`` of a session begins that a provider vouched for; its name follows.
BY_PROVIDER = "oidc:"
#: How long somebody may take to sign in at the provider.
LASTS = timedelta(minutes=10)


class SignIn(Struct, frozen=True, kw_only=True):
    """What was begun: with which provider, where it leads to, and what the answer must fit.

    ``person_id`` is who links an account while signed in, ``link_id`` the invitation that lets
    somebody link one; both are ``None`` where it is only to sign in.
    """

    provider: str
    nonce: str
    verifier: str
    then: str
    person_id: str | None = None
    link_id: str | None = None


def begin(conn: Connection, by: By, state: str, browser: str, sign_in: SignIn) -> None:
    """Keep what was begun under the secrets ``state`` and ``browser``; what ran out goes."""
    conn.execute(delete(t.sign_ins).where(t.sign_ins.c.expires_at <= by.at))
    conn.execute(
        insert(t.sign_ins).values(
            state_hash=digest(state),
            browser_hash=digest(browser),
            expires_at=by.at + LASTS,
            **{name: getattr(sign_in, name) for name in SignIn.__struct_fields__},
        )
    )


def take(conn: Connection, by: By, state: str, browser: str, provider: str) -> SignIn | None:
    """What was begun under these secrets at this provider, once; ``None`` for anything else.

    A state that comes from another browser or provider has leaked: it is spent, too.
    """
    c = t.sign_ins.c
    row = conn.execute(
        delete(t.sign_ins).where(c.state_hash == digest(state)).returning(*c)
    ).first()
    if row is None or row.browser_hash != digest(browser) or row.provider != provider:
        return None
    if row.expires_at <= by.at:
        return None
    return SignIn(**{name: getattr(row, name) for name in SignIn.__struct_fields__})
