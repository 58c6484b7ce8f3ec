"""Rules for what is more than chance: one module per set of rules."""

from pdsa.charts.rules.sets import (
    Anhoej,
    MakingDataCount,
    Nelson,
    Perla,
    RuleSet,
    WesternElectric,
)
from pdsa.errors import InvalidValue

#: The sets of rules by the names that an address or a command line gives them.
NAMES: dict[str, tuple[RuleSet, ...]] = {
    "anhoej": (Anhoej(),),
    "best_box": (Anhoej(method="best_box"),),
    "cut_box": (Anhoej(method="cut_box"),),
    "perla": (Perla(),),
    "making_data_count": (MakingDataCount(),),
    "western_electric": (WesternElectric(),),
    "nelson": (Nelson(),),
}


def by_name(name: str) -> tuple[RuleSet, ...]:
    """The rules of a name. Raises ``InvalidValue`` for a name that is none."""
    if name not in NAMES:
        raise InvalidValue("rules", name, f"one of {', '.join(NAMES)}")
    return NAMES[name]
