"""The templates and what they may call: texts in the reader's language, days, numbers, pictures."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup, escape

from api.pages import static
from api.pages.mending import mend
from api.pages.speaking import here
from api.words import languages
from pdsa import __version__
from pdsa.words import say, say_n

_HERE = Path(__file__).parent


def _say(template: str, /, **facts: Any) -> str:
    """As ``say``; facts that are markup stay it, and everything else is escaped."""
    if any(isinstance(fact, Markup) for fact in facts.values()):
        return Markup(escape(say(template))).format(**facts)  # noqa: S704 - escaped right here
    return say(template, **facts)


def _day(day: date | None) -> str:
    return here().language.day(day) if day is not None else ""


def _short_day(day: date) -> str:
    return here().language.short_day(day)


def _written_day(text: str) -> str:
    """A day as a form has it, for whoever only reads it."""
    try:
        return _day(date.fromisoformat(text))
    except ValueError:
        return text


def _moment(moment: datetime | None, zone: Any) -> str:
    return here().language.moment(moment, zone) if moment is not None else ""


def _raw(told: msgspec.Raw) -> str:
    """JSON that is only passed on, as text."""
    return bytes(told).decode()


def _number(value: float | None) -> str:
    return "" if value is None else here().language.number(value)


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals |= {
        "_": _say,
        "ngettext": say_n,
        "here": here,
        "mend": mend,
        "languages": languages(),
        "sheet": static.address("pdsa.css"),
        "script": static.address("pdsa.js"),
        "version": __version__,
    }
    made.filters |= {
        "day": _day,
        "short_day": _short_day,
        "written_day": _written_day,
        "moment": _moment,
        "number": _number,
        "raw": _raw,
        "said": say,
    }
    return made


TEMPLATES = _environment()
