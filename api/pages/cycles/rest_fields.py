"""The fields of Do, Study and Act: what stands in them, and what they make of the cycle."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import Struct

from api.pages.converting import converted, number, shown
from api.pages.pointers import nested
from pdsa.cycle import Cycle
from pdsa.errors import InvalidValue
from pdsa.prediction import PredictionResult
from pdsa.stages import Act, Do, Study
from pdsa.words import say

S = TypeVar("S", bound=Struct)


def do_values(cycle: Cycle) -> dict[str, str]:
    """What stands in the fields of Do."""
    return _flat("do", cycle.do or Do())


def with_do(cycle: Cycle, values: Mapping[str, str]) -> Cycle:
    """The cycle with what happened. Raises ``InvalidValue`` and ``IllegalMove``."""
    made = _made("do", values, Do)
    return cycle if made == (cycle.do or Do()) else cycle.record_do(made)


def study_values(cycle: Cycle) -> dict[str, str]:
    """What stands in the fields of Study: a row for each prediction."""
    study = cycle.study or Study()
    found = {"study/learned": study.learned, "study/surprises": study.surprises}
    results = {each.prediction_id: each for each in study.results}
    for prediction in cycle.plan.predictions():
        at, result = f"study/results/{prediction.id}", results.get(prediction.id)
        found[f"{at}/outcome"] = result.outcome.value if result else ""
        seen = result.observed if result else None
        found[f"{at}/observed"] = shown(seen)
        found[f"{at}/note"] = result.note if result else ""
    return found


def with_study(cycle: Cycle, values: Mapping[str, str], *, on: date) -> Cycle:
    """The cycle with its results and what was learned. Raises ``InvalidValue`` and ``IllegalMove``."""
    study = cycle.study or Study()
    given = nested(values, ("results",)).get("study", {}).get("results", [])
    rows = {row.pop("id", ""): row for row in given}
    before = {each.prediction_id: each for each in study.results}
    results = []
    for prediction in cycle.plan.predictions():
        row = rows.get(prediction.id, {})
        if not row:
            continue
        at = f"study/results/{prediction.id}"
        if "outcome" not in row:
            raise InvalidValue(f"{at}/outcome", "", say("what became of this prediction"))
        if "observed" in row:
            row["observed"] = number(row["observed"])
        made = converted({"prediction_id": prediction.id, **row}, PredictionResult, at)
        old = before.get(prediction.id)
        if old is not None and msgspec.structs.replace(old, on=None) == made:
            made = old
        results.append(made)
    text = _made("study", {k: v for k, v in values.items() if "/results/" not in k}, Study)
    new = msgspec.structs.replace(text, results=tuple(results))
    return cycle if new == cycle.study else cycle.record_study(new, on=on)


def act_values(cycle: Cycle) -> dict[str, str]:
    """What stands in the fields of Act; a decision is made by a button of its own."""
    return _flat("act", cycle.act or Act())


def with_act(cycle: Cycle, values: Mapping[str, str], *, on: date) -> Cycle:
    """The cycle with what is written of Act, undecided. Raises ``InvalidValue`` and ``IllegalMove``."""
    made = _made("act", {**values, "act/decision": ""}, Act)
    return cycle if made == (cycle.act or Act()) else cycle.record_act(made, on=on)


def decided(cycle: Cycle, given: Mapping[str, str], *, on: date) -> Cycle:
    """The cycle completed by the decision that was chosen. Raises ``InvalidValue``."""
    choice = given.get("act/decision", "").strip()
    if not choice:
        raise InvalidValue("act/decision", "", say("what becomes of the change"))
    values = act_values(cycle) | {"act/decision": choice}
    if not values["act/reason"]:
        raise InvalidValue("act/reason", "", say("the reason for the decision"))
    return cycle.record_act(_made("act", values, Act), on=on)


def _flat(name: str, part: Struct) -> dict[str, str]:
    return {
        f"{name}/{field}": "" if (value := getattr(part, field)) is None else str(value)
        for field in part.__struct_fields__
    }


def _made(name: str, values: Mapping[str, str], type_: type[S]) -> S:
    return converted(nested(values, ()).get(name, {}), type_, name)
