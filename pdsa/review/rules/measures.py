"""Rules about measures: what is collected, what moved, and what a mean hides."""

from collections.abc import Iterator, Sequence
from datetime import date

from pdsa.aim import show_date
from pdsa.interchange import Inquiry
from pdsa.measure import Measure, MeasureKind, MeasureUnit, Series
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule

_FAMILY = "A family of measures: IHI, Science of Improvement: Establishing Measures"

#: How many points the spread between classrooms must grow before it is worth a sentence.
APART = 10.0


@rule(
    "MEA101",
    Severity.advice,
    "A measure has no operational definition",
    of=Measure,
    why="Two people who count by different rules make a difference that is none.",
    source="Langley et al., The Improvement Guide, ch. 5 (operational definitions)",
)
def no_definition(record: Record, measure: Measure) -> Iterator[Hit]:
    if not measure.definition.strip():
        yield Hit(
            field="definition",
            message=f"“{measure.name}” does not say exactly what is counted.",
            next="Write down who counts what, and what does not count.",
        )


@rule(
    "MEA102",
    Severity.advice,
    "The family of measures has a gap",
    of=Inquiry,
    why="Outcome, process and balancing measures answer different questions: did it help, is the "
    "change happening, does it harm something else.",
    source=_FAMILY,
)
def family_gap(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    have = {measure.kind for measure in inquiry.measures}
    lack = [kind.value for kind in (MeasureKind.process, MeasureKind.balancing) if kind not in have]
    if MeasureKind.outcome not in have and inquiry.aim.measured_by is not None:
        lack.insert(0, MeasureKind.outcome.value)  # without measured_by, AIM201 says it
    if lack:
        yield Hit(
            message=f"The aim has no {' and no '.join(lack)} measure.",
            next="Add one that the team will really use.",
        )


@rule(
    "MEA201",
    Severity.note,
    "A measure moved",
    of=Measure,
    why="This is what the record shows; a change over time is no proof of its cause.",
    source="Perla, Provost & Murray 2011, BMJ Qual Saf 20:46",
)
def moved(record: Record, measure: Measure) -> Iterator[Hit]:
    known = record.known(measure.id)
    if len(known) < 2:
        return
    (start, before), (end, after) = ((each.on, each.value or 0.0) for each in (known[0], known[-1]))
    if before == after:
        return
    points = " points" if measure.unit is MeasureUnit.percentage else ""
    yield Hit(
        message=f"The {measure.kind.value} measure “{measure.name}” "
        f"{'rose' if after > before else 'fell'} from {measure.show(before)} on "
        f"{show_date(start)} to {measure.show(after)} on {show_date(end)}: "
        f"{'+' if after > before else '-'}{_plain(abs(after - before))}{points}.",
        next="Say in Study what the team makes of it.",
    )


@rule(
    "MEA202",
    Severity.advice,
    "The classrooms moved apart",
    of=Measure,
    why="A mean hides that a change works in one room and not in another; the difference is where "
    "there is most to learn.",
    source="Sacramento City USD with the CORE Districts, 2017-18: variation among teachers persisted",
)
def moved_apart(record: Record, measure: Measure) -> Iterator[Hit]:
    if measure.unit is not MeasureUnit.percentage:
        return
    parts = record.by_classroom(measure.id)
    ends = _ends(parts)
    if ends is None:
        return
    first, last, days = ends
    before, after = max(first) - min(first), max(last) - min(last)
    if after - before >= APART:
        names: dict[str, str] = {room.id: room.name for room in record.inquiry.classrooms}
        rooms = ", ".join(
            f"{names.get(part.part, part.part)} from {measure.show(a)} to {measure.show(b)}"
            for part, a, b in zip(parts, first, last, strict=True)
        )
        yield Hit(
            message=f"The classrooms moved apart on “{measure.name}”: the gap between them grew "
            f"from {_plain(before)} to {_plain(after)} points ({rooms}; averages of the first and "
            f"the last {days} dates on which all of them have data).",
            next="Look at the classrooms side by side, and ask what was done differently.",
        )


def _ends(parts: Sequence[Series]) -> tuple[list[float], list[float], int] | None:
    """The pooled value of each part over the first and the last third of the dates they share.

    The third value is how many dates a third is; ``None`` when there are too few.
    """
    if len(parts) < 2:
        return None
    by_date = [{p.on: p for p in part.points if p.value is not None} for part in parts]
    shared = sorted(set.intersection(*(set(known) for known in by_date)))
    third = len(shared) // 3
    if third < 1:
        return None

    def pooled(days: Sequence[date]) -> list[float]:
        values = []
        for known in by_date:
            found = [known[day] for day in days]
            den = sum(p.denominator or 0 for p in found)
            values.append(
                100 * sum(p.numerator or 0 for p in found) / den
                if den
                else sum(p.value or 0.0 for p in found) / len(found)
            )
        return values

    return pooled(shared[:third]), pooled(shared[-third:]), third


def _plain(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
