"""The reading of a chart: one or two plain sentences with numbers and dates.

It never says what caused a change; a chart cannot know. The same sentences are the picture's
alternative text.
"""

from collections.abc import Callable, Sequence
from datetime import date

from pdsa.aim import show_date
from pdsa.charts.result import Chart, ChartKind, Part, Side, Signal

Show = Callable[[float | None], str]

#: Below this, chance and change cannot be told apart (Anhøj & Olesen 2014).
_ENOUGH = 10
_CENTRES = {ChartKind.run: "median", ChartKind.g: "median", ChartKind.t: "centre line"}
_RULES = {
    "perla.shift": "{n} points in a row lie {side} {centre}",
    "perla.trend": "{n} points in a row go {side}",
    "perla.too_few_runs": "there are fewer runs about {centre} than chance would give",
    "perla.too_many_runs": "there are more runs about {centre} than chance would give",
    "making_data_count.outside": "{n} {points} {side} the process limits",
    "making_data_count.trend": "{n} points in a row go {side}",
    "making_data_count.two_of_three": "2 of 3 points lie close to the limit {side} {centre}",
    "making_data_count.shift": "{n} points in a row lie {side} {centre}",
    "western_electric.1": "{n} {points} beyond 3 sigma {side} {centre}",
    "western_electric.2": "2 of 3 points lie beyond 2 sigma {side} {centre}",
    "western_electric.3": "4 of 5 points lie beyond 1 sigma {side} {centre}",
    "western_electric.4": "{n} points in a row lie {side} {centre}",
    "nelson.1": "{n} {points} beyond 3 sigma {side} {centre}",
    "nelson.2": "{n} points in a row lie {side} {centre}",
    "nelson.3": "{n} points in a row go {side}",
    "nelson.4": "{n} points in a row alternate up and down",
    "nelson.5": "2 of 3 points lie beyond 2 sigma {side} {centre}",
    "nelson.6": "4 of 5 points lie beyond 1 sigma {side} {centre}",
    "nelson.7": "{n} points in a row lie within 1 sigma of {centre}",
    "nelson.8": "{n} points in a row lie beyond 1 sigma on both sides of {centre}",
}
_ICONS = {
    "special_cause_improvement": "an improvement beyond chance",
    "special_cause_concern": "a change beyond chance, for the worse",
    "special_cause_neutral_high": "higher than chance would give",
    "special_cause_neutral_low": "lower than chance would give",
}
_ASSURANCE = {
    "consistent_pass": "the process meets its target time after time",
    "consistent_fail": "the process as it is will not meet its target",
    "inconsistent": "the process meets its target at times, and at times not",
}


def centre_name(kind: ChartKind) -> str:
    """What the centre line of a chart is: the median of the points, or their mean."""
    return _CENTRES.get(kind, "mean")


def read(chart: Chart, *, name: str = "The measure", show: Show | None = None) -> str:
    """What a chart says, in one or two sentences; ``show`` puts a value into words."""
    show = show or show_number
    points = chart.points
    known = [i for i, v in enumerate(points.y) if v is not None and points.include[i]]
    if not known:
        return f"{name}: no data yet."
    first, last = known[0], known[-1]
    start, end = show(points.y[first]), show(points.y[last])
    if first == last:
        return f"{name} was {start} {_on(chart, first)}."
    if chart.points.labels:
        return _named(chart, name, show, known)
    if start == end:
        went = f"was {start} at both ends"
    else:
        rose = (points.y[last] or 0) > (points.y[first] or 0)
        went = f"{'rose' if rose else 'fell'} from {start} to {end}"
    said = f"{name} {went} between {_place(chart, first)} and {_place(chart, last)}"
    part = chart.parts[-1]
    centre = f"the {centre_name(chart.kind)} of {show(part.cl)}"
    signals = [signal for signal in chart.signals if signal.part == part.part]
    latest = [s for s in signals if s.rule.endswith(".longest_run")][-1:]
    others = sorted(
        (s for s in signals if s.rule != "sigma" and s not in latest),
        key=lambda s: (-s.points[-1], -len(s.points)),
    )
    runs = [_pattern(chart, part, s, centre) for s in (*latest, *others)]
    sigma = [signal for signal in signals if signal.rule == "sigma"]
    since = ""
    if len(chart.parts) > 1:
        since = f"since {_place(chart, part.start - 1)}, in the present phase, "
    sentences = []
    if runs:
        sentences.append(f"{said}; {since}{runs[0]}.")
    elif sigma:
        sentences.append(f"{said}; {since}{_outside(chart, sigma)}.")
    elif chart.kind is ChartKind.mr:
        sentences.append(f"{said}; {since}the moving ranges lie within their limit.")
    elif part.n_useful < _ENOUGH:
        sentences.append(
            f"{said}; {since}with {part.n_useful} {_points(part.n_useful)} off "
            f"the {centre_name(chart.kind)} it is too early to tell from chance."
        )
    else:
        sentences.append(
            f"{said}; {since}the points vary around {show(part.cl)} as chance would have it."
        )
    if runs and sigma:
        outside = _outside(chart, sigma)
        sentences.append(f"{outside[0].upper()}{outside[1:]}.")
    elif chart.variation is not None:
        second = _icons(chart)
        if second:
            sentences.append(second)
    return " ".join(sentences)


def _named(chart: Chart, name: str, show: Show, known: Sequence[int]) -> str:
    """The reading of points that have names and no order in time: no change, and no runs."""
    values = [v for i in known if (v := chart.points.y[i]) is not None]
    part = chart.parts[-1]
    lowest, highest = show(min(values)), show(max(values))
    span = f"is {lowest}" if lowest == highest else f"lies between {lowest} and {highest}"
    middle = f"around the {centre_name(chart.kind)} of {show(part.cl)}"
    said = f"{name} {span} for {len(known)} names, {middle}; they have no order in time"
    sigma = [signal for signal in chart.signals if signal.rule == "sigma"]
    return f"{said}, and {_outside(chart, sigma)}." if sigma else f"{said}."


def show_number(value: float | None) -> str:
    """A number to four significant digits: ``0.4``, ``893.5``, ``1370``, ``12,500``."""
    if value is None:
        return "no data"
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.4g}"
    if abs(value) >= 1000:
        return f"{round(value):,}" if abs(value) >= 10_000 else f"{round(value)}"
    return f"{float(f'{value:.4g}'):g}" if value else "0"


def _place(chart: Chart, at: int) -> str:
    """A point's place on the axis, in words."""
    x = chart.points.x[at]
    if chart.points.labels:
        return chart.points.labels[int(x) - 1]  # type: ignore[arg-type]
    return show_date(x) if isinstance(x, date) else f"point {show_number(x)}"


def _on(chart: Chart, at: int) -> str:
    dated = isinstance(chart.points.x[at], date)
    return f"on {_place(chart, at)}" if dated else f"at {_place(chart, at)}"


def _points(n: int) -> str:
    return "point" if n == 1 else "points"


def _outside(chart: Chart, signals: Sequence[Signal]) -> str:
    """Which points lie outside the limits."""
    at = sorted(i for signal in signals for i in signal.points)
    if len(at) == 1:
        side = "above the upper" if signals[0].side is Side.above else "below the lower"
        dated = isinstance(chart.points.x[0], date)
        which = f"the point of {_place(chart, at[0] - 1)}" if dated else _place(chart, at[0] - 1)
        return f"{which} lies {side} limit"
    shown = [_place(chart, i - 1) for i in at[:3]]
    listed = f"{', '.join(shown[:-1])} and {shown[-1]}"
    if len(at) > 3:
        listed = f"{', '.join(shown)} and others"
    return f"{len(at)} points lie outside the limits ({listed})"


def _pattern(chart: Chart, part: Part, signal: Signal, centre: str) -> str:
    """What a rule for runs saw."""
    n = len(signal.points)
    side = str(signal.side or "off")
    _, _, rule = signal.rule.partition(".")
    if rule == "longest_run":
        if signal.points[-1] == _last_known(chart, part):
            return f"the last {n} points are all {side} {centre}, more than chance would give"
        where = (
            f"from {_place(chart, signal.points[0] - 1)} to {_place(chart, signal.points[-1] - 1)}"
        )
        return f"{n} points in a row, {where}, are {side} {centre}, more than chance would give"
    if rule == "crossings":
        times = "once" if part.n_crossings == 1 else f"{part.n_crossings} times"
        if not part.n_crossings:
            return f"the points never cross {centre}, where chance would give at least {part.n_crossings_min}"
        return f"the points cross {centre} {times}, where chance would give at least {part.n_crossings_min}"
    if rule == "corner":
        return (
            f"the points run longer about {centre} and cross it less often than chance would give"
        )
    text = _RULES[signal.rule].format(
        n=n, side=side, centre=centre, points="point lies" if n == 1 else "points lie"
    )
    return (
        f"{text} ({_place(chart, signal.points[0] - 1)} to {_place(chart, signal.points[-1] - 1)})"
    )


def _last_known(chart: Chart, part: Part) -> int:
    """The index of the last point of a part that has a value and is no ghost."""
    points = chart.points
    for i in range(part.end - 1, part.start - 2, -1):
        if points.y[i] is not None and points.include[i]:
            return i + 1
    return 0


def _icons(chart: Chart) -> str:
    """What the icons of Making Data Count say."""
    variation = _ICONS.get(chart.variation or "")
    assurance = _ASSURANCE.get(chart.assurance or "")
    said = f"the latest point is {variation}" if variation else ""
    both = "; ".join(each for each in (said, assurance) if each)
    return f"{both[0].upper()}{both[1:]}." if both else ""
