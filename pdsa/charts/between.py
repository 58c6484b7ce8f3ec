"""How much units differ from each other, and how much each varies within itself.

Source: Searle, Casella & McCulloch 1992, Variance Components, ch. 3: the one-way random model, its
components estimated from the mean squares between and within (method of moments, unequal sizes),
a negative component between units set to nought.
"""

import math
from collections.abc import Sequence

from msgspec import Struct

from pdsa.charts.mean import mean, spread
from pdsa.errors import InvalidValue
from pdsa.measure import Series
from pdsa.words import mark, say, say_n


class UnitVariation(Struct, frozen=True, kw_only=True):
    """One unit: the id of its classroom or the code of its group, and its points that have a value.

    ``first`` and ``last`` are its values at both ends. ``within_sd`` is the standard deviation of
    its points, ``None`` below two of them.
    """

    of: str
    n_points: int
    mean: float | None
    first: float | None
    last: float | None
    within_sd: float | None


class Variation(Struct, frozen=True, kw_only=True):
    """Variation between and within units, in the measure's own unit; ``None`` where not defined.

    ``mean`` is that of all points. ``between_sd`` and ``within_sd`` are the roots of the variance
    components, ``share_between`` the first component's share of both (the intraclass correlation,
    0 to 1). ``lowest`` and ``highest`` are the ends of the units' means; ``spread_first`` and
    ``spread_last`` how far the units' first, and last, values lie apart.
    """

    units: tuple[UnitVariation, ...]
    mean: float | None
    between_sd: float | None
    within_sd: float | None
    share_between: float | None
    lowest: float | None
    highest: float | None
    spread_first: float | None
    spread_last: float | None

    @property
    def reading(self) -> str:
        """One sentence with numbers; it names no unit, ranks none and claims no cause."""
        units = [unit for unit in self.units if unit.n_points]
        if self.mean is None or not units:
            return say("There are no values yet.")
        if len(units) == 1:
            return say_n(
                "One unit has values, {n} point around {mean}.",
                "One unit has values, {n} points around {mean}.",
                units[0].n_points,
                mean=_show(self.mean),
            )
        if self.within_sd is None:
            said = mark(
                "The means of {n} units lie between {low} and {high}; one point each does not tell "
                "how much a unit varies within itself."
            )
        elif self.share_between is None:
            said = mark(
                "The means of {n} units lie between {low} and {high}; the standard deviation is "
                "{between} between units and {within} within them."
            )
        else:
            said = mark(
                "The means of {n} units lie between {low} and {high}; the standard deviation is "
                "{between} between units and {within} within them, so that {share} of the "
                "variation is between units."
            )
        return say(
            said,
            n=len(units),
            low=_show(self.lowest),
            high=_show(self.highest),
            between=_show(self.between_sd),
            within=_show(self.within_sd),
            share=f"{self.share_between or 0:.0%}",
        )


def variation(parts: Sequence[Series]) -> Variation:
    """The variation between and within the units whose series are given, one each.

    Each point of a series counts once, whatever its denominator; a missing point does not count.
    Between units nothing is defined for fewer than two with a value, within them nothing where no
    unit has two values; the share is not defined where nothing varies.

    Raises ``InvalidValue`` for a unit that comes twice and for series of different measures.
    """
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.measure_id != parts[0].measure_id:
            rule = say("the measure of parts/1 ({measure})", measure=parts[0].measure_id)
            raise InvalidValue(f"parts/{index + 1}/measure_id", part.measure_id, rule)
        if part.part in seen:
            raise InvalidValue(f"parts/{index + 1}/part", part.part, "a unit that comes once")
        seen.add(part.part)
    columns = [[value for value in part.values() if value is not None] for part in parts]
    groups = [column for column in columns if column]
    means = [mean(group) for group in groups]
    between, within = _components(groups, means)
    both = None if between is None or within is None else between + within
    return Variation(
        units=tuple(_unit(part, column) for part, column in zip(parts, columns, strict=True)),
        mean=mean([value for group in groups for value in group]) if groups else None,
        between_sd=None if between is None else math.sqrt(between),
        within_sd=None if within is None else math.sqrt(within),
        share_between=between / both if both and between is not None else None,
        lowest=min(means, default=None),
        highest=max(means, default=None),
        spread_first=_apart([group[0] for group in groups]),
        spread_last=_apart([group[-1] for group in groups]),
    )


def _components(
    groups: Sequence[Sequence[float]], means: Sequence[float]
) -> tuple[float | None, float | None]:
    """The variance between units and that within them.

    With mean squares MSB and MSW, k units of n_i points and N in all, the component between is
    (MSB - MSW) / n0, where n0 = (N - sum(n_i²) / N) / (k - 1).
    """
    k, sizes = len(groups), [len(group) for group in groups]
    total = sum(sizes)
    if total == k:  # a point each, or none at all
        return None, None
    within = math.fsum(
        (value - centre) ** 2
        for group, centre in zip(groups, means, strict=True)
        for value in group
    ) / (total - k)
    if k < 2:
        return None, within
    overall = math.fsum(n * each for n, each in zip(sizes, means, strict=True)) / total
    squares = math.fsum(n * (each - overall) ** 2 for n, each in zip(sizes, means, strict=True))
    n0 = (total - sum(n * n for n in sizes) / total) / (k - 1)
    return max(0.0, (squares / (k - 1) - within) / n0), within


def _unit(part: Series, values: Sequence[float]) -> UnitVariation:
    return UnitVariation(
        of=part.part,
        n_points=len(values),
        mean=mean(values) if values else None,
        first=values[0] if values else None,
        last=values[-1] if values else None,
        within_sd=spread(values),
    )


def _apart(values: Sequence[float]) -> float | None:
    return max(values) - min(values) if len(values) > 1 else None


def _show(value: float | None) -> str:
    return "?" if value is None else f"{value:.1f}".removesuffix(".0")
