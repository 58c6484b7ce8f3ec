"""Findings: a stable code, where, one sentence, why it matters with its source, what to do next."""

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How much a finding weighs; the order is the order in which findings are shown."""

    blocker = "blocker"
    advice = "advice"
    note = "note"


#: From what weighs most to what weighs least.
SEVERITIES = tuple(Severity)


class Finding(Struct, frozen=True, kw_only=True, gc=False):
    """One finding about one element of an inquiry; nothing in it is a grade.

    ``element`` and ``id`` name the element, ``field`` the place in it (a JSON pointer without the
    leading slash, empty for the element as a whole). ``silenced`` is the reason why the team leaves
    it as it is.
    """

    code: str
    severity: Severity
    element: str
    id: str
    field: str
    message: str
    why: str
    source: str
    next: str
    silenced: str | None = None


class Hit(Struct, frozen=True, kw_only=True, gc=False):
    """What a rule found: one sentence and what to do next.

    ``element`` and ``id`` name another element than the one that the rule was asked about.
    """

    message: str
    next: str
    field: str = ""
    element: str = ""
    id: str = ""
