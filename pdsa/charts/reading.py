"""The reading of a chart: one or two plain sentences with numbers and dates.

It never says what caused a change; a chart cannot know. The same sentences are the picture's
alternative text.
"""

from collections.abc import Callable, Sequence
from datetime import date

from pdsa.aim import show_date
from pdsa.charts.result import Chart, ChartKind, Part, Side, Signal
from pdsa.words import mark, say, say_n

Show = Callable[[float | None], str]

#: Below this, chance and change cannot be told apart (Anhøj & Olesen 2014).
_ENOUGH = 10
# Translators: what the line in the middle of a chart is called.
_MEDIAN, _MEAN, _LINE = mark("median"), mark("mean"), mark("centre line")
_CENTRES = {ChartKind.run: _MEDIAN, ChartKind.g: _MEDIAN, ChartKind.t: _LINE}
#: The same with its value, where a sentence speaks of both.
_CENTRES_OF = {
    _MEDIAN: mark("the median of {value}"),
    _MEAN: mark("the mean of {value}"),
    _LINE: mark("the centre line of {value}"),
}
# Translators: where points lie (above, below, off the median of 40%), or go (up, down).
_SIDES = {
    Side.above: mark("above"),
    Side.below: mark("below"),
    Side.up: mark("up"),
    Side.down: mark("down"),
    None: mark("off"),
}
_RULES = {
    "perla.shift": mark("{n} points in a row lie {side} {centre}"),
    "perla.trend": mark("{n} points in a row go {side}"),
    "perla.too_few_runs": mark("there are fewer runs about {centre} than chance would give"),
    "perla.too_many_runs": mark("there are more runs about {centre} than chance would give"),
    "making_data_count.trend": mark("{n} points in a row go {side}"),
    "making_data_count.two_of_three": mark("2 of 3 points lie close to the limit {side} {centre}"),
    "making_data_count.shift": mark("{n} points in a row lie {side} {centre}"),
    "western_electric.2": mark("2 of 3 points lie beyond 2 sigma {side} {centre}"),
    "western_electric.3": mark("4 of 5 points lie beyond 1 sigma {side} {centre}"),
    "western_electric.4": mark("{n} points in a row lie {side} {centre}"),
    "nelson.2": mark("{n} points in a row lie {side} {centre}"),
    "nelson.3": mark("{n} points in a row go {side}"),
    "nelson.4": mark("{n} points in a row alternate up and down"),
    "nelson.5": mark("2 of 3 points lie beyond 2 sigma {side} {centre}"),
    "nelson.6": mark("4 of 5 points lie beyond 1 sigma {side} {centre}"),
    "nelson.7": mark("{n} points in a row lie within 1 sigma of {centre}"),
    "nelson.8": mark("{n} points in a row lie beyond 1 sigma on both sides of {centre}"),
}
_ICONS = {
    "special_cause_improvement": mark("the latest point is an improvement beyond chance"),
    "special_cause_concern": mark("the latest point is a change beyond chance, for the worse"),
    "special_cause_neutral_high": mark("the latest point is higher than chance would give"),
    "special_cause_neutral_low": mark("the latest point is lower than chance would give"),
}
_ASSURANCE = {
    "consistent_pass": mark("the process meets its target time after time"),
    "consistent_fail": mark("the process as it is will not meet its target"),
    "inconsistent": mark("the process meets its target at times, and at times not"),
}


def centre_name(kind: ChartKind) -> str:
    """What the centre line of a chart is: the median of the points, or their mean."""
    return say(_CENTRES.get(kind, _MEAN))


def _centre(chart: Chart, part: Part, show: Show) -> str:
    return say(_CENTRES_OF[_CENTRES.get(chart.kind, _MEAN)], value=show(part.cl))


def read(chart: Chart, *, name: str | None = None, show: Show | None = None) -> str:
    """What a chart says, in one or two sentences; ``show`` puts a value into words."""
    show = show or show_number
    name = say("The measure") if name is None else name
    points = chart.points
    known = [i for i, v in enumerate(points.y) if v is not None and points.include[i]]
    if not known:
        return say("{name}: no data yet.", name=name)
    first, last = known[0], known[-1]
    start, end = show(points.y[first]), show(points.y[last])
    if first == last:
        if isinstance(points.x[first], date):
            return say("{name} was {value} on {day}.", name=name, value=start, day=points.x[first])
        place = _place(chart, first)
        return say("{name} was {value} at {place}.", name=name, value=start, place=place)
    if chart.points.labels:
        return _named(chart, name, show, known)
    if start == end:
        went = mark("{name} was {start} at both ends between {first} and {last}")
    elif (points.y[last] or 0) > (points.y[first] or 0):
        went = mark("{name} rose from {start} to {end} between {first} and {last}")
    else:
        went = mark("{name} fell from {start} to {end} between {first} and {last}")
    ends = {"first": _place(chart, first), "last": _place(chart, last)}
    said = say(went, name=name, start=start, end=end, **ends)
    part = chart.parts[-1]
    centre = _centre(chart, part, show)
    signals = [signal for signal in chart.signals if signal.part == part.part]
    latest = [s for s in signals if s.rule.endswith(".longest_run")][-1:]
    others = sorted(
        (s for s in signals if s.rule != "sigma" and s not in latest),
        key=lambda s: (-s.points[-1], -len(s.points)),
    )
    runs = [_pattern(chart, part, s, centre) for s in (*latest, *others)]
    sigma = [signal for signal in signals if signal.rule == "sigma"]
    if runs:
        found = runs[0]
    elif sigma:
        found = _outside(chart, sigma)
    elif chart.kind is ChartKind.mr:
        found = say("the moving ranges lie within their limit")
    elif part.n_useful < _ENOUGH:
        found = say_n(
            "with {n} point off the {centre} it is too early to tell from chance",
            "with {n} points off the {centre} it is too early to tell from chance",
            part.n_useful,
            centre=centre_name(chart.kind),
        )
    else:
        found = say("the points vary around {value} as chance would have it", value=show(part.cl))
    if len(chart.parts) > 1:
        # Translators: how the figures went, then what the points show.
        since = mark("{change}; since {day}, in the present phase, {found}.")
        begins = _place(chart, part.start - 1)
        sentences = [say(since, change=said, day=begins, found=found)]
    else:
        sentences = [say("{change}; {found}.", change=said, found=found)]
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
    if lowest == highest:
        span = mark("{name} is {low} for {n} names, around {centre}")
    else:
        span = mark("{name} lies between {low} and {high} for {n} names, around {centre}")
    centre = _centre(chart, part, show)
    said = say(span, name=name, low=lowest, high=highest, n=len(known), centre=centre)
    sigma = [signal for signal in chart.signals if signal.rule == "sigma"]
    if not sigma:
        return say("{said}; they have no order in time.", said=said)
    found = _outside(chart, sigma)
    return say("{said}; they have no order in time, and {found}.", said=said, found=found)


def show_number(value: float | None) -> str:
    """A number to four significant digits: ``0.4``, ``893.5``, ``1370``, ``12,500``."""
    if value is None:
        return say("no data")
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
    return show_date(x) if isinstance(x, date) else say("point {number}", number=show_number(x))


def _outside(chart: Chart, signals: Sequence[Signal]) -> str:
    """Which points lie outside the limits."""
    at = sorted(i for signal in signals for i in signal.points)
    if len(at) == 1:
        which = _place(chart, at[0] - 1)
        if isinstance(chart.points.x[0], date):
            which = say("the point of {day}", day=which)
        if signals[0].side is Side.above:
            return say("{point} lies above the upper limit", point=which)
        return say("{point} lies below the lower limit", point=which)
    shown = [_place(chart, i - 1) for i in at[:3]]
    if len(at) > 3:
        listed = say("{these} and others", these=", ".join(shown))
    else:
        listed = say("{these} and {last}", these=", ".join(shown[:-1]), last=shown[-1])
    return say("{n} points lie outside the limits ({these})", n=len(at), these=listed)


def _pattern(chart: Chart, part: Part, signal: Signal, centre: str) -> str:
    """What a rule for runs saw."""
    n = len(signal.points)
    side = say(_SIDES[signal.side])
    _, _, rule = signal.rule.partition(".")
    if rule == "crossings":
        least = part.n_crossings_min
        if not part.n_crossings:
            never = mark(
                "the points never cross {centre}, where chance would give at least {least}"
            )
            return say(never, centre=centre, least=least)
        return say_n(
            "the points cross {centre} once, where chance would give at least {least}",
            "the points cross {centre} {n} times, where chance would give at least {least}",
            part.n_crossings,
            centre=centre,
            least=least,
        )
    if rule == "corner":
        return say(
            "the points run longer about {centre} and cross it less often than chance would give",
            centre=centre,
        )
    first, last = _place(chart, signal.points[0] - 1), _place(chart, signal.points[-1] - 1)
    if rule == "longest_run":
        if signal.points[-1] == _last_known(chart, part):
            return say(
                "the last {n} points are all {side} {centre}, more than chance would give",
                n=n,
                side=side,
                centre=centre,
            )
        return say(
            "{n} points in a row, from {first} to {last}, are {side} {centre}, more than chance "
            "would give",
            n=n,
            first=first,
            last=last,
            side=side,
            centre=centre,
        )
    if signal.rule == "making_data_count.outside":
        text = say_n(
            "{n} point lies {side} the process limits",
            "{n} points lie {side} the process limits",
            n,
            side=side,
        )
    elif rule == "1":
        text = say_n(
            "{n} point lies beyond 3 sigma {side} {centre}",
            "{n} points lie beyond 3 sigma {side} {centre}",
            n,
            side=side,
            centre=centre,
        )
    else:
        text = say(_RULES[signal.rule], n=n, side=side, centre=centre)
    return say("{pattern} ({first} to {last})", pattern=text, first=first, last=last)


def _last_known(chart: Chart, part: Part) -> int:
    """The index of the last point of a part that has a value and is no ghost."""
    points = chart.points
    for i in range(part.end - 1, part.start - 2, -1):
        if points.y[i] is not None and points.include[i]:
            return i + 1
    return 0


def _icons(chart: Chart) -> str:
    """What the icons of Making Data Count say."""
    icons = (_ICONS.get(chart.variation or ""), _ASSURANCE.get(chart.assurance or ""))
    both = "; ".join(say(each) for each in icons if each)
    return f"{both[0].upper()}{both[1:]}." if both else ""
