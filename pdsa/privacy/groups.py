"""Which student groups do not overlap, and which lie within others: what can be had by subtraction."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

#: Groups of which a student is in one at most, by the codes of the California School Dashboard and
#: of CAASPP's files: race and ethnicity; what is known of the student's English.
APART = (
    ("AA", "AI", "AS", "FI", "HI", "PI", "WH", "MR"),
    ("EL", "RFP", "RFEP", "IFEP", "EO", "TBD"),
)
#: Groups within a group: long-term English learners, and those at risk of it, are English learners.
WITHIN: Mapping[str, str] = MappingProxyType({"LTEL": "EL", "PLTEL": "EL", "AR-LTEL": "EL"})
#: Groups that overlap with all others: each leaves a rest of its own.
_ALONE = frozenset(("SED", "SWD", "FOS", "HOM", "MIG", *WITHIN))


def partitions(groups: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The places of the groups that do not overlap, a tuple for each such family.

    Groups that are not known here may be a family, too (girls and boys): they count as one.
    """
    found = [tuple(i for i, g in enumerate(groups) if g.upper() in family) for family in APART]
    known = {code for family in APART for code in family} | _ALONE
    found.append(tuple(i for i, group in enumerate(groups) if group.upper() not in known))
    return tuple(places for places in found if places)


def nested(groups: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each group that has groups within it, with those."""
    for parent in groups:
        inner = [group for group in groups if WITHIN.get(group.upper()) == parent.upper()]
        if inner:
            yield parent, inner
