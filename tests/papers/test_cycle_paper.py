"""The page of a cycle: what was expected beside what came, and what was made of it."""

import pytest
from msgspec.structs import replace

from pdsa import Audience, UnknownElement
from pdsa.ramp import following
from tests.papers.records import CYCLE, TODAY, cycle_page, of_cycle, sample


def test_the_page_tells_the_cycle_from_its_plan_to_its_next_step() -> None:
    page = cycle_page(sample())

    words = page.words
    assert page.pages == 1
    assert "Change idea: Exit ticket with a sentence frame. Decided on 16 March 2018." in words
    assert "Find out where students take up the frame, and where they do not." in words
    assert "13 October 2017 to 9 March 2018" in words
    assert "We gave the ticket on 18 Fridays." in words
    assert "rose from 40% to 64%" in words
    assert "More students use the frame than at the start" in words
    assert "Adapt" in words
    assert "For two weeks in Room B, students say the frame to a partner" in words


def test_predictions_stand_beside_what_the_figures_and_the_team_say() -> None:
    words = cycle_page(sample()).words

    assert "Question We expected The figures say What we say" in words
    assert "comes to lie between 60% and 80% (70% sure)" in words
    assert "It held: 64%" in words
    assert "It did not hold. Room A ended at 22 of 27 tickets" in words


def test_what_the_figures_say_of_a_prediction_is_for_the_team_alone() -> None:
    others = cycle_page(sample(), audience=Audience.school)

    assert "The figures say" not in others.words
    assert "What we say" in others.words


def test_headings_are_the_stages_and_every_table_has_a_head() -> None:
    page = cycle_page(sample())

    assert page.catalog["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in page.xmp
    assert page.headings() == ["/H1", "/H2", "/H2", "/H2", "/H2"]
    assert len(page.tags("/THead")) == len(page.tags("/Table")) == 2
    assert "rose from 40% to 64%" in page.tags("/Figure")[0]["/Alt"]


def test_a_cycle_that_has_not_begun_shows_what_is_expected_and_leaves_the_rest_open() -> None:
    (before,) = sample().cycles
    ids = iter(f"question-{i}" for i in range(9))
    after = following(
        before,
        "cycle-2",
        title="In Room B",
        on=TODAY,
        new_id=ids.__next__,  # type: ignore[arg-type]
    )

    page = cycle_page(replace(sample(), cycles=(before, after)), "cycle-2")

    assert "We expect" in page.words
    assert "The figures say" not in page.words
    assert page.words.count("Nothing is written yet.") == 3
    assert not page.tags("/Figure")


def test_a_cycle_that_was_stopped_says_why() -> None:
    (cycle,) = sample().cycles
    running = cycle.step_back(to=cycle.moves[0].to_stage, on=TODAY, reason="One more week.")
    stopped = running.stop(on=TODAY, reason="The projector broke.")

    page = cycle_page(replace(sample(), cycles=(stopped,)))

    assert "Stopped on 10 April 2018: The projector broke." in page.words
    assert "stopped early" in page.words


def test_a_page_in_spanish_has_spanish_words() -> None:
    page = cycle_page(sample(), spoken="es")

    assert page.catalog["/Lang"] == "es"
    assert "Esperábamos Las cifras dicen Lo que decimos" in page.words
    assert "Adaptar" in page.words


def test_the_same_record_gives_the_same_bytes() -> None:
    assert of_cycle(sample()) == of_cycle(sample())


def test_a_cycle_of_another_aim_has_no_page_here() -> None:
    with pytest.raises(UnknownElement):
        of_cycle(sample(), f"{CYCLE}-of-others")
