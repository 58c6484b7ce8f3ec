"""What the rules found in a chart, in words for a table: point by point, and of a whole part.

The reading says the most of it in a sentence; here each point says what it shows.
"""

from pdsa.charts.result import Chart, Part, Side, Signal
from pdsa.words import mark, say

_RUN = {
    Side.above: mark("in a run of {n} above the centre line"),
    Side.below: mark("in a run of {n} below the centre line"),
}
_TREND = {
    Side.up: mark("in a row of {n} that go up"),
    Side.down: mark("in a row of {n} that go down"),
}
_OUTSIDE = {
    Side.above: mark("above the upper limit"),
    Side.below: mark("below the lower limit"),
}
_ZONES = {
    Side.above: mark("one of several far above the centre line"),
    Side.below: mark("one of several far below the centre line"),
}
_AROUND = {
    "nelson.4": mark("in a row of {n} that alternate up and down"),
    "nelson.7": mark("in a row of {n} close to the centre line"),
    "nelson.8": mark("in a row of {n} away from the centre line"),
}
_BY_RULE = {
    "sigma": _OUTSIDE,
    "longest_run": _RUN,
    "perla.shift": _RUN,
    "perla.trend": _TREND,
    "making_data_count.outside": _OUTSIDE,
    "making_data_count.trend": _TREND,
    "making_data_count.two_of_three": _ZONES,
    "making_data_count.shift": _RUN,
    "western_electric.1": _OUTSIDE,
    "western_electric.2": _ZONES,
    "western_electric.3": _ZONES,
    "western_electric.4": _RUN,
    "nelson.1": _OUTSIDE,
    "nelson.2": _RUN,
    "nelson.3": _TREND,
    "nelson.5": _ZONES,
    "nelson.6": _ZONES,
}
_WHOLE = {
    "crossings": mark(
        "crossings of the centre line: {n}, where chance would give at least {least}"
    ),
    "corner": mark("the points stay longer on one side of the centre line than chance would give"),
    "perla.too_few_runs": mark("there are fewer runs than chance would give"),
    "perla.too_many_runs": mark("there are more runs than chance would give"),
}


def marks(chart: Chart) -> dict[int, tuple[str, ...]]:
    """What each point shows, by its index (from 1); points that show nothing are left out."""
    found: dict[int, dict[str, None]] = {}
    for signal in chart.signals:
        text = _of_points(signal)
        if text:
            said = say(text, n=len(signal.points))
            for index in signal.points:
                found.setdefault(index, {})[said] = None
    return {index: tuple(said) for index, said in sorted(found.items())}


def marks_of_parts(chart: Chart) -> tuple[str, ...]:
    """What the points of a part show together, and no single one of them does."""
    parts = {part.part: part for part in chart.parts}
    found = [
        _of_part(signal, parts[signal.part]) for signal in chart.signals if not _of_points(signal)
    ]
    return tuple(dict.fromkeys(found))


def _of_points(signal: Signal) -> str:
    rule = signal.rule if signal.rule in _BY_RULE else signal.rule.rpartition(".")[2]
    if signal.rule in _AROUND:
        return _AROUND[signal.rule]
    by_side = _BY_RULE.get(rule)
    return by_side.get(signal.side, "") if by_side and signal.side else ""


def _of_part(signal: Signal, part: Part) -> str:
    rule = signal.rule if signal.rule in _WHOLE else signal.rule.rpartition(".")[2]
    text = _WHOLE.get(
        rule, mark("the points of a phase vary in another way than chance would have it")
    )
    return say(text, n=part.n_crossings, least=part.n_crossings_min)
