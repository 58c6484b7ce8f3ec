"""Coming in by a provider: signing in, accepting an invitation, linking an account of the district.

The address that a trusted provider vouches for is kept, because invitations go by it, and only as
long as the provider gives it to that person: addresses pass to somebody else. It never says who
somebody is.
"""

from datetime import timedelta
from functools import partial

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, func, or_, select, update

from api.ids import new_id
from api.store import accounts, elements, identities, links, security_events, sessions, tokens
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.errors import LinkOver, NotAdmitted
from api.store.invitations import lock_address
from api.store.kind import Place
from api.store.kinds import PERSON
from api.store.links import Purpose
from api.store.principals import ENABLED, WITH_ACCOUNT
from api.store.sign_ins import BY_PROVIDER, SignIn
from pdsa.ids import PersonId
from pdsa.units import Person

#: The links through which somebody may choose an account of the district instead of a password.
INVITING = (Purpose.invitation, Purpose.first_administrator)


class Newcomer(Struct, frozen=True):
    """Whom a provider sends: ``email`` is an address that it vouches for, or nothing.

    Who is ``welcome`` becomes a person here by signing in, without any role.
    """

    name: str
    email: str = ""
    welcome: bool = True


def arrive(
    conn: Connection,
    by: By,
    sign_in: SignIn,
    issuer: str,
    subject: str,
    newcomer: Newcomer,
    *,
    browser: str,
    lifetime: timedelta,
) -> str:
    """Sign in whoever has this identity; the secret of the new session.

    Links the identity with the person who is invited first, where that is what was begun. Raises
    ``NotAdmitted``, and changes nothing then.
    """
    identities.lock_one(conn, issuer, subject)
    if sign_in.link_id is not None:
        invited = _accept(conn, by, sign_in.link_id)
        _make_way(conn, by, invited, issuer, subject)
        identities.link(conn, by, invited, issuer, subject)
    person_id = identities.find(conn, issuer, subject)
    if person_id is None and newcomer.welcome:
        person_id = _welcome(conn, by, newcomer)
        identities.link(conn, by, person_id, issuer, subject)
    if person_id is None:
        raise NotAdmitted("unknown")
    let_in = select(t.people.c.id).select_from(WITH_ACCOUNT)
    mine = (t.people.c.id == person_id, ENABLED, t.people.c.service.is_(False))
    if conn.execute(let_in.where(*mine)).first() is None:
        raise NotAdmitted("disabled")
    if newcomer.email:
        _keep_address(conn, by, person_id, newcomer.email)
    return _begin(conn, by, sign_in, person_id, issuer, subject, browser, lifetime)


def link(conn: Connection, by: By, sign_in: SignIn, issuer: str, subject: str) -> str:
    """Link an identity with the person who began that while signed in, and is ``by`` still.

    The address to tell of it; empty where there is none, or nothing new. Raises ``NotAdmitted``.
    """
    person_id = by.principal.person_id
    if person_id != sign_in.person_id:
        raise NotAdmitted("session")
    identities.lock_one(conn, issuer, subject)
    _make_way(conn, replace(by, principal=OPERATOR), person_id, issuer, subject)
    if not identities.link(conn, by, person_id, issuer, subject):
        return ""
    login = accounts.of_person(conn, person_id)
    if login is not None and login.email:
        return login.email
    return elements.find(conn, PERSON, person_id)[0].email


def inviting(conn: Connection, by: By, secret: str) -> str:
    """The id of the link that invites somebody. Raises ``NotAdmitted``; the link stays."""
    try:
        found = links.look(conn, by, secret)
    except LinkOver as error:
        raise NotAdmitted("invitation") from error
    if found.purpose not in INVITING:
        raise NotAdmitted("invitation")
    return found.id


def _begin(
    conn: Connection,
    by: By,
    sign_in: SignIn,
    person_id: str,
    issuer: str,
    subject: str,
    browser: str,
    lifetime: timedelta,
) -> str:
    identities.used(conn, by, issuer, subject)
    a = t.accounts.c
    conn.execute(update(t.accounts).where(a.person_id == person_id).values(signed_in_at=by.at))
    security_events.append(
        conn,
        by.at,
        "sign_in.done",
        person_id=person_id,
        by_id=person_id,
        address=by.address,
        by=f"{BY_PROVIDER}{sign_in.provider}",
    )
    return sessions.begin(
        conn,
        by,
        person_id,
        address=by.address,
        browser=browser,
        signed_in_by=f"{BY_PROVIDER}{sign_in.provider}",
        lifetime=lifetime,
    )


def _accept(conn: Connection, by: By, link_id: str) -> str:
    """Take an invitation, once; the id of the person whom it invites."""
    c = t.links.c
    row = conn.execute(
        update(t.links)
        .where(
            c.id == link_id,
            c.purpose.in_(INVITING),
            c.used_at.is_(None),
            c.expires_at > by.at,
        )
        .values(used_at=by.at)
        .returning(c.person_id)
    ).first()
    if row is None:
        raise NotAdmitted("invitation")
    links.end_all(conn, by, row.person_id)
    return str(row.person_id)


def _make_way(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    """Take the identity from whoever has signed in by it, but is nobody here yet.

    Whoever signs in first and is invited or links it afterwards would be two people.
    """
    former = identities.find(conn, issuer, subject)
    if former is None or former == person_id or not _is_nobody_yet(conn, former):
        return
    identities.release(conn, by, former, issuer, subject)
    elements.change(conn, by, PERSON, former, None, partial(replace, email=""), verb="sign_in")
    sessions.end_all(conn, by, former)
    tokens.revoke_tokens(conn, by, former)


def _is_nobody_yet(conn: Connection, person_id: str) -> bool:
    """Whether a person never had a role, has no password and is not kept out."""
    p, a, g, e = t.people.c, t.accounts.c, t.grants.c, t.security_events.c
    conn.execute(select(p.id).where(p.id == person_id).with_for_update())  # no role comes now
    known = (
        select(g.id).where(g.person_id == person_id),
        select(e.id).where(e.person_id == person_id, e.event == "role.given"),
        select(a.person_id).where(
            a.person_id == person_id,
            or_(a.password_hash.is_not(None), a.disabled_at.is_not(None)),
        ),
    )
    return all(conn.execute(each.limit(1)).first() is None for each in known)


def _welcome(conn: Connection, by: By, newcomer: Newcomer) -> str:
    person = Person(id=PersonId(new_id()), name=newcomer.name, email=newcomer.email)
    elements.store(conn, by, PERSON, [person], Place(None, None), verb="sign_in")
    accounts.create(conn, by, person.id, None)  # by which an administrator can keep them out
    return person.id


def _keep_address(conn: Connection, by: By, person_id: str, email: str) -> None:
    """Give a person the address that the provider vouches for; nobody else has it from one then.

    It changes no one whose account has an address of its own.
    """
    lock_address(conn, email.lower())
    p, a = t.people.c, t.accounts.c
    by_provider = (
        p.service.is_(False),
        p.id.in_(select(t.identities.c.person_id)),
        p.id.not_in(select(a.person_id).where(a.email.is_not(None))),
    )
    theirs = or_(p.id == person_id, func.lower(p.email) == email.lower())
    rows = conn.execute(
        select(p.id).where(theirs, *by_provider).order_by(p.id).with_for_update(of=t.people)
    )
    for (id,) in rows.all():
        now = email if id == person_id else ""
        elements.change(conn, by, PERSON, id, None, partial(replace, email=now), verb="sign_in")
