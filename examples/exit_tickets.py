"""One inquiry from the problem of practice to the decision, with the library alone.

Two fifth-grade classrooms of a sample team test an exit ticket with a sentence frame. Which
figures are published and which were made up for this example stands in ``data/README.md``.

    python examples/exit_tickets.py                    # tell the inquiry
    python examples/exit_tickets.py --json FILE        # write it as an interchange document
"""

import argparse
import csv
import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pdsa

TALLIES = Path(__file__).parent / "data" / "exit_tickets.csv"

# Ids are opaque to the library, so a notebook may use words.
TEAM = pdsa.UnitId("team-grade-5")
AIM = pdsa.AimId("aim-discourse")
IDEA = pdsa.ChangeIdeaId("idea-exit-ticket")
FRAME_USE = pdsa.MeasureId("measure-sentence-frame")
CYCLE = pdsa.CycleId("cycle-exit-ticket-1")
SHARE, GAP = pdsa.PredictionId("prediction-share"), pdsa.PredictionId("prediction-gap")

# The library has no clock either: every date comes from the team.
PLANNED, FIRST_DAY = date(2017, 10, 6), date(2017, 10, 13)
LAST_DAY, STUDIED, DECIDED = date(2018, 3, 9), date(2018, 3, 14), date(2018, 3, 16)

# -- Who, and when there is school ---------------------------------------------------------

team = pdsa.Unit(TEAM, "team", "Sample team: grade 5 mathematics")

#: By the label that stands in the CSV file.
rooms = {
    "Room A": pdsa.Unit(pdsa.UnitId("room-a"), "classroom", "Room A (veteran teacher)", TEAM),
    "Room B": pdsa.Unit(pdsa.UnitId("room-b"), "classroom", "Room B (early-career teacher)", TEAM),
}


def closed(name: str, first: date, last: date | None = None) -> pdsa.Closure:
    """A holiday, or a break when it lasts."""
    kind = pdsa.ClosureKind.break_ if last else pdsa.ClosureKind.holiday
    return pdsa.Closure(name=name, first_day=first, last_day=last or first, kind=kind)


calendar = pdsa.SchoolCalendar(
    pdsa.CalendarId("calendar-2017-18"),
    TEAM,
    "School year 2017-18 (illustrative dates)",
    first_day=date(2017, 8, 31),
    last_day=date(2018, 6, 14),
    closures=(
        closed("Labor Day", date(2017, 9, 4)),
        closed("Veterans Day, observed", date(2017, 11, 10)),
        closed("Thanksgiving week", date(2017, 11, 20), date(2017, 11, 24)),
        closed("Winter break", date(2017, 12, 25), date(2018, 1, 5)),
        closed("Martin Luther King Jr. Day", date(2018, 1, 15)),
        closed("Presidents' Day", date(2018, 2, 19)),
        closed("Spring break", date(2018, 3, 26), date(2018, 3, 30)),
        closed("Memorial Day", date(2018, 5, 28)),
    ),
)

# -- What the team wants to change, and why it thinks it can -------------------------------

seen = pdsa.Evidence(
    source=pdsa.EvidenceSource.student_work,
    summary="On the tasks we gave, many students showed a result and few said how they found it.",
    on=date(2017, 9, 22),
)
heard = pdsa.Evidence(
    source=pdsa.EvidenceSource.empathy_interview,
    summary="Students told us that they know what they did, but not which words to use.",
    on=date(2017, 9, 29),
)
problem = pdsa.Problem(
    pdsa.ProblemId("problem-reasoning"),
    TEAM,
    "Students seldom put their mathematical reasoning into words",
    statement="Sample record. Its tallies and wording are illustrative: examples/data/README.md.",
    evidence=(seen, heard),
)

# Nobody has measured academic discourse yet, so ``baseline`` and ``measured_by`` stay empty.
aim = pdsa.Aim(
    AIM,
    TEAM,
    "Academic discourse in two fifth-grade classrooms",
    population="students in the two fifth-grade classrooms",
    what="are engaged in academic discourse",
    indicator="share of lesson time in academic discourse",
    target=51,
    deadline=calendar.last_day,
    statement="By the end of the school year, 51% or more of the time, students in the two "
    "fifth-grade classrooms are engaged in academic discourse.",
    problem_id=problem.id,
)
idea = pdsa.ChangeIdea(
    IDEA,
    AIM,
    "Exit ticket with a sentence frame",
    description="Before they leave, students reflect on the lesson on an exit ticket. A sentence "
    "frame prompts them to use academic language and to attend to precision.",
    concept=pdsa.ChangeConcept.design_systems_to_avoid_mistakes,
    math_activity="exit ticket",
    teaching_practices=("elicit and use evidence of student thinking",),
)

# A link is a hypothesis: the team believes more in the first than in the second.
words = pdsa.Driver(id=pdsa.DriverId("driver-words"), text="Students have words for reasoning")
habit = pdsa.Driver(id=pdsa.DriverId("driver-habit"), text="Students explain in every lesson")
theory = pdsa.Theory(
    AIM,
    PLANNED,
    drivers=(words, habit),
    links=(
        pdsa.Link(source=IDEA, target=words.id),
        pdsa.Link(source=IDEA, target=habit.id, strength=pdsa.Strength.weak),
        pdsa.Link(source=words.id, target=AIM),
        pdsa.Link(source=habit.id, target=AIM),
    ),
)

# -- How the team knows --------------------------------------------------------------------

frame_use = pdsa.Measure(
    FRAME_USE,
    AIM,
    "Sentence-frame use on exit tickets",
    pdsa.MeasureKind.process,
    pdsa.MeasureUnit.percentage,
    definition="Of the students who hand in an exit ticket that day, those whose reflection uses "
    "the sentence frame. A frame that was copied and left unfinished does not count.",
    collected_by="each teacher, in their own classroom",
    collected_how="Sort the tickets into two piles and count them.",
    frequency="every Friday",
)


def read_points(path: Path = TALLIES) -> tuple[pdsa.DataPoint, ...]:
    """The tallies as data points; an empty cell is a missing point, never zero."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            pdsa.DataPoint(
                pdsa.PointId(f"{rooms[row['classroom']].id}-{row['date']}"),
                FRAME_USE,
                date.fromisoformat(row["date"]),
                numerator=int(row["used_frame"]) if row["used_frame"] else None,
                denominator=int(row["tickets"]) if row["tickets"] else None,
                classroom_id=rooms[row["classroom"]].id,
                cycle_id=CYCLE,
                note=row["note"],
            )
            for row in csv.DictReader(file)
        )


# -- One cycle: Plan, Do, Study, Act -------------------------------------------------------


def planned_cycle() -> pdsa.Cycle:
    """The cycle in Plan, with what the team expects before it has any data."""
    share = pdsa.Prediction(
        id=SHARE,
        expectation=pdsa.ExpectRange(measure_id=FRAME_USE, low=60, high=80),
        confidence=70,
        reason="In the interviews students asked for words, and the frame offers some.",
        made_on=PLANNED,
    )
    gap = pdsa.Prediction(
        id=GAP,
        expectation=pdsa.ExpectText(text="The two rooms end within 10 points of each other"),
        confidence=60,
        reason="Both use the same ticket, and we plan the lessons together.",
        made_on=PLANNED,
    )
    question = pdsa.Question(
        id=pdsa.QuestionId("question-use"),
        text="Will students use the sentence frame by 9 March, in both classrooms?",
        predictions=(share, gap),
    )
    experience = pdsa.Condition(
        name="teacher's experience", value="one veteran, one early in the career"
    )
    plan = pdsa.Plan(
        objective="Find out where students take up the frame, and where they do not.",
        questions=(question,),
        tasks=(pdsa.Task(what="Give the exit ticket", who="both teachers", when="every Friday"),),
        data=(pdsa.DataCollection(measure_id=FRAME_USE, who="each teacher", when="every Friday"),),
        scale=pdsa.Scale.large,
        size=2,
        size_of="classrooms",
        conditions=(experience,),
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
    )
    title = "Exit ticket in both classrooms"
    return pdsa.Cycle(CYCLE, AIM, IDEA, title, planned_on=PLANNED, plan=plan)


def finished_cycle(points: Sequence[pdsa.DataPoint]) -> pdsa.Cycle:
    """The cycle after its decision. Every move gives a new cycle; none changes the old one."""
    (together,) = pdsa.series(frame_use, points)
    do = pdsa.Do(
        as_planned=pdsa.AsPlanned.partly,
        what_happened="We gave the ticket on 18 Fridays. On three of them one classroom was "
        "elsewhere and has no tally.",
    )
    held = pdsa.PredictionResult(
        prediction_id=SHARE, outcome=pdsa.Outcome.held, observed=together.values()[-1]
    )
    did_not = pdsa.PredictionResult(
        prediction_id=GAP,
        outcome=pdsa.Outcome.did_not_hold,
        note="Room A ended at 22 of 27 tickets, Room B at 10 of 23.",
    )
    study = pdsa.Study(
        results=(held, did_not),
        learned="More students use the frame than at the start, most of them in Room A. The "
        "tallies do not tell why. They count tickets, and our aim is about discourse.",
        surprises="We looked at both rooms together, and saw the difference late.",
    )
    act = pdsa.Act(
        decision=pdsa.Decision.adapt,
        reason="Students took up the frame in Room A, and fewer did in Room B.",
        next_plan="For two weeks in Room B, students say the frame to a partner before they write; "
        "both teachers plan this and watch it together. In both rooms we begin to measure the "
        "share of lesson time in academic discourse.",
    )
    in_do = planned_cycle().start_do(on=FIRST_DAY).record_do(do)
    return in_do.record_study(study, on=STUDIED).record_act(act, on=DECIDED)


def inquiry() -> pdsa.Inquiry:
    """The whole record, as it is written to JSON."""
    points = read_points()
    return pdsa.Inquiry(
        team=team,
        classrooms=tuple(rooms.values()),
        calendar=calendar,
        problem=problem,
        aim=aim,
        theory=(theory,),
        change_ideas=(idea,),
        measures=(frame_use,),
        points=points,
        cycles=(finished_cycle(points),),
    )


# -- Telling it ----------------------------------------------------------------------------


def say(heading: str, *paragraphs: str) -> None:
    """Print a heading and paragraphs under it."""
    print(f"\n{heading}")
    for text in paragraphs:
        print(textwrap.fill(text, 92, initial_indent="  ", subsequent_indent="    "))


def tell_predictions(cycle: pdsa.Cycle) -> None:
    """What was expected, how sure the team was, and what became of it."""
    results = cycle.study.results if cycle.study else ()
    became = {result.prediction_id: result.outcome.replace("_", " ") for result in results}
    lines = []
    for each in cycle.plan.predictions():
        expected = each.expectation
        if isinstance(expected, pdsa.ExpectRange):
            text = f"{frame_use.name} ends between {expected.low:g}% and {expected.high:g}%"
        else:
            text = expected.text if isinstance(expected, pdsa.ExpectText) else ""
        lines.append(f"{text} ({each.confidence}% sure). In Study: {became[each.id]}.")
    say("Predictions, made before there was any data", *lines)


def tell_refusal() -> None:
    """Once Do has started, the plan cannot be rewritten to fit the data."""
    in_do = planned_cycle().start_do(on=FIRST_DAY)
    try:
        in_do.revise_plan(pdsa.Plan(objective="A plan that fits the first tickets"))
    except pdsa.IllegalMove as refusal:
        say("Another plan after Do started is refused", str(refusal))


def tell_weeks(points: Sequence[pdsa.DataPoint]) -> None:
    """One line per date with both rooms pooled and side by side, then what the run chart says."""
    (together,) = pdsa.series(frame_use, points)
    parts = pdsa.series(frame_use, points, by=pdsa.SplitBy.classroom)
    chart = pdsa.measure_chart(frame_use, together, calendar=calendar)
    say(frame_use.name, "week  date        together                            Room A    Room B")
    lines = zip(chart.weeks, together.points, *(part.points for part in parts), strict=True)
    for week, point, *each in lines:
        bar = "#" * round((point.value or 0) / 4)
        shown = "".join(f"{frame_use.show(room.value):>10}" for room in each)
        print(f"  {week:>4}  {point.on}  {frame_use.show(point.value):>6} {bar:<20}{shown}")
    say("Chart of both rooms together", chart.choice.why, chart.reading)
    ends = []
    for part, room in zip(parts, rooms.values(), strict=True):
        first, *_, last = (frame_use.show(value) for value in part.values())
        ends.append(f"{room.name}: {first} on the first day, {last} on the last.")
    say("Each room", *ends)


def tell(record: pdsa.Inquiry) -> None:
    """Print the inquiry in short, from the problem to the review."""
    (cycle,) = record.cycles
    print(f"{team.name}\nTallies and wording are illustrative: see examples/data/README.md.")
    say("Problem of practice", f"{problem.title}.")
    say("Aim", aim.sentence())
    say("Change idea", idea.description)
    tell_predictions(cycle)
    tell_refusal()
    tell_weeks(record.points)
    if cycle.act:
        say(f"Decision: {cycle.act.decision}", cycle.act.reason, f"Next: {cycle.act.next_plan}")
    findings = pdsa.findings(record, on=DECIDED)
    say("What the review finds", *(f"{each.code}  {each.message}" for each in findings))


def main(argv: Sequence[str] | None = None) -> None:
    """Tell the inquiry, or write it to a file."""
    parser = argparse.ArgumentParser(description="One inquiry, from problem to decision.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it as JSON instead")
    file = parser.parse_args(argv).json
    if file is None:
        return tell(inquiry())
    document = pdsa.dumps(inquiry(), indent=2) + "\n"
    file.write_text(document, encoding="utf-8", newline="\n")
    print(f"Wrote {file}")


if __name__ == "__main__":
    main()
