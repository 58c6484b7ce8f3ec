"""Charts of every sort, made from seeds: the same seed, the same picture."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from pdsa import (
    Direction,
    MeasureId,
    MeasureUnit,
    Phase,
    PhaseId,
    PhaseKind,
)
from pdsa.charts import (
    ANHOEJ,
    Annotation,
    AnnotationKind,
    Chart,
    ChartChoice,
    ChartKind,
    MakingDataCount,
    MeasureChart,
    Nelson,
    Perla,
    WesternElectric,
    chart,
)
from pdsa.charts import funnel as funnel_of
from pdsa.charts.svg import chart as draw_chart
from pdsa.charts.svg import funnel, multiples, sparkline

WIDTHS = (320, 360, 414, 480, 600, 720, 960, 1280, 1600)
SIZES = (0, 1, 2, 3, 5, 8, 12, 18, 24, 25, 36, 60, 90, 120)
NAMES = (
    "Use",
    "Sentence-frame use",
    "Share of students who used the sentence frame in the reflection on their exit ticket",
    "W" * 200,
    "MATHEMATICAL DISCOURSE IN EVERY CLASSROOM OF THE FIFTH GRADE, EVERY WEEK, BY EVERY STUDENT",
    "学習のふりかえりで文型を使った児童の割合、毎週の記録",
    "Доля учащихся, использовавших образец предложения в рефлексии",
    "نسبة التلاميذ الذين استخدموا نموذج الجملة في بطاقة الخروج",
    "שיעור התלמידים שהשתמשו בתבנית המשפט",
    "हर सप्ताह निकास टिकट पर वाक्य ढाँचे का उपयोग करने वाले छात्र",
    "Use <b>of</b> \"frames\" & 'tickets' \U0001f600",
)


class Picture(NamedTuple):
    """A picture, and the words that say how it is made again."""

    name: str
    svg: str


def rng(seed: object) -> random.Random:
    """Randomness that is the same on every machine."""
    return random.Random(str(seed))


def charts(seeds: Sequence[int]) -> list[Picture]:
    """One plain or measured chart for each seed."""
    return [a_chart_picture(seed) for seed in seeds]


def a_chart_picture(seed: int) -> Picture:
    r = rng(seed)
    made, what = a_chart(r)
    options: dict[str, Any] = {
        "width": r.choice(WIDTHS),
        "theme": r.choice(("light", "dark", "auto")),
    }
    if r.random() < 0.3:
        options["height"] = r.choice((200, 240, 320, 480, 900))
    of: Chart | MeasureChart = made
    if r.random() < 0.6 and (not made.points.x or isinstance(made.points.x[0], date)):
        of = a_measure_chart(r, made)
        if of.weeks and r.random() < 0.5:
            options["axis"] = "week"
    elif r.random() < 0.7:
        options["title"] = r.choice(NAMES)
    shown = {
        key: value if value not in NAMES else f"NAMES[{NAMES.index(value)}]"
        for key, value in options.items()
    }
    measured = "measured " if isinstance(of, MeasureChart) else ""
    return Picture(
        f"a_chart_picture({seed}) [{measured}{what}, {shown}]",
        draw_chart(of, id=f"c{seed}", **options),
    )


def a_chart(r: random.Random) -> tuple[Chart, str]:
    """A chart of any kind, and what it is in a few words."""
    kind, size = r.choice(list(ChartKind)), r.choice(SIZES)
    x, axis = an_axis(r, size)
    y, n, x = values(r, kind, x)
    options: dict[str, Any] = {}
    if size > 12 and r.random() < 0.35:
        options["part"] = sorted(r.sample(range(3, size), r.choice((1, 1, 2, 4))))
    elif size > 12 and r.random() < 0.3:
        options["freeze"] = r.randrange(6, size + 1)
    if size > 5 and r.random() < 0.25:
        options["exclude"] = sorted(r.sample(range(1, size + 1), 2))
    known = [v for v in y if v is not None]
    if kind in (ChartKind.p, ChartKind.pp):
        options["multiply"] = r.choice((1, 100))
        options["target"] = r.choice((None, options["multiply"] * r.random()))
    elif known and n is None and r.random() < 0.5:
        options["target"] = r.choice(known) * r.choice((0.01, 0.8, 1, 1.2, 50))
    rules: Any = r.choice((ANHOEJ, Perla(), WesternElectric(), Nelson(), MakingDataCount()))
    if kind is ChartKind.run and not isinstance(rules, Perla):
        rules = ANHOEJ
    if kind is ChartKind.i and axis != "names" and not isinstance(rules, Perla | Nelson):
        wanted = (Direction.increase, Direction.decrease, None)[size % 3]
        rules = MakingDataCount(improvement=wanted)
        options.pop("exclude", None)
        if options.get("freeze", 12) < 12:
            options["freeze"] = 12
    elif isinstance(rules, MakingDataCount):
        rules = ANHOEJ
    made = chart(kind, y, n, x, rules=(rules,), **options)
    said = f"{kind} of {size} on {axis}, {type(rules).__name__}"
    return made, ", ".join([said, *(f"{key}={value}" for key, value in options.items())])


def an_axis(r: random.Random, size: int) -> tuple[list[Any], str]:
    """Points at dates (regular or not), numbers or names."""
    first = date(2019, 1, 1) + timedelta(days=r.randrange(2500))
    kind = r.choice(("weeks", "weeks", "days", "months", "irregular", "years", "numbers", "names"))
    if kind in ("weeks", "days", "months", "years"):
        step = {"weeks": 7, "days": 1, "months": 30, "years": 365}[kind]
        return [first + timedelta(days=step * i) for i in range(size)], kind
    if kind == "irregular":
        days = sorted(r.sample(range(max(1000, size)), size))
        return [first + timedelta(days=day) for day in days], kind
    if kind == "numbers":
        start = r.choice((1, 0.5, 1e6, -40))
        return [start + i * r.choice((1, 1, 2)) for i in range(size)], kind
    names = (
        "Room {}",
        "Classroom of the morning group {}",
        "{}",
        "Grade 5, Ms. Hernández-Whitfield, room {}",
    )
    name = r.choice(names)
    return [name.format(i + 1) for i in range(size)], kind


def values(
    r: random.Random, kind: ChartKind, x: list[Any]
) -> tuple[list[float | None], list[float] | None, list[Any]]:
    """Values that the kind can have, some missing; with denominators where it needs them."""
    size = len(x)
    n: list[float] | None = None
    gaps = r.choice((0, 0, 0.1, 0.5, 1.0 if r.random() < 0.2 else 0))
    shift = r.randrange(size + 1)
    level = 10.0 ** r.choice((-9, -3, -1, 0, 0, 1, 2, 4, 6, 11))
    y: list[float | None]
    if kind in (ChartKind.p, ChartKind.pp):
        top = r.choice((5, 30, 30, 500, 100000))
        n = [float(r.randrange(max(1, top // 2), top + 1)) for _ in x]
        chance = r.random()
        y = [
            float(round(m * min(1, chance * (1.3 if i > shift else 0.8)))) for i, m in enumerate(n)
        ]
    elif kind in (ChartKind.u, ChartKind.up, ChartKind.ip):
        n = [float(r.randrange(10, 60)) for _ in x]
        y = [float(round(abs(r.gauss(0.4, 0.2)) * m)) for m in n]
    elif kind in (ChartKind.c, ChartKind.g):
        y = [float(int(r.expovariate(1 / 8))) for _ in x]
    elif kind is ChartKind.t:
        y = [r.expovariate(1 / level) + level / 1000 for _ in x]
    elif kind in (ChartKind.xbar, ChartKind.s):
        x = [each for each in x for _ in range(4)]
        y = [r.gauss(3, 1) * level for _ in x]
    else:
        spread, base = r.choice((0, 0.1, 1)), r.choice((-2, 0, 3, 50))
        y = [
            (base + spread * r.gauss(0, 1) + (spread * 2 if i > shift else 0)) * level
            for i in range(size)
        ]
    return [None if r.random() < gaps else v for v in y], n, x


def a_measure_chart(r: random.Random, made: Chart) -> MeasureChart:
    """The chart as that of a measure, with cycles, decisions, breaks and phases beside it."""
    days: list[date] = [x for x in made.points.x if isinstance(x, date)]
    name = r.choice(NAMES)
    unit = r.choice(list(MeasureUnit))
    weeks = tuple(1 + (day - days[0]).days // 7 for day in days) if r.random() < 0.6 else ()
    return MeasureChart(
        measure_id=MeasureId("measure-1"),
        name=name,
        unit=unit,
        direction=Direction.increase,
        chart=made,
        choice=ChartChoice(drawn=made.kind, advised=made.kind, why="It fits."),
        reading=made.reading(name),
        per=r.choice((1, 100)) if unit is MeasureUnit.rate else 1,
        of_name=r.choice(("", "", "Room 12", "Students with disabilities, foster youth")),
        weeks=weeks,
        annotations=tuple(annotations(r, days)),
        phases=tuple(phases(r, days)),
    )


def annotations(r: random.Random, days: Sequence[date]) -> list[Annotation]:
    """Up to a dozen events in and around the days of a chart."""
    if not days:
        return []
    found = []
    reach = max(1, (days[-1] - days[0]).days)
    labels = (
        "PDSA 1",
        "Adapt",
        "Winter recess",
        "Exit tickets in two rooms with rehearsal " * 3,
        "適応",
        "W" * 40,
    )
    for number in range(r.choice((0, 1, 2, 3, 6, 12))):
        first = days[0] + timedelta(days=r.randrange(-reach // 8 - 1, reach + 2))
        kind = r.choice(list(AnnotationKind))
        last = first + timedelta(days=r.randrange(reach // 3 + 2)) if r.random() < 0.6 else None
        if kind is AnnotationKind.decision:
            last = None
        label = r.choice(labels)
        found.append(
            Annotation(
                kind=kind,
                first=first,
                last=last,
                open=last is None and kind is AnnotationKind.cycle,
                label=label,
                text=f"{label}, number {number}",
            )
        )
    return sorted(found, key=lambda each: each.first)


def phases(r: random.Random, days: Sequence[date]) -> list[Phase]:
    if len(days) < 12 or r.random() < 0.7:
        return []
    return [
        Phase(
            id=PhaseId("phase-1"),
            measure_id=MeasureId("measure-1"),
            kind=r.choice(list(PhaseKind)),
            on=r.choice(days),
            reason="The frame became standard work.",
        )
    ]


def small_multiples(seeds: Sequence[int]) -> list[Picture]:
    """One picture of several panels for each seed."""
    return [a_multiples_picture(seed) for seed in seeds]


def a_multiples_picture(seed: int) -> Picture:
    r = rng(seed)
    kind = r.choice((ChartKind.run, ChartKind.i, ChartKind.p, ChartKind.c))
    x, axis = an_axis(r, r.choice((0, 1, 2, 8, 24, 60)))
    panels: list[Chart | MeasureChart] = []
    for _ in range(r.choice((1, 2, 3, 4, 7, 12, 25))):
        y, n, xs = values(rng(f"{seed} {len(panels)}"), kind, x)
        if kind is ChartKind.i and axis != "names":
            target = next((v for v in y if v is not None), None)
            panels.append(chart(kind, y, n, xs, target=target, rules=(MakingDataCount(),)))
        else:
            panels.append(chart(kind, y, n, xs, multiply=100 if kind is ChartKind.p else 1))
    if axis not in ("numbers", "names") and x and r.random() < 0.5:
        panels = [a_measure_chart(r, panel) for panel in panels if isinstance(panel, Chart)]
    names = [r.choice(NAMES) for _ in panels]
    options: dict[str, Any] = {
        "width": r.choice(WIDTHS),
        "columns": r.choice((None, None, 1, 2, 3)),
        "theme": r.choice(("light", "dark", "auto")),
    }
    if isinstance(panels[0], Chart) or r.random() < 0.5:
        options["pooled"] = r.choice((None, panels[0]))
    shown = {key: value for key, value in options.items() if key != "pooled"}
    svg = multiples(panels, id=f"m{seed}", title=r.choice(("", *NAMES)), names=names, **options)
    return Picture(
        f"a_multiples_picture({seed}) [{len(panels)} {kind} of {len(x)} on {axis}, {shown}]", svg
    )


def funnels(seeds: Sequence[int]) -> list[Picture]:
    """One funnel plot for each seed."""
    return [a_funnel_picture(seed) for seed in seeds]


def a_funnel_picture(seed: int) -> Picture:
    r = rng(seed)
    largest = r.choice((6, 40, 900, 20_000))
    chance = r.choice((0.001, 0.2, 0.5, 0.9))
    units = []
    for i in range(r.choice((0, 1, 2, 5, 12, 40, 120))):
        size = r.randrange(1, largest + 1)
        share = min(1.0, max(0.0, r.gauss(chance, r.choice((0.02, 0.3)))))
        units.append((f"u{i}", f"{r.choice(NAMES)} {i}", round(size * share), size))
    width, target = r.choice(WIDTHS), r.choice((None, r.random()))
    theme = r.choice(("light", "dark", "auto"))
    title = r.choice(("", *NAMES))
    svg = funnel(
        funnel_of(units), width=width, theme=theme, id=f"f{seed}", title=title, target=target
    )
    return Picture(f"a_funnel_picture({seed}) [{len(units)} units, width {width}]", svg)


def a_sparkline(seed: int) -> Picture:
    r = rng(seed)
    made, what = a_chart(r)
    return Picture(f"a_sparkline({seed}) [{what}]", sparkline(made, width=r.choice((16, 120, 400))))
