"""The registry of rules: small pure functions, each with its code and documentation."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from inspect import cleandoc
from typing import Any, TypeVar

from msgspec import Struct

from pdsa.cycle import Cycle
from pdsa.errors import InvalidValue
from pdsa.interchange import Inquiry
from pdsa.measure import Measure
from pdsa.review.finding import Finding, Hit, Severity
from pdsa.review.record import Record
from pdsa.words import say

T = TypeVar("T")
Check = Callable[[Record, T], Iterator[Hit]]
When = Callable[[T], bool]


class Rule(Struct, frozen=True, kw_only=True):
    """A rule: ``check`` yields its hits in a record about one thing of the type ``of``.

    ``of`` is ``Inquiry`` (asked once), ``Cycle`` or ``Measure`` (asked of each of which ``when`` is
    true). ``about`` says exactly what is looked at and when the rule is silent. What an ``own`` rule
    says is the team's own, and so is everything about a single cycle: it judges the team's work.
    """

    code: str
    severity: Severity
    title: str
    why: str
    source: str
    about: str
    of: type[Any]
    own: bool
    when: When[Any] | None
    check: Check[Any]

    def hits(self, record: Record, about: Any) -> Iterable[Hit]:
        """What the rule finds about one element."""
        return self.check(record, about) if self.when is None or self.when(about) else ()


#: Every rule by its code.
RULES: dict[str, Rule] = {}


def rule(
    code: str,
    severity: Severity,
    title: str,
    *,
    of: type[T],
    why: str,
    source: str,
    own: bool = False,
    when: When[T] | None = None,
) -> Callable[[Check[T]], Check[T]]:
    """Register a function as the rule with this code; its docstring is the rule's documentation."""

    def register(check: Check[T]) -> Check[T]:
        if code in RULES:
            raise RuntimeError(f"two rules with the code {code}")
        RULES[code] = Rule(
            code=code,
            severity=severity,
            title=title,
            why=why,
            source=source,
            about=cleandoc(check.__doc__ or ""),
            of=of,
            own=own or of is Cycle,
            when=when,
            check=check,
        )
        return check

    return register


class Selection(Struct, frozen=True, kw_only=True):
    """The rules that are wanted, by what each is asked about."""

    of_inquiry: tuple[Rule, ...]
    of_measure: tuple[Rule, ...]
    of_cycle: tuple[Rule, ...]


def selection(
    select: str | Iterable[str] | None = None, ignore: str | Iterable[str] | None = None
) -> Selection:
    """The rules whose codes begin with one of ``select`` (none: all) and with none of ``ignore``.

    Raises ``InvalidValue`` for a beginning that no rule has.
    """
    return _selection(
        _beginnings("select", select) or ("",), _beginnings("ignore", ignore), len(RULES)
    )


def _beginnings(field: str, given: str | Iterable[str] | None) -> tuple[str, ...]:
    found = (given,) if isinstance(given, str) else tuple(given or ())
    for beginning in found:
        if not any(code.startswith(beginning) for code in RULES):
            raise InvalidValue(field, beginning, "how codes of findings begin (AIM, PLN1, ACT103)")
    return found


@lru_cache(maxsize=64)
def _selection(select: tuple[str, ...], ignore: tuple[str, ...], _: int) -> Selection:
    chosen = [
        each
        for code, each in sorted(RULES.items())
        if code.startswith(select) and not code.startswith(ignore or ("-",))
    ]
    return Selection(
        of_inquiry=tuple(each for each in chosen if each.of is Inquiry),
        of_measure=tuple(each for each in chosen if each.of is Measure),
        of_cycle=tuple(each for each in chosen if each.of is Cycle),
    )


def finding(rule: Rule, hit: Hit, element: str, id: str) -> Finding:
    """What a rule found about an element, with the rule's own words beside it."""
    return Finding(
        code=rule.code,
        severity=rule.severity,
        element=element,
        id=id,
        field=hit.field,
        message=hit.message,
        why=say(rule.why),
        source=rule.source,
        next=hit.next,
    )
