"""Aims side by side: what stands on the card of each, with its figures as a small picture."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from markupsafe import Markup
from msgspec import Struct

from api.pages.names import named
from api.pages.speaking import here
from pdsa.charts import svg
from pdsa.measure import MeasureUnit, show_amount
from pdsa.monitoring import Day
from pdsa.monitoring.glance import Glance
from pdsa.words import say

#: How many days a small picture shows, up to the last one: more than that no eye tells apart.
MOST_DAYS = 40
_WIDE, _HIGH = 160, 48


class Card(Struct, frozen=True):
    """An aim at a glance, its figures in words, and their picture where there are any.

    ``reading`` is what the figures say where what is kept of it is not in the reader's language.
    """

    aim: Glance
    status: str
    picture: Markup | None
    baseline: str
    latest: str
    target: str
    progress: str
    reading: str


def cards(aims: Iterable[Glance], lines: Mapping[str, Sequence[Day]]) -> tuple[Card, ...]:
    """The cards of some aims. Shares are drawn on one scale, from 0% to 100%; others on their own."""
    return tuple(_card(each, lines.get(each.aim_id, ())) for each in aims)


def _card(aim: Glance, days: Sequence[Day]) -> Card:
    past = [each for each in days if _past(aim, each)]
    return Card(
        aim=aim,
        status=named(aim.status),
        picture=_picture(aim, past[-MOST_DAYS:]),
        baseline=_shown(aim, aim.baseline),
        latest=_shown(aim, aim.latest),
        target=_shown(aim, aim.target),
        progress=_progress(aim),
        reading="" if here().language.code == "en" else _reading(aim, past),
    )


def _reading(aim: Glance, days: Sequence[Day]) -> str:
    """In a sentence, from the facts that are kept: what is kept as a sentence is in English."""
    known = [value for _, value in days if value is not None]
    if len(known) < 2:
        return ""
    said = say(
        "{n} figures from {first} to {last}, median {median}",
        n=len(known),
        first=_shown(aim, known[0]),
        last=_shown(aim, known[-1]),
        median=_shown(aim, median(known)),
    )
    if aim.signal:
        return say("{figures}: more than chance would give.", figures=said)
    return say("{figures}: no sign so far of more than chance.", figures=said)


def _past(aim: Glance, day: Day) -> bool:
    return aim.latest_on is not None and day[0] <= aim.latest_on


def _shown(aim: Glance, value: float | None) -> str:
    return "\u2013" if value is None or aim.unit is None else show_amount(value, aim.unit)


def _picture(aim: Glance, days: Sequence[Day]) -> Markup | None:
    values = [value for _, value in days]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    share = aim.unit is MeasureUnit.percentage
    drawn = svg.sparkline(
        values,
        width=_WIDE,
        height=_HIGH,
        title=say(
            "{n} figures from {first} to {last}",
            n=len(known),
            first=_shown(aim, known[0]),
            last=_shown(aim, known[-1]),
        ),
        low=0.0 if share else None,
        high=100.0 if share else None,
    )
    return Markup(drawn)  # noqa: S704 - our own picture, escaped by it


def _progress(aim: Glance) -> str:
    """How far the aim has got by each voice that has said so, on the scale from 0.5 to 5."""
    said = (
        (aim.progress, say("the record shows {level}")),
        (aim.team_says, say("the team says {level}")),
        (aim.coach_says, say("coach or ILT says {level}")),
    )
    return ", ".join(words.format(level=f"{level:g}") for level, words in said if level is not None)
