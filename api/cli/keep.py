"""What the commands do that keep the data: back up, restore, move."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from api import environment
from api.cli.run import Refused
from api.settings_shown import without_secret
from api.store import archive, schema
from api.store.archive import Manifest


def backup(*, file: Path | None, check: Path | None, verify: bool) -> None:
    settings = environment.load()
    if check is not None:
        if file is not None:
            raise Refused("--check looks at a backup that is there: name no other file")
        click.echo(f"{check} is whole: {_told(archive.check(check))}")
        return
    if file is None:
        file = Path(settings.data) / "backups" / f"pdsa-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    manifest = archive.backup(settings.database_url, file)
    if verify:
        archive.check(file)
    said = "verified by restoring it" if verify else "not verified"
    click.echo(f"{file}: {_told(manifest)}; {said}")


def restore(*, file: Path, replace: bool) -> None:
    settings = environment.load()
    url = settings.database_url
    manifest, aside = archive.restore(url, file, replace=replace)
    click.echo(f"{without_secret(url)} is what {file} holds: {_told(manifest)}")
    _tell(manifest, aside)


def move(*, to: str, replace: bool) -> None:
    settings = environment.load()
    rest = {name: value for name, value in os.environ.items() if name != "PDSA_DATABASE_FILE"}
    url = environment.load(rest | {"PDSA_DATABASE": to}).database_url
    if url == settings.database_url:
        raise Refused("that is the database of the settings itself")
    folder = Path(settings.data)
    folder.mkdir(parents=True, exist_ok=True)
    manifest, aside = archive.move(settings.database_url, url, folder=folder, replace=replace)
    click.echo(f"{without_secret(url)} is what the database held: {_told(manifest)}")
    _tell(manifest, aside)
    click.echo("set PDSA_DATABASE to it before you serve again; the old database is as it was")


def _told(manifest: Manifest) -> str:
    taken = f"{manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"schema {manifest.schema}, {manifest.rows:,} rows in {len(manifest.tables)} tables"
        f" as of {taken}"
    )


def _tell(manifest: Manifest, aside: str | None) -> None:
    if aside is not None:
        click.echo(f"what was there before is kept as {aside}")
    if manifest.schema != schema.head():
        click.echo(f"run `pdsa migrate`: this program works with schema {schema.head()}")
