"""A first start: the administrator with a link and a token, the sample, and the greeting."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api import environment
from api.settings import Settings
from api.store import administrators, inquiries, links, lists, people
from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.links import Purpose
from pdsa import __version__
from pdsa.interchange import Inquiry, loads
from pdsa.reference import sacramento
from pdsa.units import Role


async def prepare(database: Database, settings: Settings, sample: bool) -> tuple[str, str] | None:
    """The first administrator's token and link, and the sample inquiry if there is no aim yet."""
    who = by()

    def begin(conn: Any) -> tuple[str, str] | None:
        made = people.first_administrator(conn, who)
        if made is None:
            return None
        person, token = made
        return token, links.make(conn, who, person.id, Purpose.first_administrator)

    first = await database.write(begin)
    if first is not None:
        keep(settings.token_file, first[0])
    if sample:
        aims, _ = await database.read(_first_aim, who)
        if not aims:
            await database.write(add_sample)
    return first


def add_sample(conn: Any) -> Inquiry:
    """The sample inquiry; who administers the server leads its team, too."""
    who, inquiry = by(), loads(sacramento())
    inquiries.add_inquiry(conn, who, inquiry, None)
    administrator = administrators.first(conn, who)
    if administrator is not None:
        people.join(conn, who, administrator, Role.facilitator, inquiry.team.id)
    return inquiry


def _first_aim(conn: Any, by: By) -> tuple[list[Any], Any]:
    return lists.aims(conn, by, unit=None, text=None, due_from=None, due_to=None, after=(), limit=1)


def greet(url: str, settings: Settings, first: tuple[str, str] | None, sample: bool) -> None:
    click.echo(f"pdsa-tracker {__version__} on {url}  (Ctrl+C ends it)")
    click.echo(f"  Open   {url}/  for where to go, {url}/reference  for every operation")
    if first is not None:
        token, secret = first
        click.echo(f"  Link   {settings.origin}/link/{secret}")
        click.echo(
            "         open it, choose a password, and you are in: it works once, within 24 hours"
        )
        click.echo(f"  Token  {token}")
        click.echo(
            f"         the administrator's, shown this once and kept in {settings.token_file}"
        )
    else:
        # As it was called: of a virtual environment, `pdsa` alone is often nowhere to be found.
        pdsa = sys.argv[0] if sys.argv[0].endswith("/pdsa") else "pdsa"
        click.echo(f"  Sign in at {url}/sign-in; a new link: {pdsa} link")
        click.echo(f"  Token  in {settings.token_file}; a new one: {pdsa} token")
    click.echo(f'  Tools send it:  export TOKEN="$(cat {settings.token_file})"')
    click.echo(f'    curl -H "Authorization: Bearer $TOKEN" {url}/api/v1/me')
    if sample:
        click.echo(
            f'    curl -H "Authorization: Bearer $TOKEN" {url}/api/v1/aims/aim-discourse/review'
        )


def by() -> By:
    settings = environment.load()
    return By(OPERATOR, datetime.now(UTC), settings.zone, policy=settings.policy)


def keep(file: Path, secret: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(secret + "\n", encoding="utf-8")
