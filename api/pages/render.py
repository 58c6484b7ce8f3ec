"""How a page is answered: never kept, loading nothing but the style sheet and our own script."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from api.pages.environment import TEMPLATES
from api.security.headers import PAGE

#: The origin alone is told to the next page, and never a path, which may hold a secret; with
#: no-referrer browsers would not say either which site a form was sent from.
HEADERS = {
    "Content-Security-Policy": PAGE,
    "Cache-Control": "no-store",
    "Referrer-Policy": "strict-origin",
}


def page(
    name: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    forms_to: Sequence[str] = (),
    **values: Any,
) -> Response[str]:
    """A page from its template. ``forms_to`` are other origins to which its forms may lead."""
    body = TEMPLATES.get_template(name).render(**values)
    sent = HEADERS | (headers or {})
    if forms_to:
        policy = f"form-action 'self' {' '.join(forms_to)}"
        sent["Content-Security-Policy"] = sent["Content-Security-Policy"].replace(
            "form-action 'self'", policy
        )
    return Response(body, status_code=status, media_type="text/html", headers=sent)
