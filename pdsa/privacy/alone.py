"""A day on which all students were counted, classroom by classroom, and nothing else: nearly every day.

Its one figure can be set against nothing, so that only its own number of students decides. What is
released is what weighing it (``pdsa.privacy.day``) gives.
"""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.measure import DataPoint, Withheld

# Looked up once: a member of an enumeration is ten times as slow to come by as a name.
_ONE_CLASSROOM, _FEW_STUDENTS = Withheld.one_classroom, Withheld.few_students


class Alone(Struct, gc=False):
    """The figure of all students: the points that are not missing, and their sums."""

    kept: Sequence[DataPoint]
    one_classroom: bool
    numerator: int
    denominator: int

    def withheld(self, at_least: int | None) -> Withheld | None:
        """Why whoever is shown ``at_least`` students (``None``: any number) is not shown it."""
        if self.one_classroom:
            return _ONE_CLASSROOM
        if at_least is not None and 0 < self.denominator < at_least:
            return _FEW_STUDENTS
        return None


def alone(points: Sequence[DataPoint]) -> Alone | None:
    """The figure of a day of counts by classroom; ``None`` where the day has anything else."""
    if not points:
        return None
    kept = []
    first: str | None = None
    one_classroom = True
    numerator = denominator = 0
    for point in points:
        group = point.student_group
        if group and group != "ALL":
            return None
        n, room = point.denominator, point.classroom_id
        if n and room:
            if first is None:
                first = room
            elif room != first:
                one_classroom = False
            kept.append(point)
            numerator += point.numerator or 0
            denominator += n
        elif n or point.value is not None:
            return None
    return Alone(kept, first is not None and one_classroom, numerator, denominator)
