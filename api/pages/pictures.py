"""Pictures inside of a page: the colours are in the style sheet, for a page allows no other style."""

import re
from collections.abc import Callable

from markupsafe import Markup

#: Widths in CSS pixels.
WIDE, NARROW = 720, 340
_STYLE = re.compile(r"<style>[^<]*</style>")
_SIZE = re.compile(r'( width="\d+")( height="\d+")( viewBox=)')


def inline(picture: str) -> Markup:
    """A picture of ours as a part of a page: as wide as there is room, at most as it was drawn."""
    return Markup(_SIZE.sub(r"\1\3", _STYLE.sub("", picture, count=1), count=1))  # noqa: S704 - our own picture, escaped by it


def fitting(drawn: Callable[[int, str], str], id: str) -> Markup:
    """A picture as it is drawn for a page's width and for a phone's; the style sheet shows one.

    ``drawn`` draws it of a width, with a prefix of the ids inside. One picture for both would have
    letters of half their size on a phone.
    """
    wide, narrow = inline(drawn(WIDE, id)), inline(drawn(NARROW, f"{id}-narrow"))
    return Markup('<div class="only-wide">{}</div><div class="only-narrow">{}</div>').format(
        wide, narrow
    )
