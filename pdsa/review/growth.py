"""How a test compares in size with another one: the 5X rule and what counts as growth."""

from pdsa.cycle import Cycle
from pdsa.scale import SCALES, next_size


def sizes(before: Cycle, cycle: Cycle) -> tuple[int, int] | None:
    """The sizes of two tests where they count the same; ``None`` where they cannot be compared.

    They can when both plans give a size above 0 and say the same of what: "classroom" and
    "classrooms" are the same, "lessons" and no word are not.
    """
    one, other = before.plan, cycle.plan
    if one.size and other.size and _same(one.size_of, other.size_of):
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
        return f"from {small} to {large} {cycle.plan.size_of.strip()}"
    one, other = before.plan.scale, cycle.plan.scale
    if one is None or other is None or SCALES.index(other) - SCALES.index(one) < 2:
        return ""
    return f"from a {one.replace('_', ' ')} test to the scale “{other.replace('_', ' ')}”"


def grew(before: Cycle, cycle: Cycle) -> bool:
    """Whether a test is larger than the one before it, in scale or in a size that can be compared."""
    one, other = before.plan.scale, cycle.plan.scale
    if one is not None and other is not None and SCALES.index(other) > SCALES.index(one):
        return True
    counts = sizes(before, cycle)
    return counts is not None and counts[1] > counts[0]


def _same(one: str, other: str) -> bool:
    short, long = sorted((one.strip().casefold(), other.strip().casefold()), key=len)
    return bool(short) and long in (short, f"{short}s", f"{short}es")
