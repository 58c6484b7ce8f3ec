"""The fields of the statement builder: what stands in them, and the aim that they make."""

from collections.abc import Mapping
from datetime import date

import msgspec
from msgspec import Struct

from api.pages.aims.forms import plain, required, rows, with_fields
from api.pages.converting import number
from api.pages.pointers import nested
from pdsa.aim import Aim
from pdsa.errors import InvalidValue
from pdsa.ids import AimId, UnitId
from pdsa.interchange import Inquiry
from pdsa.measure import MeasureUnit
from pdsa.review import RULES, Finding, findings
from pdsa.units import Unit
from pdsa.words import say

_PLAIN = (
    "title",
    "population",
    "what",
    "place",
    "indicator",
    "unit",
    "direction",
    "baseline",
    "target",
    "starts_on",
    "deadline",
    "equity",
    "rationale",
    "statement",
    "subject",
)
#: What the builder asks; an aim that exists also says which measure measures it.
FIELDS = (*_PLAIN, "grades", "milestones", "measured_by")
#: Findings that rest on the statement alone, so that they can be told while somebody writes.
LIVE, NOT_LIVE = ("AIM1", "AIM202", "AIM203"), ("AIM105", "AIM107")


def aim_values(aim: Aim) -> dict[str, str]:
    """What stands in the fields of the builder."""
    return {
        **plain(aim, _PLAIN),
        "grades": ", ".join(aim.grades),
        "measured_by": aim.measured_by or "",
        **rows("milestones", aim.milestones),
    }


def with_values(aim: Aim, values: Mapping[str, str]) -> Aim:
    """The aim with what the fields hold. Raises ``InvalidValue`` with the field of the form."""
    required(values, "title", say("the aim a title"))
    values = _by_day(values)
    made = nested(values, ("milestones",))
    for name in ("baseline", "target"):
        if name in made:
            made[name] = number(made[name])
    for row in made.get("milestones", ()):
        if "value" in row:
            row["value"] = number(row["value"])
    if grades := values.get("grades"):
        given = grades.replace(";", ",").replace(" ", ",").split(",")
        made["grades"] = [each.upper() for each in given if each]
    if subject := values.get("subject"):
        made["subject"] = "-".join(subject.split())
    try:
        return with_fields(aim, made, FIELDS, values)
    except InvalidValue as error:
        raise _in_words(error, values) from error


def new_aim(id: str, unit_id: str) -> Aim:
    """An aim of which nothing is written yet."""
    return Aim(id=AimId(id), unit_id=UnitId(unit_id), title=say("Our aim"))


class Statement(Struct, frozen=True):
    """An aim as far as it is written: its sentence, and what would make it better.

    ``asked`` are the codes of all findings that were looked for.
    """

    sentence: str
    checks: tuple[Finding, ...]
    asked: tuple[str, ...]


def stated(values: Mapping[str, str], on: date) -> Statement:
    """What the fields say so far; a field with something that cannot be is passed over."""
    left = dict(values) | {"title": values.get("title") or say("Our aim"), "measured_by": ""}
    aim = new_aim("new", "new")
    for _ in range(len(left)):
        try:
            aim = with_values(aim, left)
            break
        except InvalidValue as error:
            row = error.field.rpartition("/")[0]
            gone = [name for name in left if name == error.field or (row and name.startswith(row))]
            if not gone or error.field == "title":
                left = {}
                break
            left |= dict.fromkeys(gone, "")
    return Statement(sentence=aim.sentence(), checks=checks(aim, on), asked=_ASKED)


def checks(aim: Aim, on: date) -> tuple[Finding, ...]:
    """The findings about the statement of an aim alone."""
    team = Unit(id=aim.unit_id, kind="team", name="-")
    return findings(Inquiry(team=team, aim=aim), on=on, select=LIVE, ignore=NOT_LIVE)


def is_live(code: str) -> bool:
    """Whether a finding is one that rests on the statement alone."""
    return code.startswith(LIVE) and code not in NOT_LIVE


_ASKED = tuple(code for code in RULES if is_live(code))


def _by_day(values: Mapping[str, str]) -> dict[str, str]:
    """The fields with the milestones in the order of their days: one may be added anywhere."""
    days = {
        name.split("/")[1]: text
        for name, text in values.items()
        if name.startswith("milestones/") and name.endswith("/on")
    }
    apart = [name for name in values if name.startswith("milestones/")]
    found = {name: text for name, text in values.items() if name not in apart}
    for at in sorted(apart, key=lambda name: days.get(name.split("/")[1], "")):
        found[at] = values[at]
    return found


def _in_words(error: InvalidValue, values: Mapping[str, str]) -> InvalidValue:
    """The error in words that tell a teacher what to write."""
    field, rule = error.field, error.rule
    last = field.rpartition("/")[2]
    if last in ("baseline", "target", "value"):
        percentage = values.get("unit") in ("", None, MeasureUnit.percentage.value)
        rule = (
            say("a number from 0 to 100, since it is a percentage")
            if percentage
            else say("a number, such as 64")
        )
    elif last in ("starts_on", "deadline", "on"):
        rule = say("a day, such as 2026-09-14")
        if _is_day(values.get(field)):
            rule = (
                say("a deadline that is not before the first day")
                if last == "deadline"
                else say("each milestone a day of its own, from the first day to the deadline")
            )
    elif field.startswith("grades"):
        field, rule = "grades", say("grades such as K, or 4, 5")
    elif field == "subject":
        rule = say("one short word, such as math")
    return InvalidValue(field, error.value, rule)


def _is_day(text: str | None) -> bool:
    try:
        msgspec.convert(text, date)
    except msgspec.ValidationError:
        return False
    return True
