"""Which student groups an aim tells of, and how far each has come beside all students."""

from pdsa.equity.progress import GroupProgress, group_progress
from pdsa.ids import MeasureId
from pdsa.measure import Series, SplitBy, groups_of, series
from pdsa.review.record import Record


def aim_groups(record: Record, *, shown: MeasureId | None) -> tuple[GroupProgress, ...]:
    """The progress of each student group that an aim's points are about, by its code.

    It is that of the measure ``shown`` of the aim, over all days of the record, as
    ``pdsa.equity.group_progress`` has it without a window; a group that only other measures count
    has no figures. Made of a record as its reader is given it, it tells nobody more than the measure
    by student group does.
    """
    codes = groups_of(record.inquiry.points)
    if shown is None or not codes:
        return ()
    measure = record.measures[shown]
    everybody = Series(measure_id=shown, part="", points=record.figures(shown))
    split = series(measure, record.points_of(shown), by=SplitBy.student_group)
    return group_progress(measure, everybody, split, wanted=sorted(codes))
