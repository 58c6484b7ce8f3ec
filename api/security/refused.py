"""Attempts to do what one may not: told to the log, never kept in the database."""

import re
from typing import Any

from litestar import Request

from api.security.client_address import address_of
from api.store import security_events
from pdsa.errors import PdsaError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def note_refused_access(request: Request[Any, Any, Any], error: PdsaError, status: int) -> None:
    """Tell the log who tried which operation on what: 403, or 404 where it may be hidden.

    Anybody can cause as many of these as the rate limit lets through, so they are not stored.
    """
    user = request.scope.get("user")
    handler = request.scope.get("route_handler")
    id = str(getattr(error, "id", "") or getattr(error, "unit_id", "") or "")
    state = request.app.state
    security_events.announce_only(
        state.clock(),
        "access.refused",
        person_id=getattr(user, "person_id", None),
        address=address_of(request),
        operation=getattr(handler, "operation_id", None) or None,
        status=status,
        id=id if _ID.fullmatch(id) else None,
        error=type(error).__name__,
    )
