"""Rules about the aim and its measure: an aim is reached on its own indicator, or not at all."""

from collections.abc import Iterator

from pdsa.aim import Aim
from pdsa.interchange import Inquiry
from pdsa.measure import Direction, Measure, MeasureKind, kind_name, show_amount
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.wording.names import names
from pdsa.units import Audience
from pdsa.words import mark, say, say_name

_INTEGRITY = "Aim-measure integrity; Langley et al., The Improvement Guide, ch. 5"
_SMARTE = "SMARTE aims; after Langley et al., The Improvement Guide, ch. 4"


@rule(
    "AIM201",
    Severity.blocker,
    "No measure measures what the aim names",
    of=Inquiry,
    why="A process measure can rise while the aim stands still; only a measure of the aim's own "
    "indicator can show it as reached.",
    source=_INTEGRITY,
)
def not_measured(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at which measure the team says measures the aim, and whether it has data.

    No measure is taken for the aim's by its name: where an outcome measure names the indicator, the
    team is asked whether it is the one. Silent where the team names a measure of another kind,
    which AIM204 or MEA102 says. That the measure has no data is said to the team alone: from others
    they may be withheld.
    """
    measure = record.aim_measure
    if inquiry.aim.measured_by is None:
        indicator = _indicator(inquiry.aim)
        outcomes = sorted(
            (each for each in inquiry.measures if each.kind is MeasureKind.outcome),
            key=lambda each: (each.name, each.id),
        )
        named = [each for each in outcomes if names(_text(each), indicator)]
        if named:
            then = say(
                "Is “{measure}” the measure of it? Then say so in the aim.", measure=named[0].name
            )
        elif outcomes:
            then = say(
                "Does “{measure}” measure it? Then say so in the aim, or add a measure that does.",
                measure=outcomes[0].name,
            )
        else:
            then = say("Add an outcome measure of that indicator, or say which measure is one.")
        what = mark(
            "The aim's status is not measured: nothing collected so far shows “{indicator}”."
        )
        if outcomes:
            what = mark(
                "The aim's status is not measured: the record does not say which measure shows "
                "“{indicator}”."
            )
        yield _hit("measured_by", say(what, indicator=indicator), then)
    elif (
        measure is not None
        and record.audience is Audience.team
        and not record.is_collected(measure.id)
    ):
        yield _hit(
            "measured_by",
            say(
                "The aim's status is not measured yet: “{measure}” has no data.",
                measure=measure.name,
            ),
            say("Collect a first point."),
        )


@rule(
    "AIM202",
    Severity.advice,
    "The target contradicts the desired direction",
    of=Inquiry,
    why="A target on the wrong side of the baseline is reached by getting worse.",
    source=_SMARTE,
)
def target_backwards(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Compares target and baseline with the direction that the aim wants.

    Silent without target or baseline, and where they are equal (AIM203).
    """
    aim = inquiry.aim
    if aim.baseline is None or aim.target is None or aim.baseline == aim.target:
        return
    if not _reaches(aim, aim.baseline):
        return
    if aim.target < aim.baseline:
        said = mark(
            "The aim wants its indicator to {direction}, and its target of {target} is below the "
            "baseline of {baseline}."
        )
    else:
        said = mark(
            "The aim wants its indicator to {direction}, and its target of {target} is above the "
            "baseline of {baseline}."
        )
    yield _hit(
        "target",
        say(
            said,
            direction=say_name(aim.direction),
            target=show_amount(aim.target, aim.unit),
            baseline=show_amount(aim.baseline, aim.unit),
        ),
        say("Check the direction, the baseline and the target."),
    )


@rule(
    "AIM203",
    Severity.advice,
    "The target is met already",
    of=Inquiry,
    why="An aim that is reached before the first test asks for no change.",
    source=_SMARTE,
)
def target_met(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Compares the target with the baseline, or without one with the first figure of the measure.

    Found where the baseline is the target, and where no baseline is written down and the first
    figure of the aim's outcome measure, of the same unit and direction, is at the target or past
    it. Silent without a target, for a baseline past the target (AIM202), and where the first figure
    is of the days after the first Do.
    """
    aim = inquiry.aim
    if aim.target is None:
        return
    target = show_amount(aim.target, aim.unit)
    then = mark("Set a target beyond where the indicator stands.")
    if aim.baseline is not None:
        if aim.baseline == aim.target:
            yield _hit(
                "target", say("The target, {target}, is the baseline.", target=target), say(then)
            )
    elif (first := _first_figure(record)) is not None and _reaches(aim, first[1]):
        measure, value = first
        yield _hit(
            "target",
            say(
                "The first figure of “{measure}”, {value}, has reached the target of {target}.",
                measure=measure.name,
                value=measure.show(value),
                target=target,
            ),
            say(then),
        )


@rule(
    "AIM204",
    Severity.blocker,
    "The aim is measured by what is no outcome measure",
    of=Inquiry,
    why="A process measure shows that a change is being made, a driver measure that a lever moves; "
    "neither shows that students reached what the aim names.",
    source=_INTEGRITY,
)
def no_outcome(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at the kind of the measure that the team names as the aim's, beside an outcome measure.

    Silent where no measure is named (AIM201), where it is an outcome measure, and where the family
    has none (MEA102 says both). The aim's status is never taken from a measure of another kind.
    """
    if inquiry.aim.measured_by is None or record.aim_measure is not None:
        return
    if any(each.kind is MeasureKind.outcome for each in inquiry.measures):
        measure = inquiry.measure(inquiry.aim.measured_by)
        yield _hit(
            "measured_by",
            say(
                "The aim's status is not measured: “{measure}”, which is to measure it, is a {kind}.",
                measure=measure.name,
                kind=kind_name(measure.kind),
            ),
            say(
                "Name an outcome measure of “{indicator}”; if “{measure}” is one, change its kind.",
                indicator=_indicator(inquiry.aim),
                measure=measure.name,
            ),
        )


@rule(
    "AIM205",
    Severity.advice,
    "The aim and its measure differ",
    of=Inquiry,
    why="Where the aim is a percentage and its measure a count, or one should rise and the other "
    "fall, no figure of the measure says how far the aim has come.",
    source=_INTEGRITY,
)
def unlike(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Compares unit and direction of the aim with those of its outcome measure; silent without one."""
    aim, measure = inquiry.aim, record.aim_measure
    if measure is None:
        return
    for field, said, ours, theirs in (
        (
            "unit",
            mark("The unit of the aim is {ours}, that of its measure “{measure}” {theirs}."),
            aim.unit.value,
            measure.unit.value,
        ),
        (
            "direction",
            mark("The direction of the aim is {ours}, that of its measure “{measure}” {theirs}."),
            aim.direction.value,
            measure.direction.value,
        ),
    ):
        if ours != theirs:
            yield _hit(
                field,
                say(said, ours=say_name(ours), measure=measure.name, theirs=say_name(theirs)),
                say("Make both say the same."),
            )


@rule(
    "AIM206",
    Severity.note,
    "The aim and its measure have different targets",
    of=Inquiry,
    why="A chart that shows one target and an aim that names another tell two stories.",
    source=_INTEGRITY,
)
def two_targets(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Compares the target of the aim with that of its outcome measure.

    Silent where one of them has none, and where their units differ (AIM205).
    """
    aim, measure = inquiry.aim, record.aim_measure
    if measure is None or aim.target is None or measure.target is None:
        return
    if measure.unit is aim.unit and measure.target != aim.target:
        yield _hit(
            "target",
            say(
                "The target of the aim is {target}, that of “{measure}” {other}.",
                target=show_amount(aim.target, aim.unit),
                measure=measure.name,
                other=measure.show(measure.target),
            ),
            say("Keep the one that is meant."),
        )


@rule(
    "AIM207",
    Severity.note,
    "The measure does not speak of what the aim names",
    of=Inquiry,
    why="Whoever reads the measure should find in it what the aim is about.",
    source=_INTEGRITY,
)
def other_words(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for the content words of the aim's indicator in its outcome measure's name and definition.

    Found where not a single one is there (``pdsa.review.wording.names`` has the rules); silent
    without an indicator, without an outcome measure, and where the rules are unsure.
    """
    aim, measure = inquiry.aim, record.aim_measure
    if measure is not None and names(_text(measure), aim.indicator) is False:
        yield _hit(
            "measured_by",
            say(
                "Neither the name nor the definition of “{measure}” speaks of “{indicator}”.",
                measure=measure.name,
                indicator=aim.indicator,
            ),
            say("Say in the definition how the measure counts it."),
        )


def _indicator(aim: Aim) -> str:
    return aim.indicator or aim.what or aim.title


def _text(measure: Measure) -> str:
    return f"{measure.name}\n{measure.definition}"


def _first_figure(record: Record) -> tuple[Measure, float] | None:
    """The first figure of the aim's measure, where it can be set against the aim."""
    aim, measure = record.aim, record.aim_measure
    if measure is None or (aim.unit, aim.direction) != (measure.unit, measure.direction):
        return None
    ends = record.ends(measure.id)
    if ends is None or ends[0].value is None:
        return None
    began = [each.started_on for each in record.inquiry.cycles if each.started_on is not None]
    return None if began and ends[0].on > min(began) else (measure, ends[0].value)


def _reaches(aim: Aim, value: float) -> bool:
    """Whether a value is at the aim's target or past it; no, without one."""
    if aim.target is None:
        return False
    return value >= aim.target if aim.direction is Direction.increase else value <= aim.target


def _hit(field: str, message: str, then: str) -> Hit:
    return Hit(field=field, message=message, next=then)
