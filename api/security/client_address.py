"""Who sent a request, and how, where proxies stand between.

A proxy tells in a header whom it speaks for, and so can anybody. So a header counts only where the
connection comes from a trusted proxy (setting ``trusted_proxies``), and in it only what trusted
proxies have added: read from the right, the first address that is not one of theirs is the client.
Only one header is read (setting ``proxy_header``): the other may pass through from the client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct

from pdsa.errors import PdsaError

if TYPE_CHECKING:  # the settings are read by every command, and Litestar takes most of a second
    from litestar.connection import ASGIConnection
    from litestar.types import Scope

_FORWARDED = b"forwarded"
_FOR, _PROTO = b"x-forwarded-for", b"x-forwarded-proto"
_MOST_HOPS = 20
_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9.]+):[0-9]{1,5}")


class NoNetwork(PdsaError):
    """A trusted proxy that is neither an address nor a network."""


class Proxies(Struct, frozen=True):
    """The proxies that are believed, and the header that they set."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    header: str = "x-forwarded-for"

    def trust(self, address: str) -> bool:
        """Whether a hop is a proxy of ours."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)


@lru_cache(maxsize=16)
def proxies(trusted: str, header: str) -> Proxies:
    """The proxies that the settings name. Raises ``NoNetwork``."""
    found = []
    for part in trusted.split(","):
        if part.strip():
            try:
                found.append(ip_network(part.strip()))
            except ValueError as error:
                raise NoNetwork(f"{part.strip()!r} is no address or network: {error}") from error
    return Proxies(tuple(found), header)


def address_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address of the client; empty where there is none, as in a socket of the file system."""
    return client_of(request.scope, request.app.state.proxies)[0]


def scheme_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """``https`` or ``http``, as the client sent it."""
    return client_of(request.scope, request.app.state.proxies)[1]


def base_url(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where this server is for the client, without a slash at the end."""
    host = request.headers.get("host", "")
    return f"{scheme_of(request)}://{quote(host, safe=':[]')}"


def client_of(scope: Scope, trusted: Proxies) -> tuple[str, str]:
    """The client's address and scheme."""
    client = scope.get("client")
    peer = _plain(client[0]) if client else ""
    scheme = scope.get("scheme", "http")
    scheme = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    if not trusted.networks or not trusted.trust(peer):
        return peer, scheme
    if trusted.header == "forwarded":
        hops = list(_forwarded(_values(scope, _FORWARDED)))
    else:
        protos = [each for each in _values(scope, _PROTO) if each]
        hops = [(address, "") for address in _values(scope, _FOR)]
        if protos:
            scheme = _scheme(protos[-1], scheme)
    at = peer
    for address, proto in reversed(hops[-_MOST_HOPS:]):
        scheme = _scheme(proto, scheme)
        if not (found := _plain(address)):
            break  # unknown or hidden: the proxy that said so is the last one we know
        at = found
        if not trusted.trust(found):
            break
    return at, scheme


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return str(found)


def _scheme(given: str, otherwise: str) -> str:
    word = given.strip().lower()
    return word if word in ("http", "https") else otherwise


@lru_cache(maxsize=4096)
def _plain(address: str) -> str:
    """An address without port, brackets and zone, an IPv4 one inside IPv6 as itself; else empty."""
    text = address.strip().strip('"')
    if port := _PORT.fullmatch(text):
        text = port[1]
    text = text.strip("[]").partition("%")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(found)


def _values(scope: Scope, header: bytes) -> list[str]:
    """The parts of a header that may come several times."""
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == header]
    return [part.strip() for part in ",".join(given).split(",")] if given else []


def _forwarded(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Address and scheme of each hop of ``Forwarded`` (RFC 7239)."""
    for part in parts:
        pairs = dict(pair.strip().partition("=")[::2] for pair in part.lower().split(";"))
        yield pairs.get("for", ""), pairs.get("proto", "").strip('"')
