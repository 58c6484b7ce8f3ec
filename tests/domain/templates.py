"""The templates of everything that the domain says to people, collected from its source.

``python -m tests.domain.templates`` prints those that the Spanish catalogue lacks, and those that it
has and nobody says.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from pdsa.reference import student_groups, usual_conditions
from pdsa.review import RULES

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "api" / "words" / "es" / "domain.po"

#: A template, or one for 1 and one for others.
Template = str | tuple[str, str]
_KEYWORDS = {"say": None, "say_n": (1, 2), "mark": None}
#: Errors, and which of their arguments is said: the rule, what runs in a circle.
_ERRORS = {
    "InvalidValue": 2,
    "Circle": 0,
    "MalformedDocument": 1,
    "InconsistentDocument": 1,
    "UnknownVersion": 1,
    "UnknownField": 1,
    "DanglingId": 1,
}
_HOLE = re.compile(r"\{(\w+)\}")


def templates() -> dict[Template, list[str]]:
    """Every template with the files that say it."""
    found: dict[Template, list[str]] = {}
    for template, place in (*_said(), *_rules_of_errors(), *_rules_of_the_review(), *_lists()):
        places = found.setdefault(template, [])
        if place not in places:
            places.append(place)
    return found


def spanish() -> dict[Template, Template]:
    """The Spanish templates by the English ones."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="es", abort_invalid=True)
    return {
        tuple(each.id) if isinstance(each.id, list | tuple) else each.id: (
            tuple(each.string) if isinstance(each.string, list | tuple) else each.string
        )
        for each in catalogue
        if each.id
    }


def holes(template: str) -> set[str]:
    """The names of the facts that a template asks for."""
    return set(_HOLE.findall(template))


def _said() -> Iterator[tuple[Template, str]]:
    extracted = extract_from_dir(
        ROOT / "pdsa", [("**.py", "python")], keywords=_KEYWORDS, comment_tags=("Translators:",)
    )
    for file, _, message, *_ in extracted:
        yield message, f"pdsa/{file}"


def _rules_of_errors() -> Iterator[tuple[Template, str]]:
    for path in sorted((ROOT / "pdsa").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = _ERRORS.get(node.func.id, len(node.args))
                if at < len(node.args) and isinstance(rule := node.args[at], ast.Constant):
                    yield str(rule.value), str(path.relative_to(ROOT))


def _rules_of_the_review() -> Iterator[tuple[Template, str]]:
    for rule in RULES.values():
        place = rule.check.__module__.replace(".", "/") + ".py"
        yield rule.title, place
        yield rule.why, place


def _lists() -> Iterator[tuple[Template, str]]:
    for condition in usual_conditions():
        for each in (condition.name, *condition.values):
            yield each, "pdsa/reference/conditions.csv"
    for group in student_groups():
        yield group.name, "pdsa/reference/student_groups.csv"


if __name__ == "__main__":
    wanted, given = templates(), spanish() if CATALOGUE.exists() else {}
    for each in wanted:
        if each not in given:
            print("lacks", repr(each), *wanted[each])  # noqa: T201
    for each in given:
        if each not in wanted:
            print("obsolete", repr(each))  # noqa: T201
