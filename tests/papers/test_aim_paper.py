"""The page of an aim: what it says, to whom, and that a screen reader can follow it."""

from datetime import date

from msgspec.structs import replace

from api.papers.common import chart_of
from pdsa import (
    Audience,
    CycleId,
    PersonId,
    RequestId,
    RequestKind,
    Silence,
    SilenceId,
    UnitId,
    raise_request,
)
from tests.papers.records import (
    ADDRESS,
    TODAY,
    aim_page,
    an_empty_aim,
    of_aim,
    sample,
)


def test_the_page_says_what_the_aim_is_and_where_it_stands() -> None:
    page = aim_page(sample())

    assert page.pages == 1
    assert "By the end of the school year, 51% or more of the time" in page.words
    assert "Not measured" in page.words
    assert "no measure of the record measures what the aim names" in page.words
    assert "rose from 40% to 64% between 13 October 2017 and 9 March 2018" in page.words
    assert "≥ 51% 14 June 2018" in page.words
    assert "Exit ticket in both classrooms 13 October 2017 Adapt" in page.words
    assert "They count tickets, and our aim is about discourse." in page.words
    assert "Printed on 10 April 2018." in page.words
    assert page.links == [ADDRESS]


def test_the_figures_of_another_measure_are_never_the_aims_own() -> None:
    words = aim_page(sample()).words

    assert "share of lesson time in academic discourse – – ≥ 51%" in words  # noqa: RUF001
    assert "Sentence-frame use on exit tickets 40% 64% – –" in words  # noqa: RUF001


def test_a_screen_reader_finds_language_title_headings_tables_and_the_chart_in_words() -> None:
    page = aim_page(sample())

    assert page.catalog["/MarkInfo"]["/Marked"]
    assert page.catalog["/Lang"] == "en"
    assert page.catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert page.title == (
        "Academic discourse in two fifth-grade classrooms (Sample team: grade 5 mathematics)"
    )
    assert "<pdfuaid:part>1</pdfuaid:part>" in page.xmp
    assert page.headings() == ["/H1", "/H2", "/H2", "/H2"]
    assert [each["/Alt"] for each in page.tags("/Figure")] == [
        "Sentence-frame use on exit tickets rose from 40% to 64% between 13 October 2017 and "
        "9 March 2018; the last 8 points are all above the mean of 51.8%, more than chance would "
        "give."
    ]
    assert len(page.tags("/Table")) == 2
    assert {each["/A"][0]["/Scope"] for each in page.tags("/TH")} == {"/Column"}


def test_an_aim_of_which_only_the_title_is_written_has_a_page_all_the_same() -> None:
    page = aim_page(an_empty_aim())

    assert page.pages == 1
    assert "By a date still open" in page.words
    assert "No measure has figures yet, so there is no chart." in page.words
    assert "No cycle has been planned yet." in page.words
    assert not page.tags("/Figure")


def test_the_driver_diagram_stands_where_there_is_room_and_in_words() -> None:
    page = aim_page(replace(sample(), points=(), cycles=()))

    (figure,) = page.tags("/Figure")
    assert "Driver diagram" in page.words
    assert "“Students have words for reasoning” should move" in figure["/Alt"]


def test_a_page_in_spanish_says_so() -> None:
    page = aim_page(sample(), spoken="es")

    assert page.catalog["/Lang"] == "es"
    assert "Línea base" in page.words
    assert "Preguntas para la conversación" in page.words
    assert "14 de junio de 2018" in page.words


def test_a_page_is_letter_unless_a4_is_asked_for() -> None:
    letter, a4 = aim_page(sample()), aim_page(sample(), paper="a4")

    assert letter.size == (612, 792)
    assert a4.size == (595, 842)


def test_the_same_record_gives_the_same_bytes() -> None:
    assert of_aim(sample()) == of_aim(sample())


def test_cycles_for_which_there_is_no_room_are_counted() -> None:
    (cycle,) = sample().cycles
    many = tuple(
        replace(cycle, id=CycleId(f"cycle-{i}"), title=f"The test number {i}") for i in range(40)
    )

    page = aim_page(replace(sample(), cycles=many))

    shown = page.words.count("The test number")
    assert page.pages == 1
    assert f"{40 - page.words.count('13 October 2017 Adapt')} earlier cycles are" in page.words
    assert shown >= 2


def test_the_last_cycles_are_marked_on_the_chart_where_there_is_no_room_for_all() -> None:
    (cycle,) = sample().cycles
    many = tuple(replace(cycle, id=CycleId(f"cycle-{i}"), title=f"Test {i}") for i in range(9))

    _, (roomy, tight) = chart_of(sample(), sample().measures[0], many, on=TODAY)

    for picture in (roomy, tight):
        assert ">Test 8<" in picture["svg"]
        assert ">Test 0<" not in picture["svg"]


def test_requests_that_are_not_closed_stand_on_the_page() -> None:
    open_ = raise_request(
        RequestId("request-1"),
        aim_id=sample().aim.id,
        kind=RequestKind.request,
        title="Time to look at tickets together",
        to=UnitId("school"),
        on=date(2018, 3, 16),
    )
    closed = replace(open_, id=RequestId("request-2"), title="A second projector").close(
        on=date(2018, 3, 20)
    )

    words = aim_page(replace(sample(), requests=(open_, closed))).words

    assert "Time to look at tickets together" in words
    assert "waits for an answer since 16 March 2018" in words
    assert "A second projector" not in words


def a_silence(code: str) -> Silence:
    return Silence(
        id=SilenceId(f"silence-{code}"),
        aim_id=sample().aim.id,
        code=code,
        reason="We know.",
        made_by=PersonId("person-1"),
        made_on=date(2018, 3, 16),
    )


def test_what_judges_a_single_cycle_is_no_question_for_others() -> None:
    (cycle,) = sample().cycles
    assert cycle.study is not None
    record = replace(
        sample(),
        cycles=(replace(cycle, study=replace(cycle.study, results=())),),
        silences=tuple(map(a_silence, ("AIM103", "AIM106", "MEA104", "MEA202"))),
    )

    own, others = aim_page(record), aim_page(record, audience=Audience.school)

    said = "does not compare any of its 2 predictions"
    assert said in own.words
    assert said not in others.words


def test_no_more_than_three_questions_stand_on_the_page() -> None:
    page = aim_page(sample())

    assert len(page.tags("/LI")) == 3
