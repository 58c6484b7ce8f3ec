"""Which student groups do not overlap, and which lie within others: what can be had by subtraction."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
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
#: So many groups that the server does not know are tried in every combination.
MANY = 6

_KNOWN = frozenset(code for family in APART for code in family) | _ALONE


@lru_cache(maxsize=1024)
def families(groups: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The groups that the server knows, by families that do not overlap; some are one of their own."""
    found = [tuple(g for g in groups if g.upper() in family) for family in APART]
    found += [(group,) for group in groups if group.upper() in _ALONE]
    return tuple(filter(None, found))


@lru_cache(maxsize=1024)
def own(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The groups that the server does not know: which of them overlap, nobody says."""
    return tuple(group for group in groups if group and group.upper() not in _KNOWN)


def partitions(groups: Sequence[str], *, overlap: bool = False) -> tuple[tuple[int, ...], ...]:
    """The places of the groups that do not overlap, a tuple for each such family.

    Groups that are not known here may be a family, too (girls and boys): they count as one, unless
    they ``overlap``.
    """
    at = {group: place for place, group in enumerate(groups)}
    given = tuple(groups)
    found = [*families(given), *([(g,) for g in own(given)] if overlap else [own(given)])]
    return tuple(tuple(at[group] for group in family) for family in found if family)


@lru_cache(maxsize=1024)
def nested(groups: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each group that has groups within it, with those."""
    found = []
    for parent in groups:
        inner = tuple(group for group in groups if WITHIN.get(group.upper()) == parent.upper())
        if inner:
            found.append((parent, inner))
    return tuple(found)
