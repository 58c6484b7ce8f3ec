"""How far an aim has got, 0.5 to 5.0: the steps of the scale, each with what it rests on.

After IHI's collaborative assessment scale, in words of our own (``pdsa.review.ladder`` has what
each step asks for, and why). The level is worked out from the record; the team's and the coach's
own words stand beside it (``pdsa.level``), and none overwrites another. Nothing here is a grade.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from pdsa.ids import AimId
from pdsa.level import Level, Voice, latest
from pdsa.review.ladder import MARKS, TITLES, StepEvidence, evidence
from pdsa.review.record import Record
from pdsa.review.way import NotKnown, way
from pdsa.units import Audience
from pdsa.words import mark, say


class ProgressStep(Struct, frozen=True, kw_only=True):
    """One step of the scale: met where all of its evidence is."""

    level: float
    title: str
    met: bool
    evidence: tuple[StepEvidence, ...]


class Progress(Struct, frozen=True, kw_only=True):
    """How far the record shows that an aim has got, with the evidence of all ten steps.

    ``level`` is the highest step that is met with every step below it. What was shown by some day
    stays shown: later evidence never lowers a level. What makes the record itself say something else
    may: a tally that comes in late for an earlier day, and a step back that rewrites a Study or
    reopens a decision. ``notes`` say what else a reader should know, such as that figures have since
    fallen back.
    """

    aim_id: AimId
    on: date
    level: float
    steps: tuple[ProgressStep, ...]
    notes: tuple[str, ...] = ()

    @property
    def next_step(self) -> ProgressStep | None:
        """The first step that is not met, or none."""
        return next((step for step in self.steps if not step.met), None)


class Standing(Struct, frozen=True, kw_only=True):
    """Three voices side by side: what the record shows, the team's last word, the coach's or ILT's.

    ``differences`` says in sentences where they differ; none overwrites another.
    """

    aim_id: AimId
    computed: Progress
    team: Level | None = None
    coach: Level | None = None
    differences: tuple[str, ...] = ()


def progress(record: Record) -> Progress:
    """How far the record shows, on its day, that the aim has got.

    Nothing that is dated after ``record.on`` counts: no figure, cycle, result or decision, and no
    version of the theory. A result is of the day on which its cycle last came from Do into Study, or of
    the later day on which it was said (``PredictionResult.on``), a decision of the day on which it
    was last made. What has no day of its own (the aim, a measure, the words in Do and
    Study) counts as it stands, since nothing says when it was written.
    Who is not of the team (``record.audience``) is told that figures may be withheld. Takes time
    linear in the size of the record.
    """
    gone = way(record)
    shown = evidence(record, gone)
    steps = tuple(
        ProgressStep(
            level=level,
            title=say(TITLES[level]),
            met=all(each.met for each in shown[level]),
            evidence=shown[level],
        )
        for level in TITLES
    )
    level = steps[0].level
    for step in steps:
        if not step.met:
            break
        level = step.level
    notes = list(_beyond(steps, level))
    if isinstance(gone, NotKnown):
        notes.append(say("How far the aim has got is not known: {why}", why=gone.why))
    else:
        notes += gone.fallen_back(MARKS.get(level))
    if record.audience is not Audience.team:
        notes.append(
            say(
                "This rests on the figures that are shown to you; some may be withheld, so that the "
                "team itself may see more."
            )
        )
    return Progress(
        aim_id=record.aim.id, on=record.on, level=level, steps=steps, notes=tuple(notes)
    )


def _beyond(steps: tuple[ProgressStep, ...], level: float) -> Iterator[str]:
    beyond = [step for step in steps if step.met and step.level > level]
    if beyond:
        missing = next(step for step in steps if not step.met)
        yield say(
            "The record shows step {beyond} as well; the level is {level} until step {missing} is "
            "met, because each step stands on those below it.",
            beyond=beyond[-1].level,
            level=level,
            missing=missing.level,
        )


def standing(record: Record) -> Standing:
    """What the record shows, with the last words of the team and of its coach or ILT beside it."""
    computed = progress(record)
    levels = record.inquiry.levels
    team, coach = (latest(levels, voice, on=record.on) for voice in (Voice.team, Voice.coach))
    return Standing(
        aim_id=record.aim.id,
        computed=computed,
        team=team,
        coach=coach,
        differences=tuple(_differences(computed, team, coach)),
    )


def _differences(computed: Progress, team: Level | None, coach: Level | None) -> Iterator[str]:
    for level, missing, unlike in (
        (
            team,
            mark(
                "The team says {level} ({day}), the record shows {shown}: step {step} is not "
                "written down yet. {next}"
            ),
            mark(
                "The team says {level} ({day}), the record shows {shown}: worth asking what the "
                "record does not tell."
            ),
        ),
        (
            coach,
            mark(
                "The coach or ILT says {level} ({day}), the record shows {shown}: step {step} is "
                "not written down yet. {next}"
            ),
            mark(
                "The coach or ILT says {level} ({day}), the record shows {shown}: worth asking "
                "what the record does not tell."
            ),
        ),
    ):
        if level is None or level.level == computed.level:
            continue
        step = computed.next_step
        if level.level > computed.level and step is not None:
            wanted = next(each.next for each in step.evidence if not each.met)
            yield say(
                missing,
                level=level.level,
                day=level.on,
                shown=computed.level,
                step=step.level,
                next=wanted,
            )
        else:
            yield say(unlike, level=level.level, day=level.on, shown=computed.level)
    if team is not None and coach is not None and team.level != coach.level:
        yield say(
            "The team says {team} and the coach or ILT {coach}: worth a conversation, with the "
            "evidence on the table.",
            team=team.level,
            coach=coach.level,
        )


def progress_lines(standing: Standing) -> tuple[str, ...]:
    """The three voices, the steps with their evidence and what comes next, as lines of text."""
    computed = standing.computed
    at = next(step for step in computed.steps if step.level == computed.level)
    shows = mark("The record shows {level} of 5.0: {title}.")
    lines = [say(shows, level=at.level, title=at.title.lower())]
    for level, silent, bare, said in (
        (
            standing.team,
            mark("The team has not said yet."),
            mark("The team says {level}, on {day}."),
            mark("The team says {level}, on {day}: {why}"),
        ),
        (
            standing.coach,
            mark("The coach or ILT has not said yet."),
            mark("The coach or ILT says {level}, on {day}."),
            mark("The coach or ILT says {level}, on {day}: {why}"),
        ),
    ):
        if level is None:
            lines.append(say(silent))
        else:
            why = " ".join(level.reason.split())
            lines.append(say(said if why else bare, level=level.level, day=level.on, why=why))
    lines += [*standing.differences, *computed.notes, ""]
    for step in computed.steps:
        lines.append(f"{'x' if step.met else ' '} {step.level}  {step.title}")
        for each in step.evidence:
            lines.append(f"       {'+' if each.met else '-'} {each.says}")
            if not each.met and step is computed.next_step:
                lines.append(" " * 9 + say("Next: {next}", next=each.next))
    return tuple(lines)
