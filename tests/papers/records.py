"""Inquiries for papers: the sample, one that says next to nothing, and one full of anything."""

from datetime import date
from functools import partial

from msgspec.structs import replace

import pdsa
from api.papers import PaperSize, aim_paper, cycle_paper
from api.words import language
from pdsa import AimId, CycleId, Inquiry, loads
from pdsa.prediction import ExpectText
from pdsa.reference import sacramento
from pdsa.stages import Plan
from pdsa.units import Audience
from tests.papers.pdf import Pdf

TODAY = date(2018, 4, 10)
ADDRESS = "https://pdsa.example.org/aims/aim-discourse"
STAGES = {"plan": "Plan", "do": "Do", "study": "Study", "act": "Act"}
CYCLE = "cycle-exit-ticket-1"


def sample() -> Inquiry:
    return loads(sacramento())


def an_empty_aim() -> Inquiry:
    """An aim of which only the title is written."""
    team = sample().team
    return Inquiry(team=team, aim=pdsa.Aim(id=AimId("aim"), unit_id=team.id, title="To reason"))


def written_full(text: str, *, cycles: int = 30) -> Inquiry:
    """The sample with a text wherever somebody may write, as long as it is let in there."""
    found, short = sample(), " ".join(text.split())[:200]
    cycle = found.cycles[0]
    assert cycle.do is not None
    assert cycle.study is not None
    assert cycle.act is not None
    task, condition = cycle.plan.tasks[0], cycle.plan.conditions[0]
    plan: Plan = replace(
        cycle.plan,
        objective=text,
        tasks=(replace(task, what=short, who=short, when=short, where=short),) * 12,
        conditions=(replace(condition, name=short, value=short),) * 5,
        questions=tuple(
            replace(
                question,
                text=text,
                predictions=tuple(
                    replace(each, expectation=ExpectText(text=text))
                    for each in question.predictions
                ),
            )
            for question in cycle.plan.questions
        ),
    )
    full = replace(
        cycle,
        title=short,
        plan=plan,
        do=replace(cycle.do, what_happened=text, unexpected=text),
        study=replace(
            cycle.study,
            learned=text,
            surprises=text,
            results=tuple(replace(each, note=text) for each in cycle.study.results),
        ),
        act=replace(cycle.act, reason=text, conditions=text, next_plan=text),
    )
    (theory,) = found.theory
    return replace(
        found,
        team=replace(found.team, name=short),
        aim=replace(found.aim, title=short, statement=text, indicator=short),
        theory=(
            replace(theory, drivers=tuple(replace(each, text=short) for each in theory.drivers)),
        ),
        change_ideas=tuple(replace(each, title=short) for each in found.change_ideas),
        measures=tuple(replace(each, name=short) for each in found.measures),
        cycles=(full, *(replace(full, id=CycleId(f"cycle-{i}")) for i in range(1, cycles))),
    )


def of_aim(
    inquiry: Inquiry,
    *,
    audience: Audience = Audience.team,
    spoken: str = "en",
    paper: PaperSize = "letter",
) -> bytes:
    """The page of an aim."""
    made = partial(aim_paper, inquiry, audience, on=TODAY, address=ADDRESS)
    return made(language=language(spoken), paper=paper)


def of_cycle(
    inquiry: Inquiry,
    id: str = CYCLE,
    *,
    audience: Audience = Audience.team,
    spoken: str = "en",
    paper: PaperSize = "letter",
) -> bytes:
    """The page of a cycle."""
    made = partial(cycle_paper, inquiry, id, audience, stages=STAGES, on=TODAY, address=ADDRESS)
    return made(language=language(spoken), paper=paper)


def aim_page(inquiry: Inquiry, **how: str) -> Pdf:
    return Pdf(of_aim(inquiry, **how))  # type: ignore[arg-type]


def cycle_page(inquiry: Inquiry, id: str = CYCLE, **how: str) -> Pdf:
    return Pdf(of_cycle(inquiry, id, **how))  # type: ignore[arg-type]
