import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue
from pdsa.charts.funnel_plot import Funnel, FunnelUnit, exact_counts, funnel

P = [1, 25, 975, 999]  # in thousandths
MIRROR = {
    "inside": "inside",
    "above_95": "below_95",
    "above_998": "below_998",
    "below_95": "above_95",
    "below_998": "above_998",
}
COUNTS = st.lists(
    st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=30,
)
SHARES = st.floats(0.005, 0.995)


def schools(counts: list[tuple[int, int]]) -> list[FunnelUnit]:
    return [FunnelUnit(f"school-{i}", f"School {i}", a, n) for i, (a, n) in enumerate(counts, 1)]


def chances(n: int, centre: float) -> tuple[list[int], int]:
    """The probabilities of 0, 1, ... n students: exact numerators, and their denominator."""
    share, whole = Fraction(centre).as_integer_ratio()
    rest = whole - share
    return [math.comb(n, r) * share**r * rest ** (n - r) for r in range(n + 1)], whole**n


def quantiles(n: int, centre: float) -> list[float]:
    """Spiegelhalter's interpolated quantiles, as counts."""
    found: list[float] = []
    each, whole = chances(n, centre)
    passed = 0
    for r, chance in enumerate(each):
        passed += chance
        while len(found) < len(P) and 1000 * passed >= P[len(found)] * whole:
            over = 1000 * passed - P[len(found)] * whole
            found.append(float(r - Fraction(over, 1000 * chance)))
    return found


@given(st.integers(1, 300), SHARES)
def test_limits_are_the_exact_interpolated_binomial_quantiles(n: int, centre: float) -> None:
    assert exact_counts(n, centre) == pytest.approx(quantiles(n, centre), abs=1e-9)


@pytest.mark.parametrize("centre", [0.5, 0.03])
def test_limits_for_a_million_students_agree_with_fifty_digits(centre: float) -> None:
    n, found = 1_000_000, []
    with localcontext(prec=50):
        share = Decimal(centre)
        odds, mode = share / (1 - share), int(n * centre)
        below, above = [Decimal(1)], [Decimal(1)]
        for r in range(mode, mode - 6000, -1):
            below.append(below[-1] * r / ((n - r + 1) * odds))
        for r in range(mode, mode + 6000):
            above.append(above[-1] * (n - r) * odds / (r + 1))
        weights = [*reversed(below[1:]), *above]
        total, passed = sum(weights), Decimal(0)
        for r, weight in enumerate(weights, mode - 6000):
            passed += weight / total
            while len(found) < len(P) and passed >= Decimal(P[len(found)]) / 1000:
                over = passed - Decimal(P[len(found)]) / 1000
                found.append(float(r - over / (weight / total)))

    assert exact_counts(n, centre) == pytest.approx(found, abs=1e-6)


@given(COUNTS)
def test_limits_enclose_the_centre_line_one_in_the_other(counts: list[tuple[int, int]]) -> None:
    made = funnel(schools(counts))

    assert made.centre == sum(a for a, _ in counts) / sum(n for _, n in counts)
    for row in (*made.units, *made.curve):
        assert 0 <= row.lcl998 <= row.lcl95 <= made.centre <= row.ucl95 <= row.ucl998 <= 1


@given(COUNTS, SHARES)
def test_a_unit_is_outside_where_so_extreme_a_count_is_rarer_than_the_limit(
    counts: list[tuple[int, int]], centre: float
) -> None:
    made = funnel(schools(counts), centre=centre)

    for unit in made.units:
        each, whole = chances(unit.denominator, centre)
        low, high = sum(each[: unit.numerator + 1]), sum(each[unit.numerator :])
        expected = "inside"
        for name, limit in (("95", 25 * whole), ("998", whole)):
            if 1000 * high < limit:
                expected = f"above_{name}"
            elif 1000 * low < limit:
                expected = f"below_{name}"
        assert unit.place == expected


@given(COUNTS, SHARES, st.sampled_from([None, "multiplicative", "additive"]))
def test_the_others_give_the_mirrored_funnel(
    counts: list[tuple[int, int]], centre: float, overdispersion: Any
) -> None:
    others = [(n - a, n) for a, n in counts]

    ours = funnel(schools(counts), centre=centre, overdispersion=overdispersion)
    theirs = funnel(schools(others), centre=1 - centre, overdispersion=overdispersion)

    assert theirs.method == ours.method
    assert [unit.place for unit in theirs.units] == [MIRROR[unit.place] for unit in ours.units]


@given(COUNTS, st.sampled_from([None, "multiplicative", "additive"]))
def test_units_stay_in_their_order_and_the_funnel_travels_as_json(
    counts: list[tuple[int, int]], overdispersion: Any
) -> None:
    made = funnel(schools(counts), overdispersion=overdispersion)

    assert [(u.id, u.numerator, u.denominator) for u in made.units] == [
        (unit.id, unit.numerator, unit.denominator) for unit in schools(counts)
    ]
    assert msgspec.json.decode(msgspec.json.encode(made), type=Funnel) == made


@given(COUNTS)
def test_the_curve_runs_from_the_smallest_unit_to_the_largest(
    counts: list[tuple[int, int]],
) -> None:
    made = funnel(schools(counts))
    sizes = [row.denominator for row in made.curve]

    assert sizes == sorted({*sizes})
    assert (sizes[0], sizes[-1]) == (min(n for _, n in counts), max(n for _, n in counts))
    assert len(sizes) <= 60


@pytest.mark.parametrize("centre", [0.05, 0.4])
def test_more_students_narrow_the_funnel(centre: float) -> None:
    rows = [
        row
        for n in (25, 100, 400, 1600, 6400)
        for row in funnel([("a", "A", 0, n)], centre=centre).curve
    ]

    widths = [(row.ucl95 - row.lcl95, row.ucl998 - row.lcl998) for row in rows]

    assert widths == sorted(widths, reverse=True)
    assert widths[-1][0] == pytest.approx(
        2 * 1.96 * math.sqrt(centre * (1 - centre) / 6400), rel=0.01
    )


def test_all_4_of_4_is_less_than_a_student_above_the_line_and_inside() -> None:
    (unit,) = funnel([("room-12", "Room 12", 4, 4)], centre=0.5).units

    assert unit.ucl95 == pytest.approx((4 - 0.4) / 4)
    assert (unit.share, unit.place) == (1, "inside")


def test_units_that_vary_as_chance_would_have_it_keep_the_exact_limits() -> None:
    even = [(40 + (-1) ** i * 3, 100) for i in range(20)]

    exact = funnel(schools(even))

    for overdispersion in ("multiplicative", "additive"):
        made = funnel(schools(even), overdispersion=overdispersion)  # type: ignore[arg-type]
        assert made.method == "exact"
        assert made.phi == pytest.approx(100 * 0.03**2 / 0.24)
        assert made.units == exact.units
        assert made.curve == exact.curve
    assert (exact.phi, exact.tau2) == (None, None)
    assert funnel(schools(even), overdispersion="additive").tau2 == 0


def test_multiplicative_limits_are_wider_by_the_root_of_phi() -> None:
    wide = schools([(40 + (-1) ** i * 12, 100) for i in range(20)])

    exact, made = funnel(wide), funnel(wide, overdispersion="multiplicative")

    assert made.phi == pytest.approx(100 * 0.12**2 / 0.24)
    assert made.method == "multiplicative"
    for before, after in zip(exact.units, made.units, strict=True):
        assert after.ucl95 - 0.4 == pytest.approx((before.ucl95 - 0.4) * math.sqrt(6))
        assert after.place == "inside" != before.place


def test_phi_counts_only_if_it_is_more_than_chance_gives() -> None:
    def phi_of(step: int) -> Funnel:
        units = [(4000 + (-1) ** i * step, 10_000) for i in range(50)]
        return funnel(schools(units), overdispersion="multiplicative")

    least = 1 + 2 * math.sqrt(2 / 50)

    assert (phi_of(57).method, phi_of(58).method) == ("exact", "multiplicative")
    assert phi_of(57).phi < least < phi_of(58).phi  # type: ignore[operator]


def test_additive_limits_follow_the_variance_between_units() -> None:
    wide = schools([(40 + (-1) ** i * 12, 100) for i in range(20)])

    made = funnel(wide, overdispersion="additive")
    within = 0.24 / 100

    assert made.method == "additive"
    assert made.tau2 == pytest.approx((20 * 6 - 19) / (19 / within))
    for before, after in zip(funnel(wide).units, made.units, strict=True):
        wider = math.sqrt((within + made.tau2) / within)
        assert after.lcl998 - 0.4 == pytest.approx((before.lcl998 - 0.4) * wider)
        assert after.ucl95 - 0.4 == pytest.approx((before.ucl95 - 0.4) * wider)


def test_a_tenth_of_the_units_on_each_side_does_not_drive_phi() -> None:
    calm = [(40 + (-1) ** i * 3, 100) for i in range(18)]

    made = funnel(schools([*calm, (0, 100), (100, 100)]), centre=0.4, overdispersion="additive")

    assert made.phi == pytest.approx(100 * 0.03**2 / 0.24)


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("overdispersion", [None, "multiplicative", "additive"])
def test_where_all_or_none_do_the_limits_collapse(share: int, overdispersion: Any) -> None:
    made = funnel(schools([(5 * share, 5), (9 * share, 9)]), overdispersion=overdispersion)

    assert {unit.place for unit in made.units} == {"inside"}
    assert {(row.lcl998, row.lcl95, row.ucl95, row.ucl998) for row in made.curve} == {(share,) * 4}
    assert (made.method, made.phi, made.tau2) == ("exact", None, None)


def test_what_a_given_centre_rules_out_is_outside() -> None:
    none, all_but_one = funnel([("a", "A", 1, 9)], centre=0), funnel([("a", "A", 8, 9)], centre=1)

    assert [none.units[0].place, all_but_one.units[0].place] == ["above_998", "below_998"]
    assert none.units[0].ucl998 == 0
    assert all_but_one.units[0].lcl998 == 1


def test_units_without_students_are_left_out_and_listed() -> None:
    made = funnel([("a", "A", 3, 9), ("b", "B", 0, 0)])

    assert ([unit.id for unit in made.units], made.left_out) == (["a"], ("b",))
    assert made.centre == 3 / 9


@pytest.mark.parametrize("units", [[], [("b", "B", 0, 0)]])
def test_without_units_there_is_nothing_to_draw(units: list[Any]) -> None:
    made = funnel(units, overdispersion="additive")

    assert (made.centre, made.units, made.curve) == (None, (), ())


@pytest.mark.parametrize(
    ("units", "field"),
    [
        ([("a", "A", 3, 9), ("a", "B", 3, 9)], "units/2/id"),
        ([("a", "A", 10, 9)], "units/1/numerator"),
        ([("a", "A", 1, 0)], "units/1/numerator"),
        ([("a", "A", -1, 9)], "units/1/numerator"),
        ([("a", "A", 1.5, 9)], "units/1/numerator"),
        ([("a", "A", True, 9)], "units/1/numerator"),
        ([("a", "A", None, 9)], "units/1/numerator"),
        ([("a", "A", 1, math.inf)], "units/1/denominator"),
        ([("a", "A", 1, math.nan)], "units/1/denominator"),
        ([("a", 1, 9)], "units/1"),
    ],
)
def test_counts_that_cannot_be_are_refused_with_their_unit(units: Any, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        funnel(units)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "options", [{"centre": 1.1}, {"centre": math.nan}, {"overdispersion": "both"}]
)
def test_a_centre_is_a_share_and_overdispersion_one_of_two(options: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        funnel([("a", "A", 3, 9)], **options)

    assert refused.value.field in options
