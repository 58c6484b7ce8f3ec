import pytest

from pdsa import ChangeConcept, Circle, lineage
from tests.builders import an_idea


def test_a_lineage_runs_from_the_oldest_idea_to_the_newest() -> None:
    frame = an_idea()
    rehearsed = an_idea("idea-rehearsed", adapted_from=frame.id)
    in_pairs = an_idea("idea-in-pairs", adapted_from=rehearsed.id)

    line = lineage(in_pairs, [in_pairs, frame, rehearsed])

    assert line == (frame, rehearsed, in_pairs)


def test_an_idea_of_another_team_ends_the_lineage() -> None:
    adapted = an_idea(adapted_from="idea-of-another-team")

    assert lineage(adapted, [adapted]) == (adapted,)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_ideas_are_never_adapted_from_each_other(length: int) -> None:
    ideas = [an_idea(f"i{n}", adapted_from=f"i{(n + 1) % length}") for n in range(length)]

    with pytest.raises(Circle) as raised:
        lineage(ideas[0], ideas)

    assert len(raised.value.path) == length + 1
    assert raised.value.path[0] == raised.value.path[-1] == "i0"


def test_there_are_nine_change_concepts() -> None:
    assert len(ChangeConcept) == 9
