"""What ``pdsa seed --district`` does."""

from time import monotonic

import click

from api import environment
from api.cli.run import Refused, progress, with_database
from api.cli.start import by, prepare
from api.district import SEED, YEAR, District
from api.district.load import Loaded, load
from api.settings_shown import without_secret
from api.store.engine import Database
from api.store.summaries.policy import obey


def seed(*, name: str, seed: int | None, scale: float | None, year: int | None) -> None:
    settings = environment.load()
    district = District(SEED if seed is None else seed, scale or 1.0, name=name, year=year or YEAR)
    who = by()
    began = monotonic()

    async def work(database: Database) -> Loaded:
        await prepare(database, settings, sample=False)  # nobody could become administrator after
        await database.write(obey, settings.policy)
        with progress("teams", district.teams) as advance:
            return await load(database, district, who, advance=advance)

    try:
        done = with_database(settings, work)
    except KeyboardInterrupt:
        raise Refused("interrupted; the same command goes on from where it was") from None
    seconds = monotonic() - began
    click.echo(f"{district.title} is in {without_secret(settings.database_url)}")
    if done.before:
        click.echo(f"  {done.before:,} teams were there already")
    click.echo(
        f"  {done.teams:,} teams, {done.cycles:,} cycles and {done.points:,} data points "
        f"came in {seconds:,.0f} s"
    )
    click.echo(f"  the administrator's token is in {settings.token_file}; to try it out as others:")
    for holder in district.people():
        grant = holder.grant
        click.echo(f"    {grant.role:<14} {grant.person_id:<20} of {grant.unit_id}")
