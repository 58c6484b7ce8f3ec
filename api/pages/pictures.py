"""Pictures inside of a page: the colours are in the style sheet, for a page allows no other style."""

import re

from markupsafe import Markup

_STYLE = re.compile(r"<style>[^<]*</style>")
_SIZE = re.compile(r'( width="\d+")( height="\d+")( viewBox=)')


def inline(picture: str) -> Markup:
    """A picture of ours as a part of a page: as wide as there is room, at most as it was drawn."""
    return Markup(_SIZE.sub(r"\1\3", _STYLE.sub("", picture, count=1), count=1))  # noqa: S704 - our own picture, escaped by it
