"""How a measure is looked at, as its address says it: the same address shows the same view."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from api.charting import View
from pdsa.charts import ChartKind
from pdsa.charts.rules import RuleName
from pdsa.errors import InvalidValue
from pdsa.measure import SplitBy
from pdsa.words import mark, say

M = TypeVar("M", bound=StrEnum)

#: The options of a view, in the order in which the address has them.
OPTIONS = ("kind", "rules", "by", "phases", "freeze", "rebase", "screen", "axis")
#: As many phases as can be tried out at once.
_MOST = 20
_KINDS = {
    ChartKind.run: mark("run chart: the median, for any measure"),
    ChartKind.i: mark("I chart: one value a day"),
    ChartKind.mr: mark("moving range: how much neighbours differ"),
    ChartKind.ip: mark("I' chart: values that rest on groups of several sizes"),
    ChartKind.p: mark("P chart: shares"),
    ChartKind.pp: mark("P' chart: shares of large groups"),
    ChartKind.u: mark("U chart: rates"),
    ChartKind.up: mark("U' chart: rates of large groups"),
    ChartKind.c: mark("C chart: numbers counted"),
    ChartKind.g: mark("G chart: cases between rare events"),
    ChartKind.t: mark("T chart: time between rare events"),
    ChartKind.xbar: mark("X-bar chart: the mean of several values a day"),
    ChartKind.s: mark("S chart: the spread of several values a day"),
}
_RULES = {
    RuleName.anhoej: mark("Anhøj: long runs and few crossings"),
    RuleName.best_box: mark("Anhøj, best box"),
    RuleName.cut_box: mark("Anhøj, cut box"),
    RuleName.perla: mark("Perla, Provost and Murray: shifts, trends, runs"),
    RuleName.making_data_count: mark("Making Data Count (NHS England)"),
    RuleName.western_electric: mark("Western Electric: four zones"),
    RuleName.nelson: mark("Nelson: eight tests"),
}
_SPLITS = {
    SplitBy.classroom: mark("by classroom"),
    SplitBy.student_group: mark("by student group"),
}


def kinds() -> list[tuple[str, str]]:
    """The kinds of chart to choose from."""
    return [(kind.value, say(text)) for kind, text in _KINDS.items()]


def rules() -> list[tuple[str, str]]:
    """The sets of rules to choose from."""
    return [(name.value, say(text)) for name, text in _RULES.items()]


def splits(possible: frozenset[SplitBy]) -> list[tuple[str, str]]:
    """By what the measure can be split for whoever asks."""
    return [(by.value, say(text)) for by, text in _SPLITS.items() if by in possible]


def given_of(query: Mapping[str, str]) -> dict[str, str]:
    """The options as the address says them."""
    found = {name: query.get(name, "").strip() for name in OPTIONS}
    return {name: text for name, text in found.items() if text}


def view_of(given: Mapping[str, str], possible: frozenset[SplitBy]) -> View:
    """The view that an address asks for. Raises ``InvalidValue`` with the option."""
    by = _member(SplitBy, given, "by", say("a part that there is"))
    if by is not None and by not in possible:
        why = mark("another split: there are no figures by classroom for you to see")
        if by is SplitBy.student_group:
            why = mark("another split: there are no figures by student group")
        raise InvalidValue("by", by.value, say(why))
    for name, allowed in (("phases", "none"), ("screen", "no"), ("axis", "week")):
        if given.get(name, allowed) not in (allowed, _USUAL[name]):
            raise InvalidValue(name, given[name], say("one of the list"))
    return View(
        kind=_member(ChartKind, given, "kind", say("a kind of chart from the list")),
        rules=_member(RuleName, given, "rules", say("a set of rules from the list"))
        or RuleName.anhoej,
        by=by,
        stored=given.get("phases") != "none",
        freeze=_day("freeze", given.get("freeze", "")),
        rebase=_days(given.get("rebase", "")),
        screen=given.get("screen") != "no",
        axis="week" if given.get("axis") == "week" else "date",
    )


_USUAL = {"rules": RuleName.anhoej.value, "phases": "stored", "screen": "yes", "axis": "date"}


def values_of(view: View) -> dict[str, str]:
    """What stands in the fields of the options of a view."""
    return {
        "kind": view.kind.value if view.kind else "",
        "rules": view.rules.value,
        "by": view.by.value if view.by else "",
        "phases": "stored" if view.stored else "none",
        "freeze": str(view.freeze or ""),
        "rebase": ", ".join(map(str, view.rebase)),
        "screen": "yes" if view.screen else "no",
        "axis": view.axis,
    }


def query_of(view: View) -> str:
    """The query that reproduces a view, without what is usual; with the question mark, if any."""
    told = {
        name: text.replace(" ", "")
        for name, text in values_of(view).items()
        if text and text != _USUAL.get(name)
    }
    return f"?{urlencode(told, safe=',')}" if told else ""


def _member(of: type[M], given: Mapping[str, str], name: str, rule: str) -> M | None:
    text = given.get(name, "")
    if not text:
        return None
    if text not in {*of}:
        raise InvalidValue(name, text, rule)
    return of(text)


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidValue(field, text, say("a day, such as 2026-09-14")) from None


def _days(text: str) -> tuple[date, ...]:
    given = [each.strip() for each in text.split(",") if each.strip()]
    if len(given) > _MOST:
        raise InvalidValue("rebase", text, say("at most {n} days", n=_MOST))
    try:
        return tuple(date.fromisoformat(each) for each in given)
    except ValueError:
        rule = say("days with commas between, such as 2026-09-14, 2026-10-19")
        raise InvalidValue("rebase", text, rule) from None


def day_of(given: Mapping[str, str], name: str, today: date | None = None) -> date:
    """The day in a field; ``today`` for an empty one. Raises ``InvalidValue``."""
    found = _day(name, given.get(name, "").strip()) or today
    if found is None:
        raise InvalidValue(name, "", say("a day, such as 2026-09-14"))
    return found
