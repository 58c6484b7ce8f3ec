"""``pdsa chart``: a chart from a file of numbers, without a database or a server."""

import csv
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec

from pdsa.charts import Chart, ChartKind, chart
from pdsa.charts.reading import read, show_number
from pdsa.charts.rules import by_name
from pdsa.errors import InvalidValue

#: The columns, by the names that people give them.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "x": ("x", "date", "on", "day", "week", "month", "period", "time", "fecha"),
    "y": ("y", "value", "numerator", "num", "count", "n_yes", "percent", "rate", "score", "valor"),
    "n": ("n", "denominator", "den", "size", "total", "students", "of"),
}
_SUFFIXES = (".svg", ".png", ".json")
_MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "-", "."))
_DATES = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?"), (1, 2, 3)),
    (re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"), (1, 2, 3)),
)


def draw(
    *,
    source: str,
    to: Path | None,
    kind: str | None,
    x: str | None,
    y: str | None,
    n: str | None,
    by: str | None,
    name: str | None,
    rules: str,
    width: int,
    theme: str,
    **options: Any,
) -> None:
    """Read the file, draw it, write the picture, print the reading."""
    columns = {"x": x, "y": y, "n": n}
    rows = _rows(source)
    if to is not None and str(to) != "-" and to.suffix.lower() not in _SUFFIXES:
        raise InvalidValue("to", str(to), f"a file that ends in {', '.join(_SUFFIXES)}")
    groups = _grouped(rows, by)
    at = {part: _find(rows[0], part, columns[part]) for part in _COLUMNS}
    if at["y"] is None:
        listed = ", ".join(rows[0])
        raise InvalidValue("y", listed, "a column y, value or numerator (or name it with --y)")
    title = name or ("Standard input" if source == "-" else Path(source).stem.replace("_", " "))
    made = {}
    for label, group in groups.items():
        values = _numbers(group, at["y"])
        sizes = _numbers(group, at["n"]) if at["n"] else None
        places = _places(group, at["x"]) if at["x"] else None
        wanted = kind or _fitting(values, sizes)
        made[label] = chart(wanted, values, sizes, places, rules=by_name(rules), **options)
    _write(made, source, to, title, width, theme)


def _write(
    made: Mapping[str, Chart], source: str, to: Path | None, title: str, width: int, theme: str
) -> None:
    if to is None:
        to = Path("chart.svg" if source == "-" else f"{Path(source).stem}.svg")
    readings = {
        label: read(each, name=f"{title}, {label}" if label else title, show=_show(each))
        for label, each in made.items()
    }
    if to.suffix.lower() == ".json":
        body = msgspec.json.format(msgspec.json.encode([*made.values()]), indent=1) + b"\n"
    else:
        picture = _picture(made, title, readings, width, theme)
        body = picture.encode()
        if to.suffix.lower() == ".png":
            from pdsa.charts.png import png

            body = png(picture)
    if str(to) == "-":
        sys.stdout.buffer.write(body)
        said = sys.stderr
    else:
        to.write_bytes(body)
        said = sys.stdout
    for text in readings.values():
        click.echo(text, file=said)
    if str(to) != "-":
        click.echo(f"wrote {to}", file=said)


def _picture(
    made: Mapping[str, Chart], title: str, readings: Mapping[str, str], width: int, theme: str
) -> str:
    from pdsa.charts import svg

    if len(made) == 1:
        ((label, each),) = made.items()
        called = f"{title}, {label}" if label else title
        return svg.chart(
            each, title=called, desc=readings[label], show=_show(each), width=width, theme=theme
        )
    return svg.multiples([*made.values()], names=[*made], title=title, width=width, theme=theme)


def _show(each: Chart) -> Any:
    shares = each.kind in (ChartKind.p, ChartKind.pp) and each.multiply == 100

    def show(value: float | None) -> str:
        return f"{show_number(value)}%" if shares and value is not None else show_number(value)

    return show


def _fitting(y: Sequence[float | None], n: Sequence[float | None] | None) -> ChartKind:
    """A run chart below 12 points; else by what the numbers are."""
    known = [v for v in y if v is not None]
    if len(known) < 12:
        return ChartKind.run
    if n is None:
        return ChartKind.i
    pairs = [(a, b) for a, b in zip(y, n, strict=True) if a is not None and b is not None]
    return ChartKind.p if all(0 <= a <= b for a, b in pairs) else ChartKind.u


def _rows(source: str) -> list[dict[str, str]]:
    """The rows of a CSV file (commas, semicolons or tabs) by the names in its first line."""
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(source, f"byte {error.start + 1}", "a CSV file in UTF-8") from error
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        if not any(names):
            raise InvalidValue(source, "", "a CSV file whose first line names its columns")
        if len({*map(str.lower, names)}) < len(names):
            raise InvalidValue(source, ", ".join(names), "columns with different names")
        reader.fieldnames = names
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise InvalidValue(f"line {reader.line_num}", "", f"{len(names)} columns")
            rows.append({key: value.strip() for key, value in row.items()})
    except csv.Error as error:
        raise InvalidValue(f"line {reader.line_num}", str(error), "a row of CSV") from error
    if not rows:
        raise InvalidValue(source, "no rows", "at least one row under the names of the columns")
    return rows


def _find(row: Mapping[str, str], part: str, given: str | None) -> str | None:
    """The column for a part of the chart: the named one, or the first with a usual name."""
    lower = {name.lower(): name for name in row}
    if given is not None:
        if given.lower() not in lower:
            raise InvalidValue(part, given, f"one of the columns {', '.join(row)}")
        return lower[given.lower()]
    return next((lower[name] for name in _COLUMNS[part] if name in lower), None)


def _grouped(
    rows: list[dict[str, str]], by: str | None
) -> dict[str, list[tuple[int, dict[str, str]]]]:
    column = _find(rows[0], "by", by) if by else None
    groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for line, row in enumerate(rows, 2):
        groups.setdefault(row[column] if column else "", []).append((line, row))
    return groups


def _numbers(group: Sequence[tuple[int, Mapping[str, str]]], column: str) -> list[float | None]:
    found: list[float | None] = []
    for line, row in group:
        text = row[column]
        if text.lower() in _MISSING:
            found.append(None)
            continue
        try:
            found.append(float(text.removesuffix("%")))
        except ValueError:
            rule = "a number, or nothing where it is missing"
            raise InvalidValue(f"line {line}, {column}", text, rule) from None
    return found


def _places(group: Sequence[tuple[int, Mapping[str, str]]], column: str) -> list[Any]:
    """Dates where every entry is one, else numbers, else texts."""
    texts = [row[column] for _, row in group]
    given = [text for text in texts if text]
    readers: tuple[Callable[[str], Any], ...] = (_date, _number)
    for read_one in readers:
        if given and all(read_one(text) is not None for text in given):
            return [read_one(text) if text else None for text in texts]
    dated = [text for text in given if _date(text)]
    if len(dated) * 2 > len(given):
        line, odd = next(
            (line, row[column]) for line, row in group if row[column] and not _date(row[column])
        )
        raise InvalidValue(f"line {line}, {column}", odd, "a date as YYYY-MM-DD, like the others")
    return [text or None for text in texts]


def _date(text: str) -> date | None:
    for pattern, (year, month, day) in _DATES:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found[year]), int(found[month]), int(found[day]))
            except ValueError:
                return None
    return None


def _number(text: str) -> float | None:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None
