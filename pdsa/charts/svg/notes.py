"""What happened beside the points: phases and breaks above the plot, cycles and decisions below."""

from collections.abc import Sequence
from datetime import date

from pdsa.charts.measured import Annotation, AnnotationKind
from pdsa.charts.svg.axis import Axis
from pdsa.charts.svg.lanes import TopLabel, Window
from pdsa.charts.svg.lines import Plot, frozen
from pdsa.charts.svg.marks import edges
from pdsa.charts.svg.scale import short_date
from pdsa.charts.svg.subject import Subject, frozen_title, phase_title, where
from pdsa.charts.svg.text import escape
from pdsa.words import say

_WEEK_OFF = 4  # days from the first to the last: shorter breaks go without a label on a week axis


def above_labels(
    seen: Subject, annotations: Sequence[Annotation], across: Axis, size: float
) -> list[TopLabel]:
    """Labels of phases, then of breaks that have room."""
    chart, points = seen.chart, seen.chart.points
    borders = edges(across.xs, 0, 0)
    found = []
    phases = [each for each in annotations if each.kind is AnnotationKind.phase]
    for each in phases:
        at = across.at(each.first.toordinal())
        if at is not None:
            began = short_date(each.first)
            found.append(
                TopLabel(
                    x=at + 0.4 * size,
                    text=f"{each.label} {began}",
                    title=each.text,
                    shorter=(began,),
                )
            )
    if not phases:
        for split in frozen(chart).values():
            day = points.x[split - 1]
            named = short_date(day) if isinstance(day, date) else where(seen, split - 1)
            said = say("baseline frozen {day}", day=named)
            found.append(
                TopLabel(
                    x=borders[split] + 0.4 * size,
                    text=said,
                    title=frozen_title(seen, split),
                    shorter=(say("frozen"),),
                )
            )
        for part in chart.parts[1:]:
            day = points.x[part.start - 1]
            named = short_date(day) if isinstance(day, date) else where(seen, part.start - 1)
            said = say("phase {n} from {day}", n=part.part, day=named)
            found.append(
                TopLabel(
                    x=borders[part.start - 1] + 0.4 * size,
                    text=said,
                    title=phase_title(seen, part),
                    shorter=(say("phase {n}", n=part.part), f"{part.part}"),
                )
            )
    for each in annotations:
        if each.kind is AnnotationKind.closure and (span := _span(each, across)):
            start, end = span
            most = 2.5 * (end - start)
            if across.sliver and each.last and (each.last - each.first).days >= _WEEK_OFF:
                most = 16 * size
            found.append(TopLabel(x=start, end=end, text=each.label, title=each.text, most=most))
    return found


def _span(each: Annotation, across: Axis) -> tuple[float, float] | None:
    """The pixels of a break; ``None`` where it lies outside or is nothing to see."""
    first, last = each.first.toordinal(), (each.last or each.first).toordinal() + 1
    if across.days is None or last <= across.days[0][0] or first >= across.days[0][-1]:
        return None
    start, end = across.at(first), across.at(last)
    if start is None or end is None:
        return None
    if end - start < across.sliver:
        middle = (start + end) / 2
        start, end = middle - across.sliver / 2, middle + across.sliver / 2
    return (start, end) if end > start else None


def breaks(annotations: Sequence[Annotation], across: Axis, plot: Plot, id: str) -> str:
    """Breaks of the calendar as hatched bands."""
    found = []
    shape = f'y="{plot.top:.1f}" height="{plot.bottom - plot.top:.1f}"'
    for each in annotations:
        if each.kind is AnnotationKind.closure and (span := _span(each, across)):
            found.append(
                f'<rect x="{span[0]:.1f}" width="{span[1] - span[0]:.1f}" {shape}>'
                f"<title>{escape(each.text)}</title></rect>"
            )
    if not found:
        return ""
    step = f"{6 * plot.unit:.1f}"
    return (
        f'<pattern id="{id}-h" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect {plot.look.soft} width="{step}" height="{step}"/>'
        f'<path {plot.look.hatch} stroke-width="{2 * plot.unit:.1f}" d="M0 0V{step}"/></pattern>'
        f'<g fill="url(#{id}-h)">{"".join(found)}</g>'
    )


def windows_of(annotations: Sequence[Annotation], across: Axis) -> list[Window]:
    """Cycles and decisions in the order of time."""
    found = []
    for each in annotations:
        if each.kind not in (AnnotationKind.cycle, AnnotationKind.decision):
            continue
        start = across.at(each.first.toordinal())
        if start is None:
            continue
        moment = each.kind is AnnotationKind.decision
        end = start
        if not moment:
            last = (
                across.at(each.last.toordinal())
                if each.last
                else across.days and across.days[1][-1]
            )
            end = max(start, last or start)
        found.append(
            Window(
                start=start,
                end=end,
                label=each.label,
                text=each.text,
                open=each.open,
                moment=moment,
            )
        )
    return found
