"""What can go wrong in the store.

::

    PdsaError
    ├── AccessError
    │   └── NotAdmitted        a sign-in with the district that is refused: reason
    └── StoreError
        ├── StaleVersion       the element has changed since it was read: kind, id, given, current
        ├── AlreadyExists      there is an element with this id: kind, id
        ├── KeyReused          an idempotency key with another request: key
        ├── KeyInFlight        the request with this idempotency key is still running: key
        ├── SchemaMismatch     the database has another schema than this program: found, wanted
        ├── NotADemo           a demo is asked for of a database that is none
        ├── LinkOver           a link that has been used, has run out, or never was
        ├── UnreadableRow      a row that breaks a rule of the domain: kind, id, cause
        └── StoreUnavailable   the database does not answer, or has no room: cause
            └── TookTooLong    a statement, or a lock that it waited for, took too long: cause
"""

from pdsa.errors import AccessError, PdsaError
from pdsa.words import mark


class StoreError(PdsaError):
    """The root of the store's errors."""


class StaleVersion(StoreError):
    """The element has changed since the client read it."""

    def __init__(self, kind: str, id: str, given: int, current: int | None) -> None:
        self.kind, self.id, self.given, self.current = kind, id, given, current
        now = f"it is at version {current} now" if current else "somebody else was quicker"
        since = f"version {given}" if given > 0 else "what you have read"
        super().__init__(f"{kind} {id!r} has changed since {since}: {now}; read it again")


class AlreadyExists(StoreError):
    """There is an element with this id already."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"{kind} {id!r} is here already")


class KeyReused(StoreError):
    """An idempotency key came with another request than the first time."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"the Idempotency-Key {key!r} was used for another request; take a new one"
        )


class KeyInFlight(StoreError):
    """The first request with this idempotency key has not been answered yet."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"the request with the Idempotency-Key {key!r} is still running; try again"
        )


class SchemaMismatch(StoreError):
    """The database has another schema than this program knows."""

    def __init__(self, found: str | None, wanted: str, *, newer: bool) -> None:
        self.found, self.wanted, self.newer = found, wanted, newer
        super().__init__(
            f"the database has schema {found}, which is newer than this program ({wanted}): "
            "install the newer program; nothing was changed"
            if newer
            else f"the database has schema {found or 'none'}, this program needs {wanted}: "
            "run `pdsa migrate`"
        )


class NotADemo(StoreError):
    """A demo was asked for of a database that ``pdsa demo`` has not made: nothing is changed."""

    def __init__(self) -> None:
        super().__init__(
            "PDSA_DEMO is on, but `pdsa demo` has not made this database: it may hold what is real,"
            " so that it is not served as a demo and never reset; turn PDSA_DEMO off, or run"
            " `pdsa demo`, which has a database of its own"
        )


class LinkOver(StoreError):
    """A link that has been used, has run out or never was; a newer one ends those before it."""

    def __init__(self) -> None:
        super().__init__("this link does not work (any more): ask for a new one")


class UnreadableRow(StoreError):
    """A stored row breaks a rule of the domain: a fault of ours, never of whoever asked."""

    def __init__(self, kind: str, id: str, cause: str) -> None:
        self.kind, self.id, self.cause = kind, id, cause
        super().__init__(f"{kind} {id!r} as it is stored breaks a rule: {cause}")


class StoreUnavailable(StoreError):
    """The database does not answer or cannot write."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__("the database does not answer just now; nothing was changed, try again")


class TookTooLong(StoreUnavailable):
    """A statement took longer than the settings allow, or waited so long for a lock."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        StoreError.__init__(
            self,
            "the database took longer over this than it may; nothing was changed: try again, or "
            "ask for less at once",
        )


class Unrecorded(Exception):
    """A unit of work that only reads has something to note; run it again as one that writes.

    Never leaves the desk: no client sees it.
    """


#: What a person is told, by the reason; every other reason is a fault of the provider's answer.
TOLD = {
    "access_denied": mark("The sign-in was cancelled there, or not allowed to you."),
    "state": mark(
        "This sign-in was not begun in this browser, was used already, or took too long."
    ),
    "unknown": mark(
        "Nobody here is linked with that account yet. Ask your administrator for an "
        "invitation, or sign in another way and link it on your account page."
    ),
    "domain": mark("That account does not belong to this district."),
    "tenant": mark("That account does not belong to this district."),
    "claim": mark("That account is not one that may sign in here."),
    "disabled": mark("Your account here is disabled. Ask your administrator."),
    "taken": mark("That account is linked with somebody else here."),
    "session": mark(
        "You are not signed in here any more as the person who began to link the account."
    ),
    "invitation": mark("The invitation was used already, or has run out. Ask for a new one."),
    "public_url": mark("The administrator of this server has not set PDSA_PUBLIC_URL yet."),
    "code": mark("The sign-in there has run out. Begin again."),
}
#: What they are told of those.
OTHERWISE = mark(
    "What came back could not be trusted. Begin again; if it stays, tell your administrator: {reason}."
)


class NotAdmitted(AccessError):
    """A sign-in with the district that is refused: ``reason`` is a word for it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(TOLD.get(reason) or OTHERWISE.format(reason=reason))
