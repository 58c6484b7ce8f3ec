"""Hooks of schemathesis, named in schemathesis.toml: valid requests get as far as the inquiry.

As generated, nearly every one would end at the door: an ETag of some other version, an
Idempotency-Key that came with another request before, a cursor that no page ended with, a cycle in
another stage. Three of four get what a client would send; the fourth stays as generated, and so
does every invalid one.

Whoever is asking keeps the roles that it has: no request, valid or not, ends one of PDSA_GRANTS.
"""

import itertools
import os
from typing import Any

import schemathesis

_STAGES = {
    "start-do": "plan",
    "record": "do",
    "amend": "do",
    "study": "do",
    "step-back": "do",
    "act": "study",
}

_KEPT = os.environ.get("PDSA_GRANTS", "").split()
_numbers = itertools.count(1)
_running: dict[str, dict[str, Any]] = {}  # stage -> the last cycle that was seen in it


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]
) -> None:
    number = next(_numbers)
    if case.method != "GET" and (case.path_parameters or {}).get("grant_id") in _KEPT:
        case.path_parameters["grant_id"] = "nothing"
    if case.meta is None or case.meta.generation.mode.is_negative or number % 4 == 0:
        return
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"request-{number}"
    case.query.pop("cursor", None)
    cycle = _running.get(_STAGES.get(case.path.rpartition("/")[2], ""))
    if cycle is not None:
        case.path_parameters["cycle_id"] = cycle["id"]
        predictions = [p for q in cycle["plan"]["questions"] for p in q["predictions"]]
        if predictions and "prediction_id" in case.body:
            case.body["prediction_id"] = predictions[0]["id"]


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    if response.status_code in (200, 201) and case.path.startswith("/api/v1/cycles"):
        found = response.json()
        for cycle in found.get("items", [found]) if isinstance(found, dict) else ():
            if cycle.get("status") == "running":
                _running[cycle["stage"]] = cycle
