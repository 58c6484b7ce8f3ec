"""The pages for whoever writes a tool: reference and problems, in the language of the API.

They hold nothing of any team, so they need no token.
"""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State

from api.openapi import document
from api.pages.environment import TEMPLATES
from api.problems import STATUSES, slug

_HEADERS = {"Cache-Control": "no-cache"}

PublicRequest = Request[None, None, State]


@get("/reference", include_in_schema=False)
async def reference(request: PublicRequest) -> Response[str]:
    """Every operation of the API, from its own description."""
    return _page("reference/operations.html", groups=_groups(request.app))


@get("/problems", include_in_schema=False)
async def problems() -> Response[str]:
    """Every kind of problem that the API answers with; `type` of a problem points here."""
    kinds = [
        (slug(error), status, title, _first_paragraph(error))
        for error, (status, title) in STATUSES.items()
    ]
    return _page(
        "reference/problems.html", kinds=sorted(kinds, key=lambda kind: (kind[1], kind[0]))
    )


PAGES = [reference, problems]


def _first_paragraph(error: type[Exception]) -> str:
    return (error.__doc__ or "").strip().partition("\n\n")[0].replace("``", "")


def _page(name: str, **values: Any) -> Response[str]:
    body = TEMPLATES.get_template(name).render(**values)
    return Response(body, media_type="text/html", headers=_HEADERS)


@lru_cache(maxsize=4)
def _groups(app: Litestar) -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by tag, each with what a reader needs: parameters, body, example, answers."""
    described = msgspec.json.decode(document(app))
    schemas = described["components"]["schemas"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            schema = schemas.get(name, {})
            required = schema.get("required", [])
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "description": operation["description"],
                    "parameters": operation["parameters"],
                    "body": name,
                    "fields": [
                        (field, field in required) for field in schema.get("properties", {})
                    ],
                    "examples": [
                        msgspec.json.format(msgspec.json.encode(example), indent=2).decode()
                        for example in schema.get("examples", [])
                    ],
                    "answers": [
                        (status, answer.get("description", ""))
                        for status, answer in operation["responses"].items()
                        if "$ref" not in answer
                    ],
                    "problems": [
                        status
                        for status, answer in operation["responses"].items()
                        if "$ref" in answer
                    ],
                }
            )
    return list(groups.items())
