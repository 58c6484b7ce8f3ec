"""The one next step of a cycle: what its team does now, in a sentence.

The order is that of the record (Plan, Do, Study, Act) and, within Plan, the order that makes a test
of an activity: a question, a prediction, a plan for data (McNicholas et al. 2019, BMJ Quality &
Safety 28:356; The Improvement Guide, ch. 5).
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.cycle import Cycle, Status
from pdsa.ids import CycleId, Ref
from pdsa.stages import Decision, Stage
from pdsa.words import say, say_n


class StepKind(StrEnum):
    """What there is to do, in the order in which it comes."""

    ask = "ask"
    predict = "predict"
    plan_data = "plan_data"
    start = "start"
    count_ = "count"
    tell = "tell"
    study = "study"
    compare = "compare"
    learn = "learn"
    decide = "decide"
    plan_next = "plan_next"


class NextStep(Struct, frozen=True, kw_only=True):
    """What the team of a cycle does next.

    ``field`` is the place in the cycle where it is written (a JSON pointer without the leading
    slash), ``due`` the day by which the plan wants it, where it says one.
    """

    cycle_id: Ref[CycleId]
    stage: Stage
    kind: StepKind
    field: str
    said: str
    due: date | None = None

    def overdue(self, today: date) -> bool:
        """Whether the plan wanted it before today."""
        return self.due is not None and self.due < today


def next_step(cycle: Cycle, cycles: Iterable[Cycle] = (), *, on: date) -> NextStep | None:
    """What comes next in a cycle, on a day; ``None`` where nothing does.

    ``cycles`` are all of its aim: a cycle whose decision asks for another has its next step until
    one follows it.
    """
    if cycle.status is Status.stopped:
        return None
    if cycle.status is Status.completed:
        return _after(cycle, cycles)
    match cycle.stage:
        case Stage.plan:
            return _plan(cycle)
        case Stage.do:
            return _do(cycle, on)
        case Stage.study:
            return _study(cycle)
        case Stage.act:
            return _decide(cycle)


def _plan(cycle: Cycle) -> NextStep:
    plan = cycle.plan
    open_ = [question for question in plan.questions if not question.predictions]
    if not plan.questions:
        return _step(
            cycle,
            StepKind.ask,
            "plan/questions",
            say("Write the question that this cycle should answer."),
        )
    if open_:
        return _step(
            cycle,
            StepKind.predict,
            f"plan/questions/{open_[0].id}",
            say("Say what you expect before there is data: “{question}”", question=open_[0].text),
        )
    if not plan.data:
        return _step(
            cycle,
            StepKind.plan_data,
            "plan/data",
            say("Say what you will count, who counts it and when."),
        )
    return _step(
        cycle,
        StepKind.start,
        "do",
        say("The plan is ready: carry it out."),
        due=plan.first_day,
    )


def _do(cycle: Cycle, on: date) -> NextStep:
    last = cycle.plan.last_day
    if last is None or on <= last:
        return _step(
            cycle,
            StepKind.count_,
            "tally",
            say("Carry out the plan, and write down what you count."),
            due=last,
        )
    if cycle.do is None or not cycle.do.what_happened.strip():
        return _step(
            cycle, StepKind.tell, "do/what_happened", say("Write down what happened."), due=last
        )
    return _step(
        cycle,
        StepKind.study,
        "study",
        say("The days of the test are over: look at the results together."),
        due=last,
    )


def _study(cycle: Cycle) -> NextStep:
    study = cycle.study
    told = {result.prediction_id for result in study.results} if study else set()
    open_ = [each for each in cycle.plan.predictions() if each.id not in told]
    if open_:
        said = say_n(
            "Say what became of your prediction.",
            "Say what became of your {n} predictions.",
            len(open_),
        )
        return _step(cycle, StepKind.compare, f"study/results/{open_[0].id}", said)
    if study is None or not study.learned.strip():
        return _step(cycle, StepKind.learn, "study/learned", say("Write down what you learned."))
    return _decide(cycle)


def _decide(cycle: Cycle) -> NextStep:
    return _step(
        cycle,
        StepKind.decide,
        "act/decision",
        say("Decide together: adopt, adapt, expand or abandon."),
    )


def _after(cycle: Cycle, cycles: Iterable[Cycle]) -> NextStep | None:
    act = cycle.act
    if act is None or act.no_next_reason.strip() or act.decision is Decision.abandon:
        return None
    if any(each.follows == cycle.id for each in cycles):
        return None
    if act.next_plan.strip() or act.decision in (Decision.adapt, Decision.expand):
        return _step(cycle, StepKind.plan_next, "act/next", say("Plan the next cycle."))
    return None


def _step(cycle: Cycle, kind: StepKind, field: str, said: str, due: date | None = None) -> NextStep:
    return NextStep(
        cycle_id=cycle.id, stage=cycle.stage, kind=kind, field=field, said=said, due=due
    )
