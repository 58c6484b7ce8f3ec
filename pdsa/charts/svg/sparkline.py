"""Sparklines: a series in the space of a word (Tufte 2006, Beautiful Evidence, ch. 2)."""

from collections.abc import Callable, Iterable, Sequence

from pdsa.charts.measured import MeasureChart
from pdsa.charts.result import Chart
from pdsa.charts.svg.marks import line
from pdsa.charts.svg.style import look
from pdsa.charts.svg.subject import Show
from pdsa.charts.svg.text import escape, number
from pdsa.errors import InvalidValue
from pdsa.words import mark, say

Series = Sequence[float | None] | Chart | MeasureChart
_THEMES = ("text", "light", "dark", "auto")


def sparkline(
    of: Series,
    *,
    width: float = 120,
    height: float = 28,
    title: str | None = None,
    theme: str = "text",
    show: Show | None = None,
    low: float | None = None,
    high: float | None = None,
) -> str:
    """One series as a small SVG element for a line of text, with its last point marked.

    The thin line is the median (a chart's own centre line), the last point is a dot, in a ring
    where the chart found a signal. Points stand at equal distances, a missing one is a gap; those of
    names are not joined. ``theme`` is ``text`` (the colour of the words around it), ``light``,
    ``dark`` or ``auto``. ``low`` and ``high`` fix the scale, so that several can be compared.

    Raises ``InvalidValue`` for a size outside 16 to 4000 by 8 to 1000, or an unknown theme.
    """
    if not 16 <= width <= 4000:
        raise InvalidValue("width", width, "between 16 and 4000")
    if not 8 <= height <= 1000:
        raise InvalidValue("height", height, "between 8 and 1000")
    if theme not in _THEMES:
        raise InvalidValue("theme", theme, ", ".join(_THEMES))
    values, centre, signal, said = _read(of, show)
    drawn = of.chart if isinstance(of, MeasureChart) else of
    apart = isinstance(drawn, Chart) and bool(drawn.points.labels)
    if title is None:
        title = said
    return _drawn(values, centre, signal, title, width, height, theme, low, high, apart)


def sparklines(
    all_of: Iterable[Series],
    *,
    titles: Sequence[str] | None = None,
    same_scale: bool = False,
    width: float = 120,
    height: float = 28,
    theme: str = "text",
    show: Show | None = None,
) -> list[str]:
    """Many sparklines of one size; ``same_scale`` draws all of them from the same low to high."""
    series = [*all_of]
    if titles is not None and len(titles) != len(series):
        rule = say("one for each of {n} series", n=len(series))
        raise InvalidValue("titles", len(titles), rule)
    low = high = None
    if same_scale:
        known = [v for each in series for v in _read(each, show)[0] if v is not None]
        low, high = min(known, default=None), max(known, default=None)
    return [
        sparkline(
            each,
            width=width,
            height=height,
            title=titles[i] if titles is not None else None,
            theme=theme,
            show=show,
            low=low,
            high=high,
        )
        for i, each in enumerate(series)
    ]


def _read(of: Series, show: Show | None) -> tuple[Sequence[float | None], float | None, bool, str]:
    """Values, centre line, whether there is a signal, and a sentence."""
    if isinstance(of, MeasureChart):
        chart, show, name = of.chart, show or of.show, of.of_name or of.name
    elif isinstance(of, Chart):
        chart, name = of, ""
    else:
        given = [None if v is None or v != v else v for v in of]
        known = sorted(v for v in given if v is not None)
        half = len(known) // 2
        centre = None
        if known:
            centre = known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
        said = _sentence(given, centre, say("median"), show or _number, "", False)
        return given, centre, False, said
    values = chart.points.y
    centre = chart.parts[-1].cl if chart.parts else None
    word = say("median") if chart.kind in ("run", "g") else say("mean")
    signal = bool(chart.signals)
    return values, centre, signal, _sentence(values, centre, word, show or _number, name, signal)


def _number(value: float | None) -> str:
    return say("no data") if value is None else number(value)


def _sentence(
    values: Sequence[float | None],
    centre: float | None,
    word: str,
    show: Callable[[float | None], str],
    name: str,
    signal: bool,
) -> str:
    known = [v for v in values if v is not None]
    prefix = f"{name}: " if name else ""
    if not known:
        return prefix + say("no data yet")
    if len(known) == 1:
        return prefix + say("1 point, {value}", value=show(known[0]))
    said = mark("{n} points from {first} to {last}, {centre} {value}")
    if signal:
        said = mark(
            "{n} points from {first} to {last}, {centre} {value}, more than chance would give"
        )
    facts = {"first": show(known[0]), "last": show(known[-1])}
    return prefix + say(said, n=len(known), centre=word, value=show(centre), **facts)


def _drawn(
    values: Sequence[float | None],
    centre: float | None,
    signal: bool,
    title: str,
    width: float,
    height: float,
    theme: str,
    low: float | None,
    high: float | None,
    apart: bool,
) -> str:
    words = escape(title)
    if theme == "text":
        named, stroke, thin, dot = (
            "",
            'stroke="currentColor"',
            'stroke="currentColor"',
            "currentColor",
        )
        paint = f'fill="{dot}"'
    else:
        chosen = look(theme)
        named = f' class="pdsa-{theme}"' if theme != "light" else ""
        stroke, thin, paint = chosen.line, chosen.edge, chosen.dot
    size = f"{width:g}", f"{height:g}"
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg"{named} width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{words}" direction="ltr">'
        f"<title>{words}</title>"
    )
    if theme in ("auto", "dark"):
        from pdsa.charts.svg.style import rules

        start += f"<style>{rules(theme, types=False)}</style>"
    known = [v for v in values if v is not None]
    if not known:
        middle = f"M{3:g} {height / 2:.1f}H{width - 3:.1f}"
        return f'{start}<g fill="none"><path {thin} stroke-dasharray="1 3" d="{middle}"/></g></svg>'
    low = min(known) if low is None else min(low, *known)
    high = max(known) if high is None else max(high, *known)
    pad = min(4.0, height / 4)
    if high - low > 1e-12 * max(abs(high), abs(low)):
        b = (2 * pad - height) / (high - low)
        a = pad - b * high
    else:
        a, b = height / 2, 0.0
    step = (width - 2 * pad) / max(1, len(values) - 1)
    last = len(values) - 1
    while values[last] is None:
        last -= 1
    if len(values) <= 400:
        found: list[str] = []
        pen = "M"
        x = pad
        for v in values:
            if v is None:
                if pen == "L" and found[-1][0] == "M":
                    found.append("h0")
                pen = "M"
            else:
                found.append(f"{pen}{x:.1f} {a + b * v:.1f}")
                pen = "L"
            x += step
        if found[-1][0] == "M":
            found.append("h0")
        path = "".join(found)
    else:
        xs = [pad + i * step for i in range(len(values))]
        path = line(xs, [None if v is None else a + b * v for v in values])
    if apart:  # names have no order that a line could follow
        path = path.replace("h0", "").replace("L", "M").replace("M", "h0M")[2:] + "h0"
    at = a + b * known[-1]
    x = pad + last * step
    middle = ""
    if centre is not None and (b == 0 or low <= centre <= high):
        y = a + b * centre
        middle = f'<path {thin} stroke-width="0.7" d="M0 {y:.1f}H{size[0]}"/>'
    ring = f'<circle cx="{x:.1f}" cy="{at:.1f}" r="{pad - 0.5:.1f}"/>' if signal else ""
    return (
        f'{start}<g fill="none" stroke-linecap="round" stroke-linejoin="round">{middle}'
        f'<g {stroke} stroke-width="{2.4 if apart else 1.2}"><path d="{path}"/>{ring}</g></g>'
        f'<circle {paint} cx="{x:.1f}" cy="{at:.1f}" r="2.2"/></svg>'
    )
