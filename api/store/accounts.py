"""Accounts: how a person signs in. Addresses come in canonical form, passwords as hashes."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, insert, select, update

from api.store import (
    administrators,
    devices,
    elements,
    identities,
    links,
    rates,
    security_events,
    sessions,
    tokens,
)
from api.store import tables as t
from api.store.access import By, check
from api.store.kinds import PERSON
from api.store.links import Link, Purpose
from api.store.locks import lock
from pdsa.errors import InvalidValue, NotVisible
from pdsa.units import Action, Person
from pdsa.words import mark


class Account(Struct, frozen=True, kw_only=True):
    """An account as an administrator sees it; ``identities`` are those of providers, how many."""

    person_id: str
    email: str | None
    has_password: bool
    identities: int
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None


class Login(Struct, frozen=True):
    """What is needed to see whether somebody is who they say: never sent out."""

    person_id: str
    name: str
    email: str
    password_hash: str | None
    disabled_at: datetime | None


class Gone(Exception):
    """The account has changed since its password was verified."""


_LOGIN = select(
    t.people.c.id,
    t.people.c.name,
    func.coalesce(t.accounts.c.email, "").label("email"),
    t.accounts.c.password_hash,
    t.accounts.c.disabled_at,
).select_from(t.accounts.join(t.people, t.accounts.c.person_id == t.people.c.id))
_BY_EMAIL = _LOGIN.where(t.accounts.c.email == bindparam("email"), t.people.c.service.is_(False))
_ADDRESS = select(t.accounts.c.person_id).where(t.accounts.c.email == bindparam("email"))
_BY_PERSON = _LOGIN.where(t.people.c.id == bindparam("person"))


def by_email(conn: Connection, email: str) -> Login | None:
    """The account with this address; ``None`` for a text that no database holds."""
    if "\0" in email:
        return None  # PostgreSQL refuses to be asked
    found = conn.execute(_BY_EMAIL, {"email": email}).first()
    return None if found is None else Login(*found)


def of_person(conn: Connection, person_id: str) -> Login | None:
    """The account of a person."""
    found = conn.execute(_BY_PERSON, {"person": person_id}).first()
    return None if found is None else Login(*found)


def for_sign_in(conn: Connection, by: By, email: str, device: str) -> tuple[Login | None, bool]:
    """The account with this address, and whether this browser has signed in to it before."""
    login = by_email(conn, email)
    return login, login is not None and devices.known(conn, by, login.person_id, device)


def create(conn: Connection, by: By, person_id: str, email: str | None) -> None:
    """Give a person an account without a password, or an address to one that has none yet.

    Raises ``InvalidValue`` for a taken address.
    """
    if email is not None:
        lock(conn, f"account {email}")
        if conn.execute(_ADDRESS, {"email": email}).first() is not None:
            raise InvalidValue("email", email, mark("an address that no other account has"))
        c = t.accounts.c
        nameless = update(t.accounts).where(c.person_id == person_id, c.email.is_(None))
        if conn.execute(nameless.values(email=email)).rowcount:
            return
    conn.execute(
        insert(t.accounts).values(
            person_id=person_id,
            email=email,
            password_hash=None,
            password_set_at=None,
            created_at=by.at,
            signed_in_at=None,
            disabled_at=None,
        )
    )


def sign_in(
    conn: Connection,
    by: By,
    login: Login,
    *,
    rehashed: str | None,
    device: str,
    free: list[str],
    back: list[tuple[str, float]],
) -> None:
    """Note a sign-in whose password was verified, know its browser, and give back what it used up.

    ``free`` are buckets of failures that are emptied; from those of ``back``, which others use
    too, only what this sign-in took is taken out. Raises ``Gone`` if the account was disabled or
    its password changed meanwhile.
    """
    c = t.accounts.c
    values = {"signed_in_at": by.at} | ({"password_hash": rehashed} if rehashed else {})
    done = conn.execute(
        update(t.accounts)
        .where(
            c.person_id == login.person_id,
            c.password_hash == login.password_hash,
            c.disabled_at.is_(None),
        )
        .values(**values)
    )
    if not done.rowcount:
        raise Gone
    devices.remember(conn, by, login.person_id, device)
    rates.give_back(conn, free, back)


def change_password(
    conn: Connection, by: By, login: Login, password_hash: str, *, session_id: str
) -> None:
    """Store a new password; every other session and every link of the person ends.

    Raises ``Gone`` if the password that was verified is not the present one any more.
    """
    c = t.accounts.c
    done = conn.execute(
        update(t.accounts)
        .where(
            c.person_id == login.person_id,
            c.password_hash == login.password_hash,
            c.disabled_at.is_(None),
        )
        .values(password_hash=password_hash, password_set_at=by.at)
    )
    if not done.rowcount:
        raise Gone
    sessions.end_all(conn, by, login.person_id, but=session_id)
    links.end_all(conn, by, login.person_id)
    security_events.note(conn, by, "password.changed", person_id=login.person_id)


def set_password(
    conn: Connection, by: By, secret: str, password_hash: str, email: str | None
) -> Link:
    """Store the password that was chosen through a link, which is consumed; every session ends.

    Where the password was forgotten, every token and every identity end, too. ``email`` is for
    whoever has no account yet. Raises ``LinkOver``, or ``InvalidValue`` for an address that is
    missing or taken.
    """
    link = links.consume(conn, by, secret)
    if link.purpose is Purpose.reset:  # somebody else may have had the password, and made some
        sessions.end_all(conn, by, link.person_id)  # before all: one may be making one just now
        identities.unlink_all(conn, by, link.person_id)
        tokens.revoke_tokens(conn, by, link.person_id)
    if link.email is None:
        if email is None:
            raise InvalidValue("email", "", mark("the address by which you will sign in"))
        create(conn, by, link.person_id, email)
    conn.execute(
        update(t.accounts)
        .where(t.accounts.c.person_id == link.person_id)
        .values(password_hash=password_hash, password_set_at=by.at, signed_in_at=by.at)
    )
    sessions.end_all(conn, by, link.person_id)
    devices.forget_all(conn, link.person_id)
    return link


def reset(conn: Connection, by: By, email: str) -> tuple[Login, str] | None:
    """A link to choose a new password, for the account with this address if it is in use."""
    login = by_email(conn, email)
    if login is None or login.disabled_at is not None:
        return None
    return login, links.make(conn, by, login.person_id, Purpose.reset)


# -- by whoever administers -------------------------------------------------------------------------


def get(conn: Connection, by: By, person_id: str) -> Account:
    """A person's account, for whoever administers the whole server. Raises ``NotVisible``."""
    check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
    c = t.accounts.c
    found = conn.execute(select(*c).where(c.person_id == person_id)).first()
    if found is None:
        raise NotVisible(PERSON.name, person_id)
    return Account(
        person_id=found.person_id,
        email=found.email,
        has_password=found.password_hash is not None,
        identities=identities.count(conn, person_id),
        created_at=found.created_at,
        signed_in_at=found.signed_in_at,
        disabled_at=found.disabled_at,
    )


def disable(conn: Connection, by: By, person_id: str) -> Account:
    """Keep a person out: every session, token and link of theirs ends at once, for good.

    Whoever has no account yet gets one, by which they are kept out. Raises ``NotVisible``, and
    ``InvalidValue`` for one's own account and the last administrator's.
    """
    check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
    elements.find(conn, PERSON, person_id)
    lock(conn, f"account of {person_id}")
    if of_person(conn, person_id) is None:
        create(conn, by, person_id, None)
    if person_id == by.principal.person_id:
        rule = mark("another person's account, not your own")
        raise InvalidValue("person_id", person_id, rule)
    c = t.accounts.c
    mine = administrators.lasting(by).where(t.grants.c.person_id == person_id)
    administers = conn.execute(mine).first() is not None
    conn.execute(
        update(t.accounts)
        .where(c.person_id == person_id, c.disabled_at.is_(None))
        .values(disabled_at=by.at)
    )
    if administers:
        administrators.keep_one(conn, by, "person_id", person_id)
    sessions.end_all(conn, by, person_id)
    tokens.revoke_tokens(conn, by, person_id)
    links.end_all(conn, by, person_id)
    security_events.note(conn, by, "account.disabled", person_id=person_id)
    return get(conn, by, person_id)


def enable(conn: Connection, by: By, person_id: str) -> Account:
    """Let a person in again: by signing in, what was ended stays ended."""
    get(conn, by, person_id)
    conn.execute(
        update(t.accounts).where(t.accounts.c.person_id == person_id).values(disabled_at=None)
    )
    security_events.note(conn, by, "account.enabled", person_id=person_id)
    return get(conn, by, person_id)


def unlink(conn: Connection, by: By, person_id: str) -> Account:
    """Take every identity from a person; the sessions that began by one end at once.

    Raises ``NotVisible``, and ``InvalidValue`` for oneself.
    """
    check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
    elements.find(conn, PERSON, person_id)
    if person_id == by.principal.person_id:
        rule = mark("another person: unlink your own on your account page")
        raise InvalidValue("person_id", person_id, rule)
    lock(conn, f"account of {person_id}")
    if of_person(conn, person_id) is None:
        create(conn, by, person_id, None)
    identities.unlink_all(conn, by, person_id)
    return get(conn, by, person_id)


def service(conn: Connection, by: By, person_id: str) -> Person:
    """A service person, for whoever administers the whole server.

    Raises ``NotVisible``, or ``InvalidValue`` for a person who is no service.
    """
    check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
    person, _ = elements.find(conn, PERSON, person_id)
    if not person.service:
        rule = mark("a service: people make their own tokens")
        raise InvalidValue("person_id", person_id, rule)
    return person
