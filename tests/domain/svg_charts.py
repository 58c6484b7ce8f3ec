"""Charts to draw: telling ones by name, and many by chance (hypothesis)."""

from datetime import date, timedelta

from hypothesis import strategies as st

from pdsa.charts import (
    Annotation,
    AnnotationKind,
    Chart,
    ChartChoice,
    ChartKind,
    MakingDataCount,
    MeasureChart,
)
from pdsa.charts.control import chart
from pdsa.measure import Direction, MeasureUnit

FIRST = date(2018, 1, 12)
RISING = [40, 43, 38, 47, 41, 50, 52, 55, 58, 60, 57, 62, 64, 63, 66]


def weekly(n: int, step: int = 7) -> list[date]:
    """Dates from 12 January 2018, a Friday."""
    return [FIRST + timedelta(days=step * i) for i in range(n)]


def of_measure(
    drawn: Chart, name: str = "Use of the sentence frame", **told: object
) -> MeasureChart:
    """The chart of a measure in percent, with a reading."""
    facts = {
        "measure_id": "measure-1",
        "name": name,
        "unit": MeasureUnit.percentage,
        "direction": Direction.increase,
        "chart": drawn,
        "choice": ChartChoice(drawn=drawn.kind, advised=drawn.kind, why="It is short."),
        "reading": f"{name} rose from 40% to 64% between 12 January and 9 March 2018.",
    }
    return MeasureChart(**(facts | told))


def happened() -> tuple[Annotation, ...]:
    """Two cycles, a decision, a break and a freeze."""
    kinds = AnnotationKind
    return (
        Annotation(
            kind=kinds.cycle,
            first=date(2018, 1, 12),
            last=date(2018, 2, 9),
            label="Frame on the board",
            text="Cycle: Frame on the board, from 12 January 2018 to 9 February 2018",
        ),
        Annotation(
            kind=kinds.decision, first=date(2018, 2, 9), label="adapt", text="Decision: adapt"
        ),
        Annotation(
            kind=kinds.cycle,
            first=date(2018, 2, 16),
            open=True,
            label="Frame on the ticket",
            text="Cycle: Frame on the ticket, still running",
        ),
        Annotation(
            kind=kinds.closure,
            first=date(2018, 3, 26),
            last=date(2018, 4, 6),
            label="Spring break",
            text="Spring break, 26 March 2018 to 6 April 2018: no teaching",
        ),
        Annotation(
            kind=kinds.phase,
            first=date(2018, 2, 9),
            label="baseline frozen",
            text="Baseline frozen up to 9 February 2018: before the change",
        ),
    )


def exit_tickets(**told: object) -> MeasureChart:
    """The run chart of the exit tickets, with a target and what happened."""
    drawn = chart("run", RISING, None, weekly(len(RISING)), target=51)
    return of_measure(drawn, **({"annotations": happened()} | told))


words = st.text(
    st.sampled_from(
        "abcdefg WMil&<>'\"%\u00e9\u00f1\u0416\u03a9\u0639\u05d0\u4e2d\u6570\U0001f600\x00\x1b\n\u0301"
    ),
    max_size=200,
)


@st.composite
def annotations(draw: st.DrawFn) -> tuple[Annotation, ...]:
    """Things that happened around the data, in any order and number."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        first = FIRST + timedelta(days=draw(st.integers(-60, 400)))
        kind = draw(st.sampled_from(AnnotationKind))
        window = kind in (AnnotationKind.cycle, AnnotationKind.closure)
        last = first + timedelta(days=draw(st.integers(0, 120))) if window else None
        found.append(
            Annotation(kind=kind, first=first, last=last, label=draw(words), text=draw(words))
        )
    return tuple(found)


@st.composite
def plain_charts(draw: st.DrawFn) -> Chart:
    """Charts of every kind: any length to 40, gaps, phases, freezes, ghosts, targets, sizes."""
    kind = draw(st.sampled_from(ChartKind))
    size = draw(st.integers(0, 40))
    scale = draw(st.sampled_from([1e-6, 0.01, 1, 100, 1e4, 1e9]))
    x = draw(
        st.sampled_from(
            [
                None,
                weekly(size, draw(st.sampled_from([1, 7, 30, 400]))),
                [f"Room {i} and a long name" for i in range(size)],
                [i * 0.5 for i in range(size)],
            ]
        )
    )
    chance = st.floats(0, 1, allow_subnormal=False)
    gaps = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    some = draw(st.booleans())
    shares = draw(st.lists(chance, min_size=size, max_size=size))
    n = None
    y: list[float | None]
    if kind in ("p", "pp", "u", "up", "ip"):
        n = draw(st.lists(st.integers(1, 60), min_size=size, max_size=size))
        y = [round(s * d) for s, d in zip(shares, n, strict=True)]
    elif kind in ("c", "g"):
        y = [round(s * 40) for s in shares]
    elif kind == "t":
        y = [s * scale + scale / 100 for s in shares]
    elif kind in ("xbar", "s"):
        y = [s * scale for s in shares for _ in range(3)]
        x = [each for each in x or range(size) for _ in range(3)]
        gaps = [each for each in gaps for _ in range(3)]
    else:
        y = [(s - draw(st.sampled_from([0, 0.5, 1]))) * scale for s in shares]
    if some:
        y = [None if gap else v for v, gap in zip(y, gaps, strict=True)]
    return chart(
        kind,
        y,
        n,
        x,
        part=draw(st.lists(st.integers(1, 40), max_size=2)),
        freeze=draw(st.none() | st.integers(1, 40)),
        exclude=draw(st.lists(st.integers(1, 40), max_size=3)),
        target=draw(st.none() | st.floats(-2 * scale, 20 * scale)),
        multiply=draw(st.sampled_from([1, 100])),
    )


@st.composite
def measure_charts(draw: st.DrawFn) -> MeasureChart:
    """Charts of measures over days, with names in many scripts and things that happened."""
    size = draw(st.integers(0, 30))
    days = weekly(size, draw(st.sampled_from([1, 7, 14])))
    y = draw(st.lists(st.none() | st.integers(0, 100), min_size=size, max_size=size))
    drawn = chart(
        draw(st.sampled_from(["run", "i"])),
        y,
        None,
        days,
        target=draw(st.none() | st.integers(0, 100)),
        freeze=draw(st.none() | st.integers(1, 30)),
        part=draw(st.lists(st.integers(1, 30), max_size=2)),
    )
    if draw(st.booleans()):
        wanted = draw(st.sampled_from([Direction.increase, Direction.decrease, None]))
        rules = (MakingDataCount(improvement=wanted),)
        target = draw(st.none() | st.integers(0, 100))
        part = draw(st.lists(st.integers(1, 30), max_size=6))
        drawn = chart("i", y, None, days, part=part, target=target, rules=rules)
    weeks = tuple(None if i % 9 == 8 else 1 + i for i in range(size))
    return of_measure(
        drawn, draw(words), of_name=draw(words), weeks=weeks, annotations=draw(annotations())
    )
