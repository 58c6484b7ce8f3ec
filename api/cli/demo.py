"""What ``pdsa demo`` does: a synthetic district that anybody can try, in a database of its own."""

import shutil
from pathlib import Path

import click
from msgspec.structs import replace

from api import environment
from api.cli.run import Refused, with_database
from api.cli.start import by
from api.district import SEED, District
from api.district.demo import add_sample
from api.district.load import load
from api.settings import Settings
from api.store import demo as store
from api.store import schema
from api.store.engine import Database
from api.store.summaries.policy import obey
from pdsa import __version__

#: 40 teams: ready in two seconds.
SCALE = 0.005


def demo(*, scale: float | None) -> None:
    from api.cli.listen import listening_socket
    from api.cli.serving import serve_one

    found = environment.load()
    folder = Path(found.data)
    served, prepared = folder / store.SERVED, folder / store.PREPARED
    for file in (served, prepared):
        if file.exists() and store.made_by(file) is None:
            raise Refused(f"{file} is there and no demo: it is left alone")
    settings = replace(
        found,
        database=f"sqlite:///{served}",
        demo=True,
        processes=1,
        smtp="",
        oidc="",
        replica_url="",
    )
    listening = listening_socket(settings.host, settings.port)
    district = District(SEED, scale or SCALE, today=by().on)
    prepare(settings, prepared, district)
    _forget(served)
    shutil.copy(prepared, served)
    settings = replace(settings, port=listening.getsockname()[1])
    click.echo(f"pdsa-tracker {__version__}: a demo on {settings.listens_at}  (Ctrl+C ends it)")
    click.echo("  Everything in it is synthetic; no mail is sent, and no other database is touched")
    if not serve_one(settings, listening):
        raise Refused("the server did not start; the reason is above")


def prepare(settings: Settings, prepared: Path, district: District) -> None:
    """Make the copy by which a demo starts over, unless this very one is there."""
    made_by = f"{district.title}, schema {schema.head()}, {__version__}"
    if store.made_by(prepared) == made_by:
        return
    half = prepared.with_suffix(".half")
    _forget(half)
    _forget(prepared)
    at_work = replace(settings, database=f"sqlite:///{half}")
    schema.migrate(at_work.database_url)
    who = by()

    async def work(database: Database) -> None:
        await database.write(store.mark, made_by)
        await database.write(obey, settings.policy)
        await load(database, district, who)
        await database.write(add_sample, who, district)

    with_database(at_work, work)
    half.rename(prepared)


def _forget(file: Path) -> None:
    """Take an SQLite file away, with its log."""
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
