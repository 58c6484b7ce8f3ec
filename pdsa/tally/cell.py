"""What one cell of a tally says: how many of how many, a value, or that it is missing.

Teachers type ``10/25``, ``10 of 25``, ``40%`` or ``37,5``, copied from anywhere. What can be meant
in two ways is refused, never guessed: ``10:25`` may be a time, ``1,200`` may be 1.2, and an ``x``
may stand for "done" as well as for "absent".
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import Amount, Count, CycleId, MeasureId, PointId, UnitId
from pdsa.measure import DataPoint, Measure, MeasureUnit, check_point
from pdsa.tally import rules

#: The longest number that a float can be, written out, has some 350 characters.
_LONGEST = 400

#: How a cell shows that a figure is missing, and what else a teacher may write for it.
MISSING = "-"
_MISSING = frozenset(
    (MISSING, "n/a", "na", "abs", "absent", "ausente", "missing", "no data", "sin datos")
)

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_SLASHES = dict.fromkeys(map(ord, "\u2044\u2215"), "/")
_UNSEEN: dict[int, str] = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"), "")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019"), "'")
_PLAIN = _DASHES | _SLASHES | _UNSEEN | _APOSTROPHES

#: Digits that are not worth their place: a footnote's number, a fraction, a number in a circle.
_SMALL = ("<super>", "<sub>", "<fraction>", "<circle>")

_PAIR = re.compile(r"([-0-9., ']+?)\s*(?:/|out of|of|de)\s*([-0-9., ']+)")
_WHOLE = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
#: ``1,200``, ``1 200``, ``1.200,5``, ``1,200,000``; a point alone is a decimal point.
_THOUSANDS = re.compile(
    r"-?(?:[1-9][0-9]{0,2},[0-9]{3}|[0-9]{1,3}[ '][0-9]{3}"
    r"|[0-9]{1,3}(?:[., '][0-9]{3})+(?:[.,][0-9]*|[., '][0-9]{3}))"
)
_RATE = re.compile(r"(.+?)\s*\b(?:per|por)\b\s*([0-9]+)")
_MONTHS = r"(?:jan|ene|feb|mar|apr|abr|may|jun|jul|aug|ago|sep|oct|nov|dec|dic)[a-z]*\.?"
_DATE = re.compile(
    rf"[0-9]+/[0-9]+/[0-9]+|[0-9]{{4}}-[0-9]+-[0-9]+"
    rf"|[0-9]{{1,2}}[- ](?:de )?{_MONTHS}(?:[-, ]+(?:de )?[0-9]+)?"
    rf"|{_MONTHS}[- ][0-9]+(?:[-, ]+[0-9]+)?"
)


class Figure(Struct, frozen=True, gc=False):
    """What was found in one classroom on one day; neither counts nor a value where it is missing.

    Raises ``InvalidValue`` as a ``DataPoint`` of the same figures does.
    """

    numerator: Count | None = None
    denominator: Count | None = None
    value: Amount | None = None

    def __post_init__(self) -> None:
        self.point(PointId("-"), MeasureId("-"), date.min)

    @classmethod
    def of(cls, point: DataPoint) -> "Figure":
        """What a data point says."""
        return cls(point.numerator, point.denominator, point.value)

    def point(
        self,
        id: PointId,
        measure_id: MeasureId,
        on: date,
        *,
        classroom_id: UnitId | None = None,
        cycle_id: CycleId | None = None,
    ) -> DataPoint:
        """A data point that says so, about all students."""
        return DataPoint(
            id,
            measure_id,
            on,
            self.numerator,
            self.denominator,
            self.value,
            classroom_id=classroom_id,
            cycle_id=cycle_id,
        )


def plain(text: str) -> str:
    """A text for comparing: compatible characters, one kind of dash and slash, single spaces.

    Digits of every script are those of ASCII; an apostrophe at the beginning, with which a
    spreadsheet marks text, is not there.
    """
    same = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    if not same.isascii():
        same = "".join(str(unicodedata.decimal(c, c)) for c in same)
    return " ".join(same.split()).removeprefix("'").strip()


def says_missing(text: str) -> bool:
    """Whether a text says that a figure is missing."""
    return len(text) <= _LONGEST and plain(text).casefold() in _MISSING


def read_cell(measure: Measure, text: str, *, size: int | None = None) -> Figure | None:
    """What a teacher typed, as a figure of this measure; ``None`` where nothing was.

    Percentages and rates take ``10/25``, ``10 of 25``, ``10 out of 25``, ``10 de 25``, and ``10``
    alone where ``size`` says of how many. A percentage takes ``40%``, a rate ``3.5 per 100`` on the
    measure's base; everything else takes one number, with a decimal point or a decimal comma.
    A dash, ``n/a``, ``na``, ``abs``, ``absent``, ``ausente``, ``missing``, ``no data`` and
    ``sin datos`` say that it is missing; ``x`` is refused, since it may also say that it was done.
    Only a mean and a rubric level may be negative.

    Raises ``InvalidValue`` for everything else, with what to write instead.
    """
    if len(text) > _LONGEST:
        raise _refused(text, rules.LONG_CELL)
    said = plain(text)
    if not said:
        return None
    if said.casefold() in _MISSING:
        return Figure()
    if any(unicodedata.decomposition(c).startswith(_SMALL) for c in text):
        raise _refused(text, rules.SMALL_DIGITS)
    said = said.casefold()
    if said[0] in "=@":
        raise _refused(text, rules.FORMULA)
    if said[0] == "#":
        raise _refused(text, rules.SPREADSHEET_ERROR)
    if _DATE.fullmatch(said):
        raise _refused(text, rules.DATE if _takes_counts(measure) else rules.figure_wanted(measure))
    try:
        found = _counts(measure, text, said, size) if _takes_counts(measure) else None
        found = found or Figure(value=_value(measure, text, said))
        check_point(measure, found.point(PointId("-"), measure.id, date.min))
    except InvalidValue as refused:
        raise _refused(text, refused.rule) from None
    return found


def read_number(text: str) -> float:
    """A number as a teacher types it, with a decimal point or a decimal comma.

    Raises ``InvalidValue`` for anything else, for what can be meant in two ways (``1,200``), and for
    a number that no measure has.
    """
    said = plain(text) if len(text) <= _LONGEST else ""
    if _THOUSANDS.fullmatch(said):
        raise _refused(text, rules.THOUSANDS)
    if not _NUMBER.fullmatch(said):
        raise _refused(text, rules.NUMBER)
    value = float(said.replace(",", "."))
    if abs(value) > rules.MAX_AMOUNT:
        raise _refused(text, rules.large_amount())
    return value


def show_cell(measure: Measure, figure: Figure | DataPoint | None) -> str:
    """The text of a cell, which ``read_cell`` reads as the same figure; empty for ``None``.

    Values are shown in full: ``37.5%``, ``3.5 per 100``, never rounded.
    """
    if figure is None:
        return ""
    if figure.denominator is not None:
        return f"{figure.numerator}/{figure.denominator}"
    if figure.value is None:
        return MISSING
    number = f"{Decimal(repr(figure.value)):f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    if measure.unit is MeasureUnit.percentage:
        return f"{number}%"
    return f"{number} per {measure.per}" if measure.unit is MeasureUnit.rate else number


def _takes_counts(measure: Measure) -> bool:
    return measure.unit in (MeasureUnit.percentage, MeasureUnit.rate)


def _counts(measure: Measure, text: str, said: str, size: int | None) -> Figure | None:
    """A numerator over a denominator; ``None`` where the text is a percentage or a rate."""
    pair = _PAIR.fullmatch(said)
    if pair:
        num, den = _count(measure, text, pair[1].strip()), _count(measure, text, pair[2].strip())
        if measure.unit is MeasureUnit.percentage and num > den:
            raise _refused(text, rules.at_most(den))
        return Figure(num, den)
    if ":" in said:
        raise _refused(text, rules.COLON)
    if not _NUMBER.fullmatch(said):
        return None
    if said.startswith("-"):
        raise _refused(text, rules.NEGATIVE)
    if not size or not _WHOLE.fullmatch(said):
        alone = _WHOLE.fullmatch(said)
        raise _refused(text, rules.of_how_many(measure) if alone else rules.figure_wanted(measure))
    num = _count(measure, text, said)
    if measure.unit is MeasureUnit.percentage and num > size:
        raise _refused(text, rules.over_size(size))
    return Figure(num, size)


def _count(measure: Measure, text: str, said: str) -> int:
    if not _WHOLE.fullmatch(said):
        if _THOUSANDS.fullmatch(said):
            raise _refused(text, rules.THOUSANDS)
        if _NUMBER.fullmatch(said):
            raise _refused(text, rules.NEGATIVE if said[0] == "-" else rules.WHOLE_COUNTS)
        raise _refused(text, rules.figure_wanted(measure))
    count = int(said)
    if count > rules.MAX_COUNT:
        raise _refused(text, rules.large_count())
    return count


def _value(measure: Measure, text: str, said: str) -> float:
    unit = measure.unit
    if unit is MeasureUnit.percentage:
        if not said.endswith("%"):
            raise _refused(text, rules.figure_wanted(measure))
        said = said[:-1].rstrip()
    elif said.endswith("%"):
        raise _refused(text, rules.NO_PERCENTAGE)
    elif unit is MeasureUnit.rate:
        rate = _RATE.fullmatch(said)
        if not rate:
            raise _refused(text, rules.figure_wanted(measure))
        if int(rate[2]) != measure.per:
            raise _refused(text, rules.base_of_rate(measure))
        said = rate[1]
    if unit is MeasureUnit.count_ and said[-4:-3] == ".":
        raise _refused(text, rules.THOUSANDS)
    if not (_THOUSANDS.fullmatch(said) or _NUMBER.fullmatch(said)):
        raise _refused(text, rules.figure_wanted(measure))
    value = read_number(said)
    if value < 0 and unit not in (MeasureUnit.mean, MeasureUnit.rubric_level):
        raise _refused(text, rules.NEGATIVE)
    return value + 0.0  # no negative zero


def _refused(text: str, rule: str) -> InvalidValue:
    return InvalidValue("text", text[:100], rule)
