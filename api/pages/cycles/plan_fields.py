"""The fields of a plan's form: what stands in them, and the plan that they make.

A prediction is asked for in a few plain fields; which kind of expectation it is follows from them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from api.ids import new_id
from api.pages.converting import number, shown
from api.pages.pointers import nested
from api.routes.plans import PlanDraft, revised_plan
from pdsa.cycle import Cycle, Purpose
from pdsa.errors import InvalidValue
from pdsa.interchange import explain
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
_WHAT = mark("what you expect: choose it, or leave the prediction empty")
_WHICH = mark("the measure on which you expect it")
_VALUE = mark("a number, such as 64")
_WORDS = mark("what you expect, in words")


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
    rows: dict[str, str] = {}
    _place(plan, values, rows)
    given = {question.id for question in cycle.plan.questions}
    locked = {each.id: each for each in cycle.plan.predictions() if each.locked_on is not None}
    known = {each.id for each in cycle.plan.predictions()}
    fresh: list[str] = []
    questions = []
    for i, question in enumerate(plan.get("questions", [])):
        id = question["id"]
        kept = [
            {"id": each.id, "expectation": each.expectation} | _rest(each)
            for old in cycle.plan.questions
            if old.id == id
            for each in old.predictions
            if each.id in locked
        ]
        if id not in given:
            fresh.append(id)
        predictions = [
            _prediction(each, f"plan/questions/{id}/predictions/{each['id']}", only)
            for each in question.get("predictions", [])
        ]
        fresh += [each["id"] for each in predictions if each["id"] not in known]
        for each in predictions:
            if each["id"] not in known:
                each["id"] = None
        rows[f"plan/questions/{i}"] = f"plan/questions/{id}"
        for j, each in enumerate(question.get("predictions", [])):
            at = f"plan/questions/{i}/predictions/{len(kept) + j}"
            rows[at] = f"plan/questions/{id}/predictions/{each['id']}"
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
    title = values.get("title", "")
    if not title:
        raise InvalidValue("title", "", say("the cycle a title"))
    changed = msgspec.structs.replace(
        cycle, title=title[:200], purpose=Purpose(values.get("purpose") or cycle.purpose)
    )
    return changed if revised == cycle.plan else changed.revise_plan(revised)


def _prediction(row: dict[str, Any], at: str, only: str) -> dict[str, Any]:
    """A prediction as clients of the API send it. Raises ``InvalidValue``."""
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
        return ExpectText(text=words) if kind == "text" else ExpectCategory(category=words)
    if kind not in _EXPECT:
        raise InvalidValue(f"{at}/expect", kind, say(_WHAT))
    measure_id = row.get("measure_id", only)
    if not measure_id:
        raise InvalidValue(f"{at}/measure_id", "", say(_WHICH))
    if kind in Change.__members__:
        return ExpectDirection(measure_id=measure_id, change=Change(kind))
    low = _number(row.get("low", ""), f"{at}/low")
    high = row.get("high", "")
    try:
        if kind == "value":
            tolerance = _number(high, f"{at}/high") if high else 0.0
            return ExpectValue(measure_id=measure_id, value=low, tolerance=tolerance)
        return ExpectRange(measure_id=measure_id, low=low, high=_number(high, f"{at}/high"))
    except InvalidValue as error:
        if error.field.startswith(at):
            raise
        field = {"value": "low", "tolerance": "high"}.get(error.field, error.field)
        raise InvalidValue(f"{at}/{field}", error.value, error.rule) from error


def _number(text: str, field: str) -> float:
    found = number(text)
    if not isinstance(found, float):
        raise InvalidValue(field, text, say(_VALUE))
    return found


def _converted(plan: dict[str, Any], rows: Mapping[str, str]) -> Any:
    """The plan as a draft. Raises ``InvalidValue`` with the field of the form."""
    try:
        return msgspec.convert(plan, PlanDraft, strict=False)
    except msgspec.ValidationError as error:
        pointer, rule = explain(error)
        field = f"plan{pointer}"
        for at, row in sorted(rows.items(), key=lambda each: -len(each[0])):
            if field == at or field.startswith(f"{at}/"):
                field = row + field.removeprefix(at)
                break
        raise InvalidValue(field.removesuffix("/id"), None, rule) from error


def _place(plan: dict[str, Any], values: Mapping[str, str], rows: dict[str, str]) -> None:
    """Where rows without ids stand in the form: empty ones between them are none of the plan's."""
    for name in ("tasks", "data", "conditions"):
        numbers = dict.fromkeys(
            pointer.split("/")[2]
            for pointer, text in values.items()
            if text and pointer.startswith(f"plan/{name}/")
        )
        for i, number_ in enumerate(numbers):
            rows[f"plan/{name}/{i}"] = f"plan/{name}/{number_}"


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
            if parts[3] == "predictions" and parts[4] not in found:
                found.append(parts[4])
    for question, predictions in rows.items():
        yield question, [*predictions, new_id()], False
    yield new_id(), [new_id()], True


def numbered(name: str, values: Mapping[str, str], *, more: int = 1) -> list[int]:
    """The numbers of a list's rows in the form, and of ``more`` to fill in."""
    taken = {
        int(pointer.split("/")[2])
        for pointer, text in values.items()
        if text and pointer.startswith(f"plan/{name}/")
    }
    last = max(taken, default=-1)
    return [*sorted(taken), *range(last + 1, last + 1 + more)]
