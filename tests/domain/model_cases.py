"""The model inquiry with a few places changed, and what a review finds in it."""

from datetime import date
from typing import Any

from pdsa import Finding
from pdsa.reference import MODEL_DAY, model
from pdsa.review import applied, document_findings


def found(
    select: str, changes: dict[str, Any], *, on: date = MODEL_DAY, **wanted: Any
) -> tuple[Finding, ...]:
    """The findings with such codes about the model inquiry, changed at these JSON pointers."""
    return document_findings(applied(model(), changes), on=on, select=select, **wanted)


def codes(select: str, changes: dict[str, Any], *, on: date = MODEL_DAY) -> list[str]:
    return [finding.code for finding in found(select, changes, on=on)]


def tallies(measure_id: str, *rows: tuple[str, int | None, int | None]) -> list[dict[str, Any]]:
    """Points of the whole team: day, numerator, denominator."""
    return [
        {"id": f"{measure_id}-{on}", "measure_id": measure_id, "on": on}
        | {"numerator": numerator, "denominator": denominator}
        for on, numerator, denominator in rows
    ]
