"""A paper from its data: one tagged page (PDF/UA-1) by typst, the same bytes for the same data.

Everything that is said comes to typst as JSON, so that nothing a teacher wrote is read as markup.
Its own fonts are used and no others: a paper looks the same on every machine. What they have no
sign for (emoji, Chinese ...) is printed as a box, and the paper says so.

typst runs in a process of its own, which begins in 30 ms: what it remembers of a layout would stay
in the server otherwise, some hundred megabytes of teams' texts.
"""

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import msgspec

from pdsa.words import say

PaperSize = Literal["letter", "a4"]

SECONDS = 30
_SET = """
import json, sys, typst
given = json.load(sys.stdin.buffer)
try:
    made = typst.compile(
        given["input"],
        root=given["root"],
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": given["paper"]},
        pdf_standards="ua-1",
        timestamp=given["timestamp"],
    )
except typst.TypstError as error:
    sys.stderr.buffer.write(error.diagnostic.encode())
    sys.exit(1)
sys.stdout.buffer.write(made)
"""

_HERE = Path(__file__).parent
_SIZES: Mapping[PaperSize, str] = {"letter": "us-letter", "a4": "a4"}
#: What stands for a sign that the fonts do not have.
BOX = "□"
#: No field of one page has room for more characters.
MOST = 1_500
#: A word longer than a line may be broken anywhere, at so many characters.
_LONG, _PIECE = re.compile(r"\S{25,}"), 12
#: Where that is.
BREAK = "\u200b"
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
    """The paper as PDF, dated the day on which it is printed.

    Raises ``NoPdf``, and ``TimeoutError`` where it takes longer than ``SECONDS``.
    """
    if not there_is_typst():
        raise NoPdf

    def made(sign: Clean, note: str) -> bytes:
        return _set(name, _cleaned({**data, "paper": _SIZES[paper], "unprintable": note}, sign), on)

    try:
        return made(str, "")
    except _Unprintable as error:
        lacking = error.signs
    note = say("{box}: a sign that this paper has no letter for.", box=BOX)
    try:
        return made(lambda text: boxed(text, lacking), note)
    except _Unprintable:
        return made(only_sure, note)


def _set(name: str, said: Mapping[str, Any], on: date) -> bytes:
    at = datetime.combine(on, time(), UTC)
    given = {
        "input": str(_HERE / f"{name}.typ"),
        "root": str(_HERE),
        "paper": msgspec.json.encode(said).decode(),
        "timestamp": int(at.timestamp()),
    }
    path = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-c", _SET],
            input=msgspec.json.encode(given),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path},
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if done.returncode == 0:
        return done.stdout
    told = done.stderr.decode(errors="replace")
    if signs := unprintable(told):
        raise _Unprintable(signs)
    raise RuntimeError(f"no paper: {told.strip()[:2000]}")


class _Unprintable(Exception):
    """The fonts do not have these signs."""

    def __init__(self, signs: set[str]) -> None:
        super().__init__(signs)
        self.signs = signs


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
    text = re.sub(r"\s*\n\s*", "\n", unicodedata.normalize("NFC", text.strip()))
    text = re.sub(r"[^\S\n]+", " ", text)
    text = "".join(each for each in text if each == "\n" or unicodedata.category(each)[0] != "C")
    text = text.strip()
    if len(text) > MOST:
        text = f"{text[:MOST]}…"
    return _LONG.sub(_breakable, text)


def _breakable(word: re.Match[str]) -> str:
    text = word[0]
    return BREAK.join(text[at : at + _PIECE] for at in range(0, len(text), _PIECE))


def unprintable(diagnostic: str) -> set[str]:
    """The signs that typst's fonts do not have, by what it says of a document."""
    found = "".join(_UNPRINTABLE.findall(diagnostic))
    return {*_ESCAPED.sub(lambda code: chr(int(code[1], 16)), found)}


def boxed(text: str, lacking: set[str]) -> str:
    """The text with a box in place of each run of signs that are lacking.

    Where a word may be broken is no sign, though a font may lack it beside signs of its own.
    """
    return _boxes("".join(BOX if each in lacking - {BREAK} else each for each in text))


def only_sure(text: str) -> str:
    """The text with a box in place of each run of signs that no font may have."""
    return _boxes("".join(each if _SURE.match(each) else BOX for each in text))


def _boxes(text: str) -> str:
    return re.sub(f"{BOX}(?:{BREAK}?{BOX})+", BOX, text)
