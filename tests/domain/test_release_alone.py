"""A day of one figure is released as it is where it is weighed against all others, for every look."""

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pdsa
from api.district import district
from pdsa.measure import Counts, DataPoint, MeasureUnit
from pdsa.privacy import Policy, Publication, Release, Told, release
from pdsa.privacy.alone import alone
from pdsa.units import Audience
from tests.builders import a_measure

DAY = date(2018, 3, 5)
OTHERS = (Audience.school, Audience.above, Audience.outside)
ROOMS = (None, "room-1", "room-2", "room-3")
#: The module, which has the name of its function.
RELEASE = sys.modules["pdsa.privacy.release"]


def weighed(*args: Any, **more: Any) -> Release:
    """The release in which every day is weighed."""
    with patch.object(RELEASE, "alone", lambda _: None):
        return release(*args, **more)


@st.composite
def points(draw: st.DrawFn) -> list[DataPoint]:
    """Tallies of a few days, most of them by classroom: whole, missing, or of a group."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        n = draw(st.sampled_from((0, 3, 10, 11, 12, 26)))
        kind = draw(st.sampled_from(("counts",) * 6 + ("value", "missing")))
        count = draw(st.integers(0, n)) if kind == "counts" else None
        found.append(
            DataPoint(
                pdsa.PointId(f"p-{draw(st.integers(0, 3))}-{number}"),
                pdsa.MeasureId("measure-talk"),
                DAY + timedelta(draw(st.integers(0, 2))),
                count,
                n if kind == "counts" else None,
                float(draw(st.integers(0, 100))) if kind == "value" else None,
                classroom_id=draw(st.sampled_from(ROOMS + ROOMS[1:])),  # type: ignore[arg-type]
                student_group=draw(st.sampled_from((None,) * 6 + ("ALL", "EL"))),
                note=draw(st.sampled_from(("", "", "Assembly."))),
            )
        )
    return found


publications = st.lists(
    st.builds(
        Publication,
        id=st.just(pdsa.PublicationId("publication")),
        measure_id=st.just(pdsa.MeasureId("measure-talk")),
        through=st.just(DAY + timedelta(1)),
        to=st.sampled_from((Audience.school, Audience.above)),
    ),
    max_size=1,
)
policies = st.builds(
    Policy, at_least=st.sampled_from((11, 20)), in_schools=st.sampled_from((False, True))
)
measures = st.sampled_from(
    (
        a_measure(id="measure-talk"),
        a_measure(id="measure-talk", unit=MeasureUnit.rate, per=100),
        a_measure(id="measure-talk", unit=MeasureUnit.count_),
        a_measure(id="measure-talk", counts=Counts.work),
    )
)


@settings(max_examples=200)
@given(
    measure=measures,
    looks=st.lists(st.tuples(st.sampled_from(OTHERS), points(), publications), max_size=4),
    again=st.booleans(),
    policy=policies,
)
def test_it_is_the_same_at_every_look_whatever_was_told_before(
    measure: pdsa.Measure,
    looks: Sequence[tuple[Audience, list[DataPoint], list[Publication]]],
    again: bool,
    policy: Policy,
) -> None:
    told: dict[date, Told] = {}
    for to, now, published in looks:
        known = looks[0][1] if again else now  # seen again, the points are mostly the same
        more: dict[str, Any] = {"publications": published, "policy": policy}

        quick = release(measure, known, to, told=told.values(), **more)

        assert quick == weighed(measure, known, to, told=told.values(), **more)
        told |= {each.on: each for each in quick.told}


@pytest.mark.parametrize("shown_to", [None, Audience.school, Audience.above])
def test_it_is_the_same_in_a_district(shown_to: Audience | None) -> None:
    days = plain = 0
    for inquiry in district(scale=0.003).inquiries():
        for measure in inquiry.measures:
            own = inquiry.points_of(measure.id)
            through = own[len(own) // 2].on if own else DAY
            shown = (
                [Publication(pdsa.PublicationId("publication"), measure.id, through, shown_to)]
                if shown_to
                else []
            )
            told: dict[date, Told] = {}
            for to in (*OTHERS, Audience.school):
                for before in ((), tuple(told.values())):
                    quick = release(measure, own, to, publications=shown, told=before)

                    assert quick == weighed(measure, own, to, publications=shown, told=before)
                told |= {each.on: each for each in quick.told}
            for on in {point.on for point in own}:
                days += 1
                plain += alone([point for point in own if point.on == on]) is not None

    assert plain > 0.7 * days
