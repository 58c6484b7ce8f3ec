"""What every route has at hand: who asks, the preconditions, and how an answer is made.

A route decodes, then gives the desk a unit of work; the desk runs it on the database, in one
transaction with the row of the Idempotency-Key, and answers with the right headers.
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import date, tzinfo
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from msgspec import Struct
from sqlalchemy import Connection

from api.ids import new_id
from api.pool import Pool
from api.problems import BadParameter, NotAcceptable, PreconditionRequired, UnknownCursor
from api.security.authentication import (
    Auth,
    ask_anew,
    confirmed,
    standing_of,
    still,
    write_as,
)
from api.security.client_address import address_of
from api.store.access import By
from api.store.engine import Database
from api.store.errors import KeyInFlight, Unrecorded
from api.store.idempotency import Reply, once
from api.store.standing import AccessMoved, as_known
from pdsa.units import Principal

P = ParamSpec("P")
T = TypeVar("T")
AskedBy = Request[Principal, Auth, State]
Work = Callable[Concatenate[Connection, By, P], T]

JSON = "application/json"
NO_STORE = {"Cache-Control": "no-store"}
_KEY = re.compile(r"[!-~]{1,200}")
_VERSION = re.compile(r'"([1-9][0-9]{0,9})"')
_QUALITY = re.compile(r"\bq\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)")


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; ``next`` is the cursor of the page after it, if there is one."""

    items: list[T]
    next: str | None = None


class Desk:
    """One request's way to the store and back."""

    def __init__(
        self,
        request: AskedBy,
        database: Database,
        in_flight: set[tuple[str, str]],
        zone: tzinfo | None,
    ) -> None:
        self.request, self.database, self.in_flight = request, database, in_flight
        at = request.app.state.clock()
        policy = request.app.state.settings.policy
        address, standing = address_of(request), standing_of(request)
        self.by = By(request.user, at, zone, address, policy, standing=standing)
        #: The same, where there is something to write: what is looked at is noted, too.
        self.writes = By(request.user, at, zone, address, policy, recording=True)

    @property
    def today(self) -> date:
        """The day of this request, for what a client leaves undated."""
        return self.by.on

    # -- reading ---------------------------------------------------------------------------

    async def read(self, work: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the unit of work reads."""
        return await self._reading(self.database.read, work, *args, **kwargs)

    async def browse(self, work: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the unit of work reads, where it takes a while: a replica may do it."""
        return await self._reading(self.database.browse, work, *args, **kwargs)

    async def snapshot(self, work: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the unit of work reads, all of it at one moment; a replica may do it, too."""
        return await self._reading(self.database.snapshot, work, *args, **kwargs)

    async def _reading(
        self, way: Callable[..., Any], work: Work[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Reads; and notes that it did where that is to be: a view, or figures told first now."""
        try:
            try:
                found: T = await way(as_known, self.by, work, *args, **kwargs)
            except AccessMoved:
                await ask_anew(self.request)
                self.by = msgspec.structs.replace(
                    self.by, principal=self.request.user, standing=None
                )
                found = await way(as_known, self.by, work, *args, **kwargs)
        except Unrecorded:
            return await self.write(work, *args, **kwargs)
        confirmed(self.request)
        return found

    async def show(self, work: Work[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Response[Any]:
        """What the unit of work reads, with its ETag; 304 where the client has it already."""
        return self.answer(await self.read(work, *args, **kwargs))

    async def page(
        self,
        work: Work[P, tuple[list[Any], Sequence[Any] | None]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response[Any]:
        """A page of a list, with ``Link: rel="next"`` where there is more."""
        items, key = await self.browse(work, *args, **kwargs)
        return self.next_page(Page(items=items), key)

    def next_page(self, page: Struct, key: Sequence[Any] | None) -> Response[Any]:
        """A page with the cursor of the one after it, whose key is given, in ``next``."""
        cursor = None if key is None else to_cursor(key)
        response = self.answer(msgspec.structs.replace(page, next=cursor))
        if cursor is not None:
            query = [
                (k, v)
                for k, v in parse_qsl(self.request.scope["query_string"].decode("latin-1"))
                if k != "cursor"
            ]
            following = urlencode([*query, ("cursor", cursor)])
            response.headers["Link"] = f'<{self.request.url.path}?{following}>; rel="next"'
        return response

    async def work_out(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What a pure function of the domain gives back, without keeping others waiting."""
        pool: Pool = self.request.app.state.pool
        return await pool.run(fn, *args, **kwargs)

    def answer(self, found: Any, media_type: str = JSON) -> Response[Any]:
        """What was found, encoded, with its ETag, or 304."""
        body = found if isinstance(found, bytes) else msgspec.json.encode(found)
        etag = etag_of(found, body)
        known = [tag.strip() for tag in self.request.headers.get("if-none-match", "").split(",")]
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Cookie, Accept",
        }
        if etag in known or f"W/{etag}" in known or known == ["*"]:
            return Response(b"", status_code=304, headers=headers, media_type=media_type)
        return Response(body, headers=headers, media_type=media_type)

    def accepted(self, *offered: str) -> str:
        """The offered media type that ``Accept`` likes best. Raises ``NotAcceptable``."""
        return accepted(self.request, *offered)

    # -- writing ---------------------------------------------------------------------------

    async def create(
        self, at: str | None, work: Work[P, Any], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[Any]:
        """201 with what the unit of work made; its id ends the ``Location`` under ``at``."""

        def run(conn: Connection, by: By) -> Reply:
            made = work(conn, by, *args, **kwargs)
            where = None if at is None else f"/api/v1/{at}/{made.id}"
            body = msgspec.json.encode(made)
            return Reply(201, body, etag_of(made, body), where)

        return await self._write(run)

    async def write(self, work: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the unit of work gives back: for what no retry may have again, such as a token."""
        request = self.request
        state, auth = request.app.state, request.auth
        found = await write_as(state, auth, self._now(), work, *args, **kwargs)
        confirmed(request)
        return found

    async def accept(
        self, work: Work[P, tuple[Any, T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Response[Any], T | None]:
        """202 with what the unit of work says of it; and what is still to be done, such as a mail.

        That is ``None`` for a request that was repeated: it was done the first time.
        """
        done: dict[str, T] = {}

        def run(conn: Connection, by: By) -> Reply:
            said, rest = work(conn, by, *args, **kwargs)
            number = new_id()
            done[number] = rest
            return Reply(202, msgspec.json.encode(said), etag=number)

        response = await self._write(run)
        return response, done.get(response.headers.pop("ETag"))

    async def change(
        self, work: Work[P, Any], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[Any]:
        """200 with what the unit of work made of an element, and its new ETag."""

        def run(conn: Connection, by: By) -> Reply:
            made = work(conn, by, *args, **kwargs)
            body = msgspec.json.encode(made)
            return Reply(200, body, etag_of(made, body))

        return await self._write(run)

    async def remove(
        self, work: Work[P, None], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[Any]:
        """204 once the unit of work has taken an element out."""

        def run(conn: Connection, by: By) -> Reply:
            work(conn, by, *args, **kwargs)
            return Reply(204, b"")

        return await self._write(run)

    def version(self) -> int | None:
        """The version that ``If-Match`` names; ``None`` for ``*``. Raises ``PreconditionRequired``.

        A tag that no version of ours has (a weak one, another server's) reads as version -1, which
        matches nothing, not even that there is none yet.
        """
        given = self.request.headers.get("if-match", "").strip()
        if not given:
            raise PreconditionRequired
        if given == "*":
            return None
        found = _VERSION.fullmatch(given)
        return int(found[1]) if found else -1

    def _now(self) -> By:
        """Who writes, at this moment: the body may have come long after the head."""
        return msgspec.structs.replace(self.writes, at=self.request.app.state.clock())

    def _still(self, conn: Connection, by: By) -> By:
        """The same with the roles of now, as this transaction finds them."""
        return still(conn, self.request.auth, by, self.request.app.state.settings.idle)

    async def _write(self, run: Callable[[Connection, By], Reply]) -> Response[Any]:
        key = self.request.headers.get("idempotency-key")
        if key is None or self.request.method != "POST":
            reply = await self.write(run)
        else:
            reply = await self._write_once(key, run)
        headers = {**NO_STORE}
        if reply.etag:
            headers["ETag"] = reply.etag
        if reply.location:
            headers["Location"] = reply.location
        body = reply.body or None
        return Response(body, status_code=reply.status, headers=headers, media_type=JSON)

    async def _write_once(self, key: str, run: Callable[[Connection, By], Reply]) -> Reply:
        if not _KEY.fullmatch(key):
            raise BadParameter("Idempotency-Key", "1 to 200 visible ASCII characters, no space")
        mine = (self.by.principal.person_id, key)
        if mine in self.in_flight:
            raise KeyInFlight(key)
        self.in_flight.add(mine)
        try:
            fingerprint = await self._fingerprint()
            writes = self._now()

            def work(conn: Connection) -> Reply:
                by = self._still(conn, writes)
                return once(conn, by, key, fingerprint, lambda conn: run(conn, by))

            reply = await self.database.write(work)
            confirmed(self.request)
            return reply
        finally:
            self.in_flight.discard(mine)

    async def _fingerprint(self) -> str:
        scope = self.request.scope
        parts = (
            scope["method"].encode(),
            scope["path"].encode(),
            scope["query_string"],
            await self.request.body(),
        )
        return hashlib.sha256(b"\0".join(parts)).hexdigest()


def accepted(request: Request[Any, Any, Any], *offered: str) -> str:
    """The offered media type that ``Accept`` likes best (RFC 9110). Raises ``NotAcceptable``.

    Of those liked alike, the one named first, then the one offered first.
    """
    wanted: dict[str, tuple[float, int]] = {}
    for at, part in enumerate((request.headers.get("accept") or "*/*").split(",")):
        name, _, rest = part.partition(";")
        given = _QUALITY.search(rest)
        wanted.setdefault(name.strip().lower(), (float(given[1]) if given else 1.0, -at))

    def liked(media_type: str) -> tuple[float, int]:
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        return next((wanted[name] for name in ranges if name in wanted), (0.0, 0))

    best = max(offered, key=liked)
    if not liked(best)[0]:
        raise NotAcceptable(offered)
    return best


def etag_of(found: Any, body: bytes) -> str:
    """The strong ETag: an element's version, else a digest of the bytes."""
    version = getattr(found, "version", None)
    if isinstance(version, int) and getattr(found, "format", None) is None:
        return f'"{version}"'
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def to_cursor(key: Sequence[Any]) -> str:
    """An opaque cursor from the key that a page ended with."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def from_cursor(cursor: str | None, *types: type) -> tuple[Any, ...]:
    """The key that a cursor holds; empty without a cursor. Raises ``UnknownCursor``."""
    if cursor is None:
        return ()
    try:
        packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key: tuple[Any, ...] = msgspec.json.decode(packed, type=tuple[types])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError) as error:
        raise UnknownCursor from error
    for part in key:
        if isinstance(part, str) and "\0" in part:
            raise UnknownCursor
    return key
