"""The patterns of parameters, and in words what each asks for, for the message of a refusal."""

from typing import Any

from pdsa.ids import Grade, Month, Slug
from pdsa.monitoring import AimStatus

_STATUS = "|".join(AimStatus)
_WORD = r"[A-Za-z][A-Za-z0-9_-]{0,39}"
_DAY = r"\d{4}-\d\d-\d\d"
_END = r"$(?![\s\S])"


def _of(kind: Any) -> str:
    """The pattern of a type of the domain, whose words are in ``pdsa.ids``."""
    (meta,) = kind.__metadata__
    pattern: str = meta.pattern
    return pattern


WORD, GRADE, MONTH = _of(Slug), _of(Grade), _of(Month)
STATUSES = rf"^(?:{_STATUS})(?:,(?:{_STATUS}))*{_END}"
GROUPS = rf"^{_WORD}(,{_WORD}){{0,38}}{_END}"
DAYS = rf"^{_DAY}(,{_DAY}){{0,19}}{_END}"
EVENT = rf"^[a-z_]+(\.[a-z_]+)*{_END}"
LINE = rf"^[^\u0000-\u001f\u007f]*{_END}"
CURSOR = rf"^[A-Za-z0-9_-]*{_END}"

WORDS = {
    STATUSES: f"Statuses of an aim, with commas between: {', '.join(AimStatus)}.",
    GROUPS: "Codes of student groups as in EL, with commas between, at most 39.",
    DAYS: "Days as in 2024-09-30, with commas between, at most 20.",
    EVENT: "An event as in role.given, or the words that it begins with.",
    CURSOR: "What `next` of the page before said.",
}
