"""A picture as PNG, for a slide or a mail; needs ``pip install 'pdsa-tracker[png]'``.

Drawn by resvg, without a browser. Text is set in the first of ``FAMILIES`` that this machine has
(of others, in what resvg takes for sans-serif): resvg brings no font and leaves text out without a
word where it finds none, so a machine without fonts is refused. The same fonts and the same resvg
give the same bytes.
"""

import re
from functools import lru_cache
from importlib import import_module
from typing import Any

from pdsa.errors import InvalidValue

#: In this order, so that two machines with the same fonts agree; the widths in
#: ``pdsa.charts.svg.text`` hold for each.
FAMILIES = ("DejaVu Sans", "Verdana", "Noto Sans", "Liberation Sans", "Arial", "Helvetica")
MAX_PIXELS = 64_000_000

_ROOT = re.compile(r"<svg\b[^>]*>")
_SIDE = re.compile(r'\s(width|height)="([0-9]+(?:\.[0-9]+)?)(?:px)?"')


def png(svg: str, *, width: int | None = None, scale: float = 2) -> bytes:
    """A picture of this library as PNG: ``width`` in CSS pixels (else its own), times ``scale``.

    An ``auto`` theme comes out light; choose ``theme="dark"`` when the picture is made.

    Raises ``InvalidValue`` for what is no SVG with a width and height in pixels, for no positive
    size, for more than 64 megapixels, and on a machine without fonts; ``ImportError`` without resvg.
    """
    root = _ROOT.search(svg)
    sides = {side: float(value) for side, value in _SIDE.findall(root[0])} if root else {}
    if not (sides.get("width") and sides.get("height")):
        raise InvalidValue("svg", svg[:60], "an SVG with a width and a height in pixels")
    wide = sides["width"] if width is None else width
    if not 0 < wide < 1e6:
        raise InvalidValue("width", width, "a positive number of pixels")
    if not 0 < scale < 1e4:
        raise InvalidValue("scale", scale, "a positive number")
    across = max(1, round(wide * scale))
    down = across * sides["height"] / sides["width"]
    if across * down > MAX_PIXELS:
        rule = f"a picture of at most {MAX_PIXELS // 1_000_000} megapixels"
        raise InvalidValue("scale", scale, rule)
    drawn: bytes = _draw(_resvg(), svg, across, _family() if "<text" in svg else None)
    return drawn


def _resvg() -> Any:
    # By name, for it is optional and no stranger may be among the imports of `pdsa`.
    try:
        return import_module("resvg_py")
    except ImportError as missing:
        raise ImportError(
            "PNG needs resvg-py, which is not installed: pip install 'pdsa-tracker[png]'"
        ) from missing


def _draw(resvg: Any, svg: str, across: int, family: str | None) -> bytes:
    try:
        drawn: bytes = resvg.svg_to_bytes(svg_string=svg, width=across, sans_serif_family=family)
    except ValueError as refused:
        raise InvalidValue("svg", svg[:60], f"an SVG that resvg reads: {refused}") from refused
    return drawn


@lru_cache(maxsize=1)
def _family() -> str | None:
    """The family for text, found by drawing with it; ``None`` is what resvg chooses itself."""
    resvg = _resvg()

    def drawn(family: str) -> bytes:
        return _draw(resvg, _probe("Ag", family), 40, None)

    instead = drawn("no such family")
    for family in FAMILIES:
        if drawn(family) != instead:
            return family
    if drawn("sans-serif") != _draw(resvg, _probe("", "sans-serif"), 40, None):
        return None
    raise InvalidValue(
        "fonts", None, "a font on this machine (on Debian: apt-get install fonts-dejavu-core)"
    )


def _probe(text: str, family: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
        f'<text x="2" y="15" font-size="14" font-family="{family}">{text}</text></svg>'
    )
