"""A whole inquiry as one JSON document: written, read, checked, and described by a JSON Schema.

What ``dumps`` writes, ``loads`` reads back equal. A format or version that is not known, a field
that the format does not have, a value out of its limits and an id that names nothing are refused
with the JSON pointer (RFC 6901) of the place; nothing is dropped or guessed.
"""

import ast
import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Literal

import msgspec
from msgspec import Struct

from pdsa.aim import Aim
from pdsa.calendar import SchoolCalendar
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle
from pdsa.errors import (
    Circle,
    DanglingId,
    InconsistentDocument,
    InvalidValue,
    MalformedDocument,
    UnknownElement,
    UnknownField,
    UnknownVersion,
)
from pdsa.feedback import Comment, Request
from pdsa.ids import PATTERNS
from pdsa.level import Level
from pdsa.measure import DataPoint, Measure, check_point
from pdsa.phase import Phase, check_phases
from pdsa.problem import Problem
from pdsa.ramp import circle
from pdsa.silence import Silence
from pdsa.theory import Theory
from pdsa.units import Unit
from pdsa.words import say

FORMAT = "pdsa-inquiry"
VERSION = 1


class Inquiry(Struct, frozen=True, kw_only=True):
    """The record of one aim: its team, theory, ideas, measures, points, phases and cycles.

    ``silences`` are the findings that the team leaves as they are, ``levels`` what the team and its
    coach or ILT have said of the aim's progress. ``requests`` are what the team asked of the levels
    above it, with every turn, ``comments`` what was said about aim, cycles and charts.

    ``team`` stands without a parent: its place in a district is not part of the inquiry.
    ``classrooms`` are units below the team (a unit between stands before its classrooms);
    ``theory`` holds every version, the oldest first.
    ``made_by`` of a phase or silence, ``said_by`` of a level or comment and ``by`` of a turn are ids
    of persons where it was done, ``at`` of a request and its turns ids of units above the team
    there; neither people nor those units are in here.
    """

    format: Literal["pdsa-inquiry"] = "pdsa-inquiry"
    version: Literal[1] = 1
    team: Unit
    classrooms: tuple[Unit, ...] = ()
    calendar: SchoolCalendar | None = None
    problem: Problem | None = None
    aim: Aim
    theory: tuple[Theory, ...] = ()
    change_ideas: tuple[ChangeIdea, ...] = ()
    measures: tuple[Measure, ...] = ()
    points: tuple[DataPoint, ...] = ()
    phases: tuple[Phase, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    silences: tuple[Silence, ...] = ()
    levels: tuple[Level, ...] = ()
    requests: tuple[Request, ...] = ()
    comments: tuple[Comment, ...] = ()

    def measure(self, measure_id: str) -> Measure:
        """A measure by id. Raises ``UnknownElement``."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise UnknownElement("measure", measure_id, within="this inquiry")

    def points_of(self, measure_id: str) -> tuple[DataPoint, ...]:
        """The data points of a measure."""
        return tuple(point for point in self.points if point.measure_id == measure_id)

    def phases_of(self, measure_id: str) -> tuple[Phase, ...]:
        """The phases of a measure: where its baseline was frozen, where it was rebased."""
        return tuple(phase for phase in self.phases if phase.measure_id == measure_id)


_LISTED = (
    "measures",
    "points",
    "phases",
    "cycles",
    "silences",
    "levels",
    "requests",
    "comments",
)


class _Head(Struct):
    format: Any = None
    version: Any = None


def dumps(inquiry: Inquiry, *, indent: int | None = None) -> str:
    """The inquiry as a JSON document. ``indent`` spaces make it readable.

    Raises ``DocumentError`` for an inquiry that ``loads`` would refuse.
    """
    try:
        encoded = msgspec.json.encode(inquiry)
    except UnicodeError as error:
        raise MalformedDocument("", f"text that UTF-8 can hold ({error})") from error
    if loads(encoded) != inquiry:
        raise MalformedDocument("", "an inquiry whose values JSON can hold")
    return (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()


def loads(document: str | bytes) -> Inquiry:
    """The inquiry that a JSON document holds; a byte order mark before it is passed over.

    Raises ``UnknownVersion``, ``UnknownField``, ``DanglingId``, ``MalformedDocument`` or
    ``InconsistentDocument``, each with the JSON pointer of the place.
    """
    try:
        document = document.encode() if isinstance(document, str) else document
        document = whole_numbers(document.removeprefix(BOM_UTF8))
        head = msgspec.json.decode(document, type=_Head)
        if head.format != FORMAT:
            raise UnknownVersion("/format", f"the word {FORMAT!r}")
        if head.version is True or head.version != VERSION:
            raise UnknownVersion("/version", f"{VERSION}, the only version read here")
        inquiry = msgspec.json.decode(document, type=Inquiry)
        given = json.loads(
            document, object_pairs_hook=_each_field_once, parse_int=str, parse_float=str
        )
        for pointer in unknown_fields(given, msgspec.to_builtins(inquiry)):
            raise UnknownField(pointer, "a field of the format; this one is unknown")
    except msgspec.ValidationError as error:
        pointer, rule = explain(error)
        broken = isinstance(error.__cause__, InvalidValue | Circle)
        raise (InconsistentDocument if broken else MalformedDocument)(pointer, rule) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise MalformedDocument("", say("JSON in UTF-8 ({error})", error=error)) from error
    except RecursionError as error:
        raise MalformedDocument("", "JSON of fewer levels") from error
    check(inquiry)
    return inquiry


_STRING_OR_WHOLE = re.compile(
    rb'"[^"\\]*(?:\\.[^"\\]*)*"?|(?<![\w.+-])(-?\d+)\.0+(?![\w.+-])', re.DOTALL
)


def whole_numbers(document: bytes) -> bytes:
    """A JSON document with each ``12.0`` in it written ``12``.

    Both are an integer to JSON Schema, and data frames write counts in the first way; msgspec
    would take it for a fraction.
    """
    if b".0" not in document:
        return document
    return _STRING_OR_WHOLE.sub(lambda found: found[1] or found[0], document)


def _each_field_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = given_twice(pairs)
    if twice is not None:
        raise MalformedDocument("", f"each field once; {twice!r} is given twice in one object")
    return dict(pairs)


def given_twice(pairs: Sequence[tuple[str, Any]]) -> str | None:
    """The first name that the fields of a JSON object have twice, or ``None``."""
    if len(dict(pairs)) == len(pairs):
        return None
    counted = Counter(name for name, _ in pairs)
    return next(name for name, times in counted.items() if times > 1)


def check(inquiry: Inquiry) -> None:
    """Raise ``DanglingId`` or ``InconsistentDocument`` where the elements do not belong together."""
    team, aim = inquiry.team, inquiry.aim
    if team.parent_id is not None:
        raise DanglingId("/team/parent_id", "null: the place above the team is not in the document")
    classrooms = _ids("classrooms", inquiry.classrooms)
    if team.id in classrooms:
        i = [room.id for room in inquiry.classrooms].index(team.id)
        raise DanglingId(f"/classrooms/{i}/id", "an id of its own, not the team's")
    ideas = _ids("change_ideas", inquiry.change_ideas)
    measures = {m.id: m for m in inquiry.measures}
    cycles = {c.id: c for c in inquiry.cycles}
    for name in _LISTED:
        _ids(name, getattr(inquiry, name))
    problem, calendar = inquiry.problem, inquiry.calendar
    own: tuple[tuple[str, str | None, Container[str]], ...] = (
        ("/aim/unit_id", aim.unit_id, {team.id}),
        ("/aim/problem_id", aim.problem_id, {problem.id} if problem else ()),
        ("/aim/measured_by", aim.measured_by, measures),
        ("/problem/unit_id", problem.unit_id if problem else None, {team.id}),
        ("/calendar/unit_id", calendar.unit_id if calendar else None, {team.id}),
    )
    for pointer, id, known in chain(own, _references(inquiry, classrooms, ideas, measures, cycles)):
        if id is not None and id not in known:
            raise DanglingId(pointer, f"the id of an element in this document, not {id!r}")
    _check_rules(inquiry, ideas)


def _references(
    inquiry: Inquiry,
    classrooms: Container[str],
    ideas: Container[str],
    measures: Container[str],
    cycles: Container[str],
) -> Iterator[tuple[str, str | None, Container[str]]]:
    """Where an id is named, the id, and those it may be; read one by one, since they grow."""
    aim_ids = {inquiry.aim.id}
    drivers = {driver.id for version in inquiry.theory for driver in version.drivers}
    above = {inquiry.team.id}
    for i, room in enumerate(inquiry.classrooms):
        yield f"/classrooms/{i}/parent_id", room.parent_id or "null", above
        above.add(room.id)
    for i, version in enumerate(inquiry.theory):
        yield f"/theory/{i}/aim_id", version.aim_id, aim_ids
    for i, idea in enumerate(inquiry.change_ideas):
        yield f"/change_ideas/{i}/aim_id", idea.aim_id, aim_ids
        yield f"/change_ideas/{i}/adapted_from", idea.adapted_from, ideas
    for i, measure in enumerate(inquiry.measures):
        yield f"/measures/{i}/aim_id", measure.aim_id, aim_ids
        yield f"/measures/{i}/driver_id", measure.driver_id, drivers
    for i, point in enumerate(inquiry.points):
        yield f"/points/{i}/measure_id", point.measure_id, measures
        yield f"/points/{i}/classroom_id", point.classroom_id, classrooms
        yield f"/points/{i}/cycle_id", point.cycle_id, cycles
    for i, phase in enumerate(inquiry.phases):
        yield f"/phases/{i}/measure_id", phase.measure_id, measures
        yield f"/phases/{i}/classroom_id", phase.classroom_id, classrooms
    for i, cycle in enumerate(inquiry.cycles):
        yield f"/cycles/{i}/aim_id", cycle.aim_id, aim_ids
        yield f"/cycles/{i}/change_idea_id", cycle.change_idea_id, ideas
        yield f"/cycles/{i}/follows", cycle.follows, cycles
        yield f"/cycles/{i}/branched_from", cycle.branched_from, cycles
        for field, measure_id in cycle.measure_ids():
            yield f"/cycles/{i}/{field}", measure_id, measures
    for i, silence in enumerate(inquiry.silences):
        yield f"/silences/{i}/aim_id", silence.aim_id, aim_ids
    for i, level in enumerate(inquiry.levels):
        yield f"/levels/{i}/aim_id", level.aim_id, aim_ids
    for i, request in enumerate(inquiry.requests):
        yield f"/requests/{i}/aim_id", request.aim_id, aim_ids
        yield f"/requests/{i}/cycle_id", request.cycle_id, cycles
    for i, comment in enumerate(inquiry.comments):
        yield f"/comments/{i}/aim_id", comment.aim_id, aim_ids
        yield f"/comments/{i}/cycle_id", comment.cycle_id, cycles
        yield f"/comments/{i}/measure_id", comment.measure_id, measures
        yield f"/comments/{i}/classroom_id", comment.classroom_id, classrooms


def _check_rules(inquiry: Inquiry, ideas: Iterable[Any]) -> None:
    """The rules that hold between elements, once every id is known to name one."""
    pointer = ""
    try:
        for i, version in enumerate(inquiry.theory):
            pointer = f"/theory/{i}"
            version.check_ideas(ideas)
            if i and (version.on, version.version) <= (
                inquiry.theory[i - 1].on,
                inquiry.theory[i - 1].version,
            ):
                raise InvalidValue("version", version.version, "versions in order of their dates")
        measures = {measure.id: measure for measure in inquiry.measures}
        for i, point in enumerate(inquiry.points):
            pointer = f"/points/{i}"
            check_point(measures[point.measure_id], point)
        pointer = "/phases"
        check_phases(inquiry.phases)
    except InvalidValue as error:
        raise InconsistentDocument(f"{pointer}/{error.field}", error.rule) from error
    except UnknownElement as error:
        rule = say("the id of a {kind}", kind=say(error.kind))
        raise DanglingId(f"{pointer}/{error.field}", rule) from error
    for name, field in (
        ("change_ideas", "adapted_from"),
        ("cycles", "follows"),
        ("cycles", "branched_from"),
    ):
        before = {each.id: getattr(each, field) for each in getattr(inquiry, name)}
        if path := circle(before):
            pointer = f"/{name}/{list(before).index(path[0])}/{field}"
            raise InconsistentDocument(pointer, say("no circle ({path})", path=" -> ".join(path)))


def _ids(name: str, elements: Iterable[Any]) -> set[Any]:
    seen: set[Any] = set()
    for i, element in enumerate(elements):
        if element.id in seen:
            rule = say("an id of its own, not {id} again", id=repr(element.id))
            raise DanglingId(f"/{name}/{i}/id", rule)
        seen.add(element.id)
    return seen


def unknown_fields(given: Any, known: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers of the fields that were given and did not survive decoding."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            at = f"{pointer}/{_escaped(key)}"
            if key not in known:
                yield at
            else:
                yield from unknown_fields(value, known[key], at)
    elif isinstance(given, list) and isinstance(known, list | tuple):
        for i, (one, other) in enumerate(zip(given, known, strict=False)):
            yield from unknown_fields(one, other, f"{pointer}/{i}")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def explain(
    error: msgspec.ValidationError, patterns: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """JSON pointer and rule of a decoding error, going into the domain error that caused it.

    A field that is missing or unknown is itself what the pointer names. ``patterns`` say in words
    what patterns ask for that are not those of ``pdsa.ids``.
    """
    message, found, path = str(error).rpartition(" - at `$")  # the last: values are quoted before
    if not found:
        message, path = path, ""
    path = path.rstrip("`").partition("[...]")[0]  # where a key is not known
    pointer = re.sub(r"\[(\d+)\]|\.", lambda m: f"/{m[1] or ''}", path)
    cause = error.__cause__
    if isinstance(cause, InvalidValue):
        return f"{pointer}/{cause.field}", cause.rule
    named = re.fullmatch(r"Object (?:missing required|contains unknown) field `(.*)`", message)
    if named:
        pointer = f"{pointer}/{_escaped(named[1])}"
        message = "this field is required" if "missing" in message else "no such field here"
    if message.startswith("Expected `str` matching regex "):
        pattern = ast.literal_eval(message.removeprefix("Expected `str` matching regex "))
        message = (
            PATTERNS.get(pattern)
            or (patterns or {}).get(pattern)
            or "only characters that are allowed here"
        )
    return pointer, message.replace("`", "")


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, made from the structs."""
    (ref,), parts = msgspec.json.schema_components([Inquiry], ref_template="#/$defs/{name}")
    tighten(parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:pdsa-tracker:inquiry:{VERSION}",
        "title": "PDSA inquiry",
        **ref,
        "$defs": parts,
    }


def tighten(parts: dict[str, dict[str, Any]]) -> None:
    """Add to the schemas of the structs, by name, what ``loads`` asks beyond their types.

    No struct has other fields than its own, and a document says its format and version. Of a
    docstring the first paragraph stays.
    """
    for part in parts.values():
        if part.get("type") == "object":
            part["additionalProperties"] = False
        if "description" in part:
            first = part["description"].partition("\n\n")[0]
            part["description"] = " ".join(first.replace("``", "`").split())
    document = parts[Inquiry.__name__]
    document["required"] = [*_Head.__struct_fields__, *document["required"]]
