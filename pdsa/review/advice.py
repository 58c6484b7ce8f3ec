"""The scale adviser: how large a test should be, beside how large it is planned."""

from collections.abc import Iterator

from msgspec import Struct

from pdsa.cycle import Cycle
from pdsa.ids import CycleId
from pdsa.ramp import RampStep
from pdsa.review.evidence import step_of
from pdsa.review.growth import sizes
from pdsa.review.record import Record
from pdsa.review.wording.number import one
from pdsa.scale import SCALES, Scale, advised_scale, next_size
from pdsa.stages import Plan
from pdsa.words import mark, say

_ASKED = {
    # Translators: what a team has not said of its test, after “For advice on the scale, say ...”.
    "belief": mark("how much you believe that the change works"),
    "failure_cost": mark("what a failure would cost"),
    "readiness": mark("how those who test it stand to it"),
}
_ADVISED = {
    Scale.very_small: mark(
        "As you see the change, a very small test, with one student or in one lesson, is advised."
    ),
    Scale.small: mark("As you see the change, a small test, in one classroom, is advised."),
    Scale.large: mark("As you see the change, a large test, in several classrooms, is advised."),
    Scale.implement: mark("As you see the change, it can become standard work."),
}


class ScaleAdvice(Struct, frozen=True, kw_only=True):
    """The advised scale beside the planned one, and the next size by the 5X rule.

    ``missing`` are the fields of the plan that advice needs. ``most`` is five times the size of the
    step before, ``next_size`` five times this one's; ``None`` where the sizes are not said or
    count different things, and after standard work. ``before`` is ``None`` for a test that never
    began. ``sentences`` say all of it.
    """

    cycle_id: CycleId
    advised: Scale | None
    missing: tuple[str, ...]
    scale: Scale | None
    size: int | None
    size_of: str
    before: RampStep | None
    most: int | None
    next_size: int | None
    sentences: tuple[str, ...]


def advice(record: Record, cycle: Cycle) -> ScaleAdvice:
    """How large the test of a cycle should be (``pdsa.scale.advised_scale``, ``next_size``)."""
    plan, before = cycle.plan, record.before(cycle)
    if before is not None and before.started_on is None:
        before = None
    missing = tuple(name for name in _ASKED if getattr(plan, name) is None)
    advised = None
    if plan.belief and plan.failure_cost and plan.readiness:
        advised = advised_scale(plan.belief, plan.failure_cost, plan.readiness)
    compared = sizes(before, cycle) if before else None
    most = next_size(compared[0]) if compared else None
    tests = plan.scale is not Scale.implement
    following = next_size(plan.size) if plan.size and tests else None
    return ScaleAdvice(
        cycle_id=cycle.id,
        advised=advised,
        missing=missing,
        scale=plan.scale,
        size=plan.size,
        size_of=plan.size_of,
        before=step_of(record, before) if before else None,
        most=most,
        next_size=following,
        sentences=tuple(_sentences(plan, advised, missing, before, most, following)),
    )


def _sentences(
    plan: Plan,
    advised: Scale | None,
    missing: tuple[str, ...],
    before: Cycle | None,
    most: int | None,
    following: int | None,
) -> Iterator[str]:
    if missing:
        *first, last = (say(_ASKED[name]) for name in missing)
        said = say("{these} and {last}", these=", ".join(first), last=last) if first else last
        yield say("For advice on the scale, say {what}.", what=said)
    if advised:
        yield say(_ADVISED[advised])
        if plan.scale is not None:
            yield _beside(plan.scale, advised)
    if plan.scale is None:
        yield say("The plan does not say how large this test is.")
    if before and most and plan.size:
        step = mark(
            "The test before had {before}; about five times that is {most}, and {size} is within "
            "that."
        )
        if plan.size > most:
            step = mark(
                "The test before had {before}; about five times that is {most}, and {size} is a "
                "larger step than that."
            )
        yield say(step, before=_sized(before.plan), most=most, size=_sized(plan))
    if following:
        yield say(
            "After {size}, the next test may have about {next}.", size=_sized(plan), next=following
        )


def _beside(scale: Scale, advised: Scale) -> str:
    step = SCALES.index(scale) - SCALES.index(advised)
    if step > 0:
        return say("The plan is larger: a smaller test first would cost less if it fails.")
    if step < 0:
        return say("The plan is smaller, so a failure costs little and teaches early.")
    return say("The plan is just that.")


def _sized(plan: Plan) -> str:
    return f"{plan.size} {one(plan.size_of) if plan.size == 1 else plan.size_of}".strip()
