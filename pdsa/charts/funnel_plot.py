"""The funnel: shares of many units at once, against what their sizes alone would make them vary.

Source: Spiegelhalter 2005, Funnel plots for comparing institutional performance, Statistics in
Medicine 24:1185-1202; exact limits after its appendix A.1, over-dispersion after its section 4 and
appendix A.3 (DerSimonian & Laird 1986 for the additive form). Units stand in the order in which they
were given; a funnel does not rank them.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from pdsa.charts.rules.column import number
from pdsa.errors import InvalidValue
from pdsa.words import say

Overdispersion = Literal["multiplicative", "additive"]
Method = Literal["exact", "multiplicative", "additive"]
Place = Literal["inside", "above_95", "below_95", "above_998", "below_998"]

_PROBABILITIES = (0.001, 0.025, 0.975, 0.999)
_SIZES = 60
_WINSORISED = 10  # one tenth of the units on each side


class FunnelUnit(Struct, frozen=True):
    """A unit as it goes in: ``numerator`` of its ``denominator`` students."""

    id: str
    name: str
    numerator: int
    denominator: int


class FunnelPoint(Struct, frozen=True, kw_only=True):
    """A unit with its share (0 to 1), the limits at its size, and where it lies.

    ``place`` says whether chance alone has a probability under 2.5% (under 0.1% for 998) of a count
    so far out, on its side; limits that were widened move it in the same measure. The published
    interpolation draws the upper lines up to one student lower than that, so a unit less than one
    student above an exact line is still inside.
    """

    id: str
    name: str
    numerator: int
    denominator: int
    share: float
    lcl95: float
    ucl95: float
    lcl998: float
    ucl998: float
    place: Place


class FunnelLimits(Struct, frozen=True, kw_only=True):
    """The limits at one denominator, a row of the curve."""

    denominator: int
    lcl998: float
    lcl95: float
    ucl95: float
    ucl998: float


class Funnel(Struct, frozen=True, kw_only=True):
    """The units with their limits, and the limits as a curve to draw.

    ``centre`` is the pooled share or the given one, ``None`` without units. ``method`` is how the
    limits were made in the end. ``phi`` is the over-dispersion (the mean squared z-score,
    winsorised), ``tau2`` the variance between units; each is ``None`` where it was not asked for or
    is not defined. ``left_out`` are the ids of units with a denominator of zero.
    """

    centre: float | None
    method: Method
    phi: float | None
    tau2: float | None
    units: tuple[FunnelPoint, ...]
    curve: tuple[FunnelLimits, ...]
    left_out: tuple[str, ...] = ()

    def svg(self, **options: Any) -> str:
        """The picture; options as in ``pdsa.charts.svg.funnel``."""
        from pdsa.charts import svg

        return str(svg.funnel(self, **options))

    def _repr_svg_(self) -> str:
        return self.svg()


class _Width(Struct, frozen=True):
    """How much wider than the exact ones limits are: by sqrt(phi), or for tau2 beside chance."""

    centre: float
    method: Method = "exact"
    phi: float | None = None
    tau2: float | None = None

    def factor(self, n: int) -> float:
        if self.method == "multiplicative" and self.phi is not None:
            return math.sqrt(self.phi)
        if self.method == "additive" and self.tau2 is not None:
            return math.sqrt(1 + self.tau2 * n / (self.centre * (1 - self.centre)))
        return 1.0

    def counts(self, n: int, over: int = 0) -> tuple[float, ...]:
        """The four limits as counts, without the bounds of what a count can be, ``over`` higher."""
        factor, middle = self.factor(n), n * self.centre
        exact = (count + over for count in exact_counts(n, self.centre))
        if factor == 1:
            return tuple(exact)
        return tuple(middle + (count - middle) * factor for count in exact)

    def limits(self, n: int) -> tuple[float, float, float, float]:
        """Limits as shares: never under 0, over 1, or on the wrong side of the centre line."""
        if self.centre in (0, 1):
            return (self.centre,) * 4
        low998, low95, high95, high998 = (count / n for count in self.counts(n))
        return (
            min(max(low998, 0.0), self.centre),
            min(max(low95, 0.0), self.centre),
            max(min(high95, 1.0), self.centre),
            max(min(high998, 1.0), self.centre),
        )

    def place(self, numerator: int, n: int) -> Place:
        """By both tails alike: on the upper side the quantiles stand for one student more."""
        low998, low95, _, _ = self.counts(n)
        _, _, high95, high998 = self.counts(n, over=1)
        if numerator > high998:
            return "above_998"
        if numerator < low998:
            return "below_998"
        if numerator > high95:
            return "above_95"
        return "below_95" if numerator < low95 else "inside"


def funnel(
    units: Iterable[FunnelUnit | tuple[str, str, int, int]],
    *,
    centre: float | None = None,
    overdispersion: Overdispersion | None = None,
) -> Funnel:
    """The funnel of shares: a pooled (or given) centre line and exact binomial limits.

    A unit is a ``FunnelUnit`` or its four values. Limits at 95% and 99.8% are for each size n the
    interpolated quantiles (r - alpha) / n of Bin(n, centre): r the least count with
    P(R <= r) >= p, alpha the part of its probability that lies over p.

    ``overdispersion`` widens them where units vary more than chance: z-scores with the outer tenth
    on each side drawn in give phi, their mean square. Multiplicative limits are wider by sqrt(phi),
    and only if phi is over 1 + 2 sqrt(2/k) for k units; additive ones follow sqrt(s² + tau²), with
    tau² by the method of moments from phi, 0 if k phi is under k - 1. Neither is defined for a
    centre of 0 or 1, whose limits collapse onto it.

    Raises ``InvalidValue`` with the unit's index (from 1) for an id given twice, counts that are not
    whole or below 0, and a numerator over its denominator; and for a centre outside 0..1.
    """
    if overdispersion not in (None, "multiplicative", "additive"):
        raise InvalidValue("overdispersion", overdispersion, "multiplicative or additive")
    if centre is not None and not 0 <= number("centre", centre) <= 1:
        raise InvalidValue("centre", centre, "a share between 0 and 1")
    checked = _checked(units)
    kept = [unit for unit in checked if unit.denominator]
    left_out = tuple(unit.id for unit in checked if not unit.denominator)
    if centre is None and kept:
        centre = sum(u.numerator for u in kept) / sum(u.denominator for u in kept)
    if centre is None or not kept:
        return Funnel(
            centre=centre,
            method="exact",
            phi=None,
            tau2=None,
            units=(),
            curve=(),
            left_out=left_out,
        )
    width = _width(kept, centre, overdispersion)
    return Funnel(
        centre=centre,
        method=width.method,
        phi=width.phi,
        tau2=width.tau2,
        units=tuple(_point(unit, width) for unit in kept),
        curve=tuple(_row(n, width) for n in _sizes([unit.denominator for unit in kept])),
        left_out=left_out,
    )


@lru_cache(maxsize=4096)
def exact_counts(n: int, centre: float) -> tuple[float, ...]:
    """The quantiles of Bin(n, centre) at 0.1%, 2.5%, 97.5% and 99.9%, interpolated, as counts.

    Probabilities are built from the mode outwards by their ratios, so that nothing over- or
    underflows: good to 1e-9 of a count at n = 300 and to 1e-6 of one at a million.
    """
    if centre in (0, 1):
        return tuple(n * centre - (1 - p) for p in _PROBABILITIES)
    odds = centre / (1 - centre)
    mode = min(int((n + 1) * centre), n)
    below, chance, count = [], 1.0, mode
    while count > 0 and chance > 1e-25:
        chance *= count / ((n - count + 1) * odds)
        count -= 1
        below.append(chance)
    above, chance, last = [], 1.0, mode
    while last < n and chance > 1e-25:
        chance *= (n - last) * odds / (last + 1)
        last += 1
        above.append(chance)
    chances = [*reversed(below), 1.0, *above]
    total = math.fsum(chances)
    found: list[float] = []
    passed = 0.0
    for r, each in enumerate(chances, count):
        passed += each / total
        while len(found) < len(_PROBABILITIES) and passed >= _PROBABILITIES[len(found)]:
            found.append(r - (passed - _PROBABILITIES[len(found)]) / (each / total))
        if len(found) == len(_PROBABILITIES):
            break
    return tuple(found)


def _width(units: Sequence[FunnelUnit], centre: float, wanted: Overdispersion | None) -> _Width:
    if wanted is None or centre in (0, 1):
        return _Width(centre)
    weights = [unit.denominator / (centre * (1 - centre)) for unit in units]
    scores = [
        (unit.numerator / unit.denominator - centre) * math.sqrt(weight)
        for unit, weight in zip(units, weights, strict=True)
    ]
    k = len(scores)
    phi = math.fsum(z * z for z in _drawn_in(scores)) / k
    if wanted == "multiplicative":
        wide = phi > 1 + 2 * math.sqrt(2 / k)
        return _Width(centre, "multiplicative" if wide else "exact", phi)
    total = math.fsum(weights)
    spare = total - math.fsum(weight * weight for weight in weights) / total
    tau2 = (k * phi - (k - 1)) / spare if k > 1 else 0.0
    if tau2 <= 0:
        return _Width(centre, "exact", phi, 0.0)
    return _Width(centre, "additive", phi, tau2)


def _drawn_in(scores: Sequence[float]) -> list[float]:
    """Winsorised: the outer tenth on each side takes the value of the next one inwards."""
    ordered, cut = sorted(scores), len(scores) // _WINSORISED
    return [min(max(z, ordered[cut]), ordered[-1 - cut]) for z in scores]


def _point(unit: FunnelUnit, width: _Width) -> FunnelPoint:
    lcl998, lcl95, ucl95, ucl998 = width.limits(unit.denominator)
    return FunnelPoint(
        id=unit.id,
        name=unit.name,
        numerator=unit.numerator,
        denominator=unit.denominator,
        share=unit.numerator / unit.denominator,
        lcl95=lcl95,
        ucl95=ucl95,
        lcl998=lcl998,
        ucl998=ucl998,
        place=width.place(unit.numerator, unit.denominator),
    )


def _row(n: int, width: _Width) -> FunnelLimits:
    lcl998, lcl95, ucl95, ucl998 = width.limits(n)
    return FunnelLimits(denominator=n, lcl998=lcl998, lcl95=lcl95, ucl95=ucl95, ucl998=ucl998)


def _sizes(denominators: Sequence[int]) -> list[int]:
    """Denominators to draw the curve through: close together where it is steep."""
    low, high = math.sqrt(min(denominators)), math.sqrt(max(denominators))
    steps = (low + (high - low) * i / (_SIZES - 1) for i in range(_SIZES))
    return sorted({round(step * step) for step in steps})


def _checked(units: Iterable[FunnelUnit | tuple[str, str, int, int]]) -> list[FunnelUnit]:
    checked: list[FunnelUnit] = []
    ids: set[str] = set()
    for index, given in enumerate(units, 1):
        at = f"units/{index}"
        if not isinstance(given, FunnelUnit):
            if not isinstance(given, Sequence) or len(given) != 4:
                raise InvalidValue(at, given, "id, name, numerator and denominator")
            given = FunnelUnit(*given)
        unit = FunnelUnit(
            given.id,
            given.name,
            _count(f"{at}/numerator", given.numerator),
            _count(f"{at}/denominator", given.denominator),
        )
        if unit.id in ids:
            raise InvalidValue(f"{at}/id", unit.id, "an id that no other unit has")
        if unit.numerator > unit.denominator:
            rule = say("at most its denominator ({value})", value=unit.denominator)
            raise InvalidValue(f"{at}/numerator", unit.numerator, rule)
        ids.add(unit.id)
        checked.append(unit)
    return checked


def _count(field: str, value: object) -> int:
    plain = number(field, value)
    if plain < 0 or plain > 1_000_000_000 or plain != int(plain):
        raise InvalidValue(field, value, "a whole number from 0 to 1,000,000,000")
    return int(plain)
