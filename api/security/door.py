"""The door: signing in, choosing a password, being let in by a link.

What it says never tells whether there is an account, and neither does how long it takes: an unknown
address costs a hash as well, and mail is sent after the answer.

Guessing is slowed down without locking anybody out. Failures count for the account from one
address, for the address, and for the account as a whole, each taking longer to come back the more
there are. None of these concerns a browser that has signed in to the account before, which has a
count of its own; and a link that was mailed always opens.
"""

from datetime import datetime, timedelta
from typing import Any, NoReturn

from litestar.connection import ASGIConnection
from msgspec import Struct
from sqlalchemy import Connection

from api.security import cookies, letters, passwords
from api.security.addresses import canonical, folded
from api.security.authentication import Auth, write_as
from api.security.client_address import address_of
from api.security.errors import WrongPassword
from api.security.rates import RESET_BY_NAME, bucket, by_address
from api.settings import Settings
from api.store import accounts, devices, links, security_events, sessions
from api.store.access import OPERATOR, By
from api.store.accounts import Gone, Login
from api.store.engine import Database
from api.store.links import Link
from api.store.principals import digest, new_secret
from api.store.rates import Limit
from pdsa.errors import InvalidValue
from pdsa.ids import PersonId
from pdsa.units import Principal

#: Failures for an account from one address: the more there are, the longer the wait.
PAIR = (
    Limit("sign-in-minute", 5, 60),
    Limit("sign-in-hour", 20, 3600),
    Limit("sign-in-day", 50, 86_400),
)
#: Failures for an account from browsers that it does not know.
ACCOUNT = Limit("sign-in-account", 100, 86_400)
#: Failures from one address, which a whole school may share.
ADDRESS = Limit("sign-in-address", 100, 3600)
#: Failures in a browser that has signed in to the account before.
BROWSER = Limit("sign-in-browser", 20, 600)
#: Requests for a new password from one address.
RESETS = Limit("reset-address", 20, 3600)
#: Tries to give one's present password, in one session.
CURRENT = Limit("password", 10, 600)


class Admitted(Struct, frozen=True):
    """A browser that is let in: the values of its cookies."""

    session: str
    device: str


class Door:
    """The door as one request stands before it."""

    def __init__(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        state = connection.app.state
        self._state = state
        self.settings: Settings = state.settings
        self._database: Database = state.database
        self.now: datetime = state.clock()
        self.address = address_of(connection)
        self._browser = connection.headers.get("user-agent", "")
        self._device = cookies.read(connection, cookies.DEVICE)

    async def sign_in(self, email: str, password: str) -> Admitted:
        """Let in whoever knows the password. Raises ``WrongPassword`` or ``TooManyRequests``."""
        try:
            address = canonical(email)
        except InvalidValue:
            address = folded(email)
        login, known = await self._database.read(
            accounts.for_sign_in, self._nobody(), address, self._device
        )
        used = self._counts(address, known)
        for name, limit in used:
            await self._require(name, limit)
        hashed = None if login is None else login.password_hash
        right = await self._state.passwords.verify(hashed, password)
        if not right or login is None or login.disabled_at is not None:
            return await self._refuse(login)
        rehashed = None
        if hashed is not None and self._state.passwords.outdated(hashed):
            rehashed = await self._state.passwords.hash(password)
        try:
            return await self._database.write(self._admit, login, rehashed, used, known)
        except Gone:
            return await self._refuse(login)

    async def change_password(self, auth: Auth, current: str, password: str) -> None:
        """Choose another password; the other sessions end.

        Raises ``WrongPassword`` unless ``current`` is the present one, ``TooManyRequests``,
        ``PasswordRefused``, and ``Unauthenticated`` for a session that is over.
        """
        login = await self._require_password(auth, current)
        self._check(password, login.name, login.email)
        hashed = await self._state.passwords.hash(password)
        try:
            await write_as(
                self._state,
                auth,
                self._nobody(),
                accounts.change_password,
                login,
                hashed,
                session_id=auth.session_id,
            )
        except Gone:
            raise WrongPassword from None

    async def confirm(self, auth: Auth, current: str) -> None:
        """See whether ``current`` is the present password, for what a session alone may not do.

        Whoever has none needs none. Raises ``WrongPassword`` or ``TooManyRequests``.
        """
        login = await self._database.read(accounts.of_person, auth.by_session.principal.person_id)
        if login is not None and login.password_hash is not None:
            await self._require_password(auth, current)

    async def ask_for_reset(self, email: str) -> None:
        """Mail a link to choose a new password, after the answer, if there is such an account."""
        name = by_address(RESETS, self.address)
        await self._require(name, RESETS)
        self._state.background.start("mailing a link", self._reset(email))

    async def look(self, secret: str) -> Link:
        """What a link is for; it stays as it is. Raises ``LinkOver``."""
        return await self._database.read(links.look, self._nobody(), secret)

    async def open(self, secret: str, password: str, email: str | None) -> Admitted:
        """Choose a password through a link, which works no more then, and be let in.

        ``email`` is for whoever has no account yet. Raises ``LinkOver``, ``PasswordRefused`` or
        ``InvalidValue``; the link goes on working but for the first.
        """
        link = await self.look(secret)
        address = canonical(email or "") if link.email is None else None
        self._check(password, link.name, link.email or address or "")
        hashed = await self._state.passwords.hash(password)
        return await self._database.write(self._opened, secret, hashed, address)

    # -- units of work and what they share ---------------------------------------------------------

    async def _require(self, name: str, limit: Limit) -> None:
        await self._state.limiter.require(
            self._database, name, limit, self.now, address=self.address
        )

    async def _require_password(self, auth: Auth, current: str) -> Login:
        """The account of a session, if this is its password; tries count for the session."""
        name = bucket(CURRENT, auth.session_id)
        await self._require(name, CURRENT)
        login = await self._database.read(accounts.of_person, auth.by_session.principal.person_id)
        if login is None or not await self._state.passwords.verify(login.password_hash, current):
            raise WrongPassword
        return login

    def _admit(
        self,
        conn: Connection,
        login: Login,
        rehashed: str | None,
        used: list[tuple[str, Limit]],
        known: bool,
    ) -> Admitted:
        by = self._as(login.person_id, login.name)
        own = used if known else used[: len(PAIR)]
        shared = used[len(own) :]
        device = self._device if known else new_secret()
        accounts.sign_in(
            conn,
            by,
            login,
            rehashed=rehashed,
            device=device,
            free=[name for name, _ in own],
            back=[(name, limit.step) for name, limit in shared],
        )
        return Admitted(self._begin(conn, by, "password"), device)

    def _opened(self, conn: Connection, secret: str, hashed: str, address: str | None) -> Admitted:
        link = accounts.set_password(conn, self._nobody(), secret, hashed, address)
        by = self._as(link.person_id, link.name)
        self._note(conn, "password.set", link.person_id, purpose=link.purpose)
        device = new_secret()
        devices.remember(conn, by, link.person_id, device)
        return Admitted(self._begin(conn, by, "link"), device)

    def _begin(self, conn: Connection, by: By, signed_in_by: str) -> str:
        person_id = by.principal.person_id
        self._note(conn, "sign_in.done", person_id, by=signed_in_by)
        return sessions.begin(
            conn,
            by,
            person_id,
            address=self.address,
            browser=self._browser,
            signed_in_by=signed_in_by,
            lifetime=timedelta(hours=self.settings.session_hours),
        )

    async def _reset(self, email: str) -> None:
        try:
            address = canonical(email)
        except InvalidValue:
            return
        taken = await self._state.limiter.take(
            self._database,
            bucket(RESET_BY_NAME, address),
            RESET_BY_NAME,
            self.now,
            address=self.address,
        )
        if not taken.allowed:
            return

        def make(conn: Connection) -> tuple[Login, str] | None:
            made = accounts.reset(conn, self._nobody(), address)
            if made is not None:
                self._note(conn, "password.reset_asked", made[0].person_id)
            return made

        found = await self._database.write(make)
        if found is not None:
            login, secret = found
            url = f"{self.settings.origin}/link/{secret}"
            await self._state.mailer.send(letters.to_reset(login, url))

    async def _refuse(self, login: Login | None) -> NoReturn:
        person_id = None if login is None else login.person_id
        await self._database.write(lambda conn: self._note(conn, "sign_in.refused", person_id))
        raise WrongPassword

    def _counts(self, email: str, known: bool) -> list[tuple[str, Limit]]:
        """The buckets from which a try takes, those of its own first."""
        if known:
            return [(bucket(BROWSER, email, digest(self._device)), BROWSER)]
        pair = [(by_address_and(limit, email, self.address), limit) for limit in PAIR]
        return [
            *pair,
            (bucket(ACCOUNT, email), ACCOUNT),
            (by_address(ADDRESS, self.address), ADDRESS),
        ]

    def _check(self, password: str, *about: str) -> None:
        shortest = self.settings.password_min_length
        passwords.check(password, shortest=shortest, about=about)

    def _note(self, conn: Connection, event: str, person_id: str | None, **details: str) -> None:
        security_events.append(
            conn, self.now, event, person_id=person_id, address=self.address, **details
        )

    def _as(self, person_id: str, name: str) -> By:
        principal = Principal(person_id=PersonId(person_id), name=name)
        return By(principal, self.now, self.settings.zone, self.address)

    def _nobody(self) -> By:
        return By(OPERATOR, self.now, self.settings.zone, self.address)


def by_address_and(limit: Limit, email: str, address: str) -> str:
    """The bucket of a limit for an account as it is tried from one address."""
    return bucket(limit, email, by_address(limit, address))
