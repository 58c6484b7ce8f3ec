"""The review of an inquiry or of one cycle: its findings, as a linter's."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice, repeat
from typing import Any

from msgspec import structs

from pdsa.cycle import Cycle
from pdsa.errors import Circle, InconsistentDocument, UnknownElement
from pdsa.interchange import Inquiry, loads
from pdsa.measure import Measure
from pdsa.review.finding import SEVERITIES, Finding, Hit
from pdsa.review.record import Record
from pdsa.review.registry import RULES, Rule, Selection, When, finding, selection
from pdsa.review.silencing import reason_for, reasons
from pdsa.units import Audience
from pdsa.words import say

_KINDS: dict[type[Any], str] = {Inquiry: "aim", Cycle: "cycle", Measure: "measure"}
#: So many inquiries are reviewed together: what a rule needs is then at hand for the next one.
TOGETHER = 16

#: A record, an element of it that a rule is asked about, and where the findings are added.
_Asked = tuple[Record, Any, list[Finding]]
_ORDER = {severity: i for i, severity in enumerate(SEVERITIES)}


def findings(
    inquiry: Inquiry,
    *,
    on: date,
    select: str | Iterable[str] | None = None,
    ignore: str | Iterable[str] | None = None,
    silenced: bool = False,
    audience: Audience = Audience.team,
) -> tuple[Finding, ...]:
    """The findings about an inquiry on a day, blockers first, then by code and element.

    Data points of later days are left out. ``select`` and ``ignore`` are beginnings of codes (``AIM``, ``PLN1``); no ``select`` means all.
    What the team has silenced is left out unless ``silenced`` asks for it. What judges the team's
    work (``Rule.own``: every rule about a single cycle, and some others) is told to no other
    ``audience``, because that work is there for improvement, not for evaluation; nothing else is
    withheld here: give another audience the inquiry that ``pdsa.privacy.release`` made for it.

    Raises ``InvalidValue`` for a beginning that no code has.
    """
    (found,) = findings_of_each(
        (inquiry,), on=on, select=select, ignore=ignore, silenced=silenced, audience=audience
    )
    return found


def findings_of(record: Record, *, silenced: bool = False) -> tuple[Finding, ...]:
    """The findings about the inquiry of a record, for its audience, as ``findings`` tells them."""
    (told,) = _all([record], selection(None, None), record.audience)
    return _shown(record.inquiry, told, silenced)


def findings_of_each(
    inquiries: Iterable[Inquiry],
    *,
    on: date,
    select: str | Iterable[str] | None = None,
    ignore: str | Iterable[str] | None = None,
    silenced: bool = False,
    audience: Audience = Audience.team,
) -> Iterator[tuple[Finding, ...]]:
    """The findings about each of many inquiries, of a district say, in their order.

    The same as ``findings`` of each, and quicker: ``TOGETHER`` inquiries are read at a time, and
    each rule is asked of all of them before the next. Raises as ``findings``.
    """
    chosen = selection(select, ignore)

    def found() -> Iterator[tuple[Finding, ...]]:
        left = iter(inquiries)
        while some := list(islice(left, TOGETHER)):
            records = [Record(each, on, audience=audience) for each in some]
            told = _all(records, chosen, audience)
            yield from map(_shown, some, told, repeat(silenced))

    return found()


def cycle_findings(
    inquiry: Inquiry,
    cycle_id: str,
    *,
    on: date,
    select: str | Iterable[str] | None = None,
    ignore: str | Iterable[str] | None = None,
    silenced: bool = False,
) -> tuple[Finding, ...]:
    """The findings about one cycle and the measures that it speaks of; for its team alone.

    The same that ``findings`` says of them. Raises ``UnknownElement`` and as ``findings``.
    """
    chosen = selection(select, ignore)
    record = Record(inquiry, on)
    cycle = record.cycles.get(cycle_id)
    if cycle is None:
        raise UnknownElement("cycle", cycle_id, within="this inquiry")
    speaks_of = sorted({measure_id for _, measure_id in cycle.measure_ids()})
    found: list[Finding] = []
    _ask(chosen.of_cycle, [(record, cycle, found)])
    own = [record.measures[id] for id in speaks_of if id in record.measures]
    _ask(chosen.of_measure, [(record, each, found) for each in own])
    return _shown(inquiry, found, silenced)


def document_findings(document: str | bytes, *, on: date, **wanted: Any) -> tuple[Finding, ...]:
    """The findings about an interchange document; a circle in its driver graph is one (DRV103).

    Raises as ``loads`` for every other document that is none, for that one where DRV103 is not
    wanted, and as ``findings``.
    """
    try:
        inquiry = loads(document)
    except InconsistentDocument as error:
        circle = error.__cause__.__cause__ if error.__cause__ else None
        if not (isinstance(circle, Circle) and error.pointer.startswith("/theory/")):
            raise
        rule = RULES["DRV103"]
        if rule not in selection(wanted.get("select"), wanted.get("ignore")).of_inquiry:
            raise  # nothing else can be found, and that is no reason to find it sound
        hit = Hit(
            element="theory",
            id=error.pointer.removeprefix("/"),
            message=say(
                "Drivers move each other in a circle: {path}.", path=" -> ".join(circle.path)
            ),
            next=say("Decide which of them comes first, and take the last link out."),
        )
        return (finding(rule, hit, "theory", hit.id),)
    return findings(inquiry, on=on, **wanted)


def _all(records: Sequence[Record], chosen: Selection, audience: Audience) -> list[list[Finding]]:
    all_found: list[list[Finding]] = [[] for _ in records]
    both = list(zip(records, all_found, strict=True))
    for rules, about in (
        (chosen.of_inquiry, [(each, each.inquiry, found) for each, found in both]),
        (
            chosen.of_measure,
            [(each, m, found) for each, found in both for m in each.inquiry.measures],
        ),
        (chosen.of_cycle, [(each, c, found) for each, found in both for c in each.inquiry.cycles]),
    ):
        told = rules if audience is Audience.team else [rule for rule in rules if not rule.own]
        _ask(told, about)
    return all_found


def _ask(rules: Iterable[Rule], about: Sequence[_Asked]) -> None:
    """Add what each of the rules finds about each of the elements of which it speaks."""
    spoken_of: dict[When[Any] | None, Sequence[_Asked]] = {None: about}
    for rule in rules:
        check, when, kind = rule.check, rule.when, _KINDS[rule.of]
        if when is not None and when not in spoken_of:
            spoken_of[when] = [each for each in about if when(each[1])]
        for record, element, found in spoken_of[when]:
            for hit in check(record, element):
                id = hit.id or (element.aim.id if kind == "aim" else element.id)
                found.append(finding(rule, hit, hit.element or kind, id))


def _shown(inquiry: Inquiry, found: list[Finding], silenced: bool) -> tuple[Finding, ...]:
    """In the order in which findings are shown: the same, whatever the order of the record."""
    if inquiry.silences:
        given = reasons(inquiry.silences)
        found = [
            each if reason is None else structs.replace(each, silenced=reason)
            for each in found
            if (reason := reason_for(given, each.code, each.id)) is None or silenced
        ]
    return tuple(sorted(found, key=_place))


def _place(found: Finding) -> tuple[int, str, str, str, str]:
    return _ORDER[found.severity], found.code, found.element, found.id, found.field
