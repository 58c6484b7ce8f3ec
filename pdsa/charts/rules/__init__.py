"""Rules for what is more than chance: one module per set of rules."""

from enum import StrEnum

from pdsa.charts.rules.sets import (
    Anhoej,
    MakingDataCount,
    Nelson,
    Perla,
    RuleSet,
    WesternElectric,
)
from pdsa.errors import InvalidValue


class RuleName(StrEnum):
    """The sets of rules by the names that an address or a command line gives them."""

    anhoej = "anhoej"
    best_box = "best_box"
    cut_box = "cut_box"
    perla = "perla"
    making_data_count = "making_data_count"
    western_electric = "western_electric"
    nelson = "nelson"


_SETS: dict[str, tuple[RuleSet, ...]] = {
    RuleName.anhoej: (Anhoej(),),
    RuleName.best_box: (Anhoej(method="best_box"),),
    RuleName.cut_box: (Anhoej(method="cut_box"),),
    RuleName.perla: (Perla(),),
    RuleName.making_data_count: (MakingDataCount(),),
    RuleName.western_electric: (WesternElectric(),),
    RuleName.nelson: (Nelson(),),
}


def by_name(name: str) -> tuple[RuleSet, ...]:
    """The rules of a name. Raises ``InvalidValue`` for a name that is none."""
    if name not in _SETS:
        raise InvalidValue("rules", name, f"one of {', '.join(RuleName)}")
    return _SETS[name]
