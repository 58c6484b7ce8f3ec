"""How a record answers the seven items: yes or no, and one sentence why.

The items are those of McNicholas et al. 2019 (BMJ Quality & Safety 28:356); what a record must hold
for a yes is our own reading of them, said here of each item and nowhere else. Nothing is a grade.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from pdsa.cycle import Cycle, Status
from pdsa.prediction import ExpectCategory, ExpectText, Outcome, Prediction, before_do
from pdsa.ramp import ramp
from pdsa.review.fidelity.items import Item
from pdsa.review.record import Record
from pdsa.review.wording.intention import Tense, written_as
from pdsa.stages import AsPlanned
from pdsa.words import say, say_n, say_name

#: From this number of consecutive dates on, data are regular (Knudsen et al. 2019: three or more
#: consecutive points).
REGULAR = 3


class Evidence(Struct, frozen=True, kw_only=True):
    """A yes or no to one item, with the sentence that says why.

    ``element`` is ``cycle`` or, for a series, ``change idea``: the one whose ramp it is.
    """

    item: Item
    element: str
    id: str
    passed: bool
    why: str


class Data(Struct, frozen=True):
    """What the items ask of data points.

    ``dates`` gives the dates of a measure, each with whether it has a figure (a missing point has
    none); ``recorded`` the measures with figures that were recorded in a cycle.
    """

    dates: Callable[[str], Mapping[date, bool]]
    recorded: Callable[[str], Collection[str]]


def data_of(record: Record) -> Data:
    """The data of an inquiry; figures of every classroom and student group count."""

    def dates(measure_id: str) -> Mapping[date, bool]:
        found: dict[date, bool] = {}
        for point in record.points_of(measure_id):
            found[point.on] = found.get(point.on, False) or not point.missing
        return found

    def recorded(cycle_id: str) -> Collection[str]:
        points = record.points_in(cycle_id)
        return dict.fromkeys(point.measure_id for point in points if not point.missing)

    return Data(dates, recorded)


def has_plan(cycle: Cycle) -> bool:
    """Whether the Plan is documented: an objective, a question, a task or a plan for data."""
    plan = cycle.plan
    return bool(plan.questions or plan.tasks or plan.data or plan.objective.strip())


def counted(cycle: Cycle) -> bool:
    """Whether the profile counts a cycle: it has ended, by a decision or a stop, and has a Plan."""
    return cycle.status is not Status.running and has_plan(cycle)


def unwritten(cycle: Cycle) -> tuple[str, ...]:
    """The stages after Plan in which nothing is written.

    Do holds what happened, what was unexpected, or whether it went as planned; Study what was
    learned, a surprise, or a result; Act a decision, what comes next, or why nothing does. A stage
    of blanks is not written.
    """
    do, study, act = cycle.do, cycle.study, cycle.act
    lack = []
    if do is None or not (do.as_planned or do.what_happened.strip() or do.unexpected.strip()):
        lack.append("Do")
    if study is None or not (study.results or study.learned.strip() or study.surprises.strip()):
        lack.append("Study")
    if act is None or not (act.decision or act.next_plan.strip() or act.no_next_reason.strip()):
        lack.append("Act")
    return tuple(lack)


def evidence(cycles: Iterable[Cycle], data: Data) -> Iterator[Evidence]:
    """What each item says of cycles and of their series; of those that ``counted`` leaves out, nothing.

    Give all cycles of a change idea together: a series is found among those that are given.
    """
    series: dict[str, list[Cycle]] = {}
    for cycle in cycles:
        if not counted(cycle):
            continue
        whole, why = documented(cycle)
        yield _of_cycle(Item.documented, cycle, whole, why)
        if whole:
            yield from of_whole(cycle, data)
            series.setdefault(cycle.change_idea_id, []).append(cycle)
    for idea_id, found in series.items():
        for cycle in found:
            yield of_ramp(cycle, len(found))
        if len(found) > 1:
            yield from of_series(idea_id, found, data)


def documented(cycle: Cycle) -> tuple[bool, str]:
    """*Documented*, of ended cycles with a documented Plan: Do, Study and Act are written as well."""
    lack = unwritten(cycle)
    if not lack:
        return True, say("Plan, Do, Study and Act are all written.")
    *some, last = map(say_name, lack)
    # Translators: names of stages, two or three of them.
    where = say("{these} and {last}", these=" and ".join(some), last=last) if some else last
    return False, say("Nothing is written in {stages}.", stages=where)


def of_whole(cycle: Cycle, data: Data) -> Iterator[Evidence]:
    """*Executed*, *activity* and, where there was one, *prediction*, of a fully documented cycle."""
    yield _of_cycle(Item.executed, cycle, *executed(cycle))
    active, why = activity(cycle, data)
    yield _of_cycle(Item.activity, cycle, active, why)
    if active:
        yield _of_cycle(Item.prediction, cycle, *predicted(cycle))


def executed(cycle: Cycle) -> tuple[bool, str]:
    """*Executed*, of fully documented cycles: Study describes what was done.

    No only where it is written as an intention (``pdsa.review.wording.intention``) and no
    prediction has a result that held or did not. Where the wording does not tell, it counts as done.
    """
    study = cycle.study
    if study is None:
        return False, say("There is no Study.")
    if any(result.outcome is not Outcome.cannot_tell for result in study.results):
        return True, say("Study sets a result against a prediction.")
    tense = written_as(f"{study.learned}\n{study.surprises}")
    if tense is Tense.intended:
        return False, say("Study is written as something that is still to be done.")
    if tense is None:
        return True, say("Nothing in the wording of Study says that it is still to be done.")
    return True, say("Study is written as something that was done.")


def activity(cycle: Cycle, data: Data) -> tuple[bool, str]:
    """*Activity*, of fully documented cycles: a test of change, or a collection of information.

    Information is collected where the plan collects data or points were recorded in the cycle; a
    change is tested where the plan says what is done or asks a question, and Do does not say that
    it was not carried out as planned.
    """
    if data.recorded(cycle.id):
        return True, say("Data points were recorded in it.")
    if cycle.plan.data:
        return True, say("Its plan collects data.")
    carried_out = cycle.do is None or cycle.do.as_planned is not AsPlanned.no
    if carried_out and cycle.plan.tasks:
        return True, say("Its plan says what is done, and Do says what happened.")
    if carried_out and cycle.plan.questions:
        return True, say("Its plan asks a question, and Do says what happened.")
    if not carried_out:
        return False, say("The plan was not carried out, and no data were collected.")
    return False, say("Its plan names nothing to do, no question and no data.")


def predicted(cycle: Cycle) -> tuple[bool, str]:
    """*Prediction*, of those with an activity: an explicit one was made before Do.

    It says something, was made no later than the first day of Do, and locked on that day; what came
    after a step back to Plan was written with the first Do in mind.
    """
    predictions = cycle.plan.predictions()
    made = sum(says_something(each) and before_do(each, cycle.started_on) for each in predictions)
    if made:
        return True, say_n(
            "{n} prediction was made before Do.", "{n} predictions were made before Do.", made
        )
    if predictions:
        return False, say("Its predictions were made after Do had begun, or say nothing.")
    return False, say("Its plan has no prediction.")


def says_something(prediction: Prediction) -> bool:
    """Whether a prediction is more than a blank."""
    expected = prediction.expectation
    if isinstance(expected, ExpectText):
        return bool(expected.text.strip())
    return not isinstance(expected, ExpectCategory) or bool(expected.category.strip())


def of_ramp(cycle: Cycle, together: int) -> Evidence:
    """*Series*, of fully documented cycles: there are two or more such cycles of its change idea."""
    if together > 1:
        why = say("One of {n} fully documented cycles of its change idea.", n=together)
        return _of_cycle(Item.series, cycle, True, why)
    why = say("The only fully documented cycle of its change idea.")
    return _of_cycle(Item.series, cycle, False, why)


def of_series(idea_id: str, cycles: Sequence[Cycle], data: Data) -> Iterator[Evidence]:
    """*Growing* and *regular*, of a series: the fully documented cycles of one change idea.

    It grows where one of its cycles is larger than the one before and none is smaller (by scale,
    then by size; the one before is the cycle it follows, else the latest that began before it: see
    ``pdsa.ramp``). Its data are regular where one measure of which its cycles
    speak, or which was recorded in them, has three or more consecutive dates with a figure between
    the first day of Do and the day on which the last cycle ended.
    """
    grows = ramp(cycles[0].change_idea_id, cycles).grows
    yield Evidence(
        item=Item.growing,
        element="change idea",
        id=idea_id,
        passed=bool(grows),
        why=say("Its cycles grow, and none is smaller than the one before.")
        if grows
        else say("Too few of its cycles say how large they are.")
        if grows is None
        else say("Its cycles do not grow, or one is smaller than the one before."),
    )
    most = _most_regular(cycles, data)
    yield Evidence(
        item=Item.regular,
        element="change idea",
        id=idea_id,
        passed=most >= REGULAR,
        why=say("A measure has data on {n} dates in a row.", n=most)
        if most >= REGULAR
        else say("No measure has data on {n} dates in a row while the cycles ran.", n=REGULAR),
    )


def _most_regular(cycles: Sequence[Cycle], data: Data) -> int:
    first = min(_first_day(cycle) for cycle in cycles)
    last = max(cycle.ended_on or date.max for cycle in cycles)
    measures: dict[str, None] = {}
    for cycle in cycles:
        measures.update(dict.fromkeys(id for _, id in cycle.plan.measure_ids()))
        measures.update(dict.fromkeys(data.recorded(cycle.id)))
    return max((in_a_row(data.dates(id), first, last) for id in measures), default=0)


def in_a_row(dates: Mapping[date, bool], first: date, last: date) -> int:
    """The most consecutive dates with a figure, of those from ``first`` to ``last``."""
    most = run = 0
    for day in sorted(dates):
        if first <= day <= last:
            run = run + 1 if dates[day] else 0
            most = max(most, run)
    return most


def _first_day(cycle: Cycle) -> date:
    return cycle.started_on or cycle.planned_on or cycle.ended_on or date.min


def _of_cycle(item: Item, cycle: Cycle, passed: bool, why: str) -> Evidence:
    return Evidence(item=item, element="cycle", id=cycle.id, passed=passed, why=why)
