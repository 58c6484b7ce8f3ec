"""Which student groups do not overlap: they add up to all students."""

from collections.abc import Sequence

#: Race and ethnicity: a student is counted in one of them (California School Dashboard codes).
RACE_AND_ETHNICITY = ("AA", "AI", "AS", "FI", "HI", "PI", "WH", "MR")


def partitions(groups: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The places of the groups that do not overlap; every other group stands for itself."""
    race = tuple(at for at, group in enumerate(groups) if group in RACE_AND_ETHNICITY)
    return (race,) if race else ()
