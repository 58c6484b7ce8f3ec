"""Boxes in columns: in which order, and how high each, so that links cross and bend little.

After Sugiyama, Tagawa & Toda 1981 (IEEE Transactions on Systems, Man, and Cybernetics 11:109-125):
barycentre sweeps for the order; then, with the order fixed, each column's least-squares heights
under the distances that must be kept (pool adjacent violators). The same input gives the same
picture: ties keep the order that was given.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

SWEEPS = 12


class Layers(Struct, frozen=True, kw_only=True):
    """The columns in order, the middle of each box, and where a long link passes other columns.

    ``routes`` has for each link the middles in the columns between its ends, from its first end.
    """

    columns: list[list[str]]
    middle: dict[str, float]
    routes: list[list[float]]
    height: float


def arrange(
    columns: Sequence[Sequence[str]],
    heights: Mapping[str, float],
    links: Sequence[tuple[str, str]],
    *,
    gap: float,
) -> Layers:
    """Order the boxes of each column and set them apart by ``gap`` or more.

    A link over several columns gets a place of its own between the boxes of each that it passes.
    """
    order = [list(column) for column in columns]
    at = {key: c for c, column in enumerate(columns) for key in column}
    tall = dict(heights)
    near: dict[str, list[str]] = {key: [] for key in at}
    passes: list[list[str]] = []
    for n, (source, target) in enumerate(links):
        step = 1 if at[target] > at[source] else -1
        between = [f"\0{n} {c}" for c in range(at[source] + step, at[target], step)]
        if at[source] == at[target]:
            between = []
        for key, c in zip(between, range(at[source] + step, at[target], step), strict=False):
            at[key], tall[key], near[key] = c, 0, []
            order[c].append(key)
        chain = [source, *between, target]
        for left, right in pairwise(chain):
            if at[left] != at[right]:
                near[left].append(right)
                near[right].append(left)
        passes.append(between)
    order = _fewest_crossings(order, at, near)
    middle, height = _heights(order, at, near, tall, gap)
    return Layers(
        columns=[[key for key in column if key in heights] for column in order],
        middle={key: middle[key] for key in heights},
        routes=[[middle[key] for key in between] for between in passes],
        height=height,
    )


def _fewest_crossings(
    order: list[list[str]], at: Mapping[str, int], near: Mapping[str, list[str]]
) -> list[list[str]]:
    best, fewest = order, _crossings(order, at, near)
    for sweep in range(2 * SWEEPS):
        if not fewest:
            break
        order = [list(column) for column in order]
        there = range(1, len(order)) if sweep % 2 == 0 else range(len(order) - 2, -1, -1)
        for c in there:
            beside = c - 1 if sweep % 2 == 0 else c + 1
            _sort(order, c, beside, at, near)
        _swap(order, at, near)
        found = _crossings(order, at, near)
        if found < fewest:
            best, fewest = order, found
    return [
        [key for key in column if near[key]] + [key for key in column if not near[key]]
        for column in best
    ]


def _sort(
    order: list[list[str]],
    c: int,
    beside: int,
    at: Mapping[str, int],
    near: Mapping[str, list[str]],
) -> None:
    """Sort a column by the mean place of what each box is linked to in the column beside it."""
    place = {key: i / len(order[beside]) for i, key in enumerate(order[beside])}
    wanted: dict[str, float] = {}
    for i, key in enumerate(order[c]):
        found = [place[other] for other in near[key] if at[other] == beside]
        wanted[key] = sum(found) / len(found) if found else i / len(order[c])
    order[c].sort(key=wanted.__getitem__)


def _swap(order: list[list[str]], at: Mapping[str, int], near: Mapping[str, list[str]]) -> None:
    """Exchange neighbours in a column as long as that saves crossings."""
    place = {key: i for column in order for i, key in enumerate(column)}
    for _ in range(4):
        better = False
        for column in order:
            for i in range(len(column) - 1):
                upper, lower = column[i], column[i + 1]
                now = sum(
                    (place[a] > place[b]) - (place[a] < place[b])
                    for a in near[upper]
                    for b in near[lower]
                    if at[a] == at[b]
                )
                if now > 0:
                    column[i], column[i + 1] = lower, upper
                    place[upper], place[lower] = i + 1, i
                    better = True
        if not better:
            break


def _crossings(order: list[list[str]], at: Mapping[str, int], near: Mapping[str, list[str]]) -> int:
    place = {key: i for column in order for i, key in enumerate(column)}
    crossed = 0
    for c, column in enumerate(order):
        seen: list[int] = []
        for key in column:
            ends = sorted(place[other] for other in near[key] if at[other] == c + 1)
            crossed += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return crossed


def _heights(
    order: list[list[str]],
    at: Mapping[str, int],
    near: Mapping[str, list[str]],
    tall: Mapping[str, float],
    gap: float,
) -> tuple[dict[str, float], float]:
    room = max(sum(tall[k] for k in column) + gap * (len(column) - 1) for column in order if column)
    middle: dict[str, float] = {}
    for column in order:
        top = (room - sum(tall[key] for key in column) - gap * (len(column) - 1)) / 2
        for key in column:
            middle[key] = top + tall[key] / 2
            top += tall[key] + gap
    forth = range(len(order))
    for sweep in range(SWEEPS):
        for c in forth if sweep % 2 else reversed(forth):
            wanted = [
                (sum(middle[other] for other in near[key]) / len(near[key]), float(len(near[key])))
                if near[key]
                else (middle[key], 0.001)
                for key in order[c]
            ]
            middle |= _spread(order[c], wanted, tall, gap, room)
    return middle, room


def _spread(
    column: Sequence[str],
    wanted: Sequence[tuple[float, float]],
    tall: Mapping[str, float],
    gap: float,
    room: float,
) -> dict[str, float]:
    """The middles nearest to the wanted ones (value, weight) that keep order, distance and room."""
    offsets: list[float] = []
    below = 0.0
    for key in column:
        offsets.append(below + tall[key] / 2)
        below += tall[key] + gap
    slack = max(0.0, room - (below - gap))
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for (want, weight), offset in zip(wanted, offsets, strict=True):
        block = (want - offset, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            mean, heavy, count = blocks.pop()
            total = heavy + block[1]
            block = ((mean * heavy + block[0] * block[1]) / total, total, count + block[2])
        blocks.append(block)
    shifts = [mean for mean, _, count in blocks for _ in range(count)]
    return {
        key: offset + min(max(shift, 0.0), slack)
        for key, offset, shift in zip(column, offsets, shifts, strict=True)
    }
