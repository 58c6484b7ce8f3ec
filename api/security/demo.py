"""What a demo does not do: change who may come in, and as what.

Everything else that its synthetic people may do, a visitor may, too: that is what it is for.
"""

import re

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.security.csrf import SAFE
from api.security.errors import NotInDemo

#: Below these nothing is changed in a demo, but for signing out.
_CLOSED = re.compile(
    r"/api/v1/(session|password-resets|me|invitations|people|grants)(/|$)"
    r"|/(sign-in|forgot|link|account|administration|setup)(/|$)"
)


def guard(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Raise ``NotInDemo`` for a request that would change who may come in."""
    if not connection.app.state.settings.demo:
        return
    method = connection.scope["method"]  # type: ignore[typeddict-item] # no websocket comes here
    path = connection.scope["path"]
    if method not in SAFE and _CLOSED.match(path):
        raise NotInDemo
