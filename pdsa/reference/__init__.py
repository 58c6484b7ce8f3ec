"""Lists of facts, kept as data files, and two sample inquiries.

The lists are student groups, thresholds of the state test, teaching practices and kinds of units. A
district may use groups and kinds of its own beside these; they are suggestions, not limits.
"""

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

_HERE = Path(__file__).parent

#: The day on which the model inquiry is reviewed: after three tests on one idea and one on another.
MODEL_DAY = date(2026, 3, 13)


class StudentGroup(Struct, frozen=True):
    """A student group by the CDE's name, with its Dashboard and CAASPP codes (empty: none)."""

    code: str
    name: str
    dashboard: str
    caaspp: str


class Thresholds(Struct, frozen=True):
    """The lowest scale scores of levels 2, 3 (standard met) and 4 of one grade, and the scores there are.

    In force for the tests from ``first_year`` to ``last_year`` (``None``: still), each the year of
    the spring in which the test was given.
    """

    grade: int
    first_year: int
    last_year: int | None
    level_2: int
    level_3: int
    level_4: int
    lowest: int
    highest: int


class Practice(Struct, frozen=True):
    """A practice or standard of a published list."""

    list: str
    number: str
    name: str
    source: str


class UnitKind(Struct, frozen=True):
    """A kind of unit with its label, from the top of a district down."""

    kind: str
    label: str


class UsualCondition(Struct, frozen=True):
    """A condition that tests are held under, and its usual values; there may be none."""

    name: str
    values: tuple[str, ...]


@lru_cache
def student_groups() -> tuple[StudentGroup, ...]:
    """The CDE's student groups (California School Dashboard 2024-25; CAASPP research-file layouts)."""
    return tuple(StudentGroup(*row) for row in _rows("student_groups.csv"))


@lru_cache
def math_thresholds() -> tuple[Thresholds, ...]:
    """Smarter Balanced mathematics, grades 3-8 and 11 (CDE, approved 14 November 2014).

    The ranges of scores are those before 2020-21 and those since; spring 2020 had no test.
    """
    return tuple(
        Thresholds(int(grade), int(first), int(last) if last else None, *map(int, scores))
        for grade, first, last, *scores in _rows("sbac_math_thresholds.csv")
    )


@lru_cache
def practices() -> tuple[Practice, ...]:
    """Teaching practices, equity-based practices, practice standards and LAUSD's action categories."""
    return tuple(Practice(*row) for row in _rows("practices.csv"))


@lru_cache
def unit_kinds() -> tuple[UnitKind, ...]:
    """Kinds of units as in the Los Angeles Unified School District, top down."""
    return tuple(UnitKind(*row) for row in _rows("unit_kinds.csv"))


@lru_cache
def usual_conditions() -> tuple[UsualCondition, ...]:
    """Conditions that a change should be tested under (after The Improvement Guide, ch. 7)."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _rows("conditions.csv"):
        found[name] = (*found.get(name, ()), *([value] if value else []))
    return tuple(UsualCondition(name, values) for name, values in found.items())


def sacramento() -> bytes:
    """The worked inquiry of two fifth-grade classrooms as an interchange document.

    The shares of 40% and 64% are published; the weekly tallies are illustrative (see the file
    ``examples/data/README.md``).
    """
    return (_HERE / "sacramento.json").read_bytes()


def model() -> bytes:
    """An invented inquiry about which no rule of the review has anything to say on ``MODEL_DAY``.

    The examples of the rules (``pdsa.review.example``) are this document with a few places changed.
    """
    return (_HERE / "model.json").read_bytes()


def rule_examples(letters: str) -> bytes | None:
    """The examples of the rules whose codes begin with these three letters, as JSON by code."""
    file = _HERE / "rules" / f"{letters}.json"
    return file.read_bytes() if letters.isalpha() and file.exists() else None


def _rows(name: str) -> list[list[str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    return rows[1:]
