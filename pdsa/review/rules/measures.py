"""Rules about measures: what is collected, what moved, and what a mean hides."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pdsa.interchange import Inquiry
from pdsa.measure import Measure, MeasureKind, MeasureUnit, kind_name
from pdsa.review.apart import ends
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.wording.names import names
from pdsa.units import Audience
from pdsa.words import mark, say, say_n

_FAMILY = "A family of 4 to 10 measures: IHI, How to Improve: Establishing Measures"

#: A family has at most so many measures.
MOST = 10

#: So many dates with data in a row make regular data.
IN_A_ROW = 3

#: So many days are taught before a measure is asked for regular data.
BEGINNING = 15

#: What is counted so seldom has no three dates in a row for years.
SELDOM = re.compile(
    r"\b(year|annual|semester|trimester|term\b|quarter|spring and fall|fall and spring"
    r"|año|anual|semestr|trimestr)",
    re.IGNORECASE,
)

#: A percentage has moved when its ends are so many points apart.
MOVED = 5.0

#: How many points the spread between classrooms must grow before it is worth a sentence.
APART = 10.0

_PERCENTAGE, _TEAM = MeasureUnit.percentage, Audience.team


@rule(
    "MEA101",
    Severity.advice,
    "A measure has no operational definition",
    of=Measure,
    why="Two people who count by different rules make a difference that is none.",
    source="Langley et al., The Improvement Guide, ch. 5 (operational definitions)",
)
def no_definition(record: Record, measure: Measure) -> Iterator[Hit]:
    """Looks at whether the measure has a definition, in any words."""
    if not measure.definition.strip():
        yield Hit(
            field="definition",
            message=say("“{measure}” does not say exactly what is counted.", measure=measure.name),
            next=say("Write down who counts what, and what does not count."),
        )


@rule(
    "MEA102",
    Severity.blocker,
    "The family has no outcome measure",
    of=Inquiry,
    why="Only an outcome measure can show whether it helped.",
    source=_FAMILY,
)
def no_outcome(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a measure of the kind outcome, where the aim names a measure of another kind as its own.

    Silent where there is an outcome measure beside it (AIM204) and where the aim names no measure
    (AIM201).
    """
    if inquiry.aim.measured_by is None:
        return
    if all(measure.kind is not MeasureKind.outcome for measure in inquiry.measures):
        named = inquiry.measure(inquiry.aim.measured_by)
        yield Hit(
            message=say(
                "The aim's status is not measured: it has no outcome measure, and “{measure}”, "
                "which is to measure it, is a {kind}.",
                measure=named.name,
                kind=kind_name(named.kind),
            ),
            next=say(
                "Add an outcome measure that shows what the aim names; if “{named}” is one, "
                "change its kind.",
                named=named.name,
            ),
        )


@rule(
    "MEA103",
    Severity.advice,
    "The family has no process measure",
    of=Inquiry,
    why="A process measure shows whether the change is happening as planned; without one nobody "
    "knows what the outcome tells about the change.",
    source=_FAMILY,
)
def no_process(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a measure of the kind process; silent while there is neither a measure nor a cycle."""
    if inquiry.measures or inquiry.cycles:
        yield from _lack(
            inquiry,
            MeasureKind.process,
            mark("The aim has no process measure."),
            mark("Add one that shows whether the change is happening."),
        )


@rule(
    "MEA104",
    Severity.advice,
    "The family has no balancing measure",
    of=Inquiry,
    why="A change can do harm elsewhere, in time or in attention, and a balancing measure looks "
    "there.",
    source=_FAMILY,
)
def no_balancing(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a measure of the kind balancing; silent with neither a measure nor a cycle."""
    if inquiry.measures or inquiry.cycles:
        yield from _lack(
            inquiry,
            MeasureKind.balancing,
            mark("The aim has no balancing measure."),
            mark("Add one of what the change could harm, and that the team uses."),
        )


@rule(
    "MEA105",
    Severity.advice,
    "The family has more measures than anybody can use",
    of=Inquiry,
    why="What is collected and not used takes the time of those who collect it.",
    source=_FAMILY,
)
def too_many(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Counts the measures of all kinds; a family has 4 to 10."""
    if len(inquiry.measures) > MOST:
        yield Hit(
            message=say(
                "The aim has {n} measures, more than {most}.", n=len(inquiry.measures), most=MOST
            ),
            next=say("Keep those that somebody looks at before the next decision."),
        )


@rule(
    "MEA106",
    Severity.advice,
    "A measure has fewer than three points in a row",
    of=Measure,
    why="Two points make a difference, three in a row a beginning of a pattern.",
    source="Knudsen et al. 2019, BMC Health Serv Res 19:683 (regular data, three or more "
    "consecutive points)",
)
def few_points(record: Record, measure: Measure) -> Iterator[Hit]:
    """Looks for the longest run of dates with a figure for the whole team; a missing one breaks it.

    Silent without any figure, and while collecting has only begun: until 15 days have been taught
    since the first figure (three weeks, where there is no calendar) and a cycle that uses the
    measure has ended. Silent about what is collected by the year, the term or the semester, and for
    every other audience than the team, from whom figures may be withheld.
    """
    if record.audience is not _TEAM or SELDOM.search(measure.frequency):
        return
    dates = record.dates(measure.id)
    first, longest = dates.first(), _longest_run(dates.known)
    if first is None or longest >= IN_A_ROW:
        return
    taught = record.school_days_since(first)
    begun = (record.on - first).days < 21 if taught is None else taught < BEGINNING
    if begun or all(cycle.ended_on is None for cycle in record.using(measure.id)):
        return
    yield Hit(
        message=say_n(
            "“{measure}” has at most {n} date with data in a row.",
            "“{measure}” has at most {n} dates with data in a row.",
            longest,
            measure=measure.name,
        ),
        next=say("Count fewer students, if that helps, but count them each time."),
    )


@rule(
    "MEA107",
    Severity.note,
    "A measure is collected and not used",
    of=Measure,
    own=True,
    why="Only collect what you think you will use: what no Study looks at can be left out.",
    source=_FAMILY,
)
def never_cited(record: Record, measure: Measure) -> Iterator[Hit]:
    """Looks for the measure in the Studies of all cycles that have ended.

    They cite it with a result of a prediction about it, or by its name: a content word of it in
    what was learned, in the surprises or in a note (``pdsa.review.wording.names``). Silent until the measure has three figures and a cycle with a Study has
    ended after the first of them, and for the aim's own measure, which the aim's status uses.
    """
    last, about, said = record.studied
    if last is None or measure.id in about or measure is record.aim_measure:
        return
    dates = record.dates(measure.id)
    first = dates.first()
    if first is None or len(dates.known) < IN_A_ROW or last < first:
        return
    if names(said, measure.name) is False:
        yield Hit(
            message=say("“{measure}” is collected, and no Study names it.", measure=measure.name),
            next=say("Say in the next Study what it shows, or stop collecting it."),
        )


@rule(
    "MEA108",
    Severity.note,
    "Nobody is named who collects the measure, or how often",
    of=Measure,
    why="What is nobody's task and has no day is not collected for long.",
    source=_FAMILY,
)
def nobody_collects(record: Record, measure: Measure) -> Iterator[Hit]:
    """Looks at who collects the measure and how often, each in any words."""
    for field, said in (
        ("collected_by", mark("“{measure}” does not say who collects it.")),
        ("frequency", mark("“{measure}” does not say how often.")),
    ):
        if not getattr(measure, field).strip():
            yield Hit(
                field=field,
                message=say(said, measure=measure.name),
                next=say("Agree on a name and a day of the week."),
            )


@rule(
    "MEA201",
    Severity.note,
    "A measure moved, and the aim is not measured",
    of=Measure,
    why="This is what the record shows; it is not the aim, and a change over time is no proof of its "
    "cause.",
    source="Perla, Provost & Murray 2011, BMJ Qual Saf 20:46",
)
def moved(record: Record, measure: Measure) -> Iterator[Hit]:
    """Compares the first and the last figure for the whole team, of a measure of any kind.

    Found while no outcome measure with data measures the aim, because then these figures are all
    that the team has, and none of them shows the aim. Silent where both figures read the
    same (to one decimal), and for a percentage that moved by less than 5 points.
    """
    if record.aim_measure is not None and record.is_collected(record.aim_measure.id):
        return
    both = record.ends(measure.id)
    if both is None:
        return
    first, last = both
    before, after = first.value or 0.0, last.value or 0.0
    shares = measure.unit is _PERCENTAGE
    if shares and abs(after - before) < MOVED:
        return
    one, other = measure.show(before), measure.show(after)
    if one == other:
        return
    if after > before:
        said = mark(
            "The {kind} “{measure}” rose from {before} on {first} to {after} on {last}: +{change}."
        )
    else:
        said = mark(
            "The {kind} “{measure}” fell from {before} on {first} to {after} on {last}: -{change}."
        )
    change = _plain(abs(after - before))
    yield Hit(
        message=say(
            said,
            kind=kind_name(measure.kind),
            measure=measure.name,
            before=one,
            first=first.on,
            after=other,
            last=last.on,
            change=say("{number} points", number=change) if shares else change,
        ),
        next=say("Say in Study what the team makes of it."),
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
    """Compares the gap between classrooms over the first and the last third of their dates.

    Of a percentage, on the dates on which every classroom has a figure; each third is pooled by
    classroom. Found where the gap between the highest and the lowest has grown by 10 points or
    more, and by more than chance would: the changes of the two rooms that moved most differently
    are further apart than 1.96 standard errors of their four shares (more, with more rooms:
    ``pdsa.review.apart``). Silent with fewer than two classrooms and fewer than three such dates,
    and for bare percentages with fewer than three dates in a third.
    """
    if measure.unit is not _PERCENTAGE:
        return
    apart = ends(record, measure, grown=APART)
    if apart is not None and apart.beyond_chance():
        names: dict[str, str] = {room.id: room.name for room in record.inquiry.classrooms}
        each = ", ".join(
            say(
                "{room} from {before} to {after}",
                room=names.get(room, room),
                before=measure.show(a),
                after=measure.show(b),
            )
            for room, a, b in zip(apart.rooms, apart.first, apart.last, strict=True)
        )
        yield Hit(
            message=say_n(
                "The classrooms moved apart on “{measure}”: the gap between them grew from "
                "{before} to {after} points ({rooms}; on the first and the last date on which all "
                "of them have data).",
                "The classrooms moved apart on “{measure}”: the gap between them grew from "
                "{before} to {after} points ({rooms}; averages of the first and the last {n} dates "
                "on which all of them have data).",
                apart.days,
                measure=measure.name,
                before=_plain(apart.gap_before),
                after=_plain(apart.gap_after),
                rooms=each,
            ),
            next=say("Look at the classrooms side by side, and ask what was done differently."),
        )


def _lack(inquiry: Inquiry, kind: MeasureKind, message: str, then: str) -> Iterator[Hit]:
    if all(measure.kind is not kind for measure in inquiry.measures):
        yield Hit(message=say(message), next=say(then))


def _longest_run(numbers: Sequence[int]) -> int:
    """The most numbers that follow each other, of some in order."""
    if isinstance(numbers, range):
        return len(numbers)  # nearly always
    runs = Counter(number - place for place, number in enumerate(numbers))
    return max(runs.values(), default=0)


def _plain(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
