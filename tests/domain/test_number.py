import pytest

from pdsa.review.wording.number import one, same


@pytest.mark.parametrize(
    ("many", "single"),
    [
        ("students", "student"),
        ("children", "child"),
        ("classes", "class"),
        ("activities", "activity"),
        ("lunches", "lunch"),
        ("small groups of students", "small group of students"),
        ("lecciones", "lección"),
        ("sesiones de tutoría", "sesión de tutoría"),
        ("salones", "salón"),
        ("clases", "clase"),
        ("alumnos en dos salones", "alumno en dos salones"),
        ("class", "class"),
        ("bus", "bus"),
        ("", ""),
    ],
)
def test_one_of_many_is_said_as_one(many: str, single: str) -> None:
    assert one(many) == single
    assert one(single) == single


@pytest.mark.parametrize(
    ("some", "others", "alike"),
    [
        ("salón", "Salones", True),
        ("leccion", "lecciones", True),
        ("child", "children", True),
        ("Classroom ", "classrooms", True),
        ("activities", "activity", True),
        ("classrooms", "students", False),
        ("lessons", "", False),
        ("", "", False),
    ],
)
def test_sizes_count_the_same_whatever_number_capitals_and_accents(
    some: str, others: str, alike: bool
) -> None:
    assert same(some, others) is alike
    assert same(others, some) is alike
