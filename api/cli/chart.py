"""``pdsa chart``: a chart from a file of numbers, without a database or a server."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec
from msgspec import Struct

from api.cli.table import Table, numbers, places, read_table
from pdsa.charts.choose import ChartChoice, advise, asked, chosen
from pdsa.charts.control import chart
from pdsa.charts.measured import MeasureChart
from pdsa.charts.reading import read, show_number
from pdsa.charts.result import Chart, ChartKind
from pdsa.charts.rows import read as pooled
from pdsa.charts.rules import by_name
from pdsa.charts.rules.sets import RuleSet
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import MeasureId
from pdsa.measure import Direction, MeasureUnit, show_amount

# The columns, by the names that people give them.
_PLACES = ("x", "date", "on", "day", "week", "month", "period", "time", "fecha")
_COUNTS = ("numerator", "num", "y", "count", "n_yes", "yes")
_VALUES = ("value", "y", "percent", "percentage", "rate", "score", "mean", "valor")
_SIZES = ("n", "denominator", "den", "size", "total", "students", "of")

_SUFFIXES = (".svg", ".png", ".json")
_WITHOUT = frozenset((ChartKind.c, ChartKind.g, ChartKind.t))
_SUBGROUPS = frozenset((ChartKind.xbar, ChartKind.s))
_RATES = frozenset((ChartKind.u, ChartKind.up))
_FINDS_OUT = (None, ChartKind.p, ChartKind.pp)


class Unnamed(PdsaError):
    """No column was named, and none has a name that tells."""


class Data(NamedTuple):
    """The columns of a file as numbers, and what they are.

    ``share`` says that counts are parts of their denominators, ``percent`` that what is drawn is
    in percent.
    """

    table: Table
    x: str | None
    y: str
    n: str | None
    at: list[Any] | None
    values: list[float | None]
    sizes: list[float | None] | None
    share: bool
    percent: bool
    multiply: float

    def show(self, value: float | None) -> str:
        """A value in words: percentages with one decimal."""
        return show_amount(value, MeasureUnit.percentage) if self.percent else show_number(value)


class Drawn(Struct, frozen=True, kw_only=True):
    """One chart of a file; ``of`` is the part of the file that it shows."""

    name: str
    of: str
    choice: ChartChoice
    reading: str
    chart: Chart


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
    multiply: float | None,
    cl: float | None,
    **options: Any,
) -> None:
    """Read the file, draw it, write the picture, print the reading."""
    to = _target(to, source)
    rule_set = _rules(rules)
    wanted = asked(_kind(kind), rule_set)
    table = read_table(source)
    data = _data(table, x, y, n, wanted, multiply)
    groups = _groups(data, table.find("--by", by) if by is not None else None)
    _check_points(data, groups, options)
    if cl is not None and data.multiply > 0:
        options["cl"] = cl / data.multiply  # given in the unit of the picture
    title = _title(name, source)
    made = []
    for label, rows in groups.items():
        try:
            choice, drawn = _chart(data, rows, wanted, rules=rule_set, **options)
        except InvalidValue as error:
            raise _told(error, data, rows) from error
        reading = read(drawn, name=f"{title}, {label}" if label else title, show=data.show)
        made.append(Drawn(name=title, of=label, choice=choice, reading=reading, chart=drawn))
    body = _body(made, data, to, width, theme)
    if str(to) == "-":
        sys.stdout.buffer.write(body)
        _say(made, err=True)
        return
    to.write_bytes(body)
    _say(made)
    click.echo(f"wrote {to}")


# -- what is drawn ---------------------------------------------------------------------------------


def _data(
    table: Table,
    x: str | None,
    y: str | None,
    n: str | None,
    kind: ChartKind | None,
    multiply: float | None,
) -> Data:
    """The columns, by the options or by their names."""
    at_y = table.find("--y", y)
    at_n = table.find("--n", n)
    sizes = None if at_n or kind in _WITHOUT else table.find("--n", None, _SIZES)
    if at_y is None:
        usual = _COUNTS + _VALUES if at_n or sizes else _VALUES + _COUNTS
        at_y = table.find("--y", None, [name for name in usual if name != (at_n or "").lower()])
    if at_y is None:
        rule = f"one of the columns {', '.join(table.names)}, since none has a usual name"
        raise Unnamed(f"--y: {rule}")
    values, percent = numbers(table, at_y)
    whole = all(v is None or (v >= 0 and v == int(v)) for v in values) and not percent
    if at_n is None and sizes != at_y and whole and at_y.lower() not in {*_VALUES} - {*_COUNTS}:
        at_n = sizes  # values (a mean, a percentage) are never divided by a column nobody named
    if at_n is not None and percent:
        raise InvalidValue("--n", at_n, f"no denominators: {at_y} holds percentages")
    found = numbers(table, at_n)[0] if at_n is not None else None
    share = found is not None and kind not in _RATES and _shares(values, found, kind)
    if multiply is None:
        multiply = 100 if share else 1
    at_x = table.find("--x", x, [name for name in _PLACES if name not in _lower(at_y, at_n)])
    return Data(
        table=table,
        x=at_x,
        y=at_y,
        n=at_n,
        at=places(table, at_x) if at_x is not None else None,
        values=values,
        sizes=found,
        share=share,
        percent=(share and multiply == 100) or (percent and multiply == 1),
        multiply=multiply,
    )


def _shares(values: list[float | None], sizes: list[float | None], kind: ChartKind | None) -> bool:
    """Whether counts are parts of their denominators.

    Where that is to be found out, one count too large among many is a slip of the pen.
    """
    known = [(a, b) for a, b in zip(values, sizes, strict=True) if a is not None and b is not None]
    parts = sum(a <= b for a, b in known)
    return parts == len(known) or (kind in _FINDS_OUT and 2 * parts >= len(known))


def _groups(data: Data, by: str | None) -> dict[str, list[int]]:
    """The rows of each part, by its name, in the order of the file."""
    groups: dict[str, list[int]] = {}
    for i, row in enumerate(data.table.rows):
        if data.x and data.at and data.at[i] is None:
            if data.values[i] is not None:
                raise data.table.wrong(i, data.x, "where on the axis this value belongs")
            continue
        groups.setdefault((row.cells[by] or f"no {by}") if by else "", []).append(i)
    return groups or {"": []}


def _chart(
    data: Data,
    rows: Sequence[int],
    kind: ChartKind | None,
    *,
    rules: tuple[RuleSet, ...],
    **options: Any,
) -> tuple[ChartChoice, Chart]:
    y = [data.values[i] for i in rows]
    n = [data.sizes[i] for i in rows] if data.sizes else None
    x = [data.at[i] for i in rows] if data.at else None
    counted = ChartKind.p if data.share else ChartKind.u
    summed = pooled(counted if n else ChartKind.run, y, n, x, "mean")
    unit = MeasureUnit.mean
    if n:
        unit = MeasureUnit.percentage if data.share else MeasureUnit.rate
    known = [v for v in summed.y if v is not None]
    choice = chosen(*advise(unit, known, summed.num, summed.den), kind)
    if n and choice.drawn in _SUBGROUPS:  # each row is one value of its subgroup
        y, n = [a / b if a is not None and b else None for a, b in zip(y, n, strict=True)], None
    made = chart(
        choice.drawn, y, n, x, multiply=data.multiply, rules=rules, keep_freeze=True, **options
    )
    return choice, made


def _check_points(data: Data, groups: dict[str, list[int]], options: dict[str, Any]) -> None:
    """Points are counted from 1 to the last one of the longest chart."""
    most = max(len({data.at[i] for i in rows} if data.at else rows) for rows in groups.values())
    freeze = options["freeze"]
    given = {"part": options["part"], "exclude": options["exclude"]}
    given["freeze"] = () if freeze is None else (freeze,)
    for option, indices in given.items():
        for index in indices:
            if not 1 <= index <= most:
                raise InvalidValue(f"--{option}", index, f"a point from 1 to {most}")


# -- what is written -------------------------------------------------------------------------------


def _body(made: list[Drawn], data: Data, to: Path, width: int, theme: str) -> bytes:
    if to.suffix.lower() == ".json":
        return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"
    try:
        picture = _picture(made, data, width=width, theme=theme)
        if to.suffix.lower() != ".png":
            return picture.encode()
        from pdsa.charts.png import png

        return png(picture)
    except ImportError as error:
        raise InvalidValue("--to", str(to), str(error)) from error
    except InvalidValue as error:
        options = {"charts": "--by", "scale": "--width", "width": "--width"}
        raise InvalidValue(
            options.get(error.field, error.field), error.value, error.rule
        ) from error


def _picture(made: list[Drawn], data: Data, **options: Any) -> str:
    from pdsa.charts import svg

    title = made[0].name
    charts = [_in_percent(each) if data.percent else each.chart for each in made]
    options |= {"desc": " ".join(each.reading for each in made), "show": data.show}
    if len(made) == 1:
        title = f"{title}, {made[0].of}" if made[0].of else title
        return svg.chart(charts[0], title=title, **options)
    return svg.multiples(charts, names=[each.of for each in made], title=title, **options)


def _in_percent(each: Drawn) -> MeasureChart:
    """The chart as that of a measure, which has a unit."""
    return MeasureChart(
        measure_id=MeasureId("file"),
        name=each.name,
        unit=MeasureUnit.percentage,
        direction=Direction.increase,
        chart=each.chart,
        choice=each.choice,
        reading=each.reading,
        of=each.of,
        of_name=each.of,
    )


def _say(made: list[Drawn], *, err: bool = False) -> None:
    """The readings, then which chart and why."""
    for each in made:
        click.echo(each.reading, err=err)
    whys = {each.of: each.choice.why for each in made}
    if len({*whys.values()}) == 1:
        whys = {"": made[0].choice.why}
    for label, why in whys.items():
        click.echo(f"{label}: {why}" if label else why, err=err)


# -- what was asked for ----------------------------------------------------------------------------


def _target(to: Path | None, source: str) -> Path:
    """Where the picture goes; an earlier picture is replaced, the data never."""
    if to is None:
        to = Path("chart.svg" if source == "-" else f"{Path(source).stem}.svg")
    if str(to) != "-" and to.suffix.lower() not in _SUFFIXES:
        raise InvalidValue("--to", str(to), f"a file that ends in {', '.join(_SUFFIXES)}, or -")
    if source != "-" and to.exists() and Path(source).exists() and to.samefile(source):
        raise InvalidValue("--to", str(to), "another file than the one that is read")
    return to


def _kind(kind: str | None) -> ChartKind | None:
    if kind is None:
        return None
    try:
        return ChartKind(kind.lower())
    except ValueError:
        raise InvalidValue("--kind", kind, f"one of {', '.join(ChartKind)}") from None


def _rules(name: str) -> tuple[RuleSet, ...]:
    try:
        return by_name(name)
    except InvalidValue as error:
        raise InvalidValue("--rules", error.value, error.rule) from None


def _title(name: str | None, source: str) -> str:
    if name is None:
        stem = "Standard input" if source == "-" else Path(source).stem.replace("_", " ")
        name = f"{stem[:1].upper()}{stem[1:]}"
    return name.encode("utf-8", "replace").decode()  # a file's name may be no text


def _lower(*names: str | None) -> set[str]:
    return {name.lower() for name in names if name}


def _told(error: InvalidValue, data: Data, rows: Sequence[int]) -> InvalidValue:
    """An error of the engine in the words of the command: the line and column, or the option."""
    column = {"x": data.x, "y": data.y, "n": data.n}
    found = re.fullmatch(r"([xyn])/([0-9]+)", error.field)
    if found and (name := column[found[1]]):
        rule = error.rule
        if rule.startswith("at most its denominator"):
            rule += "; if these are rates, choose --kind u"
        return data.table.wrong(rows[int(found[2]) - 1], name, rule)
    option = error.field.partition("/")[0]
    value = error.value
    if option == "cl" and isinstance(value, float):
        value *= data.multiply
    return InvalidValue(f"--{option}", value, error.rule)
