"""The student groups of one aim, beside all students in the measure that is shown of it."""

from datetime import date, timedelta
from random import Random

import pytest
from msgspec.structs import replace

from pdsa import Audience, Inquiry, MeasureId
from pdsa.equity import GapChange, GroupFact, GroupProgress, group_tally, released_equity
from pdsa.monitoring import aim_figures, aim_groups
from pdsa.privacy import release
from pdsa.review import Record
from tests.builders import FRAME_USE, STARTED, a_measure, an_inquiry
from tests.domain.groups import of, weekly
from tests.domain.test_equity_suppression import a_record

ON = STARTED + timedelta(weeks=8)
EVERYBODY, CLOSER = of([40, 40, 40, 50, 50, 50]), of([20, 20, 20, 40, 40, 40])


def groups(inquiry: Inquiry, audience: Audience = Audience.team) -> dict[str, GroupProgress]:
    record = Record(inquiry, ON, audience=audience)
    shown = aim_figures(record).measure_id
    return {each.group: each for each in aim_groups(record, shown=shown)}


def test_an_aim_tells_of_each_group_over_all_its_days() -> None:
    found = groups(an_inquiry(points=weekly({"ALL": EVERYBODY, "SWD": CLOSER, "EL": CLOSER[:4]})))

    assert [*found] == ["EL", "SWD"]
    assert (found["SWD"].since, found["SWD"].until) == (STARTED, STARTED + timedelta(weeks=5))
    assert (found["SWD"].gain, found["SWD"].gap_change) == (20, GapChange.narrowed)
    assert (found["EL"].figures, found["EL"].gap_change) == (4, GapChange.cannot_tell)


def test_a_group_that_only_another_measure_counts_has_no_figures() -> None:
    other = replace(a_measure(), id=MeasureId("measure-other"))
    shown = weekly({"ALL": [*EVERYBODY, (50, 100)]})
    aside = [
        replace(each, id=f"other-{each.id}", measure_id=other.id)
        for each in weekly({"ALL": EVERYBODY, "EL": CLOSER})
    ]

    found = groups(an_inquiry(measures=(a_measure(), other), points=(*shown, *aside)))

    assert found == {"EL": GroupProgress(group="EL", why="There are no figures of this group.")}
    assert group_tally([found.values()]) == ()


def test_points_about_all_students_are_about_no_group() -> None:
    named = tuple(replace(each, student_group="ALL") for each in weekly({"ALL": EVERYBODY}))

    assert groups(an_inquiry(points=named)) == {}
    assert groups(an_inquiry(points=())) == {}
    assert groups(an_inquiry(points=(), measures=())) == {}


@pytest.mark.parametrize("audience", [Audience.school, Audience.above])
def test_an_aim_tells_each_audience_what_its_measure_by_student_group_does(
    audience: Audience,
) -> None:
    measure, told, withheld = a_measure(), 0, 0
    for seed in range(60):
        given = release(measure, a_record(Random(seed)), audience)

        found = groups(an_inquiry(points=given.of(), cycles=(), phases=()), audience)

        wanted = {each.group: each.progress for each in released_equity(measure, given).groups}
        for group, each in wanted.items():
            if each.figures:
                assert replace(found.pop(group), why="") == replace(each, why=""), seed
                told += 1
            else:
                assert group not in found
                withheld += 1
        assert found == {}
    assert told > 50
    assert withheld > 10 or audience is Audience.school


def test_the_facts_of_a_tally_count_as_the_progress_does() -> None:
    progress = [
        [GroupProgress(group=group, figures=figures, gap_change=change)]
        for group in ("EL", "SWD")
        for change in GapChange
        for figures in (0, 6)
    ]
    facts = [[GroupFact(each.group, each.figures, each.gap_change)] for (each,) in progress]

    assert group_tally(facts) == group_tally(progress)
    assert [each.aims for each in group_tally(facts)] == [5, 5]


def test_a_day_to_come_is_a_day() -> None:
    points = weekly({"ALL": EVERYBODY, "EL": CLOSER})
    later = Record(an_inquiry(points=points), date.max)

    (found,) = aim_groups(later, shown=FRAME_USE)

    assert found.until == points[-1].on
