"""A cycle on one page: what was planned and expected, what happened, what was learned and decided."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from api.papers.aim import named_stop
from api.papers.common import NONE, chart_of, days_of, framed, one_line, sentence
from api.papers.printing import PaperSize, to_pdf, written
from api.words import Language
from api.words.names import named
from pdsa.cycle import Cycle, Status
from pdsa.errors import UnknownElement
from pdsa.interchange import Inquiry
from pdsa.measure import Measure
from pdsa.prediction import PredictionResult, Question, expected
from pdsa.review import Record
from pdsa.review.ledger import ProposedResult, entries
from pdsa.stages import Act, Plan, Stage
from pdsa.units import Audience
from pdsa.words import mark, say, say_n, spoken

#: As many rows of a table as a page could hold.
_ROWS = 6
_Parts = list[tuple[str, str]]


def cycle_paper(
    inquiry: Inquiry,
    cycle_id: str,
    audience: Audience,
    *,
    stages: Mapping[str, str],
    on: date,
    language: Language,
    address: str,
    paper: PaperSize = "letter",
) -> bytes:
    """The page of a cycle as PDF, on a day, for whom the inquiry was given to.

    ``stages`` are the team's names of the four stages; what the figures say of single predictions
    is told to the team alone. Raises ``NoPdf``, and ``UnknownElement`` for a cycle of another aim.
    """
    with spoken(language):
        data = cycle_data(
            inquiry,
            cycle_id,
            audience,
            stages=stages,
            on=on,
            language=language,
            address=address,
        )
        return to_pdf("cycle", data, paper=paper, on=on)


def cycle_data(
    inquiry: Inquiry,
    cycle_id: str,
    audience: Audience,
    *,
    stages: Mapping[str, str],
    on: date,
    language: Language,
    address: str,
) -> dict[str, Any]:
    """What the page of a cycle says, in the language in force. Raises ``UnknownElement``."""
    record = Record(inquiry, on, audience=audience)
    cycle = record.cycles.get(cycle_id)
    if cycle is None:
        raise UnknownElement("cycle", cycle_id, within="this inquiry")
    charted = _charted(inquiry, cycle, on)
    charts: list[dict[str, str]] = []
    reading = ""
    if charted:
        chart, charts = chart_of(inquiry, charted[0], [cycle], on=on)
        reading = chart.reading
    others = len(charted) - 1
    frame = framed(
        kicker=say("Cycle"),
        team=inquiry.team.name,
        heading=cycle.title,
        language=language,
        on=on,
        address=address,
    )
    return frame | {
        "about": _about(inquiry, cycle, stages),
        "plan": _plan(inquiry, cycle.plan, stages),
        "predictions": _predictions(record, cycle, of_team=audience is Audience.team),
        "predicted_in": "plan" if cycle.study is None else "study",
        "at_do": _do(cycle, stages, charted=bool(charted)),
        "charts": charts,
        "reading": one_line(reading),
        "more_charts": ""
        if others < 1
        else say_n(
            "{n} more measure is charted in the tracker.",
            "{n} more measures are charted in the tracker.",
            others,
        ),
        "study": _study(cycle, stages),
        "act": _act(cycle, stages),
    }


def _about(inquiry: Inquiry, cycle: Cycle, stages: Mapping[str, str]) -> str:
    """The idea that is tested, and how far the cycle has got."""
    idea = next(
        (each.title for each in inquiry.change_ideas if each.id == cycle.change_idea_id), ""
    )
    said = [say("Change idea: {idea}.", idea=one_line(idea))] if idea else []
    match cycle.status:
        case Status.completed:
            said.append(say("Decided on {day}.", day=cycle.ended_on))
        case Status.stopped:
            reason = one_line(cycle.stopped_because())
            template = mark("Stopped on {day}: {reason}") if reason else mark("Stopped on {day}")
            said.append(say(template, day=cycle.ended_on, reason=reason))
        case Status.running:
            said.append(say("The cycle is in {stage}.", stage=stages[cycle.stage]))
    return " ".join(said)


# -- Plan -----------------------------------------------------------------------------------


def _plan(inquiry: Inquiry, plan: Plan, stages: Mapping[str, str]) -> dict[str, Any]:
    names = {each.id: each.name for each in inquiry.measures}
    rows = [
        [one_line(each.what), *map(_cell, (each.who, each.when, each.where))] for each in plan.tasks
    ]
    size = f"{plan.size} {plan.size_of}".strip() if plan.size is not None else ""
    scale = named(plan.scale) if plan.scale is not None else ""
    counted = "; ".join(
        ", ".join(filter(None, (names.get(each.measure_id, ""), each.who, each.when, each.how)))
        for each in plan.data
    )
    conditions = "; ".join(f"{each.name}: {each.value}" for each in plan.conditions)
    after = _parts(
        (say("Scale"), "; ".join(filter(None, (scale, size)))),
        (say("Days"), days_of(plan.first_day, plan.last_day)),
        (say("Conditions"), conditions),
        (say("Counted"), counted),
    )
    parts = _parts((say("Objective"), plan.objective))
    return {
        "name": stages[Stage.plan],
        "empty": "" if parts or rows or after or plan.questions else _nothing(),
        "parts": parts,
        "names": [say("What is done"), say("Who"), say("When"), say("Where")],
        "rows": rows[:_ROWS],
        "more": _more(rows),
        "after": after,
    }


# -- predictions beside results -------------------------------------------------------------------


def _predictions(record: Record, cycle: Cycle, *, of_team: bool) -> dict[str, Any]:
    measures: Mapping[str, Measure] = record.measures
    proposals: dict[str, ProposedResult] = {}
    if of_team and cycle.started_on is not None:
        proposals = {each.prediction.id: each.proposal for each in entries(record, cycle)}
    results: dict[str, PredictionResult] = {
        each.prediction_id: each for each in (cycle.study.results if cycle.study else ())
    }
    begun = cycle.started_on is not None
    names = [say("Question"), say("We expected") if begun else say("We expect")]
    names += [say("The figures say")] if of_team and begun else []
    names += [say("What we say")] if begun else []
    rows = []
    for question in cycle.plan.questions:
        for id, cells in _of_question(question, measures):
            if of_team and begun:
                proposal = proposals.get(id)
                cells.append(
                    f"{sentence(named(proposal.outcome))}. {proposal.basis}" if proposal else NONE
                )
            if begun:
                cells.append(_result(results.get(id), cycle, id, measures))
            rows.append([_cell(each) for each in cells])
    return {"names": names, "rows": rows[:_ROWS], "more": _more(rows)}


def _of_question(
    question: Question, measures: Mapping[str, Measure]
) -> Iterable[tuple[str, list[str]]]:
    if not question.predictions:
        yield "", [question.text, say("no prediction")]
    for at, each in enumerate(question.predictions):
        said = expected(each.expectation, measures)
        if each.confidence is not None:
            sure = say("{n}% sure", n=each.confidence)
            said = f"{said} ({sure})"
        if each.amendments:
            later = say("amended later")
            said = f"{said}; {later}"
        yield each.id, [question.text if at == 0 else say("the same question"), said]


def _result(
    result: PredictionResult | None, cycle: Cycle, id: str, measures: Mapping[str, Measure]
) -> str:
    if result is None:
        return NONE
    said = sentence(named(result.outcome))
    if result.observed is not None:
        ids = next(each.measure_ids() for each in cycle.plan.predictions() if each.id == id)
        measure = measures.get(ids[0]) if ids else None
        shown = measure.show(result.observed) if measure else f"{result.observed:g}"
        said = f"{said}: {shown}"
    return f"{said}. {result.note}".strip() if result.note else said


# -- Do, Study, Act -------------------------------------------------------------------------------


def _do(cycle: Cycle, stages: Mapping[str, str], *, charted: bool) -> dict[str, Any]:
    do = cycle.do
    parts = _parts(
        (say("As planned"), named(do.as_planned) if do and do.as_planned else ""),
        (say("What happened"), do.what_happened if do else ""),
        (say("Unexpected"), do.unexpected if do else ""),
    )
    return {
        "name": stages[Stage.do],
        "empty": "" if parts or charted else _nothing(),
        "parts": parts,
    }


def _study(cycle: Cycle, stages: Mapping[str, str]) -> dict[str, Any]:
    study = cycle.study
    parts = _parts(
        (say("What we learned"), study.learned if study else ""),
        (say("Surprises"), study.surprises if study else ""),
    )
    compared = study is not None and bool(cycle.plan.questions)
    return {
        "name": stages[Stage.study],
        "empty": "" if parts or compared else _nothing(),
        "parts": parts,
    }


def _act(cycle: Cycle, stages: Mapping[str, str]) -> dict[str, Any]:
    act = cycle.act or Act()
    decision = named(act.decision) if act.decision is not None else ""
    if cycle.status is Status.stopped:
        decision = named_stop()
    parts = _parts(
        (say("Reason"), act.reason),
        (say("Holds where"), act.conditions),
        (say("Next step"), act.next_plan or act.no_next_reason),
    )
    return {
        "name": stages[Stage.act],
        "empty": "" if parts or decision else _nothing(),
        "decision": decision,
        "parts": parts,
    }


def _nothing() -> str:
    return say("Nothing is written yet.")


def _parts(*given: tuple[str, str]) -> _Parts:
    """Those of the named texts in which something is written."""
    return [(name, text) for name, each in given if (text := written(each))]


def _cell(text: str) -> str:
    return one_line(text) or NONE


def _more(rows: Sequence[Any]) -> list[str]:
    """What to say of the rows for which there is no room, by how many are shown."""
    return [
        say_n("{n} more in the tracker", "{n} more in the tracker", len(rows) - shown)
        if len(rows) > shown
        else ""
        for shown in range(min(len(rows), _ROWS) + 1)
    ]


def _charted(inquiry: Inquiry, cycle: Cycle, on: date) -> list[Measure]:
    """The measures of which a cycle speaks that have figures, those that it collects first.

    None before it has begun: what was counted then is not what happened in it.
    """
    if cycle.started_on is None:
        return []
    ids = dict.fromkeys(each.measure_id for each in cycle.plan.data)
    ids |= dict.fromkeys(id for _, id in cycle.measure_ids())
    by_id = {each.id: each for each in inquiry.measures}
    return [
        by_id[id]
        for id in ids
        if id in by_id and any(each.on <= on for each in inquiry.points_of(id))
    ]
