"""Knudsen's four features of a project, each with its evidence."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

import pdsa
from pdsa import ChangeIdeaId, Cycle, CycleId, Scale
from pdsa.review.fidelity import Feature, Met, project
from tests.builders import (
    FRAME_USE,
    ROOM_12,
    ROOM_14,
    STARTED,
    TEAM,
    a_cycle,
    a_plan,
    a_theory,
    an_aim,
    classrooms,
)
from tests.domain.fidelity_cycles import ended, of, points_of

OTHER_IDEA = ChangeIdeaId("idea-other")


def feature(inquiry: pdsa.Inquiry, name: Feature) -> Met:
    return next(each for each in project(inquiry).features if each.feature is name)


def sized(scale: Scale | None, id: str = "cycle-1", week: int = 0) -> Cycle:
    return ended(id, week=week, plan=a_plan(questions=(), scale=scale, size=None))


def test_cycles_on_one_idea_are_linked() -> None:
    met = feature(of(ended(), ended("cycle-2", week=1)), Feature.linked)

    assert met.met
    assert (met.element, met.id) == ("cycle", "cycle-2")


def test_a_cycle_that_follows_one_on_another_idea_is_linked() -> None:
    other = ended("cycle-2", week=1, change_idea_id=OTHER_IDEA)
    following = replace(other, follows=CycleId("cycle-1"))

    assert not feature(of(ended(), other), Feature.linked).met
    assert feature(of(ended(), following), Feature.linked).met


def test_a_cycle_that_was_only_planned_links_nothing() -> None:
    assert not feature(of(ended(), a_cycle("cycle-2")), Feature.linked).met


@pytest.mark.parametrize(
    ("scales", "met"),
    [
        ((Scale.very_small,), True),
        ((Scale.small, Scale.implement), True),
        ((Scale.implement,), False),
        ((Scale.implement, Scale.very_small), False),
        ((None,), False),
        ((Scale.large,), False),  # both classrooms, as far as the record tells
    ],
)
def test_a_test_on_less_than_the_whole_comes_before_full_scale(
    scales: tuple[Scale | None, ...], met: bool
) -> None:
    cycles = [sized(scale, f"cycle-{at}", at) for at, scale in enumerate(scales)]

    assert feature(of(*cycles), Feature.small).met is met


def test_a_large_test_is_on_less_than_the_whole_where_a_classroom_has_no_data() -> None:
    points = points_of(FRAME_USE, [STARTED])
    one = [replace(points[0], classroom_id=ROOM_12)]
    both = [*one, replace(points[0], id=pdsa.PointId("other"), classroom_id=ROOM_14)]

    assert feature(of(sized(Scale.large), points=one), Feature.small).met
    assert not feature(of(sized(Scale.large), points=both), Feature.small).met


def test_one_classroom_is_the_whole_of_a_team_of_one() -> None:
    inquiry = of(sized(Scale.small))

    assert feature(inquiry, Feature.small).met
    assert not feature(replace(inquiry, classrooms=classrooms()[:1]), Feature.small).met
    block = pdsa.Unit("block", "building", "East building", TEAM)  # type: ignore[arg-type]
    assert not feature(replace(inquiry, classrooms=(block, classrooms()[0])), Feature.small).met


def test_data_are_regular_from_three_points_in_a_row_on() -> None:
    days = [STARTED + timedelta(weeks=week) for week in range(3)]

    assert feature(of(ended(), points=points_of(FRAME_USE, days)), Feature.regular).met
    assert not feature(of(ended(), points=points_of(FRAME_USE, days[:2])), Feature.regular).met


def test_a_rationale_is_the_aims_own_or_the_theory_that_leads_to_it() -> None:
    bare = of(ended())

    assert not feature(bare, Feature.rationale).met
    assert feature(
        replace(bare, aim=an_aim(rationale="Talk builds thought.")), Feature.rationale
    ).met
    assert feature(replace(bare, theory=(a_theory(),)), Feature.rationale).met


def test_an_idea_that_nobody_tested_gives_no_rationale() -> None:
    untested = replace(of(a_cycle()), theory=(a_theory(),))

    assert not feature(untested, Feature.rationale).met


def test_a_project_meets_all_four_or_says_which_it_lacks() -> None:
    days = [STARTED + timedelta(weeks=week) for week in range(3)]
    cycles = (sized(Scale.very_small), sized(Scale.small, "cycle-2", 1))
    whole = replace(of(*cycles, points=points_of(FRAME_USE, days)), theory=(a_theory(),))

    assert project(whole).met_all
    assert not project(replace(whole, theory=())).met_all
    assert (project(whole).published_met_all, project(whole).published_projects) == (3, 72)
