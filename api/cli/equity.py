"""``pdsa equity``: the measures of an inquiry by student group, without a server."""

import sys
from collections.abc import Sequence
from datetime import date

import click
import msgspec

from api.cli import visible
from api.cli.review import Refused, inquiry_of
from api.csv_cells import table
from pdsa.equity import COLUMNS, Equity, equity_of, rows
from pdsa.errors import InvalidValue
from pdsa.interchange import Inquiry
from pdsa.measure import Measure, SplitBy, series


def equity(
    *,
    source: str,
    measure: str | None,
    first: str | None,
    last: str | None,
    groups: Sequence[str],
    grade: int | None,
    form: str,
) -> None:
    """Each measure that has figures by student group, beside all students."""
    inquiry = inquiry_of(source)
    window = {"first": _day("--first", first), "last": _day("--last", last)}
    found = []
    for each in _asked(inquiry, source, measure):
        points = [point for point in inquiry.points if point.measure_id == each.id]
        split = series(each, points, by=SplitBy.student_group)
        if split or measure is not None:
            whole = next(iter(series(each, points)), None)
            wanted = groups or None
            found.append(equity_of(each, whole, split, wanted=wanted, grade=grade, **window))
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    elif form == "csv":
        lines = ((each.measure_id, *row) for each in found for row in rows(each))
        sys.stdout.buffer.write(table(("measure", *COLUMNS), lines))
    else:
        click.echo("\n\n".join(map(_text, found)) or "No measure has figures by student group.")


def _asked(inquiry: Inquiry, source: str, measure: str | None) -> list[Measure]:
    found = [each for each in inquiry.measures if measure in (None, each.id, each.name)]
    if measure is not None and not found:
        raise Refused(f"{source}: it has no measure {measure!r}")
    return found


def _text(found: Equity) -> str:
    said = [each.said for each in found.groups] or [found.reading]
    return "\n".join([visible(found.name), *(f"  {visible(line)}" for line in said)])


def _day(option: str, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(option, text, "a day as YYYY-MM-DD") from error
