"""A paper from its data: one tagged page (PDF/UA-1) by typst, the same bytes for the same data.

Everything that is said comes to typst as JSON, so that nothing a teacher wrote is read as markup.
Its own fonts are used and no others: a paper looks the same on every machine. What they have no
sign for (emoji, Chinese ...) is printed as a box, and the paper says so.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from pdsa.words import say

if TYPE_CHECKING:
    import typst

PaperSize = Literal["letter", "a4"]

_HERE = Path(__file__).parent
_SIZES: Mapping[PaperSize, str] = {"letter": "us-letter", "a4": "a4"}
#: What stands for a sign that the fonts do not have.
BOX = "□"
#: No field of one page has room for more characters.
MOST = 1_500
#: A word longer than a line may be broken anywhere, at so many characters.
_LONG, _PIECE = re.compile(r"\S{25,}"), 12
_BREAK = "\u200b"
#: Letters, signs and arrows that the fonts are known to have.
_SURE = re.compile(
    r"[\n\u0020-\u007e\u00a0-\u017f\u0391-\u03c9\u200b\u2013-\u201e\u2022\u2026\u2190-\u2193\u2260\u2264\u2265\u25a1]"
)
_UNPRINTABLE = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

Clean = Callable[[str], str]


class NoPdf(Exception):
    """This server makes no papers: typst (the extra ``pdf``) is not installed."""


def there_is_typst() -> bool:
    """Whether papers can be made here."""
    return find_spec("typst") is not None


def to_pdf(
    name: Literal["aim", "cycle"], data: Mapping[str, Any], *, paper: PaperSize, on: date
) -> bytes:
    """The paper as PDF, dated the day on which it is printed. Raises ``NoPdf``."""
    if not there_is_typst():
        raise NoPdf
    import typst

    def compiled(sign: Clean, note: str) -> bytes:
        said = _cleaned({**data, "paper": _SIZES[paper], "unprintable": note}, sign)
        made: Any = typst.compile(
            _HERE / f"{name}.typ",
            root=_HERE,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"paper": msgspec.json.encode(said).decode()},
            pdf_standards="ua-1",
            timestamp=datetime.combine(on, time(), UTC),
        )
        assert isinstance(made, bytes)  # noqa: S101
        return made

    try:
        return compiled(str, "")
    except typst.TypstError as error:
        lacking = unprintable(error.diagnostic)
        if not lacking:
            raise
    note = say("{box}: a sign that this paper has no letter for.", box=BOX)
    try:
        return compiled(lambda text: boxed(text, lacking), note)
    except typst.TypstError as error:
        if not unprintable(error.diagnostic):
            raise
    return compiled(only_sure, note)


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False)


# -- what somebody wrote ---------------------------------------------------------------------------


def _cleaned(value: Any, sign: Clean) -> Any:
    match value:
        case str():
            return sign(value)
        case dict():
            return {name: _cleaned(each, sign) for name, each in value.items()}
        case list() | tuple():
            return [_cleaned(each, sign) for each in value]
    return value


def written(text: str) -> str:
    """A text as a paper can hold it: no signs of control, no word that cannot be broken, an end."""
    text = unicodedata.normalize("NFC", text.strip())
    text = "".join(each for each in text if each == "\n" or unicodedata.category(each)[0] != "C")
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"\n\s*\n", "\n", text))
    if len(text) > MOST:
        text = f"{text[:MOST]}…"
    return _LONG.sub(_breakable, text)


def _breakable(word: re.Match[str]) -> str:
    text = word[0]
    return _BREAK.join(text[at : at + _PIECE] for at in range(0, len(text), _PIECE))


def unprintable(diagnostic: str) -> set[str]:
    """The signs that typst's fonts do not have, by what it says of a document."""
    found = "".join(_UNPRINTABLE.findall(diagnostic))
    return {*_ESCAPED.sub(lambda code: chr(int(code[1], 16)), found)}


def boxed(text: str, lacking: set[str]) -> str:
    """The text with a box in place of each run of signs that are lacking."""
    return _boxes("".join(BOX if each in lacking else each for each in text))


def only_sure(text: str) -> str:
    """The text with a box in place of each run of signs that no font may have."""
    return _boxes("".join(each if _SURE.match(each) else BOX for each in text))


def _boxes(text: str) -> str:
    return re.sub(f"{BOX}(?:{_BREAK}?{BOX})+", BOX, text)
