"""Rules about measures: what is collected, what moved, and what a mean hides."""

from collections.abc import Iterator, Sequence
from datetime import date

from pdsa.aim import show_date
from pdsa.interchange import Inquiry
from pdsa.measure import Measure, MeasureKind, MeasureUnit, Series, SplitBy, series
from pdsa.review.findings import Hit, Severity, rule

_FAMILY = "A family of measures: IHI, Science of Improvement: Establishing Measures"

#: How many points the spread between classrooms must grow before it is worth a sentence.
APART = 10.0


@rule(
    "MEA101",
    Severity.advice,
    "A measure has no operational definition",
    why="Two people who count by different rules make a difference that is none.",
    source="Langley et al., The Improvement Guide, ch. 5 (operational definitions)",
)
def no_definition(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for measure in inquiry.measures:
        if not measure.definition.strip():
            yield _hit(
                measure,
                "definition",
                f"“{measure.name}” does not say exactly what is counted.",
                "Write down who counts what, and what does not count.",
            )


@rule(
    "MEA102",
    Severity.advice,
    "The family of measures has a gap",
    why="Outcome, process and balancing measures answer different questions: did it help, is the "
    "change happening, does it harm something else.",
    source=_FAMILY,
)
def family_gap(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    have = {measure.kind for measure in inquiry.measures}
    lack = [kind.value for kind in (MeasureKind.process, MeasureKind.balancing) if kind not in have]
    if MeasureKind.outcome not in have and inquiry.aim.measured_by is not None:
        lack.insert(0, MeasureKind.outcome.value)  # without measured_by, AIM201 says it
    if lack:
        yield Hit(
            element="aim",
            id=inquiry.aim.id,
            message=f"The aim has no {' and no '.join(lack)} measure.",
            next="Add one that the team will really use.",
        )


@rule(
    "MEA201",
    Severity.note,
    "A measure moved",
    why="This is what the record shows; a change over time is no proof of its cause.",
    source="Perla, Provost & Murray 2011, BMJ Qual Saf 20:46",
)
def moved(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for measure in inquiry.measures:
        for whole in series(measure, inquiry.points_of(measure.id)):
            known = [(p.on, p.value) for p in whole.points if p.value is not None]
            if len(known) < 2 or known[0][1] == known[-1][1]:
                continue
            (start, before), (end, after) = known[0], known[-1]
            points = " points" if measure.unit is MeasureUnit.percentage else ""
            rose = "rose" if after > before else "fell"
            yield _hit(
                measure,
                "",
                f"The {measure.kind.value} measure “{measure.name}” {rose} from "
                f"{measure.show(before)} on {show_date(start)} to {measure.show(after)} on "
                f"{show_date(end)}: {'+' if after > before else '-'}"
                f"{_plain(abs(after - before))}{points}.",
                "Say in Study what the team makes of it.",
            )


@rule(
    "MEA202",
    Severity.advice,
    "The classrooms moved apart",
    why="A mean hides that a change works in one room and not in another; the difference is where "
    "there is most to learn.",
    source="Sacramento City USD with the CORE Districts, 2017-18: variation among teachers persisted",
)
def moved_apart(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    names: dict[str, str] = {room.id: room.name for room in inquiry.classrooms}
    for measure in inquiry.measures:
        if measure.unit is not MeasureUnit.percentage:
            continue
        parts = series(measure, inquiry.points_of(measure.id), by=SplitBy.classroom)
        ends = _ends(parts)
        if ends is None:
            continue
        first, last, days = ends
        before, after = max(first) - min(first), max(last) - min(last)
        if after - before >= APART:
            rooms = ", ".join(
                f"{names.get(part.part, part.part)} from {measure.show(a)} to {measure.show(b)}"
                for part, a, b in zip(parts, first, last, strict=True)
            )
            yield _hit(
                measure,
                "",
                f"The classrooms moved apart on “{measure.name}”: the gap between them grew from "
                f"{_plain(before)} to {_plain(after)} points ({rooms}; averages of the first and "
                f"the last {days} dates on which all of them have data).",
                "Look at the classrooms side by side, and ask what was done differently.",
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


def _hit(measure: Measure, field: str, message: str, then: str) -> Hit:
    return Hit(element="measure", id=measure.id, field=field, message=message, next=then)
