"""Findings and the registry of the rules that make them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.interchange import Inquiry


class Severity(StrEnum):
    """How much a finding weighs; the order is the order in which findings are shown."""

    blocker = "blocker"
    advice = "advice"
    note = "note"


class Finding(Struct, frozen=True, kw_only=True):
    """One finding: a stable code, where, one sentence, why it matters, and what to do next."""

    code: str
    severity: Severity
    element: str
    id: str
    field: str
    message: str
    why: str
    source: str
    next: str


class Hit(Struct, frozen=True, kw_only=True):
    """What a rule found: the element and field, the sentence, and what to do next."""

    element: str
    id: str
    message: str
    next: str
    field: str = ""


Check = Callable[[Inquiry, date], Iterator[Hit]]


class Rule(Struct, frozen=True, kw_only=True):
    """A rule of the registry; ``check`` yields its hits in an inquiry on a day."""

    code: str
    severity: Severity
    title: str
    why: str
    source: str
    check: Check


#: Every rule by its code.
RULES: dict[str, Rule] = {}


def rule(
    code: str, severity: Severity, title: str, *, why: str, source: str
) -> Callable[[Check], Check]:
    """Register a function as the rule with this code."""

    def register(check: Check) -> Check:
        if code in RULES:
            raise RuntimeError(f"two rules with the code {code}")
        RULES[code] = Rule(
            code=code, severity=severity, title=title, why=why, source=source, check=check
        )
        return check

    return register


def review(
    inquiry: Inquiry, *, on: date, select: str | Iterable[str] | None = None
) -> tuple[Finding, ...]:
    """The findings about an inquiry on a day, blockers first, then by code.

    ``select`` are beginnings of codes (``AIM``, ``PLN1``); none means all.
    """
    wanted = (select,) if isinstance(select, str) else tuple(select or ("",))
    found = [
        Finding(
            code=each.code,
            severity=each.severity,
            element=hit.element,
            id=hit.id,
            field=hit.field,
            message=hit.message,
            why=each.why,
            source=each.source,
            next=hit.next,
        )
        for each in RULES.values()
        if each.code.startswith(wanted)
        for hit in each.check(inquiry, on)
    ]
    order = tuple(Severity)
    return tuple(sorted(found, key=lambda f: (order.index(f.severity), f.code)))
