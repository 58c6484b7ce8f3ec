"""Charts: what a P chart of 24 points costs beside the bare loop and beside other Python packages.

    python bench/charts.py [rounds]      (in an environment with '.[bench]')

Everything is timed in one run, each round in an order that alternates, and the ratio of a round is
formed before the median, so that a machine which slows down half-way slows both. Processor time of
this thread, not the clock on the wall: other programs on the machine count less.

The limit is `bare`: one loop that computes the same numbers into lists and does nothing else; no
check, no struct, no signal. A package that is not installed is said so and left out.
"""

import gc
import sys
import tracemalloc
import warnings
from collections.abc import Callable
from datetime import date, timedelta
from math import sqrt
from random import Random
from statistics import median
from time import thread_time
from typing import Any

from pdsa.charts import chart, charts, crossings_min, longest_run_max
from pdsa.charts import svg as pictures

warnings.simplefilter("ignore")

BARE, PEER, BATCH, BYTES, CHART_MS, SPARKS_MS = 2.0, 20.0, 1.5, 300, 0.5, 5.0
MOST = [0, *(longest_run_max(n) for n in range(1, 400))]
FEWEST = [0, *(crossings_min(n) for n in range(1, 400))]

Column = list[Any]


def series(seed: int, size: int = 24) -> tuple[list[int], list[int]]:
    """Exit tickets of one class: how many used the frame, of how many."""
    random = Random(seed)
    sizes = [random.randint(24, 33) for _ in range(size)]
    return [sum(random.random() < 0.5 for _ in range(n)) for n in sizes], sizes


def bare(num: list[int], den: list[int]) -> tuple[Any, ...]:
    """The same numbers as the chart's, into lists: a P chart with Anhøj's rules."""
    y: Column = []
    cl: Column = []
    lcl: Column = []
    ucl: Column = []
    lcl95: Column = []
    ucl95: Column = []
    target: Column = []
    part: Column = []
    baseline: Column = []
    include: Column = []
    outside: Column = []
    x: Column = []
    centre = sum(num) / sum(den)
    variance = centre * (1 - centre)
    n = longest = run = crossings = side = 0
    for at, (a, d) in enumerate(zip(num, den, strict=True), 1):
        value = a / d
        sigma = sqrt(variance / d)
        low, high = centre - 3 * sigma, centre + 3 * sigma
        low95, high95 = centre - 2 * sigma, centre + 2 * sigma
        if low < 0:
            low = 0.0
        if low95 < 0:
            low95 = 0.0
        if high > 1:
            high = 1.0
        if high95 > 1:
            high95 = 1.0
        x.append(at)
        y.append(value)
        cl.append(centre)
        lcl.append(low)
        ucl.append(high)
        lcl95.append(low95)
        ucl95.append(high95)
        target.append(None)
        part.append(1)
        baseline.append(True)
        include.append(True)
        outside.append(value > high or value < low)
        if value != centre:
            n += 1
            now = 1 if value > centre else -1
            if now == side:
                run += 1
            else:
                crossings += 1
                side, run = now, 1
            if run > longest:
                longest = run
    signal = longest > MOST[n] or crossings - 1 < FEWEST[n]
    columns = (x, y, cl, lcl, ucl, lcl95, ucl95, target, part, baseline, include, outside)
    return (*columns, n, longest, MOST[n], crossings - 1, FEWEST[n], signal, sum(outside))


def peers(num: list[int], den: list[int]) -> dict[str, Callable[[], object]]:
    """A P chart with its rules for signals in each package, as its documentation calls it."""
    found: dict[str, Callable[[], object]] = {}
    try:
        import pycontrolcharts

        found["pycontrolcharts 0.1"] = lambda: pycontrolcharts.calc_p(num, sample_size=den)
    except ImportError:
        print("pycontrolcharts: not installed")
    try:
        import pandas
        import shewhart

        table = pandas.DataFrame({"num": num, "den": den})
        found["shewhart 0.1"] = lambda: shewhart.p_chart(table, defectives="num", size="den")
    except ImportError:
        print("shewhart: not installed")
    try:
        import numpy
        from spc_lib import PChart
        from spc_lib.rules.western_electric import detect_violations

        pairs = numpy.array([num, den], float).T

        def spc_lib() -> object:
            made = PChart(pairs).fit()
            return detect_violations(made.stat_main, made.cl_main, made.sigma_est)

        found["spc-lib 1.1, limits and rules"] = spc_lib
        found["spc-lib 1.1, limits alone (no rules)"] = lambda: PChart(pairs).fit()
    except ImportError:
        print("spc-lib: not installed")
    try:
        import pandas
        import pyqicharts

        weekly = pandas.DataFrame({"x": range(len(num)), "num": num, "den": den})
        found["pyqicharts 2.0"] = lambda: pyqicharts.qic_table(
            weekly, "x", "num", chart="p", denominator="den"
        )
    except ImportError:
        print("pyqicharts: not installed")
    return found


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor seconds of one call."""
    start = thread_time()
    for _ in range(times):
        work()
    return (thread_time() - start) / times


def ratios(
    one: Callable[[], object],
    other: Callable[[], object],
    *,
    rounds: int,
    times: tuple[int, int],
) -> tuple[float, float, float]:
    """The median ratio of one to the other, and the median seconds of both."""
    each, ones, others = [], [], []
    one(), other()
    for round_ in range(rounds):
        if round_ % 2:
            a, b = seconds(one, times[0]), seconds(other, times[1])
        else:
            b, a = seconds(other, times[1]), seconds(one, times[0])
        each.append(a / b)
        ones.append(a)
        others.append(b)
    return median(each), median(ones), median(others)


def show(what: str, figure: str, limit: str, held: bool) -> bool:
    print(f"{what:<58} {figure:>16}   {limit:<16} {'held' if held else 'NOT HELD'}")
    return held


def main(rounds: int = 41) -> int:
    num, den = series(1)
    held = []
    found = chart("p", num, den)
    loop = bare(num, den)
    part = found.parts[0]
    assert loop[1] == [*found.points.y], "the loop computes the same"
    assert max(abs(a - b) for a, b in zip(loop[4], found.points.ucl, strict=True)) < 1e-12
    assert loop[12:18] == (
        part.n_useful,
        part.longest_run,
        part.longest_run_max,
        part.n_crossings,
        part.n_crossings_min,
        part.runs_signal,
    )

    def one() -> object:
        return chart("p", num, den)

    ratio, ours, _ = ratios(one, lambda: bare(num, den), rounds=rounds, times=(200, 200))
    print(f"P chart of 24 points, Anhøj's rules, full result: {ours * 1e6:.1f} us here")
    held.append(show("chart / bare loop", f"{ratio:.2f}", f"at most {BARE:g}", ratio <= BARE))

    # The last nine lie high: signals name their points, which the loop does not.
    risen = [*num[:-9], *(n - 6 for n in den[-9:])]
    assert chart("p", risen, den).signals
    ratio, _, _ = ratios(
        lambda: chart("p", risen, den), lambda: bare(risen, den), rounds=rounds, times=(200, 200)
    )
    held.append(show("the same with signals", f"{ratio:.2f}", f"at most {BARE:g}", ratio <= BARE))

    fastest = []
    for name, work in peers(num, den).items():
        ratio, theirs, _ = ratios(work, one, rounds=max(7, rounds // 3), times=(5, 200))
        judged = "no rules" not in name
        print(f"  {name:<54} {theirs * 1e6:>9.0f} us  {ratio:>7.1f} times ours")
        if judged:
            fastest.append(ratio)
    if fastest:
        slowest = min(fastest)
        held.append(
            show(
                "fastest other package / chart",
                f"{slowest:.1f}",
                f"at least {PEER:g}",
                slowest >= PEER,
            )
        )

    many = [series(seed) for seed in range(10_000)]
    single = [*many[:2000]]

    def each_alone() -> None:
        for a, b in single:
            chart("p", a, b)

    ratio, batch, _ = ratios(lambda: charts("p", many), each_alone, rounds=7, times=(1, 1))
    ratio *= len(single) / len(many)
    print(f"10,000 series in one call: {batch * 1e6 / len(many):.1f} us a series here")
    held.append(
        show(
            "a series of 10,000 / a call of its own",
            f"{ratio:.2f}",
            f"at most {BATCH:g}",
            ratio <= BATCH,
        )
    )
    many.clear()
    single.clear()
    gc.collect()

    small, large = series(3, 10_000), series(3, 1_000_000)
    ratio, _, long = ratios(
        lambda: chart("p", *small), lambda: chart("p", *large), rounds=7, times=(20, 1)
    )
    print(f"1,000,000 points: {long:.2f} s here")
    growth = 1 / ratio / 100
    held.append(
        show(
            "a point of 1,000,000 / a point of 10,000",
            f"{growth:.2f}",
            "linear: under 2",
            growth < 2,
        )
    )
    gc.collect()
    tracemalloc.start()
    kept = chart("p", *large)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    held.append(
        show(
            "bytes a point of 1,000,000",
            f"{size / len(kept.points):.0f}",
            f"under {BYTES}",
            size / len(kept.points) < BYTES,
        )
    )
    del kept

    days = [date(2018, 1, 12) + timedelta(weeks=i) for i in range(24)]
    dated = chart("p", num, den, days, target=0.6)
    _, picture, loop_s = ratios(
        lambda: pictures.chart(dated, title="Sentence-frame use"),
        lambda: bare(num, den),
        rounds=rounds,
        times=(20, 200),
    )
    held.append(
        show(
            "SVG of a chart of 24 points",
            f"{picture * 1e3:.3f} ms ({picture / loop_s:.0f} loops)",
            f"at most {CHART_MS:g} ms",
            picture * 1e3 <= CHART_MS,
        )
    )
    sixty = [chart("p", *series(seed)) for seed in range(60)]
    _, sparks, loop_s = ratios(
        lambda: pictures.sparklines(sixty), lambda: bare(num, den), rounds=15, times=(3, 200)
    )
    held.append(
        show(
            "a page of 60 sparklines",
            f"{sparks * 1e3:.2f} ms ({sparks / loop_s:.0f} loops)",
            f"at most {SPARKS_MS:g} ms",
            sparks * 1e3 <= SPARKS_MS,
        )
    )
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
