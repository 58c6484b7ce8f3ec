"""The fields of a plan's form: what stands in them, and the plan that they make.

A prediction is asked for in a few plain fields; which kind of expectation it is follows from them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from api.ids import new_id
from api.pages.converting import converted, number, shown
from api.pages.pointers import nested, written_rows
from api.routes.plans import PlanDraft, revised_plan
from pdsa.cycle import Cycle, Purpose
from pdsa.errors import InvalidValue
from pdsa.ids import Name
from pdsa.prediction import (
    Change,
    Expectation,
    ExpectCategory,
    ExpectDirection,
    ExpectRange,
    ExpectText,
    ExpectValue,
)
from pdsa.stages import Plan
from pdsa.words import mark, say

E = TypeVar("E", bound=Struct)

LISTS = ("questions", "predictions", "tasks", "data", "conditions")
SECTIONS = ("plan/questions", "plan/tasks", "plan/data", "plan/conditions")
_PLAIN = ("objective", "size_of", "scale", "size", "belief", "failure_cost", "readiness")
_EXPECT = {
    "increase": mark("it rises"),
    "decrease": mark("it falls"),
    "no_change": mark("it stays as it is"),
    "value": mark("it comes to a value"),
    "range": mark("it comes to lie between two values"),
    "category": mark("one of several outcomes, in words"),
    "text": mark("something else, in words"),
}
#: Where in the form a field of an expectation stands.
_FIELDS = {"text": "words", "category": "words", "value": "low", "tolerance": "high"}
_WHAT = mark("what you expect: choose it, or leave the prediction empty")
_WHICH = mark("the measure on which you expect it")
_VALUE = mark("a number, such as 64")
_WORDS = mark("what you expect, in words")


class Head(Struct, frozen=True):
    """What stands above the plan."""

    title: Name
    purpose: Purpose


def expectations() -> list[tuple[str, str]]:
    """The kinds of expectation to choose from."""
    return [(name, say(text)) for name, text in _EXPECT.items()]


def plan_values(cycle: Cycle) -> dict[str, str]:
    """What stands in the fields of the form; predictions that are locked have none."""
    plan = cycle.plan
    found = {"title": cycle.title, "purpose": cycle.purpose.value}
    found |= {f"plan/{name}": shown(getattr(plan, name)) for name in _PLAIN}
    found |= {f"plan/{name}": shown(getattr(plan, name)) for name in ("first_day", "last_day")}
    for question in plan.questions:
        at = f"plan/questions/{question.id}"
        found[f"{at}/text"] = question.text
        for each in question.predictions:
            if each.locked_on is None:
                place = f"{at}/predictions/{each.id}"
                found |= {
                    f"{place}/{name}": text for name, text in _expected(each.expectation).items()
                }
                found[f"{place}/confidence"] = shown(each.confidence)
                found[f"{place}/reason"] = each.reason
    for name, rows in (("tasks", plan.tasks), ("data", plan.data), ("conditions", plan.conditions)):
        for i, row in enumerate(rows):
            for field in row.__struct_fields__:
                found[f"plan/{name}/{i}/{field}"] = getattr(row, field)
    return found


def with_plan(cycle: Cycle, values: Mapping[str, str], *, only: str = "", on: Any) -> Cycle:
    """The cycle with the plan that the fields make. ``only`` is the aim's one measure, if it has one.

    Raises ``InvalidValue`` for what cannot be, named by its field.
    """
    made = nested(values, LISTS)
    plan = made.get("plan", {})
    rows = _rows(values)
    given = {question.id for question in cycle.plan.questions}
    locked = {each.id: each for each in cycle.plan.predictions() if each.locked_on is not None}
    known = {each.id for each in cycle.plan.predictions()}
    fresh: list[str] = []
    questions = []
    for i, question in enumerate(plan.get("questions", [])):
        id = _id(question, "plan/questions")
        kept = [
            {"id": each.id, "expectation": each.expectation} | _rest(each)
            for old in cycle.plan.questions
            if old.id == id
            for each in old.predictions
            if each.id in locked
        ]
        if id not in given:
            fresh.append(id)
        at = f"plan/questions/{id}/predictions"
        predictions = [
            _prediction(each, f"{at}/{_id(each, at)}", only)
            for each in question.get("predictions", [])
        ]
        fresh += [each["id"] for each in predictions if each["id"] not in known]
        for each in predictions:
            if each["id"] not in known:
                each["id"] = None
        rows[f"plan/questions/{i}"] = f"plan/questions/{id}"
        for j, each in enumerate(question.get("predictions", [])):
            rows[f"plan/questions/{i}/predictions/{len(kept) + j}"] = f"{at}/{each['id']}"
        questions.append(
            {
                "id": id if id in given else None,
                "text": question.get("text", ""),
                "predictions": [*kept, *predictions],
            }
        )
    if "size" in plan:
        plan["size"] = number(plan["size"])
    draft = _converted({**plan, "questions": questions}, rows)
    revised = revised_plan(cycle, draft, on, iter(fresh))
    if not values.get("title"):
        raise InvalidValue("title", "", say("the cycle a title"))
    head = {"title": values["title"], "purpose": values.get("purpose") or cycle.purpose}
    changed = msgspec.structs.replace(cycle, **msgspec.structs.asdict(converted(head, Head)))
    return changed if revised == cycle.plan else changed.revise_plan(revised)


def _id(row: Mapping[str, Any], at: str) -> str:
    """The id of a row of the form. Raises ``InvalidValue`` for one that is told by a number."""
    if "id" not in row:
        raise InvalidValue(at, None, say("the form as it was opened"))
    return str(row["id"])


def _prediction(row: dict[str, Any], at: str, only: str) -> dict[str, Any]:
    """A prediction as clients of the API send it. Raises ``InvalidValue``."""
    if not all(isinstance(each, str) for each in row.values()):
        raise InvalidValue(at, None, say("the form as it was opened"))
    made = {"id": row["id"], "expectation": _expectation(row, at, only)}
    if "confidence" in row:
        made["confidence"] = number(row["confidence"])
    return made | ({"reason": row["reason"]} if "reason" in row else {})


def _expectation(row: dict[str, Any], at: str, only: str) -> Expectation:
    kind = row.get("expect", "")
    if not kind and row.get("words"):
        kind = "text"
    if kind in ("text", "category"):
        words = row.get("words", "")
        if not words:
            raise InvalidValue(f"{at}/words", "", say(_WORDS))
        if kind == "text":
            return _expected_as({"text": words}, ExpectText, at)
        return _expected_as({"category": words}, ExpectCategory, at)
    if kind not in _EXPECT:
        raise InvalidValue(f"{at}/expect", kind, say(_WHAT))
    measure_id = row.get("measure_id", only)
    if not measure_id:
        raise InvalidValue(f"{at}/measure_id", "", say(_WHICH))
    of = {"measure_id": measure_id}
    if kind in Change.__members__:
        return _expected_as({**of, "change": kind}, ExpectDirection, at)
    low = _number(row.get("low", ""), f"{at}/low")
    high = row.get("high", "")
    if kind == "value":
        tolerance = _number(high, f"{at}/high") if high else 0.0
        return _expected_as({**of, "value": low, "tolerance": tolerance}, ExpectValue, at)
    found = {**of, "low": low, "high": _number(high, f"{at}/high")}
    return _expected_as(found, ExpectRange, at)


def _expected_as(found: dict[str, Any], type_: type[E], at: str) -> E:
    """The expectation, refused by the field of the form: the store would read back no other."""
    try:
        return converted(found, type_)
    except InvalidValue as error:
        field = _FIELDS.get(error.field, error.field)
        raise InvalidValue(f"{at}/{field}", error.value, error.rule) from error


def _number(text: str, field: str) -> float:
    found = number(text)
    if not isinstance(found, float):
        raise InvalidValue(field, text, say(_VALUE))
    return found


def _converted(plan: dict[str, Any], rows: Mapping[str, str]) -> Any:
    """The plan as a draft. Raises ``InvalidValue`` with the field of the form."""
    try:
        return converted(plan, PlanDraft, "plan")
    except InvalidValue as error:
        field = error.field
        for at, row in sorted(rows.items(), key=lambda each: -len(each[0])):
            if field == at or field.startswith(f"{at}/"):
                field = row + field.removeprefix(at)
                break
        raise InvalidValue(field.removesuffix("/id"), error.value, error.rule) from error


def _rows(values: Mapping[str, str]) -> dict[str, str]:
    """Where rows without ids stand in the form: empty ones between them are none of the plan's."""
    rows = {}
    for name in ("tasks", "data", "conditions"):
        for i, at in enumerate(written_rows(f"plan/{name}", values)):
            rows[f"plan/{name}/{i}"] = f"plan/{name}/{at}"
    return rows


def _rest(prediction: Any) -> dict[str, Any]:
    return {"confidence": prediction.confidence, "reason": prediction.reason}


def _expected(expectation: Expectation) -> dict[str, str]:
    match expectation:
        case ExpectDirection():
            return {"expect": expectation.change.value, "measure_id": expectation.measure_id}
        case ExpectValue():
            tolerance = shown(expectation.tolerance) if expectation.tolerance else ""
            return {
                "expect": "value",
                "measure_id": expectation.measure_id,
                "low": shown(expectation.value),
                "high": tolerance,
            }
        case ExpectRange():
            return {
                "expect": "range",
                "measure_id": expectation.measure_id,
                "low": shown(expectation.low),
                "high": shown(expectation.high),
            }
        case ExpectCategory():
            return {"expect": "category", "words": expectation.category}
        case ExpectText():
            return {"expect": "text", "words": expectation.text}


def room(plan: Plan, values: Mapping[str, str]) -> Iterator[tuple[str, list[str], bool]]:
    """The questions of the form, each with its open predictions, and one more of either to fill in.

    Rows that were sent and could not be saved keep their ids. The last is whether a question is new.
    """
    rows: dict[str, list[str]] = {question.id: [] for question in plan.questions}
    for pointer in values:
        parts = pointer.split("/")
        if parts[:2] == ["plan", "questions"] and len(parts) > 3:
            found = rows.setdefault(parts[2], [])
            if parts[3] == "predictions" and len(parts) > 5 and parts[4] not in found:
                found.append(parts[4])
    for question, predictions in rows.items():
        yield question, [*predictions, new_id()], False
    yield new_id(), [new_id()], True
