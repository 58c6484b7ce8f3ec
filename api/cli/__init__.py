"""The ``pdsa`` command: lazy, so that help costs nothing but click.

Exit codes: 0 done; 1 something is wrong, said in one line; 2 the command line is wrong; 3 a review
found what ``--fail-on`` asks about.
"""

import sys
from math import isnan
from pathlib import Path
from typing import Any

try:
    import click
except ModuleNotFoundError:  # the library alone was installed
    sys.exit("The pdsa command needs more than the library: pip install 'pdsa-tracker[api]'")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pdsa-tracker", prog_name="pdsa")
def cli() -> None:
    """Collaborative inquiry for teacher teams: serve, look after and exchange PDSA cycles.

    Settings come from the environment (PDSA_...) or a TOML file; `pdsa doctor` shows them.
    """


@cli.command()
@click.option("--migrate", is_flag=True, help="Bring the database forward first.")
@click.option("--sample", is_flag=True, help="Load the sample inquiry if there is no aim yet.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="Processes that serve (PDSA_PROCESSES); more than 1 on PostgreSQL only.",
)
def serve(migrate: bool, sample: bool, processes: int | None) -> None:
    """Serve the pages and the API, on PDSA_PORT (8000)."""
    _run("serve", migrate=migrate, sample=sample, processes=processes)


@cli.command()
@click.option(
    "--scale",
    type=click.FloatRange(0, 1, min_open=True),
    help="Its size: 1 has 8,000 teams; else 0.005, which has 40.",
)
def demo(scale: float | None) -> None:
    """Serve a synthetic district that anybody can try out and start over.

    It has a database of its own in PDSA_DATA, made anew at each start; no other one is touched.
    """
    if scale is not None and isnan(scale):  # lies in every range
        raise click.UsageError("--scale is a number")
    _run("demo", module="demo", scale=scale)


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this program."""
    _run("migrate")


@cli.command()
@click.option(
    "--district",
    type=click.Choice(["lausd"]),
    help="Load a synthetic district of this shape, instead of the sample inquiry.",
)
@click.option("--seed", type=int, help="Another number makes another district; else 2025.")
@click.option(
    "--scale",
    type=click.FloatRange(0, 16, min_open=True),
    help="Its size: 1 has 8,000 teams and 1.5 million data points, 0.01 a hundredth; else 1.",
)
@click.option(
    "--year",
    type=click.IntRange(2000, 2100),
    help="The school year that begins then, such as 2026 for 2026-27; else 2025.",
)
def seed(district: str | None, seed: int | None, scale: float | None, year: int | None) -> None:
    """Load the sample inquiry of two fifth-grade classrooms, or a synthetic district.

    Interrupted, a district is gone on with by the same command.
    """
    if scale is not None and isnan(scale):  # lies in every range
        raise click.UsageError("--scale is a number")
    if district is None:
        if seed is not None or scale is not None or year is not None:
            raise click.UsageError("--seed, --scale and --year are about a --district")
        _run("seed")
    _run("seed", module="district", name=district, seed=seed, scale=scale, year=year)


@cli.command()
def token() -> None:
    """Make a new administrator's token and end the ones before it."""
    _run("token")


@cli.command()
@click.argument("email", required=False)
def link(email: str | None) -> None:
    """Make a link that works once, to choose a password: for the administrator, or for EMAIL."""
    _run("link", email=email)


@cli.command(name="export")
@click.argument("aim_id", required=False)
@click.option("--all", "everything", is_flag=True, help="Every aim, one file each, into --to.")
@click.option("--to", type=click.Path(path_type=Path), help="File, or folder with --all.")
def export_(aim_id: str | None, everything: bool, to: Path | None) -> None:
    """Write an inquiry as one JSON document, to standard output or a file."""
    _run("export", aim_id=aim_id, everything=everything, to=to)


@cli.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--under", metavar="UNIT", help="The unit under which a new team is put.")
def import_(files: tuple[Path, ...], under: str | None) -> None:
    """Store inquiries from JSON documents; `-` reads standard input. All of them or none."""
    _run("import_", files=files, under=under)


@cli.command()
@click.argument("source")
@click.option("--cycle", metavar="ID", help="One cycle with its measures, instead of everything.")
@click.option("--select", help="Beginnings of the codes to show, such as AIM,PLN1; else all.")
@click.option("--ignore", help="Beginnings of the codes to leave out, such as PLN106.")
@click.option("--silenced", is_flag=True, help="Show what the team has silenced, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.Choice(["blocker", "advice", "note"]),
    help="Exit with 3 where something is found that weighs as much; else always with 0.",
)
@click.option("--on", help="The day on which it is reviewed (YYYY-MM-DD), instead of today.")
def review(source: str, **options: Any) -> None:
    """Say what would make an inquiry a better one.

    SOURCE is a JSON document, `-` for standard input, or the id of an aim in the database.
    """
    _run("review", module="review", source=source, **options)


@cli.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
def fidelity(sources: tuple[str, ...]) -> None:
    """Say how much of the PDSA method inquiries show, with the published rates beside.

    Each SOURCE is a JSON document or the id of an aim in the database; they are counted together.
    """
    _run("fidelity", module="review", sources=sources)


@cli.command()
@click.argument("source")
@click.option("--on", help="The day on which it is looked at (YYYY-MM-DD), instead of today.")
def progress(source: str, on: str | None) -> None:
    """Say how far an aim has got, step by step, with the evidence of each.

    SOURCE is a JSON document, `-` for standard input, or the id of an aim in the database.
    """
    _run("progress", module="review", source=source, on=on)


@cli.command()
@click.argument("source")
@click.option("--measure", metavar="ID", help="Id or name of one measure; else all with groups.")
@click.option("--first", help="First day of the window (YYYY-MM-DD).")
@click.option("--last", help="Last day of the window (YYYY-MM-DD).")
@click.option(
    "--group", "groups", multiple=True, help="Code of a student group; may be repeated. Else all."
)
@click.option(
    "--grade",
    type=int,
    help="Values are mean scale scores in mathematics of this grade: show distance from standard.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
def equity(source: str, **options: Any) -> None:
    """Show measures by student group: gaps to all students, and who gained faster.

    SOURCE is a JSON document, `-` for standard input, or the id of an aim in the database.
    """
    _run("equity", module="equity", source=source, **options)


@cli.command()
@click.argument("code")
def explain(code: str) -> None:
    """Say what the finding with CODE is about, why it matters, and show an example."""
    _run("explain", module="review", code=code)


@cli.command()
@click.argument("source", metavar="FILE")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="Picture (.svg, .png) or numbers (.json); `-` is standard output.",
)
@click.option(
    "--kind", help="run, i, mr, ip, p, pp, u, up, c, g, t, xbar or s; else what fits the numbers."
)
@click.option("--x", help="Column of dates, numbers or names; else date, week, x ...")
@click.option("--y", help="Column of values or counts; else value, numerator, y ...")
@click.option("--n", help="Column of denominators; else denominator, n ...")
@click.option("--by", help="Column that splits the rows into charts on one scale.")
@click.option("--name", help="What the measure is called; else the name of the file.")
@click.option(
    "--rules",
    default="anhoej",
    show_default=True,
    help="anhoej, best_box, cut_box, perla, making_data_count, western_electric or nelson.",
)
@click.option(
    "--part",
    multiple=True,
    type=int,
    help="Last point of a phase, counted from 1; may be repeated.",
)
@click.option("--freeze", type=int, help="Last point of the baseline, counted from 1.")
@click.option(
    "--exclude", multiple=True, type=int, help="A ghost point, counted from 1; may be repeated."
)
@click.option("--cl", type=float, help="A given centre line, in the unit of the picture.")
@click.option("--target", type=float, help="A target, in the unit of the picture.")
@click.option(
    "--multiply", type=float, help="What values are multiplied with; shares with 100 (percent)."
)
@click.option(
    "--screen/--no-screen", default=True, show_default=True, help="Leave out extreme moving ranges."
)
@click.option(
    "--width", type=int, default=720, show_default=True, help="Width of the picture in pixels."
)
@click.option(
    "--theme", type=click.Choice(["auto", "light", "dark"]), default="auto", show_default=True
)
def chart(source: str, to: Path | None, **options: Any) -> None:
    """Draw a run chart or control chart from a CSV file and print its reading.

    FILE has a line of column names, then a row per point; `-` reads standard input. Cells may be
    empty where a figure is missing. Days are YYYY-MM-DD, or as spreadsheets write them: M/D/YYYY
    (always month first) and D.M.YYYY. The picture is FILE.svg in this folder, unless --to is given;
    an earlier picture is replaced.
    """
    _run("draw", module="chart", source=source, to=to, **options)


@cli.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--check", metavar="BACKUP", type=click.Path(path_type=Path), help="Verify that one.")
@click.option(
    "--verify/--no-verify",
    default=True,
    show_default=True,
    help="Restore the backup into a temporary database and compare.",
)
def backup(file: Path | None, check: Path | None, verify: bool) -> None:
    """Write the whole database into one private file, while the server goes on.

    FILE is a new file; else one is made in the folder `backups` of PDSA_DATA. It holds personal
    data and hashes of secrets: keep it as you keep the database.
    """
    _run("backup", module="keep", file=file, check=check, verify=verify)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Keep a database that holds something aside.")
def restore(file: Path, replace: bool) -> None:
    """Make the database what a backup holds, whichever engine it was of. Stop the server first."""
    _run("restore", module="keep", file=file, replace=replace)


@cli.command()
@click.option("--to", metavar="URL", required=True, help="sqlite:///FILE or postgresql://...")
@click.option("--replace", is_flag=True, help="Keep a database that holds something aside.")
def move(to: str, replace: bool) -> None:
    """Copy the whole database to another one, and compare. Stop the server first."""
    _run("move", module="keep", to=to, replace=replace)


@cli.command()
@click.option("--verify", is_flag=True, help="Work out all summaries again, and tell what differs.")
def doctor(verify: bool) -> None:
    """Show settings (without secrets), database, schema and disk, and say what is wrong."""
    _run("doctor", verify=verify)


@cli.command()
def rebuild() -> None:
    """Make the summaries of all aims anew from their records, while the server may go on."""
    _run("rebuild", module="summaries")


def visible(text: str) -> str:
    """A text in one line, its control and direction characters written out: nothing that a document
    holds may speak to the terminal, or to what reads a log."""
    return "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape").decode()
        for char in text
    )


def _run(command: str, *, module: str = "run", **options: Any) -> None:
    from importlib import import_module

    from pdsa.errors import PdsaError

    try:
        # imports what only a running command needs
        code = getattr(import_module(f"api.cli.{module}"), command)(**options)
    except BrokenPipeError:
        raise  # click ends quietly where nobody reads on
    except PdsaError as error:
        click.echo(f"pdsa: {visible(str(error))}", err=True)
        sys.exit(1)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename else error
        click.echo(f"pdsa: {visible(str(said))}", err=True)
        sys.exit(1)
    sys.exit(code or 0)


def main() -> None:
    """Run the command."""
    cli(prog_name="pdsa")
