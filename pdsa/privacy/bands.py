"""Shares near 0 and 100 percent as bands, all others as whole percents.

A share near its end says nearly the same of everybody: at 98 percent proficient the reader knows
each student's result. The fewer the students, the wider the band (NCES 2011-603, SLDS Technical
Brief 3; the widths are those of Utah's data gateway).
"""

from typing import NewType

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.privacy.complement import AT_LEAST
from pdsa.words import say

#: How a banded share reads: ``<=5`` or ``>=95``, in percent.
Band = NewType("Band", str)

#: From this number of students on, the percent at which the lower band ends.
EDGES = ((300, 1), (100, 2), (40, 5), (20, 10), (AT_LEAST, 20))


class Shown(Struct, frozen=True):
    """A share as it may be shown: a whole ``percent`` or a ``band``, never both."""

    percent: int | None = None
    band: Band | None = None


def band(numerator: int, n: int) -> Band | None:
    """The band in which ``numerator`` of ``n`` students lies, or ``None`` where it lies in none.

    In whole percents, as it would be shown: 4 of 77 (5.2 percent) rounds to 5 and so reads
    ``<=5``, because a plain 5 beside that band would tell that the share lies just above it. Halves
    go to the band at both ends, so that a share and its complement are banded together. Raises
    ``InvalidValue`` for fewer than 11 students and for a numerator that is not one of 0 to ``n``.
    """
    if n < AT_LEAST:
        raise InvalidValue(
            "n", n, say("{least} or more: a share of fewer students is not shown", least=AT_LEAST)
        )
    if not 0 <= numerator <= n:
        raise InvalidValue("numerator", numerator, say("from 0 to {most}", most=n))
    edge = next(edge for least, edge in EDGES if n >= least)
    if 200 * numerator <= (2 * edge + 1) * n:
        return Band(f"<={edge}")
    if 200 * (n - numerator) <= (2 * edge + 1) * n:
        return Band(f">={100 - edge}")
    return None


def share(numerator: int, n: int) -> Shown:
    """``numerator`` of ``n`` students as it may leave the school: banded, else a whole percent.

    Rounds half up. Raises ``InvalidValue`` as ``band`` does.
    """
    if within := band(numerator, n):
        return Shown(band=within)
    return Shown(percent=whole_percent(numerator, n))


def whole_percent(numerator: int, n: int) -> int:
    """``numerator`` of ``n`` in percent, half rounded up."""
    return (200 * numerator + n) // (2 * n)
