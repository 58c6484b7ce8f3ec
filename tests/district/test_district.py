"""A synthetic district is the same for the same seed, and all of it is a sample."""

import os
import subprocess
import sys
from collections import Counter

import pytest

import pdsa
from api.district import SEED, district
from tests.district.digest import digest


def test_the_same_seed_makes_the_same_district_in_every_process() -> None:
    here = digest(district(scale=0.002))

    for hashed in ("1", "2"):
        said = subprocess.run(
            [sys.executable, "-m", "tests.district.digest"],
            env=os.environ | {"PYTHONHASHSEED": hashed},
            capture_output=True,
            text=True,
            check=True,
        )

        assert said.stdout.strip() == here


def test_another_seed_makes_another_district() -> None:
    assert digest(district(SEED + 1, scale=0.001)) != digest(district(scale=0.001))


@pytest.mark.parametrize("year", [2019, 2026, 2028])
def test_another_year_has_the_same_teams_on_its_own_taught_days(year: int) -> None:
    usual, other = district(scale=0.002), district(scale=0.002, year=year)

    assert digest(other) == digest(district(scale=0.002, year=year)) != digest(usual)
    for number in range(other.teams):
        inquiry, same = other.team(number), usual.team(number)
        assert inquiry.team == same.team
        assert len(inquiry.points) == len(same.points)
        assert all(other.calendar.is_instructional(point.on) for point in inquiry.points)


def test_a_team_is_the_same_whatever_the_size_and_the_order() -> None:
    small, large = district(scale=0.01), district(scale=4)

    late = large.team(47)

    assert [large.team(number) for number in (3, 0)] == [small.team(3), small.team(0)]
    assert late == small.team(47)


@pytest.mark.parametrize(
    ("scale", "schools", "local_districts"),
    [(0.001, 1, 1), (0.01, 10, 6), (1, 1_000, 6), (4, 4_000, 24), (16, 16_000, 96)],
)
def test_a_larger_district_has_more_local_districts_of_the_same_size(
    scale: float, schools: int, local_districts: int
) -> None:
    units = list(district(scale=scale).units())

    kinds = Counter(unit.kind for unit in units)

    assert (kinds["school"], kinds["local_district"]) == (schools, local_districts)
    assert (kinds["district"], kinds["division"]) == (1, 1)
    tree = pdsa.UnitTree(units)
    if scale >= 1:
        first = tree.subtree(district().local_district(0))
        assert 165 <= sum(unit.kind == "school" for unit in first) <= 170
    assert all(
        unit.kind == "community_of_schools" for unit in units[2 + local_districts : -schools]
    )


def test_every_name_is_plainly_a_sample() -> None:
    made = district(scale=0.01)

    names = [unit.name for unit in made.units()]
    names += [holder.person.name for holder in made.people()]
    for inquiry in made.inquiries():
        names += [inquiry.team.name, *(room.name for room in inquiry.classrooms)]
        names.append(inquiry.aim.place)

    assert {name.split()[0] for name in names} == {"Sample"}
    assert made.team(0).team.name.startswith("Sample School 0001, Grade ")


@pytest.mark.parametrize("year", range(2024, 2034))
def test_the_school_year_has_its_breaks_and_about_180_days(year: int) -> None:
    calendar = type(district())(year=year).calendar

    taught = calendar.instructional_days(calendar.first_day, calendar.last_day)

    assert 180 <= taught <= 186
    assert calendar.is_instructional(calendar.first_day)
    assert calendar.is_instructional(calendar.last_day)
    assert {"Winter break", "Spring break"} <= {closure.name for closure in calendar.closures}


def test_there_is_somebody_for_each_role_with_a_place_of_that_role() -> None:
    made = district(scale=0.001)

    held = {holder.grant.role: holder.grant.unit_id for holder in made.people()}

    assert set(held) == set(pdsa.Role) - {pdsa.Role.administrator}
    assert held[pdsa.Role.ilt_member] == made.school_of(0)
    assert held[pdsa.Role.leader] == made.local_district(0)
    assert held[pdsa.Role.member] == made.team(0).team.id
