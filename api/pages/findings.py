"""What findings mean: every code of the review with why it matters, its source and an example."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from api.pages.desk import PageDesk
from api.routes.params import Id
from pdsa.errors import NotVisible
from pdsa.reference import model
from pdsa.review import RULES, Finding, Rule, applied, document_findings, example
from pdsa.review.finding import Severity
from pdsa.words import mark, say

_SEVERITIES = {
    Severity.blocker: mark("stands in the way of learning"),
    Severity.advice: mark("advice"),
    Severity.note: mark("worth knowing"),
}
#: What the codes begin with, in the order in which a team works.
_ABOUT = {
    "PRB": mark("Problem of practice"),
    "AIM": mark("Aim"),
    "DRV": mark("Driver diagram"),
    "MEA": mark("Measures"),
    "PLN": mark("Plan"),
    "DOX": mark("Do"),
    "STU": mark("Study"),
    "ACT": mark("Act"),
    "SYS": mark("Many cycles together"),
}


class Told(Struct, frozen=True):
    """An example of a rule: what it says of a record, and the places of the record that differ."""

    found: tuple[Finding, ...]
    fails: tuple[tuple[str, str], ...]
    passes: tuple[tuple[str, str], ...]


@get("/findings", include_in_schema=False)
async def all_findings(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Everything that a review can find, by what it is about."""
    return desk.show_page("findings/all.html", kinds=_by_kind(), severities=_severities())


@get("/findings/{code:str}", include_in_schema=False)
async def finding(code: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """One kind of finding: why it matters, where that is from, and an example."""
    rule = RULES.get(code.upper())
    if rule is None:
        raise NotVisible("finding", code)
    told = await desk.work_out(_told, rule)
    return desk.show_page("findings/one.html", rule=rule, told=told, severities=_severities())


PAGES = [all_findings, finding]


def _severities() -> dict[Severity, str]:
    return {severity: say(text) for severity, text in _SEVERITIES.items()}


def _by_kind() -> list[tuple[str, list[Rule]]]:
    rules = [rule for _, rule in sorted(RULES.items())]
    others = dict.fromkeys(rule.code[:3] for rule in rules if rule.code[:3] not in _ABOUT)
    names = {letters: say(name) for letters, name in _ABOUT.items()} | {
        each: each for each in others
    }
    found = [
        (name, [rule for rule in rules if rule.code.startswith(letters)])
        for letters, name in names.items()
    ]
    return [(name, rules) for name, rules in found if rules]


def _told(rule: Rule) -> Told | None:
    shown = example(rule.code)
    if shown is None:
        return None
    document = applied(model(), shown.fails)
    return Told(
        found=tuple(document_findings(document, on=shown.on, select=rule.code)),
        fails=_changes(shown.fails),
        passes=_changes(shown.passes),
    )


def _changes(changes: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The places in the record, each with what stands there, as JSON."""
    return tuple(
        (pointer, msgspec.json.format(msgspec.json.encode(value), indent=1).decode())
        for pointer, value in changes.items()
    )
