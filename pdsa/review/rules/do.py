"""Rules about Do: what was carried out, and when. Cycles that were stopped early are left alone."""

from collections.abc import Iterator

from pdsa.cycle import Cycle, Status
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import MCNICHOLAS, REED, guide, has_study
from pdsa.stages import AsPlanned, Stage
from pdsa.words import say

_RUNNING, _STOPPED = Status.running, Status.stopped


@rule(
    "DOX101",
    Severity.note,
    "Do began before the plan was written",
    of=Cycle,
    why="A plan written afterwards is a report, and its predictions are none.",
    source=MCNICHOLAS,
)
def do_before_plan(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The day of the first Do is before the day on which the plan was written; both must be said."""
    if cycle.started_on and cycle.planned_on and cycle.started_on < cycle.planned_on:
        yield Hit(
            field="started_on",
            message=say(
                "The cycle “{title}” began Do on {day}, before its plan of {planned}.",
                title=cycle.title,
                day=cycle.started_on,
                planned=cycle.planned_on,
            ),
            next=say("Check both dates; if they are right, write the next plan before you start."),
        )


@rule(
    "DOX102",
    Severity.advice,
    "Do without data points",
    of=Cycle,
    why="The plan named data because the question needs them; without a point Study is an opinion.",
    source=guide("ch. 5 (carry out the plan, and collect the data)"),
)
def do_without_data(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """None of the measures that the plan collects has a point of the test.

    A point is one of the test when it is recorded in the cycle or dated in its days, for the whole
    team, a classroom or a student group; missing points are none. Looks at cycles in Study or Act
    and, in Do, after the plan's last day. Silent where the plan names no data (PLN103 says it), and
    about cycles that were stopped early.
    """
    if lacks_data(record, cycle):
        names, *more = [record.called(each.measure_id) for each in cycle.plan.data[:2]]
        if more:
            names = say("{these} and {last}", these=names, last=more[0])
        yield Hit(
            field="plan/data",
            message=say(
                "The cycle “{title}” planned to collect {names}, and has no data point of its "
                "days.",
                title=cycle.title,
                names=names,
            ),
            next=say("Enter what was counted; if nothing was, say so in Do.")
            if cycle.status is _RUNNING
            else say("Enter what was counted, or plan data that are easier to collect next time."),
        )


@rule(
    "DOX103",
    Severity.advice,
    "Not carried out as planned, and not said how",
    of=Cycle,
    why="A test that ran differently tested something else; what happened says what.",
    source=REED + " (documenting what was done)",
)
def not_as_planned(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """Do says *partly* or *no* to "as planned", and says neither what happened nor what was unexpected.

    Silent about cycles that were stopped early: the stop has its reason.
    """
    do = cycle.do
    if (
        do is not None
        and do.as_planned in (AsPlanned.partly, AsPlanned.no)
        and not do.what_happened.strip()
        and not do.unexpected.strip()
        and cycle.status is not _STOPPED
    ):
        yield Hit(
            field="do/what_happened",
            message=say(
                "The cycle “{title}” was not carried out as planned, and nothing says what "
                "happened instead.",
                title=cycle.title,
            ),
            next=say("Write one sentence about what was done.")
            if cycle.status is _RUNNING
            else say("In the next Do, write one sentence about what was done instead."),
        )


@rule(
    "DOX104",
    Severity.advice,
    "Nothing is written about Do",
    of=Cycle,
    when=has_study,
    why="71% of the published cycles that had a plan documented all four stages; without Do nobody "
    "can tell what was tested.",
    source=MCNICHOLAS,
)
def no_do(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The cycle has come to Study or Act, and Do is blank: not even whether it went as planned.

    Silent about cycles that were stopped early.
    """
    do = cycle.do
    if do is None or (
        do.as_planned is None and not do.what_happened.strip() and not do.unexpected.strip()
    ):
        yield Hit(
            field="do",
            message=say("The cycle “{title}” says nothing about what was done.", title=cycle.title),
            next=say("Write down whether it went as planned, and what was unexpected.")
            if cycle.status is _RUNNING
            else say("In the next cycle, note what happened while it happens."),
        )


def lacks_data(record: Record, cycle: Cycle) -> bool:
    """Whether DOX102 has something to say about a cycle."""
    plan = cycle.plan
    if not plan.data:
        return False
    if not has_study(cycle):
        late = plan.last_day is not None and plan.last_day < record.on
        if not late or cycle.stage is not Stage.do or cycle.status is not _RUNNING:
            return False
    return not any(record.has_data(cycle, each.measure_id) for each in plan.data)
