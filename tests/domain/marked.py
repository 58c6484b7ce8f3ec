"""A language that marks each word of a template, so that what is said without one stands out."""

import re
from collections.abc import Iterable
from datetime import date
from html import unescape
from typing import Any

from msgspec import to_builtins

from pdsa.words import ENGLISH

_HOLE, _WORD = re.compile(r"(\{\w+\})"), re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"«[^»\s]*»?")
_NODE = re.compile(r"<(?:text|tspan|title|desc)\b[^>]*>([^<]+)")


class Marked:
    """English, with each word of a template in marks, and those of its facts without."""

    def text(self, msgid: str) -> str:
        parts = _HOLE.split(msgid)
        return "".join(
            each if i % 2 else _WORD.sub(r"«\g<0>»", each) for i, each in enumerate(parts)
        )

    def plural(self, one: str, many: str, n: int) -> str:
        return self.text(one if n == 1 else many)

    def day(self, day: date) -> str:
        return _WORD.sub(r"«\g<0>»", ENGLISH.day(day))


def unmarked(said: str, written: Iterable[str] = ()) -> str:
    """What is left of a sentence without its marked words and what people have written."""
    left = _MARKED.sub(" ", said)
    for each in sorted({*written}, key=len, reverse=True):
        left = left.replace(each, " ")
    return " ".join(_WORD.findall(left))


def written_in(document: object) -> set[str]:
    """Every text of a record that is longer than a code."""
    return {each for each in _texts(to_builtins(document)) if len(each) > 3}


def words_of(svg: str) -> list[str]:
    """The words that a picture shows or tells."""
    return [unescape(each) for each in _NODE.findall(svg)]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
        yield " ".join(value.split())
