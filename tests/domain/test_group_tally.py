"""Student groups over many aims."""

import pytest

from pdsa import GroupProgress, GroupTally, InvalidValue, group_progress, group_tally
from pdsa.equity import GapChange
from tests.builders import a_measure
from tests.domain.groups import of, split, weekly


def aim(**groups: list[float]) -> tuple[GroupProgress, ...]:
    shares = {group: of(percents) for group, percents in groups.items()}
    everybody = of([40, 40, 40, 50, 50, 50])
    return group_progress(a_measure(), *split(weekly({"ALL": everybody} | shares)))


def test_aims_are_counted_by_what_became_of_the_gap() -> None:
    closer, further = [20, 20, 20, 40, 40, 40], [20, 20, 20, 25, 25, 25]
    found = group_tally(
        [aim(EL=closer), aim(EL=further, SWD=closer), aim(EL=closer[:4]), aim(EL=[60] * 6), aim()]
    )

    assert found == (
        GroupTally(group="EL", aims=4, narrowed=1, widened=1, not_behind=1, cannot_tell=1),
        GroupTally(group="SWD", aims=1, narrowed=1),
    )
    assert found[0].sentence() == (
        "English learner: of 4 aims with figures, the gap to all students narrowed in 1,"
        " widened in 1, was none at either end in 1 and cannot be told in 1."
    )


def test_every_aim_is_counted_once_under_one_heading() -> None:
    for change in GapChange:
        one = GroupProgress(group="EL", figures=6, gap_change=change)

        (found,) = group_tally([[one], [one], [one]])

        assert found.aims == getattr(found, change.value) == 3


def test_an_aim_that_shows_no_figure_of_a_group_does_not_count() -> None:
    assert group_tally([[GroupProgress(group="EL", why="There is no day ...")]]) == ()


def test_tallies_of_units_add_up() -> None:
    one = GroupTally(group="EL", aims=2, narrowed=1, widened=1)

    assert one + one == GroupTally(group="EL", aims=4, narrowed=2, widened=2)
    with pytest.raises(InvalidValue, match=r"^group: EL: tallies of one group add up"):
        one + GroupTally(group="SWD")


def test_an_aim_tells_of_each_group_once() -> None:
    one = GroupProgress(group="EL", figures=6)

    with pytest.raises(InvalidValue, match=r"^aims: each group once"):
        group_tally([[one, one]])


def test_a_tally_of_nothing_says_so() -> None:
    assert GroupTally(group="EL").sentence() == "English learner: no aim shows a figure."
