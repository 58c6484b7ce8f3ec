"""The sets of rules that a chart can be read with, and their parameters.

Each set is a small struct: its fields are the run lengths, so that a team can see and choose them.
"""

from typing import ClassVar, Literal

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.measure import Direction

AnhoejMethod = Literal["anhoej", "best_box", "cut_box"]


class _Set(Struct, frozen=True, kw_only=True, tag_field="set"):
    """Every run length is a whole number, 2 or more."""

    name: ClassVar[str]
    source: ClassVar[str]

    def __post_init__(self) -> None:
        for field in self.__struct_fields__:
            length = getattr(self, field)
            if isinstance(length, int) and length < 2:
                raise InvalidValue(field, length, "a run of 2 or more")


class Anhoej(_Set, frozen=True, kw_only=True, tag="anhoej"):
    """Unusually long runs and unusually few crossings, with limits that follow the data's length.

    ``method`` chooses other limits for the same two counts (10-100 useful observations).
    """

    name: ClassVar[str] = "Anhøj"
    source: ClassVar[str] = (
        "Anhøj & Olesen 2014, PLoS ONE 9:e113825; Schilling 2012; Chen 2010; "
        "Anhøj & Wentzel-Larsen 2020, PLoS ONE 15:e0233920"
    )

    method: AnhoejMethod = "anhoej"


class Perla(_Set, frozen=True, kw_only=True, tag="perla"):
    """Shift, trend, and too few or too many runs."""

    name: ClassVar[str] = "Perla, Provost & Murray"
    source: ClassVar[str] = "Perla, Provost & Murray 2011, BMJ Quality & Safety 20:46-51"

    shift: int = 6
    trend: int = 5


class MakingDataCount(_Set, frozen=True, kw_only=True, tag="making_data_count"):
    """The types of point of NHS England's XmR charts, with the icons for variation and assurance.

    ``improvement`` is the wanted direction, ``None`` where neither is better.
    """

    name: ClassVar[str] = "Making Data Count"
    source: ClassVar[str] = "NHS England, Making Data Count; NHSRplotthedots 0.2.2"

    improvement: Direction | None = Direction.increase
    shift: int = 7
    trend: int = 7


class WesternElectric(_Set, frozen=True, kw_only=True, tag="western_electric"):
    """The four zone rules: beyond 3 sigma, 2 of 3 beyond 2, 4 of 5 beyond 1, 8 on one side."""

    name: ClassVar[str] = "Western Electric"
    source: ClassVar[str] = "Western Electric 1956, Statistical Quality Control Handbook"

    two_sigma_window: int = 3
    one_sigma_window: int = 5
    one_side: int = 8


class Nelson(_Set, frozen=True, kw_only=True, tag="nelson"):
    """Nelson's eight tests."""

    name: ClassVar[str] = "Nelson"
    source: ClassVar[str] = "Nelson 1984, Journal of Quality Technology 16:237-239"

    one_side: int = 9
    trend: int = 6
    alternating: int = 14
    two_sigma_window: int = 3
    one_sigma_window: int = 5
    within: int = 15
    beyond: int = 8


RuleSet = Anhoej | Perla | MakingDataCount | WesternElectric | Nelson

ANHOEJ = Anhoej()
