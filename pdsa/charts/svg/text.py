"""Words in a picture: how wide they can get, how to shorten them, how to write numbers and XML.

No font is at hand when a picture is made, so every width is an upper bound: the widest of DejaVu
Sans and Verdana, the two widest of the usual sans-serif fonts, in hundredths of an em.
"""

import re
import unicodedata
from functools import lru_cache
from math import ceil, floor, log10

ELLIPSIS = "…"

_ASCII = (
    "36 41 46 84 64 108 78 28 46 46 64 84 37 46 37 46 64 64 64 64 64 64 64 64 64 64 46 46 84 84 84"
    " 55 100 69 69 70 78 64 58 78 76 43 46 70 56 87 75 79 61 79 70 69 62 74 69 99 69 62 69 46 46 46"
    " 84 64 64 62 64 55 64 62 36 64 64 28 35 60 28 98 64 62 64 64 43 53 40 64 60 82 60 60 53 64 46 64 84"
)
_ASCII_BOLD = (
    "35 46 59 87 72 128 88 34 55 55 72 87 38 48 38 69 72 72 72 72 72 72 72 72 72 72 41 41 87 87 87"
    " 62 100 78 77 74 84 69 69 83 84 55 56 78 64 100 85 86 74 86 79 73 69 82 78 113 78 74 73 55 69 55"
    " 87 72 72 68 72 60 72 68 44 72 72 35 41 68 35 106 72 69 72 72 50 60 48 72 66 98 67 66 60 72 55 72 87"
)
# No-break space, middle dot, en and em dash, ellipsis, quotation marks, bullet, degree, minus, times,
# plus-minus, at most, at least, arrow; then small sigma.
_PUNCTUATION = dict.fromkeys("\u2013\u2022\u201c\u201d", 72)
_PUNCTUATION |= dict.fromkeys("\xa0\xb7\u2018\u2019\xb0\u2026\u2014", 100)
_PUNCTUATION |= {"\xa0": 36, "\xb7": 46, "\u2018": 46, "\u2019": 46, "\xb0": 60}
_PUNCTUATION |= dict.fromkeys("\u2212\xd7\xb1\u2264\u2265\u2192", 87) | {"\u03c3": 78}
# Letters over an em or nearly so: ligatures, Cyrillic Zhe, Em, Sha and their like, Omega, Seen, Sad.
_WIDE_LETTERS = frozenset(
    "\xc6\xe6\xa9\xae\u0152\u0153\u0195\u019c\u01f6\u0416\u041c\u0428\u0429\u042b\u042e\u0436\u043c\u0448\u0449"
    "\u044b\u044e\u0444\u0409\u040a\u0459\u045a\u03a9\u03a8\u03c9\u03c8\u03d6\u03e2\u03e3"
    "\u0633\u0634\u0635\u0636\u069c\u06fb"
)
_VERY_WIDE_LETTERS = frozenset("\ufdfd\u2e3a\u2e3b")


class _Widths(dict[str, float]):
    """Hundredths of an em by character; one that is not listed is classed when first met."""

    def __init__(self, ascii_: str, stretch: float) -> None:
        super().__init__(zip(map(chr, range(32, 127)), map(float, ascii_.split()), strict=True))
        self.update(_PUNCTUATION)
        self.stretch = stretch

    def __missing__(self, char: str) -> float:
        found = self[char] = self._class(char)
        return found

    def _class(self, char: str) -> float:
        kind = unicodedata.category(char)
        if char in "\t\n\r":
            return self[" "]
        if kind in ("Cc", "Cf", "Cs") or "\u0300" <= char <= "\u036f":
            return 0  # dropped by ``escape``, invisible, or on top of the letter before
        if kind == "So" and char > "\u25ff":
            return 130  # emoji are drawn wider than an em by the usual fonts
        if unicodedata.east_asian_width(char) in "WF":
            return 110
        if char in _VERY_WIDE_LETTERS:
            return 300
        if char in _WIDE_LETTERS or "\u0250" <= char < "\u02b0" or "\u0460" <= char < "\u0530":
            return 122 * self.stretch
        parts = unicodedata.normalize("NFKD", char)
        if parts != char:
            return sum(self[part] for part in parts) + 14
        if char < "\u0530" and kind == "Ll":
            return 80 * self.stretch
        if char < "\u0530":
            return 96 * self.stretch
        return 110 * self.stretch


_REGULAR = _Widths(_ASCII, 1)
_BOLD = _Widths(_ASCII_BOLD, 1.16)


@lru_cache(maxsize=4096)
def _wide(s: str, bold: bool) -> float:
    """At most how wide ``s`` is, in hundredths of an em; labels come back in every picture."""
    return sum(map((_BOLD if bold else _REGULAR).__getitem__, s))


def width(s: str, size: float, bold: bool = False) -> float:
    """At most how wide ``s`` is at a font size, in the unit of ``size``."""
    return _wide(s, bold) * size / 100


def fit(s: str, size: float, room: float, bold: bool = False) -> str:
    """``s`` if it fits in ``room``, else its beginning and an ellipsis; empty if not even that fits."""
    units = room * 100 / size + 0.01  # a room measured by ``width`` is enough
    if len(s) * 130 <= units or _wide(s, bold) <= units:
        return s
    widths = _BOLD if bold else _REGULAR
    left = units - widths[ELLIPSIS]
    if left < 0:
        return ""
    cut = 0
    for char in s:
        left -= widths[char]
        if left < 0:
            break
        cut += 1
    while cut and cut < len(s) and _joined(s[cut]):
        cut -= 1  # never between a letter and its accent
    return s[:cut].rstrip() + ELLIPSIS


def wrap(s: str, size: float, room: float, lines: int, bold: bool = False) -> list[str]:
    """``s`` in at most ``lines`` lines that each fit in ``room``; the last one may be shortened."""
    wrapped: list[str] = []
    rest = " ".join(s.split())
    while rest and len(wrapped) < lines - 1 and width(rest, size, bold) > room:
        cut = _line(rest, size, room, bold)
        if not cut:
            break
        wrapped.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest and (last := fit(rest, size, room, bold)):
        wrapped.append(last)
    return wrapped


def _line(s: str, size: float, room: float, bold: bool) -> int:
    """How many characters go on one line: up to the last space that fits, else as many as fit."""
    widths = _BOLD if bold else _REGULAR
    left = room * 100 / size
    space = 0
    for at, char in enumerate(s):
        left -= widths[char]
        if char == " ":
            space = at
        elif left < 0:
            while not space and at and _joined(s[at]):
                at -= 1
            return space or at
    return len(s)


def _joined(char: str) -> bool:
    return bool(unicodedata.combining(char)) or char in "\u200d\ufe0e\ufe0f"


_UNSAFE = re.compile("[^ !#-%'-;=?-~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": " ", "\t": " ", "\r": " "}


def escape(s: str) -> str:
    """``s`` for XML text or a quoted attribute, without what XML 1.0 forbids or discourages."""
    if _UNSAFE.search(s) is None:
        return s
    return _UNSAFE.sub(lambda found: _ENTITIES.get(found[0], ""), s)


def escape_all(texts: list[str]) -> list[str]:
    """Each text as ``escape`` has it; all at once where none needs it."""
    return texts if _UNSAFE.search("".join(texts)) is None else [*map(escape, texts)]


def decimals(step: float) -> int:
    """How many decimals tell values apart that lie ``step`` from one another."""
    return max(0, ceil(-log10(step) - 1e-9)) if step > 0 else 0


_LARGE = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def number(value: float, step: float = 0, largest: float = 0) -> str:
    """A value in few characters: ``0.25``, ``12,500``, ``1.2M``, ``3e-7``.

    ``step`` is the distance to the next value on a scale, so that neighbours differ; without it,
    three significant digits. ``largest`` is the largest of the scale, which all are written like.
    """
    if value == 0:
        return "0"
    size = abs(value)
    if not step and 1e-3 <= size < 999.5:
        return f"{value:.3g}" if value > 0 else f"\u2212{size:.3g}"
    step = step or max(10.0 ** (floor(log10(size)) - 2), 1e-300)
    if size >= 1e15 or step < 1e-5:
        figures = max(0, floor(log10(size)) - floor(log10(step) + 1e-9)) if step < size else 0
        mantissa, _, power = f"{value:.{min(figures, 15)}e}".partition("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{_signed(mantissa)}e{int(power)}"
    for unit, letter in _LARGE:
        if max(size, largest) >= unit:
            return _plain(value / unit, step / unit) + letter
    return _plain(value, step)


def _plain(value: float, step: float) -> str:
    shown = f"{value:,.{min(decimals(step), 12)}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return _signed(shown)


def _signed(shown: str) -> str:
    if shown[0] != "-":
        return shown
    return "\u2212" + shown[1:] if shown.strip("-0.,") else "0"
