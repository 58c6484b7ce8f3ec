"""The problem of practice behind an aim, with evidence from several lenses."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.aims import forms
from api.pages.aims.forms import plain, required, rows, with_fields
from api.pages.aims.seen import InquirySeen, inquiry_of, to_write
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import options
from api.pages.pointers import nested, numbered, written
from api.pages.saving import last_saved
from api.routes.params import Id
from api.store import activity, elements
from api.store.access import By, can
from api.store.activity import Touch
from api.store.kind import Place
from api.store.kinds import AIM, PROBLEM
from pdsa.errors import InvalidValue, NotVisible, PdsaError
from pdsa.ids import ProblemId, UnitId
from pdsa.problem import EvidenceSource, Problem
from pdsa.review import findings
from pdsa.units import Action
from pdsa.words import say

FIELDS = ("title", "statement", "evidence")


def problem_values(problem: Problem) -> dict[str, str]:
    """What stands in the fields of a problem: a row for each piece of evidence."""
    return plain(problem, ("title", "statement")) | rows("evidence", problem.evidence)


def with_values(problem: Problem, values: Mapping[str, str]) -> Problem:
    """The problem with what the fields hold. Raises ``InvalidValue`` with the field of the form."""
    required(values, "title", say("the problem a title"))
    made = nested(values, ("evidence",))
    for at in numbered("evidence", values, more=0):
        row = {name: values.get(f"evidence/{at}/{name}", "") for name in ("source", "summary")}
        if not row["source"]:
            raise InvalidValue(f"evidence/{at}/source", "", say("the kind of source"))
        if not row["summary"]:
            raise InvalidValue(f"evidence/{at}/summary", "", say("what the source showed"))
    return with_fields(problem, made, FIELDS, values)


class ProblemSeen(Struct, frozen=True):
    """The problem of an aim, if it has one, with what whoever looks may do about it."""

    found: InquirySeen
    problem: Problem | None
    editable: bool
    touch: Touch | None


def problem_of(conn: Connection, by: By, aim_id: str) -> ProblemSeen:
    """The problem of an aim as ``by`` sees it; run it as a snapshot. Raises ``NotVisible``."""
    found = inquiry_of(conn, by, aim_id)
    if found.seen.aim.problem_id is None:
        return ProblemSeen(found, None, found.seen.may_log, None)
    problem, place = elements.find(conn, PROBLEM, found.seen.aim.problem_id)
    return ProblemSeen(
        found,
        problem,
        can(conn, by, Action.log, place.home),
        activity.latest(conn, problem.id) if found.seen.of_team else None,
    )


@get("/aims/{aim_id:str}/problem", include_in_schema=False)
async def problem(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The problem of practice of an aim."""
    return await _page(desk, aim_id)


@post("/aims/{aim_id:str}/problem", include_in_schema=False, status_code=303)
async def changed(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Save what was written of the problem; the first time, it becomes the aim's."""
    given = await desk.fields()
    then = f"/aims/{aim_id}/problem" + ("#evidence" if given.get("do") == "more" else "")
    seen = await desk.snapshot(problem_of, aim_id)
    again = partial(_page, desk, aim_id)
    if seen.problem is not None:
        return await forms.saved(
            desk, PROBLEM, seen.problem.id, given, problem_values, with_values, again, then
        )
    try:
        made = with_values(_empty(new_id(), seen.found.seen.team.id), written(given))
        await desk.write(_first, aim_id, made)
    except PdsaError as error:
        return await again(given, error)
    return go(then)


@get("/aims/{aim_id:str}/problem/pulse", include_in_schema=False)
async def beat(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """For our script: what the fields of a problem hold now, where that is not the version it has."""
    aim = await desk.read(elements.get, AIM, aim_id)
    if aim.problem_id is None:
        raise NotVisible(PROBLEM.name, aim_id)
    return await forms.beat(desk, PROBLEM, aim.problem_id, problem_values)


PAGES = [problem, changed, beat]


def _first(conn: Connection, by: By, aim_id: str, problem: Problem) -> None:
    """The problem of an aim that has none; both or neither is written. Raises ``InvalidValue``."""
    seen = to_write(conn, by, aim_id)
    if seen.aim.problem_id is not None:
        rule = say("this to what somebody else has written meanwhile")
        raise InvalidValue("", "", rule)
    elements.add(conn, by, PROBLEM, problem, Place(seen.team.id, None))
    elements.change(
        conn,
        by,
        AIM,
        aim_id,
        None,
        lambda aim: msgspec.structs.replace(aim, problem_id=problem.id),
    )


def _empty(id: str, unit_id: str) -> Problem:
    return Problem(id=ProblemId(id), unit_id=UnitId(unit_id), title="-")


def _shown(
    desk: PageDesk,
    seen: ProblemSeen,
    given: Mapping[str, str] | None,
    error: PdsaError | None,
) -> Response[Any]:
    found, problem = seen.found, seen.problem
    stored = problem_values(problem or _empty("new", found.seen.team.id))
    if problem is None:
        stored["title"] = ""
    prompts = [
        each
        for each in findings(found.inquiry, on=desk.today, audience=found.seen.audience)
        if each.code.startswith("PRB")
    ]
    shown = forms.form_shown(
        stored,
        editable=seen.editable,
        given=given,
        error=error,
        prompts=prompts,
        sections=("evidence",),
    )
    return desk.show_page(
        "aims/problem.html",
        aim=found.seen.aim,
        team=found.seen.team,
        problem=problem,
        changed=last_saved(desk, seen.touch),
        sources=options(EvidenceSource),
        evidence=numbered("evidence", shown["values"], more=1 if seen.editable else 0),
        **shown,
    )


_page = forms.page(problem_of, _shown)
