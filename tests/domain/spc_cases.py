"""Worked cases of charts, made with R, and how each is put to the engine.

``spc_cases.json`` holds published data with expected values from qicharts2 0.8.1, NHSRplotthedots
0.2.2, qcc 3.0 and runcharter 0.2. More cases of the same form can be run with
``PDSA_SPC_CASES=more.json pytest tests/domain/test_spc_cases.py``.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pdsa.charts.control import chart
from pdsa.charts.result import Chart
from pdsa.charts.rules.making_data_count import causes, making_data_count, short_phases
from pdsa.charts.rules.perla import perla
from pdsa.charts.rules.rebase import auto_rebase
from pdsa.charts.rules.sets import Anhoej
from pdsa.charts.rules.zones import nelson, western_electric
from pdsa.measure import Direction

Case = dict[str, Any]
Found = dict[str, Any]

DOCUMENT = json.loads(
    Path(os.environ.get("PDSA_SPC_CASES", Path(__file__).with_name("spc_cases.json"))).read_text(
        "utf-8"
    )
)
CASES: list[Case] = DOCUMENT["cases"]
TABLES: dict[str, Any] = DOCUMENT.get("tables", {})

_METHODS = {"anhoej": "anhoej", "bestbox": "best_box", "cutbox": "cut_box"}
_CAUSES = {
    "common_cause": "Common Cause",
    "outside_above": "Above UCL",
    "outside_below": "Below LCL",
    "shift_above": "7 Points Above CL",
    "shift_below": "7 Points Below CL",
    "two_of_three_above": "2 in 3 Above CL",
    "two_of_three_below": "2 in 3 Below CL",
    "trend_up": "7 Point Trend (Increasing)",
    "trend_down": "7 Point Trend (Decreasing)",
}


def found(case: Case) -> Found:
    """What the engine makes of a case, in the form of its ``expected``."""
    ask = {
        "qic": _chart,
        "nhs_mdc": _making_data_count,
        "zone_rules": _zones,
        "perla_run_rules": _perla,
        "auto_rebase": _rebase,
    }
    return ask[case["family"]](case["inputs"], case["params"], case["chart"])


def differences(expected: Any, got: Any, at: str = "") -> Iterator[str]:
    """Where two results differ: numbers to 1e-9 relative, counts, flags and words exactly."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            if key not in got:
                yield f"{at}/{key}: not there"
            else:
                yield from differences(value, got[key], f"{at}/{key}")
    elif isinstance(expected, list):
        if len(expected) != len(got):
            yield f"{at}: {len(expected)} expected, got {len(got)}"
        for i, (one, other) in enumerate(zip(expected, got, strict=False), 1):
            yield from differences(one, other, f"{at}/{i}")
    elif isinstance(expected, float) or (isinstance(got, float) and isinstance(expected, int)):
        if got is None or abs(got - expected) > 1e-9 * max(1, abs(expected)):
            yield f"{at}: {expected} expected, got {got}"
    elif expected != got:
        yield f"{at}: {expected!r} expected, got {got!r}"


def _chart(inputs: Case, params: Case, kind: str) -> Found:
    made = chart(
        kind,
        inputs["y"],
        inputs.get("n"),
        inputs.get("x"),
        part=params.get("part") or (),
        freeze=params.get("freeze"),
        exclude=params.get("exclude") or (),
        cl=params.get("cl"),
        target=params.get("target"),
        multiply=params.get("multiply", 1),
        aggregate=params.get("agg_fun", params.get("aggregate", "mean")),
        screen=params.get("screened_mr", True),
        rules=(Anhoej(method=_METHODS[params.get("method", "anhoej")]),),  # type: ignore[arg-type]
    )
    columns = ("y", "cl", "lcl", "ucl", "lcl95", "ucl95", "target", "part", "baseline", "include")
    return {
        "points": {name: getattr(made.points, name) for name in (*columns, "sigma_signal")},
        "parts": [
            {name: getattr(part, name) for name in part.__struct_fields__} for part in made.parts
        ],
    }


def _making_data_count(inputs: Case, params: Case, kind: str) -> Found:
    wanted = params.get("improvement_direction", "increase")
    made: Chart = making_data_count(
        inputs["y"],
        improvement=None if wanted == "neutral" else Direction(wanted),
        target=params.get("target"),
        screen=params.get("screen_outliers", True),
        fix_after=params.get("fix_after"),
        rebase=params.get("rebase") or (),
    )
    points = made.points
    short = short_phases(made)
    rows = list(points)
    assert made.variation is not None
    return {
        "points": {
            "mean": points.cl,
            "lpl": points.lcl,
            "upl": points.ucl,
            "outside_limits": points.sigma_signal,
            "close_to_limits": [
                not row.sigma_signal
                and None not in (row.y, row.ucl95, row.lcl95)
                and (row.y > row.ucl95 or row.y < row.lcl95)  # type: ignore[operator]
                for row in rows
            ],
            "side": [
                None if row.y is None or row.cl is None else (row.y > row.cl) - (row.y < row.cl)
                for row in rows
            ],
            "special_cause_type": [_CAUSES[cause] for cause in causes(made)],
            "point_type": points.point_type,
            "rebase_group": [row.part - 1 for row in rows],
            "short_group": [row.part in short for row in rows],
        },
        "variation_icon": made.variation,
        "assurance_icon": made.assurance,
    }


def _zones(inputs: Case, params: Case, kind: str) -> Found:
    y, centre, sigma = inputs["y"], params["center"], params["sigma"]
    return {
        name: {str(rule): list(points) for rule, points in asked(y, centre, sigma).items()}
        for name, asked in (("western_electric", western_electric), ("nelson", nelson))
    }


def _perla(inputs: Case, params: Case, kind: str) -> Found:
    y = inputs["y"]
    centre = None
    if baseline := params.get("baseline", params.get("freeze")):
        centre = perla(y[:baseline]).median
    made = perla(y, centre)
    facts = {name: getattr(made, name) for name in made.__struct_fields__}
    return facts | {
        "shifts": [{f: getattr(run, f) for f in run.__struct_fields__} for run in made.shifts],
        "trends": [{f: getattr(run, f) for f in run.__struct_fields__} for run in made.trends],
    }


def _rebase(inputs: Case, params: Case, kind: str) -> Found:
    made = auto_rebase(inputs["y"], **params)
    return {"phases": [{f: getattr(phase, f) for f in phase.__struct_fields__} for phase in made]}
