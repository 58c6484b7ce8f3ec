"""How a test compares in size with another one: the 5X rule and what counts as growth."""

from pdsa.cycle import Cycle
from pdsa.review.wording.number import same
from pdsa.scale import SCALES, next_size
from pdsa.stages import Plan
from pdsa.words import say, say_name


def sizes(before: Cycle, cycle: Cycle) -> tuple[int, int] | None:
    """The sizes of two tests where they count the same; ``None`` where they cannot be compared.

    They can when both plans give a size above 0 and say the same of what
    (``pdsa.review.wording.number``): "classroom" and "classrooms" are the same, "salón" and
    "salones", "child" and "children"; "lessons" and no word are not.
    """
    one, other = before.plan, cycle.plan
    if one.size and other.size and same(one.size_of, other.size_of):
        return one.size, other.size
    return None


def jump(before: Cycle, cycle: Cycle) -> str:
    """From what to what a test jumps over the one before it, in words; empty where it does not.

    By size where sizes can be compared: more than five times as many (IHI's 5X rule). Else by
    scale: more than one step of *very small, small, large, implement*.
    """
    counts = sizes(before, cycle)
    if counts is not None:
        small, large = counts
        if large <= next_size(small):
            return ""
        return say(
            "from {small} to {large} {of}", small=small, large=large, of=cycle.plan.size_of.strip()
        )
    one, other = before.plan.scale, cycle.plan.scale
    if one is None or other is None or SCALES.index(other) - SCALES.index(one) < 2:
        return ""
    return say(
        "from a {scale} test to the scale “{other}”", scale=say_name(one), other=say_name(other)
    )


def repeats(before: Cycle, cycle: Cycle) -> bool:
    """Whether a plan is the one before once more, as far as it says: no, where it may differ.

    Scale and size are said and are the same, and so are objective and tasks, but for capitals and
    spaces.
    """
    one, other = before.plan, cycle.plan
    if one.scale is not other.scale or (one.size or 0) != (other.size or 0):
        return False
    if one.size and not same(one.size_of or "-", other.size_of or "-"):
        return False
    if one.scale is None and not one.size:
        return False
    return _reads(one.objective) == _reads(other.objective) and _tasks(one) == _tasks(other)


def _tasks(plan: Plan) -> list[str]:
    """What is done, by whom and where; another week alone is no other task."""
    return [_reads(f"{task.what}|{task.who}|{task.where}") for task in plan.tasks]


def _reads(text: str) -> str:
    return " ".join(text.casefold().split())
