"""Inquiries at random, for what must hold of any of them."""

from datetime import date, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import Inquiry
from pdsa.level import STEPS
from tests.builders import (
    FRAME_USE,
    ROOM_12,
    ROOM_14,
    STUDIED,
    a_calendar,
    a_comment,
    a_cycle,
    a_level,
    a_measure,
    a_phase,
    a_problem,
    a_request,
    a_silence,
    a_theory,
    an_aim,
    an_idea,
    an_inquiry,
    completed,
    exit_tickets,
    in_do,
    in_study,
)

TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30)
REASON = TEXT.filter(str.strip)
AMOUNT = st.none() | st.floats(0, 100)
#: Of rules that find something here, of one that does not, and one that there is not.
CODES = ("AIM201", "MEA101", "ACT103", "PLN102", "ZZZ999")
CYCLES = st.sampled_from([a_cycle(), in_do(), in_study(), completed()])


@st.composite
def requests_of_a_team(
    draw: st.DrawFn, id: str = "request", cycle_id: str | None = None
) -> pdsa.Request:
    """Requests that have taken any turns, passed up through units named by their number."""
    request, on = a_request(id, cycle_id=cycle_id), STUDIED
    for _ in range(draw(st.integers(0, 6))):
        on += timedelta(days=draw(st.integers(0, 9)))
        words, by = draw(REASON), draw(st.sampled_from([None, pdsa.PersonId("person-elsewhere")]))
        match draw(st.sampled_from(request.legal())):
            case pdsa.RequestMove.answer:
                request = request.answer(words, on=on, by=by)
            case pdsa.RequestMove.pass_up:
                to = pdsa.UnitId(f"unit-{len(request.reached)}")
                request = request.pass_up(words, to=to, on=on, by=by)
            case pdsa.RequestMove.close:
                request = request.close(draw(TEXT), on=on, by=by)
            case pdsa.RequestMove.reopen:
                request = request.reopen(words, on=on, by=by)
    return request


@st.composite
def inquiries_of_a_team(draw: st.DrawFn) -> Inquiry:
    """Inquiries of one team that differ in how far the team has got."""
    measures = [a_measure()]
    for n, (kind, unit) in enumerate(
        draw(
            st.lists(
                st.tuples(st.sampled_from(pdsa.MeasureKind), st.sampled_from(pdsa.MeasureUnit)),
                max_size=3,
            )
        )
    ):
        target = draw(AMOUNT)
        measures.append(
            a_measure(
                id=f"m{n}", kind=kind, unit=unit, target=target, per=draw(st.integers(1, 1000))
            )
        )
    ideas = [an_idea()]
    for n in range(draw(st.integers(0, 3))):
        source = draw(st.none() | st.sampled_from([idea.id for idea in ideas]))
        ideas.append(an_idea(f"i{n}", adapted_from=source, origin=draw(TEXT)))
    theories = [
        a_theory(on=date(2017, 10, 20 + n), version=n + 1, note=draw(TEXT))
        for n in range(draw(st.integers(0, 3)))
    ]
    cycles = [replace(draw(CYCLES), id="cycle-1")]
    for n in range(draw(st.integers(0, 2))):
        cycles.append(replace(draw(CYCLES), id=f"c{n}", version=draw(st.integers(1, 9))))
    own = [
        pdsa.DataPoint(
            id=f"p{n}",  # type: ignore[arg-type]
            measure_id=FRAME_USE,
            on=date(2018, 1, 12) + timedelta(days=draw(st.integers(0, 9))),
            value=value,
            student_group=draw(st.sampled_from([None, "EL", "ALL"])),
            note=draw(TEXT),
        )
        for n, value in enumerate(draw(st.lists(AMOUNT, max_size=6)))
    ]
    phases = [
        a_phase(
            f"f{n}",
            kind=pdsa.PhaseKind.rebase,
            on=date(2018, 3, 1) + timedelta(days=n),
            reason=draw(REASON),
            classroom_id=draw(st.sampled_from([None, ROOM_12, ROOM_14])),
            made_by=draw(st.sampled_from([None, "person-elsewhere"])),
            made_on=draw(st.none() | st.dates()),
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    silences = [
        a_silence(
            f"s{n}",
            code=draw(st.sampled_from(CODES)),
            reason=draw(REASON),
            element_id=draw(st.sampled_from([None, "cycle-1", FRAME_USE, "aim-discourse"])),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    levels = [
        a_level(
            f"l{n}",
            voice=draw(st.sampled_from(pdsa.Voice)),
            on=date(2018, 3, 1) + timedelta(days=draw(st.integers(0, 9))),
            level=draw(st.sampled_from(STEPS)),
            reason=draw(TEXT),
            said_by=draw(st.sampled_from([None, "person-elsewhere"])),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    comments = [
        a_comment(f"o{n}", text=draw(REASON), **about)
        for n, about in enumerate(
            draw(
                st.lists(
                    st.sampled_from(
                        [
                            {},
                            {"classroom_id": None, "shared": True},
                            {"measure_id": None, "on": None, "classroom_id": None},
                            dict.fromkeys(("measure_id", "on", "classroom_id"))
                            | {"cycle_id": "cycle-1"},
                        ]
                    ),
                    max_size=3,
                )
            )
        )
    ]
    requests = [
        draw(requests_of_a_team(f"r{n}", draw(st.none() | st.just("cycle-1"))))
        for n in range(draw(st.integers(0, 2)))
    ]
    problem = draw(st.none() | st.just(a_problem()))
    return an_inquiry(
        aim=an_aim(
            problem_id=problem and problem.id,
            rationale=draw(TEXT),
            measured_by=draw(st.sampled_from([None, FRAME_USE])),
        ),
        problem=problem,
        calendar=draw(st.none() | st.just(a_calendar())),
        theory=tuple(theories),
        change_ideas=tuple(ideas),
        measures=tuple(measures),
        points=(*exit_tickets(), *own),
        phases=tuple(draw(st.permutations([a_phase(), *phases]))),
        cycles=tuple(cycles),
        silences=tuple(silences),
        levels=tuple(levels),
        requests=tuple(requests),
        comments=tuple(comments),
    )
