"""Whatever a teacher writes: one page, word for word, and nothing is read as markup."""

import pytest

from api.papers import aim, printing
from api.papers.printing import MOST, NoPdf, boxed, only_sure, unprintable, written
from tests.papers.records import aim_page, cycle_page, of_aim, sample, written_full

LONG = "The students explain their reasoning to a partner and write it down. " * 150
TEXTS = {
    "long": LONG[:10_000],
    "one word": "x" * 10_000,
    "wide": "W" * 10_000,
    "narrow": "il " * 3_000,
    "lines": "one\n\n\ntwo\n" * 900,
    "markup": "#panic() #sys.inputs $x^2$ [a](b) *bold* _it_ `code` <label> @ref \\ // /* ~ --- ",
    "emoji": "Great 🎉👩‍🏫 work ❤️ in Room A 👍🏽. " * 50,
    "right to left": "التلاميذ يشرحون تفكيرهم " * 100,
    "long words": "التلاميذيشرحونتفكيرهم" * 20 + " " + "გამოცდა" * 20 + " " + "漢字" * 99,
    "Chinese": "学生们解释他们的推理。" * 200,
    "marks": "Z͑ͫ̓ͪ̂ͫ̽͏A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗Ǫ̵̹̻̝̳͂̌̌͘ " * 10,
    "control": "a\x01b\u202ec\u200fd\ue000e\ufeff\u2028f",
}


FILLED = [(name, "letter") for name in TEXTS] + [("long", "a4"), ("wide", "a4")]


@pytest.mark.parametrize(("name", "paper"), FILLED)
def test_a_record_full_of_any_text_is_one_page_each(name: str, paper: str) -> None:
    full = written_full(TEXTS[name])

    pages = (aim_page(full, paper=paper), cycle_page(full, paper=paper))

    assert [each.pages for each in pages] == [1, 1]
    for page in pages:
        assert "Printed on 10 April 2018." in page.words
        assert "pdsa.example.org" in page.words


def test_markup_comes_out_as_it_was_written() -> None:
    text = "#[]$*_`@<> #panic() #let x = 1 \\ // /* */ $x^2$ = - + <label> @ref"

    full = written_full(text, cycles=1)

    assert aim_page(full).words.count(text) >= 2
    assert cycle_page(full).words.count(text) >= 2


def test_spanish_greek_and_signs_have_letters() -> None:
    text = "á é í ó ú ü ñ Á É Í Ó Ú Ü Ñ ¿ ¡ σ μ ≥ ≤ ± ½ → ← – — “ ” ‘ ’ … € × ·"  # noqa: RUF001

    words = aim_page(written_full(text, cycles=1)).words

    assert text in words
    assert "□" not in words


def test_a_sign_without_a_letter_is_a_box_and_the_page_says_so() -> None:
    words = aim_page(written_full("Well done 🎉🎉 all 学生", cycles=1)).words

    assert "Well done □ all □" in words
    assert "□: a sign that this paper has no letter for." in words


def test_what_is_read_out_has_whole_words() -> None:
    page = aim_page(written_full("Reasoning" * 10, cycles=1))

    assert page.title == f"{'Reasoning' * 10} ({'Reasoning' * 10})"
    assert "Reasoning" * 10 in page.tags("/Figure")[0]["/Alt"]


def test_what_is_cut_ends_in_dots_and_the_page_says_where_the_rest_is() -> None:
    full, brief = aim_page(written_full(TEXTS["long"])), aim_page(sample())

    said = "What ends in … goes on in the tracker."
    assert said in full.words
    assert "…" not in brief.words


def test_a_text_is_made_fit_to_be_printed() -> None:
    assert written("  a \t b\r\n\n\n c\x00\u202e ") == "a b\nc"
    assert written("e\u0301") == "é"
    assert written("x" * 30).replace("\u200b", "") == "x" * 30
    assert "\u200b" in written("x" * 30)
    assert len(written("a " * 5_000)) == MOST + 1


def test_what_typst_says_of_lacking_letters_is_understood() -> None:
    said = 'error: PDF/UA-1 error: the text `"🎉\\u{fe0f}"` could not be displayed with font `"F"`'

    lacking = unprintable(said)

    assert lacking == {"🎉", "\ufe0f"}
    assert boxed("a🎉🎉\ufe0fb", lacking) == "a□b"
    assert unprintable("error: unknown variable: x") == set()
    assert only_sure("é → 学生 x") == "é → □ x"


def test_nothing_but_the_fonts_of_typst_is_used_and_nothing_is_loaded() -> None:
    sources = [each.read_text() for each in printing._HERE.glob("*.typ")]

    assert len(sources) == 3
    for source in sources:
        assert "@preview" not in source
        assert "http" not in source
        assert 'font: "Libertinus Serif"' in source or "font:" not in source


def test_without_typst_there_is_no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "there_is_typst", lambda: False)

    with pytest.raises(NoPdf):
        of_aim(sample())


def test_a_paper_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0.001)

    with pytest.raises(TimeoutError):
        of_aim(sample())


def test_an_error_of_our_own_is_told_and_not_taken_for_a_lacking_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aim, "one_line", lambda text: None)

    with pytest.raises(RuntimeError, match="no paper"):
        of_aim(sample())
