"""The server itself: the tree of units, security events, and the settings that are in force."""

import asyncio
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection

from api.desk import to_cursor
from api.pages.administration import membership
from api.pages.administration.fields import Sent, done
from api.pages.administration.names import kind_named, kind_options, role_options
from api.pages.administration.units import part_of
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.settings import Settings
from api.settings_shown import help_texts, shown, without_secret
from api.store import lists, people, schema, security_events, units
from api.store.access import By, check
from api.store.members import Member, members
from api.store.security_events import SecurityEvent
from api.store.tree import Tree, tree
from pdsa import __version__
from pdsa.errors import NotAllowed, PdsaError
from pdsa.units import Action, Role, may
from pdsa.words import mark, say

HERE = "/administration"
_A_PAGE = 50


class Seen(Struct, frozen=True):
    """What somebody administers; ``all`` says whether it is the whole server."""

    tree: Tree
    members: tuple[Member, ...]
    all: bool


def seen_of(conn: Connection, by: By) -> Seen:
    """What ``by`` administers. Raises ``NotAllowed`` for whoever administers nothing."""
    all_ = may(by.principal, Action.administer, (), on=by.on)
    if not all_ and not any(
        grant.role is Role.administrator and grant.on(by.on) for grant in by.principal.grants
    ):
        raise NotAllowed("administer", "")
    return Seen(tree(conn, by), tuple(members(conn, by, None)) if all_ else (), all_)


@get(HERE, include_in_schema=False)
async def administration(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The units that somebody administers, and the way to everything else there is to set up."""
    return await _shown(desk)


@post(HERE, include_in_schema=False, status_code=303)
async def changed(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Add a district or school, or give a role on the whole server."""
    given = await desk.fields()

    async def new_part(desk: PageDesk, sent: Sent) -> str:
        await desk.write(units.add, part_of(sent, None))
        return "new-part"

    found = await done(desk, Sent(given), membership.forms(None) | {"new-part": new_part})
    if isinstance(found, PdsaError):
        return await _shown(desk, error=found, given=given)
    return go(f"{HERE}?done={found}")


async def _shown(
    desk: PageDesk, *, error: PdsaError | None = None, given: dict[str, str] | None = None
) -> Response[str]:
    seen = await desk.read(seen_of)
    values = {"new-part/kind": "district", "invite/role": Role.administrator.value}
    values |= membership.values_of(list(seen.members)) | (given or {})
    return desk.show_page(
        "administration/administration.html",
        error=error,
        seen=seen,
        action=HERE,
        values=values,
        differs={},
        prompts={},
        editable=True,
        members=membership.told(list(seen.members)),
        roles=list(Role),
        role_options=role_options(Role),
        kinds=kind_options(),
        kind_named=kind_named,
        said=say(_DONE.get(desk.request.query_params.get("done") or "", "")),
    )


_DONE = {
    "new-part": mark("The unit is there."),
    "invited": mark("The role is given, and a mail is on its way."),
    "again": mark("A new invitation is on its way; the one before does not work any more."),
    "back": mark("The role is ended."),
    "days": mark("The days are saved."),
}


@get(f"{HERE}/events", include_in_schema=False)
async def events(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """What concerned security, the latest first."""
    kept = {name: desk.asked(name) for name in ("event", "person")}
    after = desk.after(str)

    def work(conn: Connection, by: By) -> tuple[list[SecurityEvent], Any, dict[str, str]]:
        event, person = kept["event"] or None, kept["person"] or None
        found, key = security_events.page(
            conn, by, event=event, person=person, after=after, limit=_A_PAGE
        )
        ids = [id for each in found for id in (each.person_id, each.by_id) if id]
        return found, key, people.names(conn, by, ids)

    found, key, names = await desk.read(work)
    query = {name: text for name, text in kept.items() if text}
    more = key and f"{HERE}/events?{urlencode(query | {'cursor': to_cursor(key)})}"
    return desk.show_page(
        "administration/events.html",
        events=found,
        names=names,
        more=more,
        person=kept["person"],
        event=kept["event"],
    )


@get(f"{HERE}/settings", include_in_schema=False)
async def settings(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The settings that are in force, without secrets; versions, how much there is, the last backup."""

    def work(conn: Connection, by: By) -> tuple[str | None, dict[str, int]]:
        check(conn, by, Action.administer, None, kind="setting", id="")
        return schema.current(conn), lists.counts(conn)

    found, counts = await desk.browse(work)
    inforce: Settings = desk.request.app.state.settings
    rows = []
    for name, default, help_ in help_texts():
        field = name.removeprefix("PDSA_").lower()
        value = getattr(inforce, field)
        rows.append((name, shown(field, value), str(value) != default, help_))
    return desk.show_page(
        "administration/settings.html",
        rows=rows,
        program=__version__,
        python=platform.python_version(),
        database=without_secret(inforce.database_url),
        schema=found,
        head=schema.head(),
        counts=counts,
        backup=await asyncio.to_thread(newest_backup, Path(inforce.data) / "backups"),
    )


PAGES = [administration, changed, events, settings]


def newest_backup(folder: Path) -> tuple[str, datetime] | None:
    """The name and moment of the newest backup in a folder."""
    try:
        found = [(file.stat().st_mtime, file.name) for file in folder.glob("*.zip")]
    except OSError:
        return None
    if not found:
        return None
    at, name = max(found)
    return name, datetime.fromtimestamp(at, UTC)
