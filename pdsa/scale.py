"""How large a test should be (after Langley et al., The Improvement Guide, table 7.1; IHI's 5X rule)."""

from enum import StrEnum

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import Line


class Scale(StrEnum):
    """Very small: one student or lesson; small: one classroom; large: several; implement: standard work."""

    very_small = "very_small"
    small = "small"
    large = "large"
    implement = "implement"


#: From the smallest test to standard work.
SCALES = tuple(Scale)


class Belief(StrEnum):
    """How much the team believes that the change works."""

    low = "low"
    high = "high"


class FailureCost(StrEnum):
    """What a failure of the test would cost."""

    high = "high"
    low = "low"


class Readiness(StrEnum):
    """How those who would test the change stand to it."""

    resistant = "resistant"
    indifferent = "indifferent"
    ready = "ready"


_V, _S, _L, _I = SCALES
_ADVICE = {
    (Belief.low, FailureCost.high): (_V, _V, _V),
    (Belief.low, FailureCost.low): (_V, _V, _S),
    (Belief.high, FailureCost.high): (_V, _S, _L),
    (Belief.high, FailureCost.low): (_S, _L, _I),
}


def advised_scale(belief: Belief, cost: FailureCost, readiness: Readiness) -> Scale:
    """The scale that the Improvement Guide advises (table 7.1)."""
    return _ADVICE[belief, cost][tuple(Readiness).index(readiness)]


def next_size(size: int) -> int:
    """About how many students, lessons or classrooms the next test should have: five times as many.

    IHI's 5X rule. Raises ``InvalidValue`` for a size below 1.
    """
    if size < 1:
        raise InvalidValue("size", size, "1 or more")
    return 5 * size


class Condition(Struct, frozen=True, kw_only=True):
    """A condition that the test covers: grade = 5, experience of the teacher = early career."""

    name: Line
    value: Line
