"""A cycle as a page shows it: the record around it, who may write, and what there is to say."""

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Response
from msgspec import Struct
from sqlalchemy import Connection

from api.pages.desk import PageDesk
from api.pages.mending import by_field
from api.pages.merging import Difference, opened_with, reopened
from api.pages.pointers import TAKE
from api.pages.saving import last_saved
from api.pages.stages import stage_names
from api.store import activity, inquiries
from api.store.access import By, audience_of, can
from api.store.activity import Touch
from api.store.elements import opened
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle, Move, Status
from pdsa.errors import NotVisible, PdsaError
from pdsa.interchange import Inquiry
from pdsa.next_step import NextStep, next_step
from pdsa.prediction import Expectation, expected
from pdsa.review import Finding, Record, cycle_findings
from pdsa.stages import STAGES, Stage
from pdsa.units import Action, Audience

#: The move by which a stage is written.
WRITES = {
    Stage.plan: Move.revise_plan,
    Stage.do: Move.record,
    Stage.study: Move.study,
    Stage.act: Move.act,
}


class Seen(Struct, frozen=True):
    """A cycle in its inquiry, as somebody sees it.

    ``of_team`` says whether they are its team, ``may_log`` whether they may write.
    """

    inquiry: Inquiry
    cycle: Cycle
    of_team: bool
    may_log: bool
    touch: Touch | None

    def editable(self, stage: Stage) -> bool:
        """Whether what is written of a stage can be changed now."""
        running = self.cycle.status is Status.running and self.cycle.stage is stage
        return self.may_log and running and WRITES[stage] in self.cycle.legal()

    def said(self, expectation: Expectation) -> str:
        """What was expected, in words."""
        return expected(expectation, {each.id: each for each in self.inquiry.measures})


def seen_of(conn: Connection, by: By, cycle_id: str) -> Seen:
    """A cycle as ``by`` sees it; run it as a snapshot. Raises ``NotVisible``."""
    _, place = opened(conn, by, CYCLE, cycle_id)
    inquiry = inquiries.get_inquiry(conn, by, place.aim_id or "")
    for cycle in inquiry.cycles:
        if cycle.id == cycle_id:
            of_team = audience_of(conn, by, place.home) is Audience.team
            return Seen(
                inquiry=inquiry,
                cycle=cycle,
                of_team=of_team,
                may_log=can(conn, by, Action.log, place.home),
                touch=activity.latest(conn, cycle_id) if of_team else None,
            )
    raise NotVisible(CYCLE.name, cycle_id)


class Told(Struct, frozen=True):
    """What the record says of a cycle: what comes next, and prompts for its team."""

    record: Record
    next: NextStep | None
    findings: tuple[Finding, ...]


def told_of(seen: Seen, on: Any) -> Told:
    """What the record says of a cycle on a day; of prompts for single cycles its team alone is told."""
    return Told(
        record=Record(seen.inquiry, on),
        next=next_step(seen.cycle, seen.inquiry.cycles, on=on) if seen.of_team else None,
        findings=cycle_findings(seen.inquiry, seen.cycle.id, on=on) if seen.of_team else (),
    )


def stage_page(
    desk: PageDesk,
    seen: Seen,
    told: Told,
    stage: Stage,
    stored: Mapping[str, str],
    *,
    sections: Iterable[str] = (),
    sent: Mapping[str, str] | None = None,
    opened: str = "",
    error: PdsaError | None = None,
    differences: Iterable[Difference] = (),
    status: int = 200,
    **more: Any,
) -> Response[str]:
    """The page of one stage.

    ``stored`` is what the store has of its fields, ``sent`` what a form was sent with that could
    not be saved, ``opened`` what that form said it was opened with, ``sections`` where else prompts
    can stand. What was sent to a stage that is no longer written is shown to be kept.
    """
    cycle, editable = seen.cycle, seen.editable(stage)
    differs = {each.field: each.theirs for each in differences}
    values, was = dict(stored), opened_with(stored)
    if sent is not None and editable:
        values, was = reopened(opened, sent, stored, seen=differs)
    stages = stage_names(seen.inquiry.team)
    lost = []
    if sent is not None and not editable:
        lost = [
            text
            for name, text in sent.items()
            if text and text != stored.get(name) and not name.startswith(TAKE)
        ]
    return desk.show_page(
        f"cycles/{stage.value}.html",
        status=status,
        error=error,
        cycle=cycle,
        aim=seen.inquiry.aim,
        team=seen.inquiry.team,
        stage=stage.value,
        stages=stages,
        stages_before=lambda name: STAGES.index(Stage(name)) < STAGES.index(cycle.stage),
        at=STAGES.index(cycle.stage),
        legal={move.value for move in cycle.legal()} if seen.may_log else set(),
        may_log=seen.may_log,
        editable=editable,
        values=values,
        was=was,
        differs=differs,
        prompts=placed(told.findings, stage, {*values, *sections}),
        next=told.next,
        changed=last_saved(desk, seen.touch),
        lost=lost,
        **more,
    )


def placed(
    findings: Iterable[Finding], stage: Stage, anchors: set[str]
) -> dict[str, list[Finding]]:
    """Findings by the place on a stage's page where they can be mended; else at its top."""
    here = (stage.value, _AT_TOP[stage])
    return by_field(
        (
            each
            for each in findings
            if each.element == CYCLE.name and each.field.partition("/")[0] in here
        ),
        anchors,
    )


#: Fields outside of a stage whose findings stand at the top of a stage's page.
_AT_TOP = {Stage.plan: "", Stage.do: "started_on", Stage.study: "", Stage.act: "follows"}
