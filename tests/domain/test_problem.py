from pdsa import Evidence, EvidenceSource
from tests.builders import a_problem


def test_evidence_of_two_kinds_looks_through_two_lenses() -> None:
    lenses = a_problem().lenses()

    assert lenses == {EvidenceSource.empathy_interview, EvidenceSource.student_work}


def test_much_evidence_of_one_kind_is_one_lens() -> None:
    survey = Evidence(source=EvidenceSource.survey, summary="Half of the students agree.")

    assert a_problem(evidence=(survey,) * 3).lenses() == {EvidenceSource.survey}


def test_a_problem_without_evidence_has_no_lens() -> None:
    assert a_problem(evidence=()).lenses() == frozenset()


def test_evidence_comes_from_the_seven_kinds_of_source() -> None:
    assert [source.value for source in EvidenceSource] == [
        "achievement",
        "growth",
        "survey",
        "empathy_interview",
        "student_work",
        "classroom_observation",
        "teacher_feedback",
    ]
