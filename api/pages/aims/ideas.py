"""Change ideas: what a team could change, where an idea came from, and the cycles that tested it."""

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
from api.pages.aims.forms import plain, required, with_fields
from api.pages.aims.seen import AimSeen, InquirySeen, inquiry_of, inquiry_with, to_write
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import named, options
from api.pages.pointers import nested, written
from api.pages.saving import last_saved
from api.pages.stages import stage_names
from api.routes.params import Id
from api.store import elements, lists, parts
from api.store.access import By
from api.store.activity import Touch
from api.store.kinds import CHANGE_IDEA
from pdsa.change_idea import ChangeConcept, ChangeIdea
from pdsa.errors import InvalidValue, NotVisible, PdsaError
from pdsa.ids import AimId, ChangeIdeaId
from pdsa.ramp import ramp
from pdsa.reference import practices
from pdsa.review import Finding, Record, findings
from pdsa.review.conditions import ConditionsMatrix, conditions
from pdsa.words import mark, say

_PLAIN = ("title", "description", "concept", "math_activity", "adapted_from", "origin")
FIELDS = (*_PLAIN, "teaching_practices")
_BOXES = "teaching_practices"
#: Practices that are in no published list, one a line.
_OWN = f"{_BOXES}/own"
_LISTS = {
    "effective_mathematics_teaching": mark("Effective mathematics teaching practices"),
    "equity_based": mark("Equity-based practices"),
    "mathematical_practice": mark("Standards for Mathematical Practice"),
}
_MOST = 200


def _known() -> dict[str, str]:
    """The published practices by the names of their boxes."""
    return {
        f"{_BOXES}/{each.list}-{each.number}": each.name
        for each in practices()
        if each.list in _LISTS
    }


def idea_values(idea: ChangeIdea) -> dict[str, str]:
    """What stands in the fields of an idea: a box for each practice."""
    known = _known()
    boxes = {box: "1" if name in idea.teaching_practices else "" for box, name in known.items()}
    boxes[_OWN] = "\n".join(each for each in idea.teaching_practices if each not in known.values())
    return plain(idea, _PLAIN) | boxes


def with_values(idea: ChangeIdea, values: Mapping[str, str]) -> ChangeIdea:
    """The idea with what the fields hold. Raises ``InvalidValue`` with the field of the form."""
    required(values, "title", say("the change idea a title"))
    boxes = _known()
    made = {name: each for name, each in nested(values, ()).items() if name in _PLAIN}
    own = [" ".join(each.split()) for each in values.get(_OWN, "").splitlines() if each.strip()]
    chosen = [*(boxes[box] for box, ticked in values.items() if ticked and box in boxes), *own]
    before = [each for each in idea.teaching_practices if each in chosen]
    made[_BOXES] = list(dict.fromkeys([*before, *chosen]))
    if made.get("adapted_from") == idea.id:
        raise InvalidValue("adapted_from", idea.id, say("another idea than this one"))
    return with_fields(idea, made, FIELDS, values)


def _with_boxes(given: Mapping[str, str]) -> dict[str, str]:
    """What was sent, with the boxes that are not ticked: browsers send nothing of those."""
    found = {name: text for name, text in given.items() if name != "boxes"}
    return (dict.fromkeys(_known(), "") | found) if given.get("boxes") else found


class IdeaSeen(Struct, frozen=True):
    """A change idea in its inquiry, with those it was adapted from, the oldest first."""

    found: InquirySeen
    idea: ChangeIdea
    lineage: tuple[ChangeIdea, ...]
    touch: Touch | None


def idea_of(conn: Connection, by: By, idea_id: str) -> IdeaSeen:
    """A change idea as ``by`` sees it; run it as a snapshot. Raises ``NotVisible``."""
    found, touch = inquiry_with(conn, by, CHANGE_IDEA, idea_id)
    chain = lists.lineage_of(conn, by, idea_id)
    return IdeaSeen(found, chain[-1], tuple(chain), touch)


@get("/aims/{aim_id:str}/ideas", include_in_schema=False)
async def ideas(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The change ideas of an aim, each with its ramp."""
    found = await desk.snapshot(inquiry_of, aim_id)
    inquiry = found.inquiry
    theory = inquiry.theory[-1] if inquiry.theory else None
    return desk.show_page(
        "ideas/list.html",
        aim=found.seen.aim,
        team=found.seen.team,
        may_log=found.seen.may_log,
        ideas=[
            (each, ramp(each.id, inquiry.cycles), theory.serves(each.id) if theory else ())
            for each in inquiry.change_ideas
        ],
        named=named,
        stages=stage_names(inquiry.team),
    )


@get("/aims/{aim_id:str}/ideas/new", include_in_schema=False)
async def new(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A new change idea; ``from`` names one that it is adapted from."""
    source = desk.request.query_params.get("from", "").replace("\0", "")
    return await _page_of_new(desk, aim_id, source=source)


@post("/aims/{aim_id:str}/ideas/new", include_in_schema=False, status_code=303)
async def added(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Write a change idea down."""
    given = _with_boxes(await desk.fields())
    id = new_id()
    try:
        idea = with_values(_empty(id, aim_id), written(given))
        await desk.write(parts.add, CHANGE_IDEA, idea)
    except PdsaError as error:
        return await _page_of_new(desk, aim_id, given, error)
    return go(f"/change-ideas/{id}")


@get("/change-ideas/{idea_id:str}", include_in_schema=False)
async def idea(idea_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A change idea: its words, where it came from, its ramp, the conditions it was tested under."""
    return await _page(desk, idea_id)


@post("/change-ideas/{idea_id:str}", include_in_schema=False, status_code=303)
async def changed(idea_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Save what was written of a change idea."""
    given = await desk.fields()
    return await forms.saved(
        desk,
        CHANGE_IDEA,
        idea_id,
        _with_boxes(given),
        idea_values,
        with_values,
        partial(_page, desk, idea_id),
        f"/change-ideas/{idea_id}",
    )


@get("/change-ideas/{idea_id:str}/pulse", include_in_schema=False)
async def beat(idea_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """For our script: what the fields of an idea hold now, where that is not the version it has."""
    return await forms.beat(desk, CHANGE_IDEA, idea_id, idea_values)


PAGES = [ideas, new, added, idea, changed, beat]


def _empty(id: str, aim_id: str) -> ChangeIdea:
    return ChangeIdea(id=ChangeIdeaId(id), aim_id=AimId(aim_id), title="-")


def _for_new(
    conn: Connection, by: By, aim_id: str, source: str | None
) -> tuple[AimSeen, list[ChangeIdea], ChangeIdea | None]:
    seen = to_write(conn, by, aim_id)
    found, _ = lists.change_ideas(conn, by, unit=None, aim=aim_id, text=None, after=(), limit=_MOST)
    try:
        before = elements.get(conn, by, CHANGE_IDEA, source) if source else None
    except NotVisible:
        before = None
    return seen, found, before


async def _page_of_new(
    desk: PageDesk,
    aim_id: str,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
    *,
    source: str | None = None,
) -> Response[Any]:
    seen, found, before = await desk.read(_for_new, aim_id, source)
    stored = idea_values(_empty("new", aim_id)) | {"title": ""}
    if before is not None:
        kept = msgspec.structs.replace(before, adapted_from=before.id, origin="")
        stored = idea_values(kept)
        found = [before, *(each for each in found if each.id != before.id)]
    shown = forms.form_shown(stored, editable=True, given=given, error=error, new=True)
    return desk.show_page(
        "ideas/idea.html",
        idea=None,
        aim=seen.aim,
        team=seen.team,
        changed=None,
        **_choices(shown["values"], found),
        **shown,
    )


def _shown(
    desk: PageDesk,
    seen: IdeaSeen,
    given: Mapping[str, str] | None,
    error: PdsaError | None,
) -> Response[Any]:
    found, idea = seen.found, seen.idea
    inquiry, aim_seen = found.inquiry, found.seen
    matrix: ConditionsMatrix | None = None
    prompts: list[Finding] = []
    if aim_seen.of_team:
        matrix = conditions(Record(inquiry, desk.today), idea.id)
        prompts = [each for each in findings(inquiry, on=desk.today) if each.id == idea.id]
    shown = forms.form_shown(
        idea_values(idea), editable=aim_seen.may_log, given=given, error=error, prompts=prompts
    )
    others = [each for each in inquiry.change_ideas if each.id != idea.id]
    if len(seen.lineage) > 1 and seen.lineage[-2].aim_id != idea.aim_id:
        others.insert(0, seen.lineage[-2])
    theory = inquiry.theory[-1] if inquiry.theory else None
    return desk.show_page(
        "ideas/idea.html",
        idea=idea,
        aim=aim_seen.aim,
        team=aim_seen.team,
        changed=last_saved(desk, seen.touch),
        lineage=seen.lineage if len(seen.lineage) > 1 else (),
        drivers=theory.serves(idea.id) if theory else (),
        ramp=ramp(idea.id, inquiry.cycles),
        matrix=matrix,
        named=named,
        stages=stage_names(aim_seen.team),
        **_choices(shown["values"], others),
        **shown,
    )


_page = forms.page(idea_of, _shown)


def _choices(values: Mapping[str, str], others: list[ChangeIdea]) -> dict[str, Any]:
    groups = [
        (
            say(title),
            [(f"{_BOXES}/{p.list}-{p.number}", p.name) for p in practices() if p.list == list_],
        )
        for list_, title in _LISTS.items()
    ]
    sources = [(each.id, each.title) for each in others]
    if (at := values.get("adapted_from")) and at not in dict(sources):
        sources.insert(0, (ChangeIdeaId(at), say("an idea of another team")))
    return {
        "concepts": options(ChangeConcept),
        "practices": groups,
        "chosen": {name for name, text in values.items() if text},
        "sources": sources,
        "activities": [
            say("number talk"),
            say("choral count"),
            say("problem-based lesson"),
            say("exit ticket"),
        ],
    }
