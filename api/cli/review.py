"""``pdsa review`` and its kin: a document is reviewed without a database or a server."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
import msgspec

from api import environment
from pdsa.errors import InconsistentDocument, InvalidValue, MalformedDocument, PdsaError
from pdsa.interchange import Inquiry, loads
from pdsa.review import (
    RULES,
    Finding,
    Record,
    Severity,
    cycle_findings,
    document_findings,
    example,
    findings,
    progress_lines,
    standing,
)
from pdsa.review.formats import github, lines_of, pointers, sarif

#: How ``--fail-on`` ends: neither 1, which is a refusal, nor 2, a wrong command line.
FOUND = 3
#: From what weighs most to what weighs least, as ``--fail-on`` counts.
_WEIGHT = {severity: i for i, severity in enumerate(Severity)}


class Refused(PdsaError):
    """What was given cannot be reviewed."""


def review(
    *,
    source: str,
    cycle: str | None,
    select: str | None,
    ignore: str | None,
    silenced: bool,
    form: str,
    fail_on: str | None,
    on: str | None,
) -> int:
    settings = environment.load()
    codes = settings.codes(select, ignore)
    day = _day(on)
    document, inquiry = _found(source)
    if inquiry is None:
        if cycle is not None:
            raise Refused(f"{source}: its drivers move each other in a circle; mend that first")
        try:
            found = document_findings(document, on=day, select=codes.select, ignore=codes.ignore)
        except InconsistentDocument as error:  # the circle is not asked for
            raise Refused(f"{source}: {error}") from error
    elif cycle is not None:
        found = cycle_findings(
            inquiry, cycle, on=day, select=codes.select, ignore=codes.ignore, silenced=silenced
        )
    else:
        found = findings(
            inquiry, on=day, select=codes.select, ignore=codes.ignore, silenced=silenced
        )
    path = source if document and source != "-" else ""
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    elif form == "text":
        _tell(inquiry, found)
    else:
        places = pointers(inquiry, found)
        lines = lines_of(document.decode(), places) if path else {}
        if form == "github":
            click.echo(
                "".join(f"{line}\n" for line in github(found, places, lines, path=path)), nl=False
            )
        else:
            log = sarif(found, places, lines, path=path)
            click.echo(msgspec.json.format(msgspec.json.encode(log), indent=2))
    weighs = [_WEIGHT[each.severity] for each in found if each.silenced is None]
    weighed = fail_on is not None and min(weighs, default=9) <= _WEIGHT[Severity(fail_on)]
    return FOUND if weighed else 0


def explain(*, code: str) -> None:
    """What a rule looks at, why it matters, and an example of both."""
    rule = RULES.get(code.upper())
    if rule is None:
        raise InvalidValue("code", code, "the code of a finding, such as PLN101")
    click.echo(f"{rule.code}  {rule.severity}  {rule.title}\n")
    click.echo(f"{rule.about}\n\nWhy: {rule.why}\nSource: {rule.source}")
    shown = example(rule.code)
    if shown is not None:
        for title, changes in (("Found with", shown.fails), ("Not with", shown.passes)):
            text = msgspec.json.format(msgspec.json.encode(changes), indent=2).decode()
            click.echo(f"\n{title}, in the model inquiry (docs/reference/findings.md):\n{text}")


def fidelity(*, sources: tuple[str, ...]) -> None:
    """The fidelity profile of inquiries together, and what Knudsen asks of each."""
    from pdsa.review.fidelity import Tally, inquiry_tally, profile, project, text

    total = Tally()
    lines = []
    for source in sources:
        inquiry = inquiry_of(source)
        total += inquiry_tally(inquiry)
        lines.append(inquiry.aim.title)
        for each in project(inquiry).features:
            lines.append(f"  {'yes' if each.met else 'no ':<3}  {each.title}: {each.why}")
    click.echo(text(profile(total)))
    click.echo("\n".join(["", "After Knudsen et al. 2019, of each inquiry:", *lines]))


def progress(*, source: str, on: str | None) -> None:
    """How far an aim has got, as its record, its team and its coach say."""
    click.echo("\n".join(progress_lines(standing(Record(inquiry_of(source), _day(on))))))


def inquiry_of(source: str) -> Inquiry:
    """The inquiry of a document, or of an aim in the database. Raises ``Refused``."""
    document, inquiry = _found(source)
    if inquiry is None:
        try:
            return loads(document)
        except PdsaError as error:
            raise Refused(f"{source}: {error}") from error
    return inquiry


def _found(source: str) -> tuple[bytes, Inquiry | None]:
    """A document and its inquiry, or no document and the inquiry of an aim in the database.

    There is no inquiry for a document whose driver graph runs in a circle. Raises ``Refused``.
    """
    if not (source == "-" or Path(source).exists() or source.endswith(".json")):
        return b"", _stored(source)
    try:
        document = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Refused(f"{source}: {error.strerror}") from error
    try:
        return document, loads(document)
    except InconsistentDocument as error:
        try:
            document_findings(document, on=date.min)  # a circle is a finding
        except PdsaError:
            raise Refused(f"{source}: {error}") from error
        return document, None
    except MalformedDocument as error:
        if error.pointer:
            raise Refused(f"{source}: {error}") from error
        said = "is no inquiry as JSON, such as `pdsa export` writes"
        raise Refused(f"{source} {said}: {error.rule}") from error
    except PdsaError as error:
        raise Refused(f"{source}: {error}") from error


def _stored(aim_id: str) -> Inquiry:
    from api.cli.run import with_database  # only what asks the database loads it
    from api.cli.start import by
    from api.store import inquiries

    return with_database(
        environment.load(),
        lambda database: database.snapshot(inquiries.get_inquiry, by(), aim_id),
    )


def _tell(inquiry: Inquiry | None, found: Sequence[Finding]) -> None:
    from rich.console import Console
    from rich.padding import Padding

    console = Console(highlight=False, soft_wrap=False)
    if inquiry is not None:
        console.print(inquiry.aim.sentence(), markup=False)
    for finding in found:
        console.print(f"\n{finding.code}  {finding.severity}", style="bold", markup=False)
        said = [finding.message, f"Why: {finding.why}", f"Next: {finding.next}"]
        if finding.silenced is not None:
            said.append(f"Silenced: {finding.silenced}")
        for text in said:
            console.print(Padding(text, (0, 0, 0, 2), expand=False), markup=False)
    n = len(found)
    words = f"{n} finding{'s' if n > 1 else ''}. Nothing here is a grade."
    console.print(f"\n{words}" if found else "\nNo findings.")


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now().astimezone(environment.load().zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue("--on", text, "a day as YYYY-MM-DD") from error
