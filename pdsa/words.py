"""The words in which the domain speaks: English, unless another language is in force.

What is said to people is a template, whole wherever it can be, with its facts in braces. ``say`` puts
the facts into the template as the language in force has it, and gives plain text: what is stored or
sent is what was said (docs/decisions/0016). A language is whatever has the three methods of
``Words``; where it lacks a template, it gives the English one back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Protocol

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Words(Protocol):
    """A language: its templates by the English ones, and how it writes a day."""

    def text(self, msgid: str) -> str:
        """The template, or the English one itself where there is no other."""

    def plural(self, one: str, many: str, n: int) -> str:
        """The template for so many."""

    def day(self, day: date) -> str:
        """A date within a sentence."""


class _English:
    def text(self, msgid: str) -> str:
        return msgid

    def plural(self, one: str, many: str, n: int) -> str:
        return one if n == 1 else many

    def day(self, day: date) -> str:
        return _day(day)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


#: What is spoken where nobody asks for another language.
ENGLISH: Words = _English()

_in_force: ContextVar[Words] = ContextVar("words", default=ENGLISH)


def say(template: str, /, **facts: object) -> str:
    """The template in the language in force, with the facts in place of ``{name}``.

    Dates are written as days, everything else as ``format`` writes it. Facts are never templates
    themselves; a template without facts is said as it stands.
    """
    words = _in_force.get()
    if words is ENGLISH:  # nearly always, and said by the thousand: no call more than needed
        if not facts:
            return template
        for name, fact in facts.items():
            if type(fact) is date:
                facts[name] = _day(fact)
        return template.format_map(facts)
    # An empty message is the head of a gettext catalogue, so nothing stays nothing.
    text = words.text(template) if template else ""
    return _filled(text, template, words, facts) if facts else text


def say_n(one: str, many: str, n: int, /, **facts: object) -> str:
    """As ``say``, by number: ``one`` of 1, ``many`` of others; ``{n}`` is among the facts."""
    words = _in_force.get()
    facts.setdefault("n", n)
    return _filled(words.plural(one, many, n), one if n == 1 else many, words, facts)


def say_day(day: date) -> str:
    """A day in the language in force: ``15 June 2018``."""
    return _in_force.get().day(day)


def say_name(value: str) -> str:
    """What a member of an enumeration is called within a sentence: ``very small``."""
    return say(value.replace("_", " "))


def mark(text: str) -> str:
    """The text itself; tells whoever collects templates that it is one, said later."""
    return text


@contextmanager
def spoken(words: Words) -> Iterator[None]:
    """Speak this language within the block, in this thread or task alone."""
    token = _in_force.set(words)
    try:
        yield
    finally:
        _in_force.reset(token)


def _filled(text: str, english: str, words: Words, facts: dict[str, object]) -> str:
    for name, fact in facts.items():
        if type(fact) is date:
            facts[name] = words.day(fact)
    try:
        return text.format_map(facts)
    except (KeyError, IndexError, ValueError, AttributeError):
        if text is english:
            raise
        return english.format_map(facts)  # a translation asks for a fact that there is not


#: Members of enumerations that stand in sentences (``say_name``).
_NAMES = (
    # Translators: units of a measure, as in “the unit of the aim is percentage”.
    mark("percentage"),
    mark("count"),
    mark("rate"),
    mark("mean"),
    mark("rubric level"),
    # Translators: what an indicator should do; infinitives.
    mark("increase"),
    mark("decrease"),
    # Translators: how large a test is; the last one is standard work.
    mark("very small"),
    mark("small"),
    mark("large"),
    mark("implement"),
    # Translators: decisions at the end of a cycle; infinitives.
    mark("adopt"),
    mark("adapt"),
    mark("abandon"),
    mark("expand"),
    # Translators: the stages of a cycle.
    mark("Plan"),
    mark("Do"),
    mark("Study"),
    mark("Act"),
)
