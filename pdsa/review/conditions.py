"""The conditions that a ramp has tested its change under, and those it has not.

A change that holds under many conditions is one that others can build on; where it does not hold is
as good to know (Langley et al., The Improvement Guide, ch. 7: test over a wide range of conditions).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from unicodedata import combining, normalize

from msgspec import Struct

from pdsa.cycle import Cycle, Status
from pdsa.errors import UnknownElement
from pdsa.ids import ChangeIdeaId, CycleId
from pdsa.prediction import Outcome
from pdsa.reference import usual_conditions
from pdsa.review.record import Record
from pdsa.stages import Decision, Stage
from pdsa.units import CLASSROOM
from pdsa.words import say

TIME_OF_YEAR, ROOM = "time of year", "classroom"
_NEGATIONS = frozenset({"no", "not", "none", "without", "never", "nor", "neither", "sin", "ni"})


class KnownFrom(StrEnum):
    """Why a value stands in the matrix: this ramp names it, the team has it, or it is usual."""

    ramp = "ramp"
    classrooms = "classrooms"
    other_tests = "other_tests"
    usual = "usual"


class ConditionTest(Struct, frozen=True, kw_only=True):
    """A cycle that tests a condition, and what came of it; ``said`` is how its plan puts it.

    ``decision`` is that of a completed cycle.
    """

    cycle_id: CycleId
    title: str
    said: str
    stage: Stage
    status: Status
    decision: Decision | None
    held: int
    did_not_hold: int


class ConditionCell(Struct, frozen=True, kw_only=True):
    """A value of a condition with the cycles that tested it, and those that only plan to."""

    value: str
    known_from: KnownFrom
    tests: tuple[ConditionTest, ...]
    planned: tuple[ConditionTest, ...]


class ConditionRow(Struct, frozen=True, kw_only=True):
    """A condition with its values."""

    name: str
    cells: tuple[ConditionCell, ...]


class ConditionsMatrix(Struct, frozen=True, kw_only=True):
    """The conditions of a change idea's ramp; ``sentences`` name what it has not yet tested."""

    change_idea_id: ChangeIdeaId
    rows: tuple[ConditionRow, ...]
    sentences: tuple[str, ...]


class _Cell:
    def __init__(self, value: str, known_from: KnownFrom) -> None:
        self.value, self.known_from = value, known_from
        self.tests: list[ConditionTest] = []
        self.planned: list[ConditionTest] = []

    @property
    def said(self) -> str:
        """A usual value in the language in force, what the team wrote as it wrote it."""
        return say(self.value) if self.known_from is KnownFrom.usual else self.value


class _Row:
    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: dict[str, _Cell] = {}
        self.rooms: dict[str, str] = {}

    def cell(self, value: str, known_from: KnownFrom) -> _Cell:
        return self.cells.setdefault(_key(value), _Cell(value, known_from))

    def cells_of(self, value: str, known_from: KnownFrom) -> list[_Cell]:
        """The cell of a value, else the usual ones whose words it holds, else a new one."""
        found = self.cells.get(self.rooms.get(_key(value)) or _key(value))
        words = _words(value)
        usual = [each for each in self.cells.values() if each.known_from is KnownFrom.usual]
        holding = [each for each in usual if _words(each.value) <= words]
        if found or words & _NEGATIONS or not holding:
            return [found or self.cell(value, known_from)]
        return holding


def conditions(record: Record, change_idea_id: str) -> ConditionsMatrix:
    """What the cycles on a change idea have tested it under, by condition and value.

    Names and values are the same where they differ in case, accents, spaces and a possessive 's
    alone; the usual conditions are known by their Spanish names, too, and a classroom by its name. A plan's
    own words that hold every word of a usual value ("one veteran, one early in the career") test
    that value, unless they negate something. Classrooms are taken from the data of the cycles, the
    time of year from the thirds of the school calendar that its figures (else its days) lie in; a
    test in another school year than the calendar's has none. What else could be tested comes from the
    team's classrooms, from its tests of other ideas and from ``pdsa.reference.usual_conditions``.

    Raises ``UnknownElement`` for an idea that is not in the record.
    """
    if all(each.id != change_idea_id for each in record.inquiry.change_ideas):
        raise UnknownElement("change idea", change_idea_id, within="this inquiry")
    rows: dict[str, _Row] = {}
    own: list[Cycle] = []
    others: list[Cycle] = []
    for cycle in record.inquiry.cycles:
        (own if cycle.change_idea_id == change_idea_id else others).append(cycle)
    for usual in usual_conditions():
        for value in usual.values:
            _row(rows, usual.name).cell(value, KnownFrom.usual)
        _row(rows, usual.name)
    for room in record.inquiry.classrooms:
        if room.kind == CLASSROOM:
            row = _row(rows, ROOM)
            row.cells[room.id] = _Cell(room.name, KnownFrom.classrooms)
            row.rooms.setdefault(_key(room.name), room.id)
    for cycle in others:
        for each in cycle.plan.conditions:
            _row(rows, each.name).cells_of(each.value, KnownFrom.other_tests)
    for cycle in own:
        for name, value, said in _tested(record, cycle):
            row = _row(rows, name)
            known = row.cells.get(value)
            for cell in [known] if known else row.cells_of(value, KnownFrom.ramp):
                tests = cell.tests if cycle.started_on else cell.planned
                if said or not tests or tests[-1].cycle_id != cycle.id:
                    tests.append(_test(cycle, said))
    return ConditionsMatrix(
        change_idea_id=ChangeIdeaId(change_idea_id),
        rows=tuple(
            ConditionRow(
                name=say(row.name),
                cells=tuple(
                    ConditionCell(
                        value=cell.said,
                        known_from=cell.known_from,
                        tests=tuple(cell.tests),
                        planned=tuple(cell.planned),
                    )
                    for cell in row.cells.values()
                ),
            )
            for row in rows.values()
        ),
        sentences=tuple(_sentences(rows.values())),
    )


def _row(rows: dict[str, _Row], name: str) -> _Row:
    known = _key(name)
    usual = _ALIASES.get(known, known)
    return rows.setdefault(_key(usual), _Row(usual if known in _ALIASES else name))


def _tested(record: Record, cycle: Cycle) -> Iterator[tuple[str, str, str]]:
    """Name and value of each condition of a cycle, and how its plan puts it."""
    for each in cycle.plan.conditions:
        yield each.name, each.value, each.value
    for room in sorted(record.classrooms_in(cycle)):
        yield ROOM, room, ""
    for value in _thirds(record, cycle):
        yield TIME_OF_YEAR, value, ""


def _thirds(record: Record, cycle: Cycle) -> tuple[str, ...]:
    """The thirds of the school year that a test lies in."""
    calendar, window = record.inquiry.calendar, _days(record, cycle)
    if calendar is None or window is None:
        return ()
    if not calendar.first_day <= window[0] <= calendar.last_day:
        return ()
    days = (calendar.last_day - calendar.first_day).days + 1

    def third(day: date) -> int:
        return 3 * (min(day, calendar.last_day) - calendar.first_day).days // days

    values = next(each.values for each in usual_conditions() if each.name == TIME_OF_YEAR)
    return values[third(window[0]) : third(window[1]) + 1]


def _days(record: Record, cycle: Cycle) -> tuple[date, date] | None:
    """From the first to the last figure of a test, else its window, else the planned one."""
    figures = [
        each.on
        for measure_id in record.collected(cycle)
        for each in record.in_window(cycle, measure_id)
    ]
    if figures:
        return min(figures), max(figures)
    plan, window = cycle.plan, record.window(cycle)
    if window is None and plan.first_day:
        return plan.first_day, plan.last_day or plan.first_day
    return window


def _test(cycle: Cycle, said: str) -> ConditionTest:
    outcomes = [each.outcome for each in cycle.study.results] if cycle.study else []
    return ConditionTest(
        cycle_id=cycle.id,
        title=cycle.title,
        said=said,
        stage=cycle.stage,
        status=cycle.status,
        decision=cycle.act.decision if cycle.act and cycle.status is Status.completed else None,
        held=outcomes.count(Outcome.held),
        did_not_hold=outcomes.count(Outcome.did_not_hold),
    )


def _sentences(rows: Iterable[_Row]) -> Iterator[str]:
    """What is not tested: values beside tested ones first, then conditions that no test names.

    Where a test names a condition in words that are no known value, nothing is said of the usual
    ones: it may well be one of them.
    """
    begun, untouched = [], []
    for row in rows:
        cells = [*row.cells.values()]
        tested = [cell for cell in cells if cell.tests]
        if not tested:
            untouched.append(say(row.name))
            continue
        unsure = any(cell.known_from is KnownFrom.ramp for cell in tested)
        lack = [
            cell.said
            for cell in cells
            if not cell.tests and not (unsure and cell.known_from is KnownFrom.usual)
        ]
        if lack:
            begun.append(f"{say(row.name)} ({', '.join(lack)})")
    if begun:
        yield say("Not yet tested: {conditions}.", conditions="; ".join(begun))
    if untouched:
        yield say("No test says anything yet of {conditions}.", conditions=", ".join(untouched))


def _key(text: str) -> str:
    text = text.casefold().replace("\u2019", "'").replace("'s ", " ")
    if not text.isascii():
        text = "".join(each for each in normalize("NFKD", text) if not combining(each))
    return "".join(text.split())


#: Other names of the usual conditions, most of them Spanish, by their keys.
_ALIASES = {
    _key(other): name
    for name, others in (
        ("grade", "grade level, grado, nivel, curso"),
        (
            "teacher's experience",
            "experiencia, experiencia docente, experiencia de la maestra, experiencia del maestro",
        ),
        (
            "share of English Learners",
            "English Learners, proporción de aprendices de inglés, aprendices de inglés",
        ),
        (
            "share of students with disabilities",
            "students with disabilities, proporción de estudiantes con discapacidades, "
            "estudiantes con discapacidades",
        ),
        ("who leads the lesson", "quién da la clase, quién da la lección, quién enseña"),
        (TIME_OF_YEAR, "época del año, momento del año"),
        ("time of day", "hora del día, momento del día, hora"),
        ("lesson type", "type of lesson, tipo de lección, tipo de clase"),
        (ROOM, "room, salón, salón de clases, aula"),
    )
    for other in others.split(", ")
}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
