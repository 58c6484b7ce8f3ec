import pytest

from pdsa.review.wording.names import names

DISCOURSE = "share of lesson time in academic discourse"


@pytest.mark.parametrize(
    ("text", "indicator", "named"),
    [
        ("Minutes in which students take part in academic discourse", DISCOURSE, True),
        ("Students who justified their answers", "share of students who justify an answer", True),
        ("How they explain it", "explanations", True),
        ("Engagement in class", "students are engaged", True),
        ("Porcentaje de alumnos que explican su razonamiento", "razonamiento explicado", True),
        ("Discurso ACADÉMICO en clase", "tiempo de discurso académico", True),
        ("Classes with a plan", "planned classes", True),
        ("Fluency with facts", "students who are fluent", True),
        ("Fluent with facts", "computational fluency", None),
        ("Proficient students", "proficiency", True),
        ("Students who divide", "division", True),
        ("Problems that students solved", "solutions", True),
        ("Students who wrote a reason", "students who write", True),
        ("Alumnos que resuelven", "resolución", True),
        ("Alumnos que leen en casa", "lectura", True),
        ("Students who slide", "slides", True),
        ("Sentence-frame use on exit tickets", DISCOURSE, False),
        ("", DISCOURSE, False),
        ("Use of a frame", "refuse", False),
        ("Alumnos que usan el marco", "discurso académico en clase", False),
    ],
)
def test_a_text_names_an_indicator_by_its_content_words(
    text: str, indicator: str, named: bool | None
) -> None:
    assert names(text, indicator) is named


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        ("We counted the discourse of each pair", DISCOURSE),
        ("Tiempo que los alumnos hablan de la tarea", DISCOURSE),
        ("How the students talk in the lesson", "tiempo de los alumnos en el diálogo"),
        ("Tickets with measurements", "measles"),
        ("Students persuade each other", "persistence"),
        ("Homework is complemented", "completion"),
        ("Attendance", ""),
        ("Attendance", "of the"),
    ],
)
def test_where_the_rules_are_unsure_nobody_is_told_anything(text: str, indicator: str) -> None:
    assert names(text, indicator) is None


def test_words_of_measuring_count_only_where_there_are_no_others() -> None:
    assert names("Minutes of the lesson", "lesson time in discourse") is False
    assert names("Minutes of the lesson", "minutes of a lesson") is True


@pytest.mark.parametrize("mark", [" ", ", ", "\t", "/", "--", " — ", "… "])
def test_marks_between_words_are_no_part_of_them(mark: str) -> None:
    text = mark.join(["Students", "in", "academic", "discourse", "here"])

    assert names(text, DISCOURSE) is True
    assert names(text, "vocabulary") is False
