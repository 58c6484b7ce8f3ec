"""An aim on one page: its statement, where it stands, its chart, its cycles, what to talk about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.papers.common import (
    NARROW,
    NONE,
    WIDTH,
    aloud,
    chart_of,
    framed,
    in_black,
    one_line,
)
from api.papers.printing import PaperSize, to_pdf, written
from api.words import Language
from api.words.names import named
from pdsa.aim import Aim
from pdsa.charts import svg
from pdsa.charts.graph import driver_graph
from pdsa.cycle import Cycle, Status
from pdsa.feedback import Request, RequestState
from pdsa.interchange import Inquiry
from pdsa.measure import Direction, show_amount
from pdsa.monitoring import AimFigures, aim_figures
from pdsa.ramp import in_order
from pdsa.review import Finding, Record, findings
from pdsa.units import Audience
from pdsa.words import say, say_day, say_n, spoken

#: As many as a page could hold; which of them it does hold is seen when it is laid out.
_CYCLES, _QUESTIONS, _REQUESTS = 8, 3, 3
#: A driver diagram of more nodes is not readable on a part of a page.
_NODES = 14


def aim_paper(
    inquiry: Inquiry,
    audience: Audience,
    *,
    on: date,
    language: Language,
    address: str,
    paper: PaperSize = "letter",
) -> bytes:
    """The page of an aim as PDF, on a day, for whom the inquiry was given to.

    ``address`` is where the aim is found in the tracker. Raises ``NoPdf``.
    """
    with spoken(language):
        data = aim_data(inquiry, audience, on=on, language=language, address=address)
        return to_pdf("aim", data, paper=paper, on=on)


def aim_data(
    inquiry: Inquiry, audience: Audience, *, on: date, language: Language, address: str
) -> dict[str, Any]:
    """What the page of an aim says, in the language in force."""
    aim = inquiry.aim
    record = Record(inquiry, on, audience=audience)
    figures = aim_figures(record)
    status = figures.status(on)
    shown = record.measures.get(figures.measure_id or "")
    charts: list[dict[str, str]] = []
    reading = say("No measure has figures yet, so there is no chart.")
    if shown is not None and any(each.on <= on for each in inquiry.points_of(shown.id)):
        chart, charts = chart_of(inquiry, shown, in_order(inquiry.cycles), on=on)
        reading = chart.reading
    frame = framed(
        kicker=say("Aim"),
        team=inquiry.team.name,
        heading=aim.title,
        language=language,
        on=on,
        address=address,
    )
    return frame | {
        "statement": written(aim.statement or aim.sentence()),
        "status": named(status.status),
        "reason": one_line(status.reason),
        "figures": _figures(record, figures),
        "charts": charts,
        "reading": one_line(reading),
        "cycles": _cycles(inquiry),
        "questions": _questions(findings(inquiry, on=on, audience=audience)),
        "requests": _requests(inquiry.requests),
        "diagram": _diagram(inquiry),
    }


def _figures(record: Record, figures: AimFigures) -> dict[str, Any]:
    """The aim's own figures; and, where nothing measures it, those of the measure that is charted."""
    aim, shown = record.aim, record.measures.get(figures.measure_id or "")
    own = shown if figures.of_aim else None
    baseline = aim.baseline if own is None else figures.baseline
    latest = NONE
    if own is not None and figures.latest is not None:
        latest = own.show(figures.latest)
    target = aim.target if own is None else figures.target
    rows = [
        [
            one_line(aim.indicator) or say("the aim"),
            NONE if baseline is None else show_amount(baseline, aim.unit),
            latest,
            _target(aim, target),
            NONE if aim.deadline is None else say_day(aim.deadline),
        ]
    ]
    if own is None and shown is not None and figures.latest is not None:
        rows.append(
            [
                one_line(shown.name),
                NONE if figures.baseline is None else shown.show(figures.baseline),
                shown.show(figures.latest),
                NONE if shown.target is None else shown.show(shown.target),
                NONE,
            ]
        )
    return {
        "names": [
            say("What is counted"),
            say("Baseline"),
            say("Latest"),
            say("Target"),
            say("Deadline"),
        ],
        "rows": rows,
    }


def _target(aim: Aim, target: float | None) -> str:
    if target is None:
        return NONE
    return f"{'≥' if aim.direction is Direction.increase else '≤'} {show_amount(target, aim.unit)}"


def _cycles(inquiry: Inquiry) -> dict[str, Any]:
    """The last cycles first, and what to say of those for which there is no room."""
    ordered = in_order(inquiry.cycles)[::-1]
    rows = [_row(each) for each in ordered[:_CYCLES]]
    hidden = [len(ordered) - shown for shown in range(len(rows) + 1)]
    more = [
        say_n("{n} earlier cycle is in the tracker.", "{n} earlier cycles are in the tracker.", n)
        if n
        else ""
        for n in hidden
    ]
    if not ordered:
        more = [say("No cycle has been planned yet.")]
    return {
        "name": say("Cycles"),
        "names": [say("Cycle"), say("Began"), say("Decision"), say("What we learned")],
        "rows": rows,
        "more": more,
    }


def _row(cycle: Cycle) -> list[str]:
    decision = NONE
    if cycle.status is Status.stopped:
        decision = named_stop()
    elif cycle.act is not None and cycle.act.decision is not None:
        decision = named(cycle.act.decision)
    began = cycle.started_on or cycle.planned_on
    return [
        one_line(cycle.title),
        NONE if began is None else say_day(began),
        decision,
        one_line(cycle.study.learned if cycle.study else "") or NONE,
    ]


def named_stop() -> str:
    """What stands in place of the decision of a cycle that was stopped early."""
    return say("stopped early")


def _questions(found: Sequence[Finding]) -> dict[str, Any]:
    return {
        "name": say("Questions for the conversation"),
        "items": [
            {"text": one_line(each.message), "more": one_line(each.next)}
            for each in found[:_QUESTIONS]
        ],
        "none_yet": say("The record raises no question today."),
    }


def _requests(requests: Sequence[Request]) -> dict[str, Any]:
    """Requests that wait, and those whose answer waits for the team; the oldest first."""
    waiting = sorted(
        (each for each in requests if each.state is not RequestState.closed),
        key=lambda each: (each.since, each.id),
    )
    items = [
        {
            "text": one_line(each.title),
            "more": say("waits for an answer since {day}", day=each.since)
            if each.state is RequestState.waiting
            else say("answered on {day}", day=each.since),
        }
        for each in waiting[:_REQUESTS]
    ]
    if hidden := waiting[_REQUESTS:]:
        items[-1]["more"] += "; " + say_n("{n} more", "{n} more", len(hidden))
    return {
        "name": say("Open requests"),
        "items": items,
        "none_yet": say("No request is open."),
    }


def _diagram(inquiry: Inquiry) -> dict[str, Any] | None:
    """The driver diagram where it is small enough to be read on a part of the page."""
    if not inquiry.theory:
        return None
    theory, ideas = inquiry.theory[-1], inquiry.change_ideas
    graph = driver_graph(theory, aim=inquiry.aim, ideas=ideas)
    if not 1 < len(graph.nodes) <= _NODES:
        return None
    alt = aloud(" ".join([graph.in_words(), *graph.links_in_words()]))

    def drawn(width: int) -> dict[str, str]:
        picture = svg.driver_diagram(
            theory, aim=inquiry.aim, ideas=ideas, width=width, theme="light", id="d"
        )
        return {"svg": in_black(picture), "alt": alt}

    return {"name": say("Driver diagram"), "wide": drawn(WIDTH), "narrow": drawn(NARROW)}
