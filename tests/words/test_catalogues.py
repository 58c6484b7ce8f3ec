"""Every text of the pages is there in every language, whole and with the same facts."""

import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from api.words import LOCALES, catalogues
from tests.words.texts import Text, texts

OTHERS = [code for code in LOCALES if code != "en"]
SAID = {text: place for place, text in texts("api")}


def every(code: str) -> list[tuple[str, Text, Text]]:
    """Each message of a language with the catalogue that it stands in."""
    return [
        (name, message.id, message.string)
        for name, catalogue in catalogues(code).items()
        for message in catalogue
        if message.id
    ]


def facts(text: Text) -> set[str]:
    """The facts that stand in braces."""
    parts = (text,) if isinstance(text, str) else text
    return {name for part in parts for _, name, _, _ in Formatter().parse(part) if name}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_pages_is_in_the_catalogue(code: str) -> None:
    known = {text for _, text, _ in every(code)}

    missing = [f"{place}: {text!r}" for text, place in SAID.items() if text not in known]

    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("code", OTHERS)
def test_no_message_is_empty_doubtful_or_said_no_more(code: str) -> None:
    said = set(SAID)

    for name, catalogue in catalogues(code).items():
        assert not catalogue.obsolete, name
        for message in catalogue:
            if not message.id:
                continue
            parts = (message.string,) if isinstance(message.string, str) else message.string
            assert all(part.strip() for part in parts), (name, message.id)
            assert not message.fuzzy, (name, message.id)
            assert name == "domain" or message.id in said, (name, message.id)


@pytest.mark.parametrize("code", OTHERS)
def test_a_message_tells_the_same_facts_in_every_language(code: str) -> None:
    for name, text, translated in every(code):
        assert facts(text) == facts(translated), (name, text)


@pytest.mark.parametrize("code", OTHERS)
def test_a_text_is_translated_in_one_way(code: str) -> None:
    found: dict[Text, Text] = {}

    for name, text, translated in every(code):
        assert found.setdefault(text, translated) == translated, (name, text)


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_says_its_language_and_has_plurals(code: str) -> None:
    for name, catalogue in catalogues(code).items():
        assert isinstance(catalogue, Catalog)
        assert str(catalogue.locale).startswith(code), name
        assert catalogue.num_plurals == 2, name


def test_no_text_carries_markup() -> None:
    for text in SAID:
        assert not re.search(r"<\w|&\w+;", str(text)), text
