"""Ramps: the cycles on one change idea, one after another, at growing scale."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from pdsa.cycle import Cycle, Status
from pdsa.errors import Circle, InvalidValue
from pdsa.ids import ChangeIdeaId, CycleId, QuestionId
from pdsa.prediction import Question
from pdsa.scale import SCALES, Scale
from pdsa.stages import Decision, Plan, Stage
from pdsa.words import say


class RampStep(Struct, frozen=True, kw_only=True):
    """One cycle as a step of its ramp."""

    number: int
    cycle_id: CycleId
    title: str
    stage: Stage
    status: Status
    follows: CycleId | None
    started_on: date | None
    ended_on: date | None
    scale: Scale | None
    size: int | None
    decision: Decision | None


class Ramp(Struct, frozen=True, kw_only=True):
    """The cycles on one change idea in order.

    The step before a cycle is the one it follows, else the latest that began before it: tests run
    side by side, and each is compared with its own. ``grows`` is true when some step is larger (in
    scale, then in size) than the one before it and none is smaller. A step that states no scale is
    passed over; ``None`` when no step can be compared.
    """

    change_idea_id: ChangeIdeaId
    steps: tuple[RampStep, ...]
    grows: bool | None


def ramp(change_idea_id: ChangeIdeaId, cycles: Iterable[Cycle]) -> Ramp:
    """The ramp of a change idea: each cycle after the one it follows, else by its first date and id.

    Raises ``Circle`` where cycles follow each other.
    """
    ordered = in_order(cycle for cycle in cycles if cycle.change_idea_id == change_idea_id)
    steps = tuple(
        RampStep(
            number=number,
            cycle_id=cycle.id,
            title=cycle.title,
            stage=cycle.stage,
            status=cycle.status,
            follows=cycle.follows,
            started_on=cycle.started_on,
            ended_on=cycle.ended_on,
            scale=cycle.plan.scale,
            size=cycle.plan.size,
            decision=cycle.act.decision if cycle.act else None,
        )
        for number, cycle in enumerate(ordered, start=1)
    )
    return Ramp(change_idea_id=change_idea_id, steps=steps, grows=_grows(ordered))


def in_order(cycles: Iterable[Cycle]) -> list[Cycle]:
    """The cycles on one change idea as a ramp: each after the one it follows, else by date and id.

    Raises ``Circle`` where cycles follow each other.
    """
    own = list(cycles)
    ids = {cycle.id for cycle in own}
    after: dict[str | None, list[Cycle]] = {}
    for cycle in sorted(own, key=_first_date):
        after.setdefault(cycle.follows if cycle.follows in ids else None, []).append(cycle)
    ordered: list[Cycle] = []
    pending = after.get(None, [])[::-1]
    while pending:
        ordered.append(pending.pop())
        pending.extend(reversed(after.get(ordered[-1].id, [])))
    if len(ordered) < len(own):
        raise Circle("the ramp", circle({cycle.id: cycle.follows for cycle in own}))
    return ordered


def each_after(ordered: Sequence[Cycle]) -> Iterator[tuple[Cycle, Cycle]]:
    """The cycle before each and the cycle, for all on one change idea but the first to begin.

    ``ordered`` are all of them as ``in_order`` gives them. The one before is the cycle that it
    follows, else the latest that began before it. It comes in turn after the one before it, so that
    no way back from it is a circle.
    """
    own: dict[str | None, Cycle] = {cycle.id: cycle for cycle in ordered}
    for earlier, cycle in pairwise(as_begun(ordered)):
        yield own.get(cycle.follows, earlier), cycle


def as_begun(ordered: Sequence[Cycle]) -> list[Cycle]:
    """The cycles on one change idea as they began: by ``started_on``, else ``planned_on``, then id.

    ``ordered`` are all of them as ``in_order`` gives them. A cycle dated before the one that it
    follows is taken to begin with that.
    """
    began: dict[str, tuple[date, str]] = {}
    for cycle in ordered:
        first = _first_date(cycle)
        if cycle.follows is not None and cycle.follows in began:
            first = max(first, began[cycle.follows])
        began[cycle.id] = first
    return sorted(ordered, key=lambda cycle: began[cycle.id])


def _grows(ordered: Sequence[Cycle]) -> bool | None:
    stated = {cycle.id: _extent(cycle) for cycle in ordered}
    larger: bool | None = None
    for before, cycle in each_after(ordered):
        last, extent = stated[before.id], stated[cycle.id]
        if extent is None:
            stated[cycle.id] = last
        elif last is not None:
            if extent < last:
                return False
            larger = larger or extent > last
    return larger


def _extent(cycle: Cycle) -> tuple[int, int] | None:
    scale = cycle.plan.scale
    return None if scale is None else (SCALES.index(scale), cycle.plan.size or 0)


def following(
    cycle: Cycle, id: CycleId, *, title: str, on: date, new_id: Callable[[], str]
) -> Cycle:
    """The next cycle after one that has ended, in Plan, with what that one leads to filled in.

    Its objective is what Act says of the next plan. Questions are asked again and wait for
    predictions of their own; tasks, the plan for data and conditions are proposed again. Scale and
    size stay open: how large the next test is to be is asked anew.
    Raises ``InvalidValue`` for a cycle that is running.
    """
    questions = tuple(
        Question(id=QuestionId(new_id()), text=question.text) for question in cycle.plan.questions
    )
    made = Cycle(
        id=id,
        aim_id=cycle.aim_id,
        change_idea_id=cycle.change_idea_id,
        title=title,
        purpose=cycle.purpose,
        planned_on=on,
        follows=cycle.id,
        plan=Plan(
            objective=cycle.act.next_plan if cycle.act else "",
            questions=questions,
            tasks=cycle.plan.tasks,
            data=cycle.plan.data,
            conditions=cycle.plan.conditions,
        ),
    )
    check_follows(made, cycle)
    return made


def check_follows(cycle: Cycle, before: Cycle) -> None:
    """Raise ``InvalidValue`` unless ``cycle`` may follow ``before``: the same aim, and an ended one.

    Raises ``Circle`` for a cycle that would follow itself.
    """
    if before.id == cycle.id:
        raise Circle("the ramp", [cycle.id, cycle.id])
    if before.aim_id != cycle.aim_id:
        raise InvalidValue("follows", before.id, "a cycle of the same aim")
    if before.status is Status.running:
        raise InvalidValue(
            "follows",
            before.id,
            say("a cycle that has ended; this one is running in {stage}", stage=before.stage),
        )


def circle(before: Mapping[str, str | None]) -> list[str]:
    """A circle in what comes before what, as ids from one back to itself; empty where none is."""
    done: set[str] = set()
    for start in before:
        walked: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done:
            if at in walked:
                path = list(walked)
                return [*path[path.index(at) :], at]
            walked[at] = None
            at = before.get(at)
        done.update(walked)
    return []


def _first_date(cycle: Cycle) -> tuple[date, str]:
    return cycle.started_on or cycle.planned_on or date.max, cycle.id
