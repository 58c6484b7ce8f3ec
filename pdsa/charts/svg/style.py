"""Colours and the frame of a picture.

Every colour is also a presentation attribute, so that a picture looks right where no style sheet is
read (resvg, typst, mail). Against its page each colour of a text has a contrast of at least 4.5:1
and each of a line or marker of at least 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); ``grid`` and ``hatch``
are decoration. Nothing is said by colour alone: dash, weight and shape say it, too.
"""

import re
from functools import lru_cache

from msgspec import Struct

from pdsa.charts.svg.text import escape
from pdsa.errors import InvalidValue
from pdsa.words import say

FONT = 'font-family="system-ui,sans-serif"'


class Palette(Struct, frozen=True, kw_only=True):
    """The colours of one theme."""

    page: str
    ink: str
    quiet: str
    line: str
    limit: str
    target: str
    signal: str
    edge: str
    soft: str
    grid: str
    hatch: str
    improvement: str
    concern: str
    neutral: str


LIGHT = Palette(
    page="#ffffff",
    ink="#1b1f24",
    quiet="#57606a",
    line="#1f5f99",
    limit="#7a5b1e",
    target="#0f6e5c",
    signal="#b3400f",
    edge="#767d86",
    soft="#f2f4f6",
    grid="#e6e9ec",
    hatch="#d5dade",
    improvement="#005fb8",
    concern="#bf5300",
    neutral="#7b3fa0",
)
DARK = Palette(
    page="#14171a",
    ink="#e8eaed",
    quiet="#a6afb8",
    line="#7db4e6",
    limit="#cbab6b",
    target="#5cc4ae",
    signal="#ff9b66",
    edge="#8b939c",
    soft="#22272c",
    grid="#2a3036",
    hatch="#3b434b",
    improvement="#62aef2",
    concern="#ff9f45",
    neutral="#c99cf0",
)

# What each role paints: (fill, stroke), by the palette's names; "" leaves it alone.
_ROLES = {
    "page": ("page", ""),
    "soft": ("soft", ""),
    "ink": ("ink", ""),
    "quiet": ("quiet", ""),
    "dot": ("line", ""),
    "hollow": ("page", "line"),
    "line": ("none", "line"),
    "centre": ("none", "ink"),
    "limit": ("none", "limit"),
    "limit_text": ("limit", ""),
    "target": ("none", "target"),
    "target_text": ("target", ""),
    "outside": ("signal", ""),
    "signal_text": ("signal", ""),
    "former": ("none", "edge"),
    "edge": ("none", "edge"),
    "box": ("page", "edge"),
    "axis": ("none", "edge"),
    "grid": ("none", "grid"),
    "hatch": ("none", "hatch"),
    "improvement": ("improvement", ""),
    "improvement_edge": ("none", "improvement"),
    "concern": ("concern", ""),
    "concern_edge": ("none", "concern"),
    "neutral": ("neutral", ""),
    "neutral_edge": ("none", "neutral"),
    "quiet_edge": ("none", "quiet"),
}
# Only in pictures whose points show their types.
_TYPES = frozenset([*_ROLES][-7:])


class Look(Struct, frozen=True, kw_only=True):
    """Attributes by role, ready to go into a tag: ``class="p-ink" fill="#1b1f24"``."""

    theme: str
    page: str
    soft: str
    ink: str
    quiet: str
    dot: str
    hollow: str
    line: str
    centre: str
    limit: str
    limit_text: str
    target: str
    target_text: str
    outside: str
    signal_text: str
    former: str
    edge: str
    box: str
    axis: str
    grid: str
    hatch: str
    improvement: str
    improvement_edge: str
    concern: str
    concern_edge: str
    neutral: str
    neutral_edge: str
    quiet_edge: str


@lru_cache(maxsize=4)
def look(theme: str) -> Look:
    """The attributes of a theme: ``light`` and ``dark`` are fixed, ``auto`` follows the reader's.

    Raises ``InvalidValue`` for another name.
    """
    if theme not in ("auto", "light", "dark"):
        raise InvalidValue("theme", theme, "auto, light or dark")
    palette = DARK if theme == "dark" else LIGHT
    return Look(
        theme=theme,
        **{role: _attributes(role, palette, named=theme != "light") for role in _ROLES},
    )


def _attributes(role: str, palette: Palette, *, named: bool) -> str:
    fill, stroke = _ROLES[role]
    found = [f'class="p-{role}"'] if named else []
    if fill:
        found.append(f'fill="{getattr(palette, fill, fill)}"')
    if stroke:
        found.append(f'stroke="{getattr(palette, stroke)}"')
    return " ".join(found)


def rules(theme: str, *, types: bool = True) -> str:
    """The style sheet of a theme, scoped by a class: a dark screen for ``auto``, paper for ``dark``.

    A page that forbids inline style can carry this in a sheet of its own. ``types`` as false leaves
    out the colours of Making Data Count.
    """
    if theme == "light":
        return ""
    palette = DARK if theme == "auto" else LIGHT
    media = "screen and (prefers-color-scheme:dark)" if theme == "auto" else "print"
    found = []
    for role, (fill, stroke) in _ROLES.items():
        if role in _TYPES and not types:
            continue
        told = [f"fill:{getattr(palette, fill)}"] if fill not in ("", "none") else []
        told += [f"stroke:{getattr(palette, stroke)}"] if stroke else []
        found.append(f".pdsa-{theme} .p-{role}{{{';'.join(told)}}}")
    return f"@media {media}{{{''.join(found)}}}"


_RULES = {
    (theme, types): rules(theme, types=types)
    for theme in ("auto", "light", "dark")
    for types in (False, True)
}
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


def opening(
    id: str,
    width: float,
    height: float,
    *,
    title: str,
    desc: str,
    look: Look,
    size: float,
    types: bool = False,
) -> str:
    """The start of a document: its name, its description, its style and its page.

    ``id`` is the prefix of every id inside; give each picture of one page its own. ``types`` brings
    the colours of Making Data Count.
    Raises ``InvalidValue`` for an id that is none.
    """
    if _ID.fullmatch(id) is None:
        raise InvalidValue("id", id, "a letter, then letters, digits, '-', '_' or '.'")
    theme = look.theme
    named = f' class="pdsa-{theme}"' if theme != "light" else ""
    style = f"<style>{_RULES[theme, types]}</style>" if theme != "light" else ""
    w, h = f"{width:.0f}", f"{height:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{id}"{named} width="{w}" height="{h}" '
        f'viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-t {id}-d" direction="ltr" '
        f'{FONT} font-size="{size:g}"><title id="{id}-t">{escape(title)}</title>'
        f'<desc id="{id}-d">{escape(desc)}</desc>{style}<rect {look.page} width="{w}" height="{h}"/>'
    )


def check_width(width: float, *, low: int = 320, high: int = 4000) -> None:
    """Raise ``InvalidValue`` for a width that a picture cannot be laid out for."""
    if not low <= width <= high:
        raise InvalidValue(
            "width", width, say("between {low} and {high} CSS pixels", low=low, high=high)
        )
