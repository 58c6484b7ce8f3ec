"""The driver diagram of an aim: drawn, edited row by row, and kept in dated versions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.aims import forms
from api.pages.aims.links import NEW, as_linked, theory_of, theory_values
from api.pages.aims.seen import InquirySeen, inquiry_of, to_write
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.merging import TextsDiffer, merged
from api.pages.names import options
from api.pages.pictures import inline
from api.pages.pointers import TAKE, written
from api.routes.params import Id
from api.store import theories
from api.store.access import By
from pdsa.charts import svg
from pdsa.charts.graph import driver_graph
from pdsa.charts.svg.text import escape
from pdsa.errors import InvalidValue, NotVisible, PdsaError
from pdsa.ids import AimId
from pdsa.interchange import Inquiry
from pdsa.review import Finding, findings
from pdsa.theory import Link, Strength, Theory, TheoryDiff, diff
from pdsa.words import mark, say

_WIDE, _NARROW = 960, 340
#: Empty rows for new drivers; where there is none yet, one more.
_ROOM = 1
#: A theory of more rows than that is shown with its rows folded.
_UNFOLDED = 8


@get("/aims/{aim_id:str}/theory", include_in_schema=False)
async def theory(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The driver diagram; ``from`` and ``to`` are two versions to compare."""
    return await _page(desk, aim_id)


@post("/aims/{aim_id:str}/theory", include_in_schema=False, status_code=303)
async def drawn(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Draw the next version, put together with what others have drawn meanwhile."""
    given = await desk.fields()
    sent = written(given)
    mine, places = as_linked(_without_taken(sent))

    def work(conn: Connection, by: By) -> Theory:
        to_write(conn, by, aim_id)
        before = _in_force(conn, by, aim_id)
        stored = theory_values(before)
        ours = {
            name: stored.get(name, "") if f"{TAKE}{name}" in sent else text
            for name, text in mine.items()
        }
        version = before.version if before else 0
        values = merged(given.get("was", ""), ours, stored, version=version or 1)
        new = theory_of(
            values,
            aim_id,
            on=desk.today,
            note=sent.get("note", ""),
            places=places,
            version=version + 1,
        )
        drawn = new.drivers, new.links
        if before is not None and not new.note and drawn == (before.drivers, before.links):
            return before  # a word of why is kept without a change, too
        return theories.put(conn, by, new, version)

    try:
        await desk.write(work)
    except PdsaError as error:
        return await _page(desk, aim_id, given, error)
    return go(f"/aims/{aim_id}/theory#{'drivers' if given.get('do') == 'more' else 'content'}")


PAGES = [theory, drawn]


def _without_taken(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in sent.items() if not name.startswith(TAKE)}


def _in_force(conn: Connection, by: By, aim_id: str) -> Theory | None:
    try:
        return theories.get(conn, by, aim_id)
    except NotVisible:
        return None


class Row(Struct, frozen=True):
    """A driver or an idea in the form: what it moves already, and what it could move."""

    id: str
    text: str
    moves: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    fresh: bool = False
    open: bool = True


def _shown(
    desk: PageDesk,
    found: InquirySeen,
    given: Mapping[str, str] | None,
    error: PdsaError | None,
) -> Response[Any]:
    seen, inquiry = found.seen, found.inquiry
    versions = inquiry.theory
    now = versions[-1] if versions else None
    query = desk.request.query_params
    earlier, compared = _compared(versions, query.get("from"), query.get("to"))
    drawn_now = now or Theory(aim_id=seen.aim.id, on=desk.today)
    shown_now = earlier or drawn_now
    texts = _texts(inquiry, [*versions, drawn_now])
    stored = theory_values(now)
    told = findings(inquiry, on=desk.today, select="DRV", audience=seen.audience)
    shown = forms.form_shown(stored, editable=seen.may_log, given=given, error=error)
    shown["prompts"] = _beside(told)
    values: dict[str, str] = shown["values"]
    differing = isinstance(error, TextsDiffer)
    if differing:  # a row that both can choose from, also where one of them took it out
        values |= {name: values.get(name, "") for name in shown["differs"]}
    drivers = _drivers(seen.aim.id, values, texts) if seen.may_log else []
    ideas = _ideas(inquiry, values, texts) if seen.may_log else []
    return desk.show_page(
        "aims/theory.html",
        aim=seen.aim,
        team=seen.team,
        theory=now,
        shown_version=shown_now,
        wide=_drawn(shown_now, inquiry, _WIDE, "drivers-wide"),
        narrow=_drawn(shown_now, inquiry, _NARROW, "drivers-narrow"),
        links=[_said(link, texts) for link in shown_now.links],
        drivers=_folded(drivers, len(drivers) + len(ideas), shown),
        ideas=_folded(ideas, len(drivers) + len(ideas), shown),
        strengths=options(Strength),
        versions=list(reversed(versions)),
        compared=compared,
        changes=_changes(compared, texts, seen.aim.id) if compared else (),
        note=(given or {}).get("note", ""),
        **shown,
    )


_page = forms.page(inquiry_of, _shown)


def _beside(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by the row in which they can be mended; else at the top of the page."""
    places: dict[str, list[Finding]] = {}
    rows = {"driver": "drivers", "change_idea": "ideas"}
    for each in found:
        row = rows.get(each.element)
        places.setdefault(f"{row}/{each.id}" if row else "", []).append(each)
    return places


def _drawn(theory: Theory, inquiry: Inquiry, width: float, id: str) -> Markup:
    """The diagram, each box marked with what it stands for, so that it can be pointed at."""
    aim, ideas = inquiry.aim, inquiry.change_ideas
    picture = str(inline(svg.driver_diagram(theory, aim=aim, ideas=ideas, width=width, id=id)))
    for node in driver_graph(theory, aim=aim, ideas=ideas).nodes:
        title = f"<title>{escape(node.whole)}"
        picture = picture.replace(f"<g>{title}", f'<g data-node="{node.id}">{title}', 1)
    return Markup(picture)  # noqa: S704 - our own picture, escaped by it


def _texts(inquiry: Inquiry, versions: Sequence[Theory]) -> dict[str, str]:
    """What each id stands for, by its latest words."""
    texts: dict[str, str] = {each.id: each.title for each in inquiry.change_ideas}
    for theory in versions:
        texts |= {each.id: each.text for each in theory.drivers}
    return texts | {inquiry.aim.id: say("the aim")}


def _drivers(aim_id: AimId, values: dict[str, str], texts: dict[str, str]) -> list[Row]:
    """The drivers of the form and empty ones to fill in; each can move the others and the aim."""
    ids = dict.fromkeys(name.split("/")[1] for name in values if name.startswith("drivers/"))
    known = {id: values.get(f"drivers/{id}/text", "") or texts.get(id, "") for id in ids}
    fresh = [new_id() for _ in range(_ROOM if known else _ROOM + 1)]
    return [
        *(_row(id, text, aim_id, known, values, texts) for id, text in known.items()),
        *(_row(id, "", aim_id, known, values, texts, fresh=True) for id in fresh),
    ]


def _ideas(inquiry: Inquiry, values: dict[str, str], texts: dict[str, str]) -> list[Row]:
    ids = dict.fromkeys(name.split("/")[1] for name in values if name.startswith("drivers/"))
    known = {id: values.get(f"drivers/{id}/text", "") or texts.get(id, "") for id in ids}
    aim_id = inquiry.aim.id
    ideas = inquiry.change_ideas
    return [_row(each.id, each.title, aim_id, known, values, texts) for each in ideas]


def _row(
    id: str,
    text: str,
    aim_id: str,
    drivers: Mapping[str, str],
    values: Mapping[str, str],
    texts: Mapping[str, str],
    *,
    fresh: bool = False,
) -> Row:
    start = f"links/{id}/"
    moved = dict.fromkeys(
        name.split("/")[2]
        for name in values
        if name.startswith(start) and name.split("/")[2] != NEW
    )
    every = {aim_id: texts[aim_id]} | {each: drivers[each] for each in drivers if drivers[each]}
    return Row(
        id=id,
        text=text,
        moves=tuple(
            (each, _quoted(each, {**texts, **{k: v for k, v in drivers.items() if v}}, aim_id))
            for each in moved
        ),
        others=tuple(
            (each, name) for each, name in every.items() if each != id and each not in moved
        ),
        fresh=fresh,
    )


def _folded(rows: list[Row], all_rows: int, shown: Mapping[str, Any]) -> list[Row]:
    """The rows, those of a large theory folded but for what asks to be looked at."""
    if all_rows <= _UNFOLDED:
        return rows
    fields = {*shown["differs"], *shown["prompts"]}
    if isinstance(shown["error"], InvalidValue):
        fields.add(shown["error"].field)
    asked = {name.split("/")[1] for name in fields if "/" in name}
    asked |= {name.split("/")[1] for name in shown["values"] if f"/{NEW}/" in name}
    return [
        msgspec.structs.replace(row, open=row.fresh or row.id in asked or not row.moves)
        for row in rows
    ]


def _quoted(id: str, texts: Mapping[str, str], aim_id: str) -> str:
    """What an id stands for within a sentence: a driver or idea in quotes, the aim without."""
    text = texts.get(id, id)
    return text if id == aim_id else f"“{text}”"


class Said(Struct, frozen=True):
    """A link in words."""

    source: str
    target: str
    strength: str
    rationale: str


def _said(link: Link, texts: Mapping[str, str]) -> Said:
    return Said(
        source=texts.get(link.source, link.source),
        target=texts.get(link.target, link.target),
        strength=dict(options(Strength))[link.strength.value],
        rationale=link.rationale,
    )


def _compared(
    versions: Sequence[Theory], first: str | None, last: str | None
) -> tuple[Theory | None, TheoryDiff | None]:
    """The version to draw and what changed up to it, as two numbers ask for them."""
    by_number = {str(each.version): each for each in versions}
    before, after = by_number.get(first or ""), by_number.get(last or "")
    if before is None or after is None:
        return after, None
    if before.version > after.version:
        before, after = after, before
    return after, diff(before, after)


def _changes(found: TheoryDiff, texts: Mapping[str, str], aim_id: str) -> list[str]:
    """What changed from one version to another, in sentences."""

    def link(template: str, each: Link) -> str:
        source, target = (_quoted(id, texts, aim_id) for id in (each.source, each.target))
        return say(template, source=source, target=target, strength=_said(each, texts).strength)

    return [
        *(say("New driver: “{text}”", text=each.text) for each in found.drivers_added),
        *(say("Taken out: “{text}”", text=each.text) for each in found.drivers_removed),
        *(
            say("“{before}” is now “{after}”", before=each.before.text, after=each.after.text)
            if each.before.text != each.after.text
            else say("“{text}” is described otherwise", text=each.after.text)
            for each in found.drivers_reworded
        ),
        *(
            link(mark("New link: {source} moves {target} {strength}"), each)
            for each in found.links_added
        ),
        *(link(mark("Link taken out: {source} to {target}"), each) for each in found.links_removed),
        *(
            link(mark("Believed otherwise: {source} moves {target} {strength}"), each)
            for each in found.links_restated
        ),
    ]
