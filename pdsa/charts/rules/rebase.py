"""Re-basing a median by rule: where a sustained run would begin a new phase.

Source: the rules of R's runcharter 0.2.0.9000 (J. Mackintosh). This shows what a rule would do; in
an inquiry a person re-bases, with a reason (``pdsa.phase``).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from pdsa.charts.mean import median as middle
from pdsa.charts.rules.column import column
from pdsa.errors import InvalidValue

RunSide = Literal["above", "below", "both"]
PhaseType = Literal["baseline", "sustained"]


class RebasedPhase(Struct, frozen=True, kw_only=True):
    """A phase: ``median`` of the points from index ``start`` to ``end``, drawn on to ``extend_to``.

    The phase after it begins at ``extend_to``; the last one extends to the last point. The median
    is ``None`` where every point of the baseline is missing.
    """

    median: float | None
    start: int
    end: int
    extend_to: int
    type: PhaseType


def auto_rebase(
    y: Iterable[Any], *, med_rows: int = 13, runlength: int = 9, direction: RunSide = "above"
) -> tuple[RebasedPhase, ...]:
    """The baseline and the sustained runs after it, each with a median of its own.

    The baseline is the first ``med_rows`` points. After it, ``runlength`` points in a row on the
    wanted side of the median in force begin a phase at the first of them; counting begins anew
    behind the last of them, against their median. Points on the median and missing points are
    skipped: they neither add to a run nor break it, and are in no phase's median.

    Raises ``InvalidValue`` for fewer than ``med_rows + runlength`` points, for what is no finite
    number, for ``med_rows`` or ``runlength`` below 1, and another direction.
    """
    values = column("y", y)
    if direction not in get_args(RunSide):
        raise InvalidValue("direction", direction, "above, below or both")
    if isinstance(med_rows, bool) or not isinstance(med_rows, int) or med_rows < 1:
        raise InvalidValue("med_rows", med_rows, "1 or more")
    if isinstance(runlength, bool) or not isinstance(runlength, int) or runlength < 1:
        raise InvalidValue("runlength", runlength, "1 or more")
    least = med_rows + runlength
    if len(values) < least:
        raise InvalidValue("y", f"{len(values)} points", f"{least} points or more")
    known = [value for value in values[:med_rows] if value is not None]
    centre = middle(known) if known else None
    phases = [
        RebasedPhase(median=centre, start=1, end=med_rows, extend_to=len(values), type="baseline")
    ]
    while centre is not None and (
        run := _run(values, phases[-1].end, centre, runlength, direction)
    ):
        centre = middle([value for _, value in run])
        phases[-1] = replace(phases[-1], extend_to=run[0][0])
        phases.append(
            RebasedPhase(
                median=centre,
                start=run[0][0],
                end=run[-1][0],
                extend_to=len(values),
                type="sustained",
            )
        )
    return tuple(phases)


def _run(
    values: Sequence[float | None], after: int, centre: float, length: int, direction: RunSide
) -> list[tuple[int, float]]:
    """The first run of ``length`` useful points behind index ``after``, empty if there is none."""
    run: list[tuple[int, float]] = []
    for index in range(after + 1, len(values) + 1):
        value = values[index - 1]
        if value is None or value == centre:
            continue
        if run and (run[-1][1] > centre) is not (value > centre):
            run = []
        run.append((index, value))
        wanted = direction == "both" or (value > centre) is (direction == "above")
        if wanted and len(run) == length:
            return run
    return []
