"""Suppression: what a district's table of 1,000 schools x 20 student groups costs.

    python bench/suppression.py [rounds]

Processor time of this thread, which must stay under 50 ms. Beside it, as a measure of the machine,
`bare`: a loop that reads every cell once, timed in turn; the ratio of a round is formed before the
median.

The schools are made up but shaped like a large district's: 200 to 1,500 students, eight groups by
race and ethnicity as one partition with skewed shares (so that about half of its cells hold 10 or
fewer), two by gender as another, and ten single groups.
"""

import sys
from collections.abc import Callable
from random import Random
from statistics import median
from time import thread_time

from pdsa.privacy import Hidden, Table, suppress

LIMIT_MS = 50.0
RACE = (0.73, 0.10, 0.08, 0.05, 0.02, 0.012, 0.004, 0.002)  # the rest: not stated
SINGLE = (0.81, 0.20, 0.15, 0.13, 0.03, 0.02, 0.01, 0.01, 0.006, 0.003)


def district(seed: int, schools: int = 1000) -> Table:
    """A table of so many schools; shares differ by school, as neighbourhoods do."""
    random = Random(seed)
    cells, everybody = [], []
    for _ in range(schools):
        n = random.randint(200, 1500)
        weights = [share * random.lognormvariate(0, 0.8) for share in (*RACE, 0.002)]
        race = [int(n * weight / sum(weights)) for weight in weights[:8]]
        girls = int(n * random.gauss(0.49, 0.02))
        singles = [int(n * min(0.99, s * random.lognormvariate(0, 0.4))) for s in SINGLE]
        cells.append((*race, girls, n - girls, *singles))
        everybody.append(n)
    return Table(
        cells=tuple(cells),
        all_students=tuple(everybody),
        partitions=(tuple(range(8)), (8, 9)),
    )


def bare(table: Table) -> int:
    """Reads every cell once and asks whether it is small."""
    small = 0
    for row in table.cells:
        for students in row:
            if 0 < students < 11:
                small += 1
    return small


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor seconds of one call."""
    start = thread_time()
    for _ in range(times):
        work()
    return (thread_time() - start) / times


def measure(name: str, table: Table, work: Callable[[], Hidden], rounds: int) -> float:
    each, took = [], []
    hidden = work()
    for _ in range(rounds):
        loop, ours = seconds(lambda: bare(table), 5), seconds(work, 1)
        each.append(ours / loop)
        took.append(ours * 1e3)
    ms = median(took)
    print(
        f"{name:<44} {ms:>7.1f} ms  {median(each):>6.1f} loops"
        f"  {bare(table):>6} small cells, {len(hidden):>6} hidden"
    )
    return ms


def main(rounds: int = 15) -> int:
    table = district(1)
    small = Table(cells=table.cells[:40], all_students=table.all_students[:40])
    classrooms = [(row, -1) for row in range(0, 1000, 7)]
    ms = measure("1,000 schools x 20 groups", table, lambda: suppress(table), rounds)
    measure("  at least 20", table, lambda: suppress(table, at_least=20), rounds)
    measure(
        "  143 schools withheld, small numbers shown",
        table,
        lambda: suppress(table, at_least=None, withheld=classrooms),
        rounds,
    )
    measure("  40 of the schools", small, lambda: suppress(small), rounds)
    held = ms <= LIMIT_MS
    print(f"{'limit':<44} {LIMIT_MS:>7.1f} ms  {'held' if held else 'NOT HELD'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
