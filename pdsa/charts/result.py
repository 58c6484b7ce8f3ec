"""What every chart is: its points in columns, its parts, its signals. One struct for all kinds.

Indices count from 1 along the points, as in the literature and in R. ``None`` stands for missing;
no column ever holds NaN or infinity.
"""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct

from pdsa.charts.rules.sets import RuleSet

Column = tuple[float | None, ...]


class ChartKind(StrEnum):
    """The kinds of chart, by the letters that the field uses.

    Montgomery, Introduction to Statistical Quality Control, ch. 6-7; Laney 2002 (P', U');
    Taylor 2017 (I'); Nelson 1994 (T); Benneyan 2001 (G).
    """

    run = "run"
    i = "i"
    mr = "mr"
    ip = "ip"
    p = "p"
    pp = "pp"
    u = "u"
    up = "up"
    c = "c"
    g = "g"
    t = "t"
    xbar = "xbar"
    s = "s"


class Point(Struct, frozen=True, kw_only=True):
    """One point of a chart, a row of ``Points``."""

    index: int
    x: date | int | float
    y: float | None
    n: float | None
    cl: float | None
    lcl: float | None
    ucl: float | None
    lcl95: float | None
    ucl95: float | None
    target: float | None
    part: int
    baseline: bool
    include: bool
    sigma_signal: bool
    point_type: str | None = None


class Points(Struct, frozen=True, kw_only=True, gc=False):
    """The points in columns of one length, ordered by x.

    ``n`` is the denominator of a share or rate, or the size of the subgroup; empty where there is
    none. ``cl`` is the centre line, ``lcl`` and ``ucl`` the 3-sigma limits, ``lcl95`` and
    ``ucl95`` those at 2 sigma. ``baseline`` tells whether the point lies in the frozen baseline,
    ``include`` is false for ghost points, ``sigma_signal`` says that y is strictly outside the
    3-sigma limits. ``labels`` names the points of an axis that is not numeric, ``point_type``
    what Making Data Count makes of each.
    """

    x: tuple[date | int | float, ...]
    y: Column
    cl: Column
    lcl: Column
    ucl: Column
    lcl95: Column
    ucl95: Column
    target: Column
    part: tuple[int, ...]
    baseline: tuple[bool, ...]
    include: tuple[bool, ...]
    sigma_signal: tuple[bool, ...]
    n: Column = ()
    labels: tuple[str, ...] = ()
    point_type: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, at: int) -> Point:
        """The point at a 0-based position, as Python counts; its ``index`` counts from 1."""
        at = range(len(self.y))[at]
        return Point(
            index=at + 1,
            x=self.x[at],
            y=self.y[at],
            n=self.n[at] if self.n else None,
            cl=self.cl[at],
            lcl=self.lcl[at],
            ucl=self.ucl[at],
            lcl95=self.lcl95[at],
            ucl95=self.ucl95[at],
            target=self.target[at],
            part=self.part[at],
            baseline=self.baseline[at],
            include=self.include[at],
            sigma_signal=self.sigma_signal[at],
            point_type=self.point_type[at] if self.point_type else None,
        )

    def __iter__(self) -> Iterator[Point]:
        return map(self.__getitem__, range(len(self.y)))


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """One part (phase) of a chart, from index ``start`` to ``end``, both included.

    ``n_obs`` counts its points without the ghosts, missing ones included; ``n_useful`` those that
    lie off the centre line. The run and crossing figures are ``None`` without a useful
    observation. ``runs_signal`` says that the rules for runs found something here.
    """

    part: int
    start: int
    end: int
    cl: float | None
    n_obs: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    n_crossings: int | None
    n_crossings_min: int | None
    runs_signal: bool
    sigma_signals: int


class Side(StrEnum):
    """Where a signal lies, or where it goes."""

    above = "above"
    below = "below"
    up = "up"
    down = "down"


class Signal(Struct, frozen=True, kw_only=True, gc=False):
    """What a rule found: the rule, the points (indices) that show it, and where the rule is from."""

    rule: str
    points: tuple[int, ...]
    part: int
    source: str
    side: Side | None = None


class Chart(Struct, frozen=True, kw_only=True):
    """A run chart or control chart with its analysis; the same struct for every kind.

    ``rules`` are the rules for runs that were applied, ``screened`` tells whether moving ranges
    were screened (Nelson 1982), ``freeze`` is the last index of a frozen baseline, ``multiply``
    what y, centre and limits were multiplied with after the analysis. ``variation`` and
    ``assurance`` are the icons of Making Data Count, where those rules were asked for.
    """

    kind: ChartKind
    points: Points
    parts: tuple[Part, ...]
    signals: tuple[Signal, ...]
    rules: tuple[RuleSet, ...]
    screened: bool = False
    freeze: int | None = None
    multiply: float = 1
    variation: str | None = None
    assurance: str | None = None

    @property
    def signal(self) -> bool:
        """Whether any rule found more than chance would give."""
        return bool(self.signals)

    def reading(
        self, name: str | None = None, show: Callable[[float | None], str] | None = None
    ) -> str:
        """One or two plain sentences with numbers and dates, and no claim about a cause."""
        from pdsa.charts.reading import read

        return read(self, name=name, show=show)

    def svg(self, **options: Any) -> str:
        """The picture; options as in ``pdsa.charts.svg.chart``."""
        from pdsa.charts.svg import chart

        return chart(self, **options)

    def _repr_svg_(self) -> str:
        return self.svg()
