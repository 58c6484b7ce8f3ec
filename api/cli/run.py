"""What the commands do."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from api import environment
from api.cli.start import add_sample, by, greet, keep, prepare
from api.ids import begin_after
from api.security.addresses import canonical
from api.security.oidc import configured
from api.settings import BadSetting, Settings
from api.settings_shown import help_texts, shown, without_secret
from api.store import inquiries, invitations, journals, links, lists, people, schema, tokens
from api.store.demo import require_demo
from api.store.engine import Database, connect
from api.store.errors import SchemaMismatch, StoreUnavailable
from api.store.links import Purpose
from pdsa import __version__
from pdsa.errors import PdsaError
from pdsa.interchange import Inquiry, dumps, loads

T = TypeVar("T")


class Refused(PdsaError):
    """A command cannot do what it was asked for."""


def migrate() -> None:
    settings = environment.load()
    before, after = schema.migrate(settings.database_url)
    said = "is at" if before == after else f"went from schema {before or 'none'} to"
    click.echo(f"{without_secret(settings.database_url)} {said} schema {after}")


def serve(*, migrate: bool, sample: bool, processes: int | None) -> None:
    from api.cli.listen import listening_socket
    from api.cli.serving import serve_one, serve_several

    settings = environment.load()
    if processes is not None:
        if processes > 1 and settings.database_url.startswith("sqlite:"):
            raise BadSetting("--processes", environment.SEVERAL)
        settings = msgspec.structs.replace(settings, processes=processes)
    listening = listening_socket(settings.host, settings.port)
    if migrate:
        before, after = schema.migrate(settings.database_url)
        if before != after:
            click.echo(f"schema {before or 'none'} -> {after}")
    settings = msgspec.structs.replace(settings, port=listening.getsockname()[1])
    if settings.demo:  # before anything is written: the database may hold what is real
        with_database(settings, lambda database: database.read(require_demo))
    first = with_database(settings, lambda database: prepare(database, settings, sample))
    greet(settings.listens_at, settings, first, sample)
    serving = serve_one if settings.processes == 1 else serve_several
    if not serving(settings, listening):
        raise Refused("the server did not start; the reason is above")


def seed() -> None:
    settings = environment.load()
    inquiry = with_database(settings, lambda database: database.write(add_sample))
    click.echo(f"loaded {inquiry.aim.title!r} (aim {inquiry.aim.id})")


def token() -> None:
    settings = environment.load()

    def renew(conn: Any) -> str:
        who = by()
        person_id = people.an_administrator(conn, who)
        tokens.revoke_tokens(conn, who, person_id)
        return tokens.new_token(conn, who, person_id, "pdsa token")

    made = with_database(settings, lambda database: database.write(renew))
    keep(settings.token_file, made)
    click.echo(made)
    click.echo(f"the administrator's, shown this once and kept in {settings.token_file}", err=True)


def link(*, email: str | None) -> None:
    settings = environment.load()
    address = None if email is None else canonical(email)

    def make(conn: Any) -> str | None:
        who = by()
        if address is not None:
            return invitations.link_for(conn, who, address)
        person_id = people.an_administrator(conn, who)
        return links.make(conn, who, person_id, Purpose.first_administrator)

    secret = with_database(settings, lambda database: database.write(make))
    if secret is None:
        raise Refused(f"nobody here has the address {email}, or several people have it")
    click.echo(f"{settings.origin}/link/{secret}")
    click.echo("works once; whoever opens it chooses a password and is signed in", err=True)


def export(*, aim_id: str | None, everything: bool, to: Path | None) -> None:
    if everything == (aim_id is not None):
        raise click.UsageError("give the id of an aim, or --all")
    settings = environment.load()
    if aim_id is not None:
        document = with_database(settings, lambda database: _document(database, aim_id))
        if to is None:
            click.echo(document)
        else:
            _write_file(to, document)
        return
    if to is None:
        raise click.UsageError("--all needs a folder: --to FOLDER")
    folder = to

    async def every(database: Database) -> int:
        who, after, done = by(), (), 0
        folder.mkdir(parents=True, exist_ok=True)
        with progress("exporting") as advance:
            while True:
                found, key = await database.read(
                    lists.aims,
                    who,
                    unit=None,
                    text=None,
                    due_from=None,
                    due_to=None,
                    after=after,
                    limit=100,
                )
                for aim in found:
                    _write_file(folder / f"{aim.id}.json", await _document(database, aim.id))
                    done += 1
                    advance()
                if key is None:
                    return done
                after = tuple(key)

    click.echo(f"{with_database(settings, every)} inquiries in {folder}", err=True)


async def _document(database: Database, aim_id: str) -> str:
    return dumps(await database.snapshot(inquiries.get_inquiry, by(), aim_id), indent=2)


def import_(*, files: tuple[Path, ...], under: str | None) -> None:
    settings = environment.load()
    found: list[Inquiry] = []
    with progress("reading", len(files)) as advance:
        for file in files:
            found.append(_read(str(file)))
            advance()

    def add_all(conn: Any) -> None:
        for inquiry in found:
            inquiries.add_inquiry(conn, by(), inquiry, under)

    with_database(settings, lambda database: database.write(add_all))
    for inquiry in found:
        click.echo(f"loaded {inquiry.aim.title!r} (aim {inquiry.aim.id})")


def doctor(*, verify: bool) -> int:
    wrong: list[str] = []
    click.echo(f"pdsa-tracker {__version__}, Python {sys.version.split()[0]}")
    settings = environment.load()
    click.echo("settings")
    for name, _, text in help_texts():
        field = name.removeprefix("PDSA_").lower()
        value = shown(field, getattr(settings, field))
        click.echo(f"  {name:<14} {value}   {text}")
    held = [*environment.files_of(), ("the administrator's token", settings.token_file)]
    if settings.oidc:
        held.append(("PDSA_OIDC", Path(settings.oidc)))
    for name, file in held:
        if environment.open_to_others(file):
            click.echo(f"warning: other users of this machine may read {file} ({name})")
    for provider in configured(settings).values():
        click.echo(f"sign-in\n  {provider.name:<14} {provider.issuer}   {provider.label}")
    click.echo(f"database\n  {without_secret(settings.database_url)}")
    if settings.database_url.startswith("sqlite:"):
        file = Path(settings.database_url.partition("///")[2])
        if not file.exists():
            wrong.append(f"there is no database at {file}: run `pdsa migrate`")
        else:
            free = shutil.disk_usage(file.resolve().parent).free
            click.echo(f"  {file.stat().st_size:,} bytes; {free / 1e9:.1f} GB free on its disk")
            if free < 500e6:
                wrong.append("less than 500 MB are free on the disk of the database")
    if not wrong:
        wrong += _look_at_database(settings)
    if verify and not wrong:
        from api.cli.summaries import verified

        wrong += verified(settings)
    click.echo("\n".join(f"wrong: {each}" for each in wrong) or "nothing is wrong")
    return 1 if wrong else 0


def _look_at_database(settings: Settings) -> list[str]:
    def look(conn: Any) -> tuple[str | None, bool, dict[str, int], bool]:
        found, fits = schema.current(conn), schema.serves(conn)
        counts = lists.counts(conn) if fits else {}
        sound = (
            conn.dialect.name != "sqlite"
            or conn.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"
        )
        return found, fits, counts, sound

    try:
        found, fits, counts, sound = with_database(
            settings, lambda database: database.read(look), any_schema=True
        )
    except StoreUnavailable as error:
        return [f"the database does not answer: {error.cause}"]
    click.echo(f"  schema {found or 'none'}; this program has {schema.head()}")
    for name, n in counts.items():
        click.echo(f"  {n:>9,} {name}")
    wrong = [] if sound else ["the database file is damaged (PRAGMA quick_check)"]
    if not fits:
        newer = found is not None and found not in schema.known()
        wrong.append(str(SchemaMismatch(found, schema.head(), newer=newer)))
    elif not settings.token_file.exists():
        wrong.append(f"there is no token in {settings.token_file}: run `pdsa token`")
    return wrong


# -- what they share ---------------------------------------------------------------------------


def with_database(
    settings: Settings,
    work: Callable[[Database], Coroutine[Any, Any, T]],
    *,
    any_schema: bool = False,
) -> T:
    """Run work on the database, opened and closed around it. Raises ``SchemaMismatch``."""

    async def run() -> T:
        async with connect(settings.database_url, readers=1, pool=2) as database:
            if not any_schema:
                await database.read(schema.require_current)
                begin_after(await database.read(journals.newest_id))
            return await work(database)

    return asyncio.run(run())


def _read(source: str) -> Inquiry:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Refused(f"{source}: {error.strerror}") from error
    try:
        return loads(data)
    except PdsaError as error:
        raise Refused(f"{source}: {error}") from error


def _write_file(file: Path, text: str) -> None:
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from error


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, where that is a terminal; call it for each step, or several."""
    if not sys.stderr.isatty():
        yield lambda steps=1: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps=1: bar.advance(task, steps)
