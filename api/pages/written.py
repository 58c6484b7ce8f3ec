"""What a form sent: read once, and given back where the page it came from cannot be shown again."""

import re
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.enums import RequestEncodingType

from api.security import csrf
from api.security.errors import CrossSite

#: What nobody wrote, or nobody may see.
_KEPT_BACK = ("csrf", "was", "seen", "then", "password", "current")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


async def sent(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The fields of a form, by name; of several with one name the last. Read by nobody else here:

    Litestar's own parser keeps the last 1,024 forms in memory, passwords and all.
    """
    if request.content_type[0] != RequestEncodingType.URL_ENCODED:
        return {}
    body = (await request.body()).decode("latin-1")
    found = dict(parse_qsl(body, keep_blank_values=True))
    request.state.sent = found
    return found


async def keep(request: Request[Any, Any, Any]) -> None:
    """Read what a page of this site sends, of whoever is not signed in any more."""
    if request.method != "POST":
        return
    try:
        csrf.require_same_site(request)
    except CrossSite:
        return
    await sent(request)


def written(request: Request[Any, Any, Any]) -> list[str]:
    """The texts that a page of this site sent and the figures of a tally, each with its day."""
    fields: dict[str, str] = getattr(request.state, "sent", {})
    texts, cells = [], []
    for name, value in fields.items():
        if not value.strip() or name in _KEPT_BACK:
            continue
        if name.startswith("cell/"):
            day = _DAY.search(name)
            cells.append(f"{day[0]}: {value}" if day else value)
        elif " " in value.strip():
            texts.append(value)
    return [*texts, *(["\n".join(cells)] if cells else [])]
