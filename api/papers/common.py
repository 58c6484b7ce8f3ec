"""What the papers of an aim and of a cycle have alike: head, foot, pictures."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from api.papers.printing import BREAK, written
from api.words import Language
from pdsa.charts import AnnotationKind, MeasureChart, measure_charts, svg
from pdsa.charts.svg.text import escape
from pdsa.cycle import Cycle
from pdsa.interchange import Inquiry
from pdsa.measure import Measure
from pdsa.words import say, say_day

#: Pictures are laid out for this width, in CSS pixels: their letters are then 8 points high.
WIDTH = 720
#: The same for a column of the page.
NARROW = 340
#: Heights of a chart: with room, and with little.
HEIGHTS = (300, 245)
#: How much more a chart may have for its cycles; and how many of them, the last, are marked on it
#: where there is no room for all.
MORE, LAST = 40, (3, 1)

#: What stands where there is nothing to say.
NONE = "–"  # noqa: RUF001
_COLOUR = re.compile(r'"#([0-9a-f]{6})"')


def framed(
    *, kicker: str, team: str, heading: str, language: Language, on: date, address: str
) -> dict[str, Any]:
    """The head and the foot of a paper."""
    return {
        "lang": language.code,
        "title": aloud(f"{heading} ({team})"),
        "kicker": kicker,
        "team": one_line(team),
        "heading": one_line(heading),
        "printed": say("Printed on {day}.", day=on),
        "cut": say("What ends in … goes on in the tracker."),
        "address": address,
        "shown_address": written(re.sub(r"^https?://", "", address)),
    }


def one_line(text: str) -> str:
    """A text as a paper can hold it, without line breaks."""
    return " ".join(written(text).split())


def aloud(text: str) -> str:
    """A text that is read out and not printed: one line of whole words."""
    return one_line(text).replace(BREAK, "")


def chart_of(
    inquiry: Inquiry, measure: Measure, cycles: Sequence[Cycle], *, on: date
) -> tuple[MeasureChart, list[dict[str, str]]]:
    """The chart of a measure up to a day with cycles marked, and its pictures: with room, and with little."""
    points = [each for each in inquiry.points_of(measure.id) if each.on <= on]

    def with_marks(marked: Sequence[Cycle]) -> MeasureChart:
        (chart, *_) = measure_charts(
            measure, points, calendar=inquiry.calendar, cycles=marked, phases=inquiry.phases
        )
        return chart

    # Where there is too little height, a chart leaves its cycles out: then it gets a little more,
    # or the last few are marked.
    marked = [with_marks(cycles), *(with_marks(cycles[-n:]) for n in LAST if n < len(cycles))]
    alt = aloud(marked[0].reading)

    def drawn(height: int) -> str:
        for chart in marked:
            for high in (height, height + MORE):
                picture = svg.chart(chart, width=WIDTH, height=high, theme="light", id="c")
                if all(f"<title>{escape(each)}</title>" in picture for each in _marks(chart)):
                    return picture
        return svg.chart(marked[0], width=WIDTH, height=height, theme="light", id="c")

    return marked[0], [{"svg": in_black(drawn(height)), "alt": alt} for height in HEIGHTS]


def _marks(chart: MeasureChart) -> list[str]:
    """What the marks of cycles and decisions on a chart say."""
    marks = (AnnotationKind.cycle, AnnotationKind.decision)
    return [each.text for each in chart.annotations if each.kind in marks]


def in_black(picture: str) -> str:
    """A picture of ours in black and greys, which a copier keeps apart as well as colours.

    What is drawn light stays light; everything else becomes nearly black. Pictures say nothing by
    colour alone, so nothing is lost.
    """
    return _COLOUR.sub(_grey, picture)


def _grey(colour: re.Match[str]) -> str:
    red, green, blue = (int(colour[1][at : at + 2], 16) for at in (0, 2, 4))
    light = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    if light < 160:
        light = round(light * 0.45)
    return f'"#{light:02x}{light:02x}{light:02x}"'


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def days_of(first: date | None, last: date | None) -> str:
    """From when to when, as short as it can be told."""
    if first is not None and last is not None and first != last:
        return say("{first} to {last}", first=say_day(first), last=say_day(last))
    day = first or last
    return say_day(day) if day is not None else ""
