"""Builders with telling values: two fifth-grade classrooms of Sacramento that try exit tickets.

Each builder gives a whole, legal element; keyword arguments replace what a test is about.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

import pdsa
from pdsa import (
    AimId,
    ChangeIdeaId,
    Cycle,
    CycleId,
    DriverId,
    MeasureId,
    PointId,
    PredictionId,
    UnitId,
)

TEAM, AIM, IDEA = UnitId("team-grade-5"), AimId("aim-discourse"), ChangeIdeaId("idea-exit-ticket")
ROOM_12, ROOM_14 = UnitId("room-12"), UnitId("room-14")
FRAME_USE = MeasureId("measure-frame-use")
RISE, TO_HALF = PredictionId("prediction-rise"), PredictionId("prediction-to-half")

PLANNED, STARTED = date(2018, 1, 8), date(2018, 1, 12)
STUDIED, DECIDED = date(2018, 3, 9), date(2018, 3, 12)


def a_team(**changes: Any) -> pdsa.Unit:
    return replace(pdsa.Unit(TEAM, "team", "Grade 5 mathematics"), **changes)


def classrooms() -> tuple[pdsa.Unit, pdsa.Unit]:
    return (
        pdsa.Unit(ROOM_12, "classroom", "Room 12", TEAM),
        pdsa.Unit(ROOM_14, "classroom", "Room 14", TEAM),
    )


def a_problem(**changes: Any) -> pdsa.Problem:
    problem = pdsa.Problem(
        id=pdsa.ProblemId("problem-explaining"),
        unit_id=TEAM,
        title="Students give answers without reasons",
        statement="In both rooms students name a result and stop.",
        evidence=(
            pdsa.Evidence(
                source=pdsa.EvidenceSource.empathy_interview,
                summary="5 of 8 students say that they do not know how to begin a sentence.",
                on=date(2017, 10, 4),
            ),
            pdsa.Evidence(
                source=pdsa.EvidenceSource.student_work, summary="6 of 57 tasks give a reason."
            ),
        ),
    )
    return replace(problem, **changes)


def an_aim(**changes: Any) -> pdsa.Aim:
    aim = pdsa.Aim(
        id=AIM,
        unit_id=TEAM,
        title="Academic discourse",
        population="students in the two fifth-grade classrooms",
        what="are engaged in academic discourse",
        indicator="share of observed minutes with academic discourse",
        baseline=20,
        target=51,
        starts_on=date(2017, 9, 5),
        deadline=date(2018, 6, 15),
        equity="English Learners gain at least as fast as all students.",
        milestones=(pdsa.Milestone(on=date(2018, 2, 1), value=35),),
    )
    return replace(aim, **changes)


def a_theory(**changes: Any) -> pdsa.Theory:
    theory = pdsa.Theory(
        aim_id=AIM,
        on=date(2017, 10, 20),
        drivers=(
            pdsa.Driver(id=DriverId("driver-reasoning"), text="Students explain their reasoning"),
            pdsa.Driver(id=DriverId("driver-language"), text="Students have the words for it"),
        ),
        links=(
            pdsa.Link(source="driver-reasoning", target=AIM),
            pdsa.Link(
                source="driver-language", target="driver-reasoning", strength=pdsa.Strength.weak
            ),
            pdsa.Link(source=IDEA, target="driver-language"),
        ),
    )
    return replace(theory, **changes)


def an_idea(id: str = IDEA, **changes: Any) -> pdsa.ChangeIdea:
    idea = pdsa.ChangeIdea(
        id=ChangeIdeaId(id),
        aim_id=AIM,
        title="Exit ticket with a sentence frame",
        concept=pdsa.ChangeConcept.design_systems_to_avoid_mistakes,
        math_activity="exit ticket",
        teaching_practices=("elicit and use evidence of student thinking",),
    )
    return replace(idea, **changes)


def a_measure(**changes: Any) -> pdsa.Measure:
    measure = pdsa.Measure(
        id=FRAME_USE,
        aim_id=AIM,
        name="Sentence-frame use",
        kind=pdsa.MeasureKind.process,
        unit=pdsa.MeasureUnit.percentage,
        definition="A ticket counts when its reflection uses the frame, whole and in order.",
        frequency="every Friday",
    )
    return replace(measure, **changes)


def a_point(id: str = "point-1", on: date = STARTED, **changes: Any) -> pdsa.DataPoint:
    return replace(pdsa.DataPoint(PointId(id), FRAME_USE, on), **changes)


def a_phase(id: str = "phase-baseline", **changes: Any) -> pdsa.Phase:
    """The baseline, frozen on the third Friday."""
    phase = pdsa.Phase(
        id=pdsa.PhaseId(id),
        measure_id=FRAME_USE,
        kind=pdsa.PhaseKind.freeze,
        on=date(2018, 1, 26),
        reason="Until then nobody had seen the frame.",
        made_by=pdsa.PersonId("person-teacher"),
        made_on=date(2018, 2, 2),
    )
    return replace(phase, **changes)


def a_silence(id: str = "silence-one-room", **changes: Any) -> pdsa.Silence:
    """Of the one cycle's finding that it was adopted from one classroom only."""
    silence = pdsa.Silence(
        id=pdsa.SilenceId(id),
        aim_id=AIM,
        code="ACT103",
        reason="Room 14 has a new teacher; it joins the next cycle.",
        element_id="cycle-1",
        made_by=pdsa.PersonId("person-teacher"),
        made_on=date(2018, 3, 13),
    )
    return replace(silence, **changes)


def a_level(id: str = "level-team", **changes: Any) -> pdsa.Level:
    level = pdsa.Level(
        id=pdsa.LevelId(id),
        aim_id=AIM,
        voice=pdsa.Voice.team,
        on=date(2018, 3, 14),
        level=2.5,
        reason="One change is tested.",
        said_by=pdsa.PersonId("person-teacher"),
    )
    return replace(level, **changes)


def a_request(id: str = "request-time", **changes: Any) -> pdsa.Request:
    """Raised on the day of the Study; it waits at School East."""
    raised = pdsa.raise_request(
        pdsa.RequestId(id),
        aim_id=AIM,
        kind=pdsa.RequestKind.barrier,
        title="No time to look at exit tickets together",
        to=UnitId("school-east"),
        on=STUDIED,
        words="Both planning periods are covered by supervision.",
        by=pdsa.PersonId("person-teacher"),
    )
    return replace(raised, **changes)


def a_comment(id: str = "comment-room-12", **changes: Any) -> pdsa.Comment:
    """The team's own, on a Friday in Room 12."""
    comment = pdsa.Comment(
        id=pdsa.CommentId(id),
        aim_id=AIM,
        text="Half of the room was away on a trip.",
        measure_id=FRAME_USE,
        on=STARTED,
        classroom_id=ROOM_12,
        said_by=pdsa.PersonId("person-teacher"),
        said_on=STUDIED,
    )
    return replace(comment, **changes)


def exit_tickets(
    shares: Sequence[tuple[int, int]] = ((10, 14), (11, 15), (13, 16), (14, 19), (16, 20)),
    *,
    of: tuple[int, int] = (28, 32),
    start: date = STARTED,
) -> tuple[pdsa.DataPoint, ...]:
    """Tickets that used the frame in Room 12 and Room 14, one pair a week."""
    return tuple(
        pdsa.DataPoint(
            id=PointId(f"point-{week}-{room}"),
            measure_id=FRAME_USE,
            on=start + timedelta(weeks=week),
            numerator=count,
            denominator=size,
            classroom_id=room,
            cycle_id=CycleId("cycle-1"),
        )
        for week, pair in enumerate(shares)
        for room, count, size in zip((ROOM_12, ROOM_14), pair, of, strict=True)
    )


def a_series(values: Iterable[float | None], *, start: date = STARTED) -> pdsa.Series:
    """A series with these values, one a week."""
    points = tuple(
        pdsa.SeriesPoint(on=start + timedelta(weeks=week), value=value)
        for week, value in enumerate(values)
    )
    return pdsa.Series(measure_id=FRAME_USE, part="", points=points)


def a_prediction(id: str = RISE, **changes: Any) -> pdsa.Prediction:
    prediction = pdsa.Prediction(
        id=PredictionId(id),
        expectation=pdsa.ExpectDirection(measure_id=FRAME_USE, change=pdsa.Change.increase),
        confidence=70,
        reason="The frame gives students a beginning.",
        made_on=PLANNED,
    )
    return replace(prediction, **changes)


def a_plan(**changes: Any) -> pdsa.Plan:
    half = pdsa.ExpectValue(measure_id=FRAME_USE, value=50, tolerance=5)
    plan = pdsa.Plan(
        objective="See whether a sentence frame on the exit ticket is used.",
        questions=(
            pdsa.Question(
                id=pdsa.QuestionId("question-use"),
                text="Will students use the frame?",
                predictions=(a_prediction(), a_prediction(TO_HALF, expectation=half)),
            ),
        ),
        data=(pdsa.DataCollection(measure_id=FRAME_USE, who="both teachers", when="Fridays"),),
        scale=pdsa.Scale.small,
        size=2,
        size_of="classrooms",
    )
    return replace(plan, **changes)


def a_cycle(id: str = "cycle-1", **changes: Any) -> Cycle:
    """A cycle in Plan."""
    cycle = Cycle(
        CycleId(id), AIM, IDEA, "Exit tickets in two rooms", planned_on=PLANNED, plan=a_plan()
    )
    return replace(cycle, **changes)


def in_do(cycle: Cycle | None = None) -> Cycle:
    return (cycle or a_cycle()).start_do(on=STARTED)


def in_study(cycle: Cycle | None = None, *, on: date = STUDIED) -> Cycle:
    done = in_do(cycle).record_do(
        pdsa.Do(as_planned=pdsa.AsPlanned.yes, what_happened="Eight Fridays.")
    )
    return done.record_study(a_study(), on=on)


def completed(cycle: Cycle | None = None, *, on: date = DECIDED) -> Cycle:
    return in_study(cycle).record_act(an_act(), on=on)


def a_study(**changes: Any) -> pdsa.Study:
    study = pdsa.Study(
        results=(
            pdsa.PredictionResult(prediction_id=RISE, outcome=pdsa.Outcome.held, observed=64),
            pdsa.PredictionResult(
                prediction_id=TO_HALF, outcome=pdsa.Outcome.did_not_hold, observed=64
            ),
        ),
        learned="Students use the frame when it stands on the ticket.",
    )
    return replace(study, **changes)


def an_act(**changes: Any) -> pdsa.Act:
    act = pdsa.Act(
        decision=pdsa.Decision.adapt, reason="Room 14 gains less.", next_plan="Rehearse it first."
    )
    return replace(act, **changes)


def words(text: str = "Most will") -> pdsa.ExpectText:
    return pdsa.ExpectText(text=text)


def a_calendar(**changes: Any) -> pdsa.SchoolCalendar:
    """2017-18 with Thanksgiving week, two winter weeks and a holiday on Monday, 15 January."""
    calendar = pdsa.SchoolCalendar(
        id=pdsa.CalendarId("calendar-2017"),
        unit_id=TEAM,
        name="2017-18",
        first_day=date(2017, 8, 31),
        last_day=date(2018, 6, 15),
        closures=(
            pdsa.Closure(
                name="Thanksgiving",
                first_day=date(2017, 11, 20),
                last_day=date(2017, 11, 24),
                kind=pdsa.ClosureKind.break_,
            ),
            pdsa.Closure(
                name="Winter recess",
                first_day=date(2017, 12, 25),
                last_day=date(2018, 1, 5),
                kind=pdsa.ClosureKind.break_,
            ),
            pdsa.Closure(name="MLK Day", first_day=date(2018, 1, 15), last_day=date(2018, 1, 15)),
        ),
    )
    return replace(calendar, **changes)


def an_inquiry(**changes: Any) -> pdsa.Inquiry:
    """The whole record of one aim, with one cycle that ended in *adapt*."""
    inquiry = pdsa.Inquiry(
        team=a_team(),
        classrooms=classrooms(),
        calendar=a_calendar(),
        problem=a_problem(),
        aim=an_aim(problem_id=pdsa.ProblemId("problem-explaining")),
        theory=(a_theory(),),
        change_ideas=(an_idea(),),
        measures=(a_measure(),),
        points=exit_tickets(),
        phases=(a_phase(),),
        cycles=(completed(),),
    )
    return replace(inquiry, **changes)
