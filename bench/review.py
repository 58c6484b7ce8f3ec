"""Review: what one cycle costs, and a district of 50,000 cycles.

    python bench/review.py [cycles] [rounds]

One cycle is reviewed with its measures, the whole inquiry of six cycles given; the district is
made of such inquiries, read and reviewed one after another (the reading is not timed): four measures in
two classrooms over 24 weeks, 180 data points to an inquiry, 1.5 million in all. They are made up, by
seed: two of three cycles ran to a decision, one of eight predicts something, as published cycles do.

Times are processor times of this thread. Beside them, as a measure of the machine, `bare`: a loop
that reads every data point once and adds it up, timed in turn; the ratio of a round is formed before
the median. Memory is the peak of what Python holds while a district is reviewed, inquiries made on
the way and its findings kept; it must grow with the district and not faster.
"""

import sys
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from statistics import median
from time import thread_time

import msgspec

import pdsa
from pdsa.review import Finding, cycle_findings, findings_of_each

CYCLES, POINTS = 6, 180
LIMIT_CYCLE_MS, LIMIT_DISTRICT_S = 0.2, 5.0
FIRST, ON = date(2025, 8, 14), date(2026, 6, 12)
ROOMS = ("room-1", "room-2")
KINDS = tuple(pdsa.MeasureKind)
TEXT = (
    "Students who were handed the frame used it in most reflections; those who were away on the "
    "first day did not."
)


def inquiry(number: int, random: Random) -> pdsa.Inquiry:
    """The inquiry of one team: an aim, its theory, four measures, six cycles on two ideas."""
    team = pdsa.UnitId(f"team-{number}")
    aim = pdsa.AimId(f"aim-{number}")
    measures = tuple(
        pdsa.Measure(
            id=pdsa.MeasureId(f"measure-{kind}-{number}"),
            aim_id=aim,
            name=f"Sample {kind} measure",
            kind=kind,
            unit=pdsa.MeasureUnit.percentage,
            definition="Of the students present, those whose ticket shows it.",
            collected_by="each teacher",
            frequency="weekly",
        )
        for kind in KINDS
    )
    ideas = [pdsa.ChangeIdeaId(f"idea-{number}-{k}") for k in range(2)]
    cycles: list[pdsa.Cycle] = []
    for k in range(CYCLES):
        after = cycles[-1].id if k % 3 and cycles[-1].status is pdsa.Status.completed else None
        cycles.append(_cycle(number, k, aim, ideas[k // 3], measures, after, random))
    return pdsa.Inquiry(
        team=pdsa.Unit(team, "team", "Sample team"),
        classrooms=tuple(
            pdsa.Unit(pdsa.UnitId(f"{room}-{number}"), "classroom", room, team) for room in ROOMS
        ),
        calendar=_calendar(team),
        aim=pdsa.Aim(
            id=aim,
            unit_id=team,
            title="Sample aim",
            population="students of the team",
            what="explain their reasoning",
            indicator="share of students who explain their reasoning",
            baseline=30,
            target=60,
            starts_on=FIRST,
            deadline=ON,
            measured_by=measures[0].id if random.random() < 0.5 else None,
        ),
        theory=(_theory(aim, ideas),),
        change_ideas=tuple(pdsa.ChangeIdea(id, aim, "Sample idea") for id in ideas),
        measures=measures,
        points=tuple(_points(number, measures, cycles, random)),
        cycles=tuple(cycles),
    )


def _theory(aim: pdsa.AimId, ideas: list[pdsa.ChangeIdeaId]) -> pdsa.Theory:
    drivers = [pdsa.Driver(id=pdsa.DriverId(f"driver-{k}"), text="Sample") for k in range(3)]
    return pdsa.Theory(
        aim_id=aim,
        on=FIRST,
        drivers=tuple(drivers),
        links=(
            *(pdsa.Link(source=driver.id, target=aim) for driver in drivers[:2]),
            pdsa.Link(source="driver-2", target="driver-0"),
            *(pdsa.Link(source=id, target=f"driver-{k + 1}") for k, id in enumerate(ideas)),
        ),
    )


def _calendar(team: pdsa.UnitId) -> pdsa.SchoolCalendar:
    closures = tuple(
        pdsa.Closure(name=name, first_day=first, last_day=first + timedelta(days=days))
        for name, first, days in (
            ("Thanksgiving week", date(2025, 11, 24), 4),
            ("Winter recess", date(2025, 12, 22), 18),
            ("Spring recess", date(2026, 3, 30), 4),
        )
    )
    return pdsa.SchoolCalendar(
        id=pdsa.CalendarId(f"calendar-{team}"),
        unit_id=team,
        name="2025-26",
        first_day=FIRST,
        last_day=ON,
        closures=closures,
    )


def _cycle(
    number: int,
    k: int,
    aim: pdsa.AimId,
    idea: pdsa.ChangeIdeaId,
    measures: tuple[pdsa.Measure, ...],
    follows: pdsa.CycleId | None,
    random: Random,
) -> pdsa.Cycle:
    began = FIRST + timedelta(weeks=5 * k + 1)
    said = f"{TEXT} So it was in team {number}, test {k + 1}."
    predictions: tuple[pdsa.Prediction, ...] = ()
    if random.random() < 0.125:
        predictions = (
            pdsa.Prediction(
                id=pdsa.PredictionId(f"prediction-{number}-{k}"),
                expectation=pdsa.ExpectRange(measure_id=measures[2].id, low=40, high=70),
                confidence=random.choice((50, 60, 70, 80, 90)),
                reason="The frame gives students a beginning.",
            ),
        )
    cycle = pdsa.Cycle(
        id=pdsa.CycleId(f"cycle-{number}-{k}"),
        aim_id=aim,
        change_idea_id=idea,
        title=f"Sample cycle {k + 1}",
        planned_on=began,
        follows=follows,
        plan=pdsa.Plan(
            objective="See whether the frame is used.",
            questions=(
                pdsa.Question(
                    id=pdsa.QuestionId(f"question-{number}-{k}"),
                    text="Will students use the frame?",
                    predictions=predictions,
                ),
            ),
            tasks=(pdsa.Task(what="Give the ticket", who="both teachers"),),
            data=(pdsa.DataCollection(measure_id=measures[2].id, who="each teacher"),),
            scale=random.choice(tuple(pdsa.Scale)),
            size=random.choice((1, 1, 2, 5)),
            size_of="classrooms",
        ),
    ).start_do(on=began + timedelta(days=4))
    if random.random() < 1 / 6:
        return cycle
    cycle = cycle.record_do(pdsa.Do(as_planned=pdsa.AsPlanned.yes, what_happened=said))
    results = tuple(
        pdsa.PredictionResult(prediction_id=each.id, outcome=random.choice(tuple(pdsa.Outcome)))
        for each in predictions
    )
    study = pdsa.Study(results=results, learned=said)
    cycle = cycle.record_study(study, on=began + timedelta(weeks=3))
    if random.random() < 1 / 5:
        return cycle
    act = pdsa.Act(decision=random.choice(tuple(pdsa.Decision)), reason="As the tickets show.")
    return cycle.record_act(act, on=began + timedelta(weeks=3, days=3))


def _points(
    number: int, measures: tuple[pdsa.Measure, ...], cycles: list[pdsa.Cycle], random: Random
) -> Iterator[pdsa.DataPoint]:
    weeks = POINTS // (len(measures) * len(ROOMS)) + 1
    left = POINTS
    for measure in measures:
        share = random.uniform(0.2, 0.6)
        for week in range(weeks):
            share = min(0.95, share + random.gauss(0.01, 0.02))
            for room in ROOMS:
                if not left:
                    return
                left -= 1
                yield pdsa.DataPoint(
                    id=pdsa.PointId(f"{measure.id}-{week}-{room}"),
                    measure_id=measure.id,
                    on=FIRST + timedelta(weeks=week, days=4),
                    numerator=max(0, min(28, round(28 * share + random.gauss(0, 2)))),
                    denominator=28,
                    classroom_id=pdsa.UnitId(f"{room}-{number}"),
                    cycle_id=cycles[min(week // 5, CYCLES - 1)].id,
                )


def bare(inquiries: list[pdsa.Inquiry]) -> float:
    """Reads every data point once and adds it up by measure."""
    sums: dict[str, float] = {}
    for each in inquiries:
        for point in each.points:
            share = (point.numerator or 0) / (point.denominator or 1)
            sums[point.measure_id] = sums.get(point.measure_id, 0.0) + share
    return sum(sums.values())


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    start = thread_time()
    work()
    return thread_time() - start


def one_cycle(rounds: int) -> None:
    record = inquiry(0, Random(1))
    cycle = record.cycles[1].id
    times = 50
    took, ratios = [], []
    for _ in range(rounds):
        ours = seconds(lambda: [cycle_findings(record, cycle, on=ON) for _ in range(times)])
        loop = seconds(lambda: [bare([record]) for _ in range(times)])
        took.append(ours / times * 1e3)
        ratios.append(ours / loop)
    n = len(cycle_findings(record, cycle, on=ON))
    print(
        f"one cycle with its measures   {median(took):.3f} ms, fastest round {min(took):.3f} ms  "
        f"(limit {LIMIT_CYCLE_MS} ms), {median(ratios):.1f} bare loops, {n} findings"
    )


def district(cycles: int, rounds: int) -> None:
    """Every inquiry is read shortly before its review; those of 200 teams stand for all."""
    random = Random(2)
    teams = cycles // CYCLES
    stored = [msgspec.msgpack.encode(inquiry(n, random)) for n in range(min(teams, 200))]
    reader = msgspec.msgpack.Decoder(pdsa.Inquiry)
    took, ratios = [], []
    for _ in range(rounds):
        reading = loop = 0.0

        def read() -> Iterator[pdsa.Inquiry]:
            nonlocal reading, loop
            for n in range(teams):
                start = thread_time()
                each = reader.decode(stored[n % len(stored)])
                begin = thread_time()
                bare([each])
                end = thread_time()
                reading, loop = reading + end - start, loop + end - begin
                yield each

        ours = seconds(lambda: deque(findings_of_each(read(), on=ON), maxlen=0)) - reading
        took.append(ours)
        ratios.append(ours / loop)
    reviewed = teams * CYCLES
    print(
        f"{reviewed:,} cycles, {reviewed // CYCLES * POINTS:,} points   {median(took):.2f} s, "
        f"fastest round {min(took):.2f} s  (limit {LIMIT_DISTRICT_S} s at 50,000), "
        f"{median(ratios):.1f} bare loops"
    )


def memory(cycles: int) -> float:
    """Peak megabytes while a district is reviewed whose findings are kept."""
    random = Random(3)
    kept: list[tuple[Finding, ...]] = []
    tracemalloc.start()
    inquiries = (inquiry(n, random) for n in range(cycles // CYCLES))
    kept.extend(findings_of_each(inquiries, on=ON))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    cycles = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    one_cycle(rounds * 20)
    district(cycles, rounds)
    sizes = [cycles // 64, cycles // 32, cycles // 16]
    held = [memory(n) for n in sizes]
    print(f"{sizes[0]:,} cycles reviewed, findings kept: {held[0]:.1f} MB")
    for n, found in zip(sizes[1:], held[1:], strict=True):
        more = (found - held[0]) / (n - sizes[0])
        print(
            f"{n:,} cycles reviewed, findings kept: {found:.1f} MB, {more * 1e3:.2f} kB each more"
        )


if __name__ == "__main__":
    main()
