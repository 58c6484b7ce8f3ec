"""Where the words of a picture stand: a box for every text, by the widths that the layout uses."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from pdsa.charts.svg.text import width

SVG = "{http://www.w3.org/2000/svg}"
_INHERITED = ("font-size", "font-weight", "text-anchor")


class Box(NamedTuple):
    """The room of one text: at most as wide as any usual font, from ascender to descender."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def touches(self, other: "Box") -> bool:
        """Whether both cover the same ground, by more than a rounding of coordinates."""
        slack = 0.2
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )


def parsed(svg: str) -> Element:
    """The document; fails where it is not well-formed."""
    return fromstring(svg)  # noqa: S314 (our own picture)


def boxes(svg: str) -> list[Box]:
    """A box for every ``text`` element."""
    return list(_boxes(parsed(svg), {}))


def overlaps(svg: str) -> list[tuple[Box, Box]]:
    """Every pair of texts that overlap."""
    return [(a, b) for a, b in combinations(boxes(svg), 2) if a.touches(b)]


def outside(svg: str) -> list[Box]:
    """Every text that is not wholly within the view box."""
    _, _, wide, high = map(float, parsed(svg).attrib["viewBox"].split())
    return [
        box
        for box in boxes(svg)
        if box.left < 0 or box.top < 0 or box.right > wide + 0.1 or box.bottom > high + 0.1
    ]


def shown(svg: str) -> str:
    """All words that can be seen, one text per line."""
    return "\n".join(box.text for box in boxes(svg))


def tooltips(svg: str) -> list[str]:
    """The words of every mark, without the picture's own name."""
    root = parsed(svg)
    return [
        title.text or ""
        for element in root.iter()
        if element is not root
        for title in element.findall(f"{SVG}title")
    ]


def _boxes(element: Element, inherited: dict[str, str]) -> Iterator[Box]:
    told = inherited | {key: element.attrib[key] for key in _INHERITED if key in element.attrib}
    assert "transform" not in element.attrib
    if element.tag == f"{SVG}text" and element.text:
        size = float(told["font-size"])
        wide = width(element.text, size, told.get("font-weight") == "bold")
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[
            told.get("text-anchor", "start")
        ]
        yield Box(left, y - 0.8 * size, left + wide, y + 0.22 * size, element.text)
    for child in element:
        yield from _boxes(child, told)
