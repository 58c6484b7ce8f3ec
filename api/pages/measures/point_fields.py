"""The fields of a data point's form: what stands in them, and the point that they make."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from api.charting import group_names
from api.pages.converting import converted, number, shown
from api.pages.measures.views import day_of
from api.routes.points import PointDraft
from pdsa.errors import InvalidValue
from pdsa.measure import DataPoint
from pdsa.words import say

_EVERYBODY = "ALL"
_FIELDS = ("numerator", "denominator", "value", "classroom_id", "student_group", "note")


def point_values(point: DataPoint) -> dict[str, str]:
    """What stands in the fields of a point."""
    return {name: shown(getattr(point, name)) for name in ("on", *_FIELDS)}


def drafted(values: Mapping[str, str], today: date | None = None) -> PointDraft:
    """The point that the fields make; ``today`` is for one without a day.

    Raises ``InvalidValue`` with the field.
    """
    found: dict[str, Any] = {"on": day_of(values, "on", today)}
    for name in ("numerator", "denominator"):
        if text := values.get(name, ""):
            found[name] = _count(name, text)
    if text := values.get("value", ""):
        found["value"] = _value(text)
    for name in ("classroom_id", "student_group", "note"):
        if text := values.get(name, ""):
            found[name] = text
    return converted(found, PointDraft)


def _count(name: str, text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit()):
        raise InvalidValue(name, text, say("a whole number, 0 or more"))
    return int(plain.lstrip("0")[:15] or "0")  # more digits than that are refused as they are


def _value(text: str) -> float:
    found = number(text)
    if not isinstance(found, float):
        raise InvalidValue("value", text, say("a number, such as 64"))
    return found


def groups() -> list[tuple[str, str]]:
    """The student groups to choose from; all students are no choice among them."""
    return [(code, name) for code, name in group_names().items() if code != _EVERYBODY]
