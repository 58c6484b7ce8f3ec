"""The id of the request that is being answered: in its answer, and in each line of the log."""

import re
from contextvars import ContextVar

from litestar.types import Scope

from api.ids import new_id
from api.security.client_address import Proxies

HEADER = b"x-request-id"
#: Set for each request, and copied into the tasks that it begins; empty outside of one.
CURRENT: ContextVar[str] = ContextVar("pdsa_request_id", default="")
_VALID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def id_of(scope: Scope, trusted: Proxies) -> str:
    """The id that a trusted proxy has given the request, else a new one.

    Anybody else's would let them write into the log what stands for another request.
    """
    given = [value for name, value in scope["headers"] if name == HEADER]
    if len(given) == 1 and _VALID.fullmatch(given[0]) and from_proxy(scope, trusted):
        return given[0].decode()
    return new_id()


def from_proxy(scope: Scope, trusted: Proxies) -> bool:
    """Whether a trusted proxy has passed the request on."""
    client = scope.get("client")
    return bool(trusted.networks and client and trusted.trust(client[0]))
