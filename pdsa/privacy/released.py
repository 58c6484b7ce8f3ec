"""Series of what an audience is given, each withheld figure with its reason."""

from collections import defaultdict
from datetime import date

from pdsa.measure import Measure, Series, SeriesPoint, SplitBy, series
from pdsa.privacy.release import Release


def released_series(
    measure: Measure, given: Release, *, by: SplitBy | None = None
) -> tuple[Series, ...]:
    """A measure's series as released, each withheld figure with its reason.

    Parts and pooling as in ``pdsa.series``.
    """
    marks: dict[str, dict[date, SeriesPoint]] = defaultdict(dict)
    for key in {**given.withheld, **given.bands}:
        on, group, room = key
        part = {None: "", SplitBy.student_group: group, SplitBy.classroom: room}[by]
        other = room if by is not SplitBy.classroom else group
        if other or (by is None and group) or (by is not None and not part):
            continue
        marks[part][on] = SeriesPoint(
            on=on, value=None, withheld=given.withheld.get(key), band=given.bands.get(key)
        )
    made = {each.part: each for each in series(measure, given.of(by), by=by)}
    for part, each in marks.items():
        known = made[part].points if part in made else ()
        kept = [point for point in known if point.on not in each]
        points = sorted([*kept, *each.values()], key=lambda point: point.on)
        made[part] = Series(measure_id=measure.id, part=part, points=tuple(points))
    return tuple(made[part] for part in sorted(made))
