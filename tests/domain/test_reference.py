import re

from pdsa.reference import practices, student_groups, unit_kinds

SLUG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def test_student_groups_have_codes_of_their_own_that_a_point_may_carry() -> None:
    codes = [group.code for group in student_groups()]

    assert len(set(codes)) == len(codes)
    assert all(SLUG.fullmatch(code) for code in codes)


def test_the_groups_of_the_goal_are_among_the_student_groups() -> None:
    names = " ".join(group.name for group in student_groups())

    assert student_groups()[0].code == "ALL"
    for name in ("English", "long-term", "African American", "Students with", "Foster", "Homeless"):
        assert name.lower() in names.lower()


def test_practices_are_numbered_within_their_list_and_name_their_source() -> None:
    lists: dict[str, list[str]] = {}
    for practice in practices():
        lists.setdefault(practice.list, []).append(practice.number)
        assert practice.name
        assert practice.source

    assert all(numbers == [str(n + 1) for n in range(len(numbers))] for numbers in lists.values())
    assert sorted(len(numbers) for numbers in lists.values()) == [3, 5, 8, 8]


def test_kinds_of_units_run_from_the_district_down_to_the_classroom() -> None:
    kinds = [unit.kind for unit in unit_kinds()]

    assert all(SLUG.fullmatch(kind) for kind in kinds)
    assert (kinds[0], kinds[-1]) == ("district", "classroom")
    assert kinds.index("school") < kinds.index("team")
