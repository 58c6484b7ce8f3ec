"""API tokens: made once, known by their hash, narrowed by scopes, ended by a moment."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, insert, or_, select, true, update

from api.ids import new_id
from api.store import security_events
from api.store import tables as t
from api.store.access import By
from api.store.elements import refer
from api.store.kinds import UNIT
from api.store.prepared import Prepared
from api.store.principals import ENABLED, WITH_ACCOUNT, digest, held, new_secret
from pdsa.errors import InvalidValue, NotVisible
from pdsa.ids import Name
from pdsa.units import Grant, Principal, Scope

PREFIX = "pdsa_"
#: ``used_at`` is written no more often than this.
USED = timedelta(minutes=1)

_BY_HASH = (
    select(
        t.people.c.id,
        t.people.c.name,
        t.tokens.c.id,
        t.tokens.c.scopes,
        t.tokens.c.used_at,
        t.tokens.c.expires_at,
    )
    .select_from(WITH_ACCOUNT.join(t.tokens, t.tokens.c.person_id == t.people.c.id))
    .where(
        t.tokens.c.hash == bindparam("hash"),
        t.tokens.c.revoked_at.is_(None),
        or_(t.tokens.c.expires_at.is_(None), t.tokens.c.expires_at > bindparam("at")),
        ENABLED,
    )
)

#: The same with the roles of that person, a row each, in one question.
_WITH_ROLES = (
    _BY_HASH.add_columns(*t.grants.c)
    .outerjoin(t.grants, t.grants.c.person_id == t.people.c.id)
    .order_by(t.grants.c.id)
)
_GOOD = held(
    _BY_HASH.with_only_columns(
        t.people.c.id.label("person_id"),
        t.people.c.name,
        t.tokens.c.id.label("token_id"),
        t.tokens.c.scopes,
        t.tokens.c.used_at,
        t.tokens.c.expires_at,
    ),
    t.tokens,
).cte("good")
_ROLES = held(
    select(*t.grants.c).where(t.grants.c.person_id.in_(select(_GOOD.c.person_id))), t.grants
).cte("roles")
#: The same once more, for whoever holds both: the join alone could not.
_HELD = Prepared(
    select(*_GOOD.c, *_ROLES.c).select_from(_GOOD.outerjoin(_ROLES, true())).order_by(_ROLES.c.id)
)


class Token(Struct, frozen=True, kw_only=True):
    """A token as its owner sees it later: everything but the token itself."""

    id: str
    name: str
    scopes: tuple[Scope, ...] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class TokenDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new token: what for, what it may do at most, and until when."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=50)]
    expires_at: Annotated[datetime, Meta(tz=True)]


class MadeToken(Token, frozen=True, kw_only=True):
    """A new token; ``token`` itself is shown this once."""

    token: str


class TokenUse(Struct, frozen=True):
    """A token that is good now, and whom it stands for."""

    principal: Principal
    token_id: str
    used_at: datetime | None
    expires_at: datetime | None

    def lasts(self, at: datetime) -> bool:
        """Whether it has not run out at that moment."""
        return self.expires_at is None or self.expires_at > at


def add(
    conn: Connection,
    by: By,
    person_id: str,
    name: str,
    *,
    scopes: tuple[Scope, ...] | None = None,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """Make a token for a person; it is shown once, because only its hash is kept.

    Raises ``UnknownElement`` for a scope in a unit that ``by`` does not see.
    """
    for i, scope in enumerate(scopes or ()):
        if scope.unit_id is not None:
            refer(conn, by, UNIT, scope.unit_id, f"scopes/{i}/unit_id")
    secret = PREFIX + new_secret()
    token = Token(
        id=new_id(),
        name=name,
        scopes=scopes,
        created_at=by.at,
        expires_at=expires_at,
        used_at=None,
    )
    conn.execute(
        insert(t.tokens).values(
            id=token.id,
            person_id=person_id,
            name=name,
            hash=digest(secret),
            created_at=by.at,
            expires_at=expires_at,
            scopes=scopes,
        )
    )
    return token, secret


def new_token(
    conn: Connection, by: By, person_id: str, name: str, expires_at: datetime | None = None
) -> str:
    """Make a token that may do all that its person may."""
    return add(conn, by, person_id, name, expires_at=expires_at)[1]


def make(conn: Connection, by: By, person_id: str, draft: TokenDraft, days: int) -> MadeToken:
    """Make a token that works for ``days`` at most, within its scopes.

    Raises ``InvalidValue`` for one that would not expire, or too late, and ``UnknownElement``.
    """
    if not by.at < draft.expires_at <= by.at + timedelta(days=days, minutes=5):
        rule = f"a moment to come, within {days} days"
        raise InvalidValue("expires_at", str(draft.expires_at), rule)
    token, secret = add(
        conn, by, person_id, draft.name, scopes=draft.scopes, expires_at=draft.expires_at
    )
    security_events.note(conn, by, "token.made", person_id=person_id, token_id=token.id)
    return MadeToken(**asdict(token), token=secret)


def of_person(conn: Connection, by: By, person_id: str) -> list[Token]:
    """The tokens of a person that are good, the newest first."""
    c = t.tokens.c
    rows = conn.execute(
        select(c.id, c.name, c.scopes, c.created_at, c.expires_at, c.used_at)
        .where(
            c.person_id == person_id,
            c.revoked_at.is_(None),
            or_(c.expires_at.is_(None), c.expires_at > by.at),
        )
        .order_by(c.id.desc())
        .limit(200)
    )
    return [
        Token(id=r[0], name=r[1], scopes=r[2], created_at=r[3], expires_at=r[4], used_at=r[5])
        for r in rows
    ]


def revoke(conn: Connection, by: By, person_id: str, token_id: str) -> None:
    """End one token of a person. Raises ``NotVisible`` where there is none (any more)."""
    c = t.tokens.c
    done = conn.execute(
        update(t.tokens)
        .where(c.id == token_id, c.person_id == person_id, c.revoked_at.is_(None))
        .values(revoked_at=by.at)
    )
    if not done.rowcount:
        raise NotVisible("token", token_id)
    security_events.note(conn, by, "token.revoked", person_id=person_id, token_id=token_id)


def revoke_tokens(conn: Connection, by: By, person_id: str) -> int:
    """End every token of a person at once; how many there were."""
    done = conn.execute(
        update(t.tokens)
        .where(t.tokens.c.person_id == person_id, t.tokens.c.revoked_at.is_(None))
        .values(revoked_at=by.at)
    )
    return done.rowcount


def use_of(
    conn: Connection, token_hash: str, at: datetime, *, hold: bool = False
) -> TokenUse | None:
    """Whose token this is, with the roles of that person; ``None`` if it is no (longer) token.

    With ``hold`` it stays good, and the roles stay, until this transaction is over.
    """
    asked = {"hash": token_hash, "at": at}
    found = _HELD.rows(conn, asked) if hold else conn.execute(_WITH_ROLES, asked).all()
    if not found:
        return None
    person_id, name, token_id, scopes, *rest = found[0][:6]
    grants = tuple(Grant(*row[6:]) for row in found if row[6] is not None)
    who = Principal(person_id=person_id, name=name, grants=grants, scopes=scopes)
    return TokenUse(who, token_id, *rest)


def refused(conn: Connection, token_hash: str, at: datetime) -> tuple[str | None, str]:
    """Whose token it was, if it was one, and what is wrong with it.

    For the security events alone, never for whoever sent it.
    """
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


def used(conn: Connection, token_id: str, at: datetime) -> None:
    """Note that a token was used."""
    conn.execute(update(t.tokens).where(t.tokens.c.id == token_id).values(used_at=at))
