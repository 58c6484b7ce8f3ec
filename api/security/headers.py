"""The headers that every answer carries, errors included: one place for all of them."""

from functools import lru_cache
from typing import Any

from litestar.types import Scope

#: Operations with these tags, or marked ``personal``, answer with what concerns persons: no cache
#: may keep it.
PERSONAL = frozenset({"people", "accounts", "session", "tokens", "activity"})

_NOTHING = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
#: A picture that is opened by itself: its own styles, and nothing else.
_PICTURE = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox"
)
#: A page: style sheet, pictures and script of this server, and nothing written into the page itself.
PAGE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
#: What a source of ours says instead of the default.
_UNLESS_GIVEN = (b"content-security-policy", b"referrer-policy", b"cache-control")


def hardened(
    headers: list[tuple[bytes, bytes]], scope: Scope, *, hsts: int, secure: bool
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with everything that keeps a browser from harm.

    ``scope`` is the one that the router has seen; ``hsts`` the seconds of that policy, told where
    the request came by HTTPS (``secure``).
    """
    given = [(name.lower(), value) for name, value in headers]
    kind = next((value for name, value in given if name == b"content-type"), b"")
    names = {name for name, _ in given}
    added = _added(
        kind.partition(b";")[0].strip().lower(),
        tuple(name in names for name in _UNLESS_GIVEN),
        personal=is_personal(scope),
        hsts=hsts if secure else 0,
    )
    kept = [(name, _with_charset(name, value)) for name, value in given if name not in added]
    return [*kept, *added.items()]


@lru_cache(maxsize=1024)
def _added(
    kind: bytes, given: tuple[bool, ...], *, personal: bool, hsts: int
) -> dict[bytes, bytes]:
    """What an answer of a media type gets; ``given`` says which of ``_UNLESS_GIVEN`` it has."""
    page = kind == b"text/html"
    picture = kind == b"image/svg+xml"
    added = dict(_ALWAYS)
    added[b"content-security-policy"] = (
        PAGE if page else _PICTURE if picture else _NOTHING
    ).encode()
    # With "no-referrer" a browser would send "Origin: null" with this site's own forms.
    added[b"referrer-policy"] = b"same-origin" if page else b"no-referrer"
    added[b"cache-control"] = b"no-store"
    if hsts:
        added[b"strict-transport-security"] = f"max-age={hsts}; includeSubDomains".encode()
    for name, is_given in zip(_UNLESS_GIVEN, given, strict=True):
        if is_given:
            del added[name]
    if personal:
        added[b"cache-control"] = b"no-store"
    return added


def is_personal(scope: Scope) -> bool:
    """Whether an operation answers with what concerns persons."""
    handler: Any = scope.get("route_handler")
    if handler is None:
        return False
    tags = set(getattr(handler, "tags", None) or ())
    return bool(PERSONAL & tags or handler.opt.get("personal"))


def _with_charset(name: bytes, value: bytes) -> bytes:
    if name != b"content-type" or b"charset=" in value.lower():
        return value
    kind = value.partition(b";")[0].strip().lower()
    text = kind.startswith(b"text/") or kind.endswith((b"/xml", b"+xml"))
    return value + b"; charset=utf-8" if text else value
