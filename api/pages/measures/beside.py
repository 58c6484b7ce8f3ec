"""What people do beside a chart: phases with a reason, publications, comments."""

from collections.abc import Callable
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from sqlalchemy import Connection

from api.commands import build
from api.ids import new_id
from api.pages.converting import converted
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.measures.seen import seen_of
from api.pages.measures.showing import page_of, query_beside
from api.pages.measures.views import day_of
from api.pages.measures.words import refused_at
from api.pages.pointers import written
from api.routes.comments import CommentDraft
from api.routes.params import Id
from api.routes.phases import PhaseDraft
from api.store import comments, elements, phases, publications
from api.store.access import By
from api.store.kinds import COMMENT, MEASURE, PHASE
from pdsa.errors import InvalidValue, PdsaError
from pdsa.feedback import Comment
from pdsa.ids import PersonId
from pdsa.phase import Phase
from pdsa.privacy import Publication
from pdsa.units import Audience
from pdsa.words import say


@post("/measures/{measure_id:str}/phases", include_in_schema=False, status_code=303)
async def add_phase(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Freeze the baseline or begin a new phase, with a reason."""

    def work(conn: Connection, by: By, given: dict[str, str]) -> Phase:
        if not given.get("reason"):
            raise InvalidValue("reason", "", say("a reason: others will read the chart"))
        found: dict[str, Any] = {name: given[name] for name in ("kind", "reason") if name in given}
        found["on"] = day_of(given, "on")
        if room := given.get("classroom_id"):
            found["classroom_id"] = room
        phase = build(
            Phase,
            converted(found, PhaseDraft),
            id=new_id(),
            measure_id=measure_id,
            made_by=PersonId(by.principal.person_id),
            made_on=by.on,
        )
        return phases.add_phase(conn, by, phase)

    return await _done(desk, measure_id, "phase", work)


@post("/phases/{phase_id:str}/remove", include_in_schema=False, status_code=303)
async def remove_phase(phase_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Take a phase out; that it was made, by whom and why stays in the history."""
    await desk.fields()

    def work(conn: Connection, by: By) -> str:
        measure_id = elements.get(conn, by, PHASE, phase_id).measure_id
        elements.remove(conn, by, PHASE, phase_id, None)
        return measure_id

    measure_id = await desk.write(work)
    return go(f"/measures/{measure_id}{query_beside(desk)}#phases-made")


@post("/measures/{measure_id:str}/publications", include_in_schema=False, status_code=303)
async def publish(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Publish the points of the team's classrooms through a day."""

    def work(conn: Connection, by: By, given: dict[str, str]) -> Publication:
        to = given.get("to", "")
        if to not in (Audience.school, Audience.above):
            raise InvalidValue("to", to, say("how far up they are shown"))
        found = {
            "id": new_id(),
            "measure_id": measure_id,
            "through": day_of(given, "through"),
            "to": to,
            "reason": given.get("reason", ""),
            "published_by": by.principal.person_id,
            "published_on": by.on,
        }
        return publications.publish(conn, by, converted(found, Publication))

    return await _done(desk, measure_id, "publish", work)


@post("/publications/{publication_id:str}/withdraw", include_in_schema=False, status_code=303)
async def withdraw(publication_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Withdraw a publication: from now on it shows nothing."""
    await desk.fields()
    found = await desk.write(publications.withdraw, publication_id, None)
    return go(f"/measures/{found.measure_id}#published")


@post("/measures/{measure_id:str}/comments", include_in_schema=False, status_code=303)
async def comment(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Say something about a day of the chart."""

    def work(conn: Connection, by: By, given: dict[str, str]) -> Comment:
        if not given.get("text"):
            raise InvalidValue("text", "", say("a comment in words"))
        measure = elements.get(conn, by, MEASURE, measure_id)
        found = {
            "text": given["text"],
            "measure_id": measure_id,
            "on": day_of(given, "on"),
            "shared": given.get("shared") == "1",
        }
        said = build(
            Comment,
            converted(found, CommentDraft),
            id=new_id(),
            aim_id=measure.aim_id,
            said_by=PersonId(by.principal.person_id),
            said_on=by.on,
        )
        return comments.say(conn, by, said)

    return await _done(desk, measure_id, "comment", work)


@post("/comments/{comment_id:str}/take-back", include_in_schema=False, status_code=303)
async def take_back(comment_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Take one's own comment on a chart back."""
    await desk.fields()

    def work(conn: Connection, by: By) -> Comment:
        found = elements.get(conn, by, COMMENT, comment_id)
        comments.take_back(conn, by, comment_id, None)
        return found

    found = await desk.write(work)
    where = f"/measures/{found.measure_id}#said" if found.measure_id else f"/aims/{found.aim_id}"
    return go(where)


PAGES = [add_phase, remove_phase, publish, withdraw, comment, take_back]


async def _done(
    desk: PageDesk,
    measure_id: str,
    form: str,
    work: Callable[[Connection, By, dict[str, str]], Any],
) -> Response[Any]:
    """Back to the page once the work is done with the fields of its form; else refused beside them."""
    sent = written(await desk.fields())
    given = {name.removeprefix(f"{form}/"): text for name, text in sent.items()}

    def run(conn: Connection, by: By) -> Any:
        with refused_at(form):
            return work(conn, by, given)

    try:
        await desk.write(run)
    except PdsaError as error:
        seen = await desk.snapshot(seen_of, measure_id)
        return await page_of(desk, seen, sent=sent, error=error)
    return go(f"/measures/{measure_id}{query_beside(desk)}#{_AT[form]}")


_AT = {"phase": "phases-made", "publish": "published", "comment": "said"}
