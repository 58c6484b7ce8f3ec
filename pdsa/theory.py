"""The theory behind an aim: a driver diagram as a many-to-many graph, in dated versions.

Links run from cause to effect: change idea -> driver -> driver -> aim. A link is a hypothesis, so
it has a strength and can be drawn otherwise later; every version stays, and two can be compared.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.errors import Circle, InvalidValue, UnknownElement
from pdsa.ids import AimId, ChangeIdeaId, DriverId, Line, Name, Ref, Text, Version


class Strength(StrEnum):
    """How much the team believes in a link."""

    strong = "strong"
    weak = "weak"


class Driver(Struct, frozen=True, kw_only=True):
    """Something that moves the aim: a lever, a condition, a habit."""

    id: Ref[DriverId]
    text: Name
    description: Text = ""


class Link(Struct, frozen=True, kw_only=True):
    """The hypothesis that ``source`` (a change idea or driver) moves ``target`` (a driver or the aim)."""

    source: Ref[str]
    target: Ref[str]
    strength: Strength = Strength.strong
    rationale: Line = ""


class Theory(Struct, frozen=True):
    """One dated version of the driver diagram of an aim.

    Raises ``InvalidValue`` for an id or a link given twice and for a link that does not end in a
    driver or the aim, and ``Circle`` (with its path) where drivers move each other.
    """

    aim_id: Ref[AimId]
    on: date
    drivers: tuple[Driver, ...] = ()
    links: tuple[Link, ...] = ()
    note: Text = ""
    version: Version = 1

    def __post_init__(self) -> None:
        ids: set[str] = {self.aim_id}
        for i, driver in enumerate(self.drivers):
            if driver.id in ids:
                raise InvalidValue(f"drivers/{i}/id", driver.id, "each driver has its own id")
            ids.add(driver.id)
        pairs: set[tuple[str, str]] = set()
        for i, link in enumerate(self.links):
            if link.target not in ids:
                raise InvalidValue(f"links/{i}/target", link.target, "a driver here or the aim")
            if link.source == self.aim_id:
                raise InvalidValue(f"links/{i}/source", link.source, "the aim moves nothing")
            if (link.source, link.target) in pairs:
                raise InvalidValue(f"links/{i}", link.source, "each link is drawn once")
            pairs.add((link.source, link.target))
        circle = _find_circle(pairs)
        if circle:
            raise Circle("the driver graph", circle)

    def primary_drivers(self) -> tuple[Driver, ...]:
        """The drivers linked straight to the aim."""
        direct = {link.source for link in self.links if link.target == self.aim_id}
        return tuple(driver for driver in self.drivers if driver.id in direct)

    def secondary_drivers(self) -> tuple[Driver, ...]:
        """The drivers that reach the aim only through others, or not yet."""
        primary = self.primary_drivers()
        return tuple(driver for driver in self.drivers if driver not in primary)

    def change_idea_ids(self) -> tuple[ChangeIdeaId, ...]:
        """The change ideas that are linked, in the order of their first link."""
        drivers: set[str] = {driver.id for driver in self.drivers}
        found = (link.source for link in self.links if link.source not in drivers)
        return tuple(ChangeIdeaId(id) for id in dict.fromkeys(found))

    def serves(self, change_idea_id: ChangeIdeaId) -> tuple[Driver, ...]:
        """The drivers that a change idea is linked to."""
        targets = {link.target for link in self.links if link.source == change_idea_id}
        return tuple(driver for driver in self.drivers if driver.id in targets)

    def check_ideas(self, ideas: Iterable[ChangeIdeaId]) -> None:
        """Raise ``UnknownElement`` for a link from what is neither a driver nor one of these ideas.

        Raises ``InvalidValue`` for a driver that has the id of an idea.
        """
        idea_ids: set[str] = set(ideas)
        for i, driver in enumerate(self.drivers):
            if driver.id in idea_ids:
                raise InvalidValue(f"drivers/{i}/id", driver.id, "an id that no change idea has")
        known = {*idea_ids, *(driver.id for driver in self.drivers)}
        for i, link in enumerate(self.links):
            if link.source not in known:
                raise UnknownElement(
                    "driver or change idea", link.source, field=f"links/{i}/source"
                )


def _find_circle(pairs: Iterable[tuple[str, str]]) -> list[str] | None:
    """A circle among directed pairs as a path that ends where it began; without recursion."""
    effects: dict[str, list[str]] = {}
    for source, target in sorted(pairs):
        effects.setdefault(source, []).append(target)
    done: set[str] = set()
    for start in effects:
        path = [start]
        pending = [iter(effects[start])]
        while pending and start not in done:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
                done.add(path.pop())
            elif following in path:
                return [*path[path.index(following) :], following]
            elif following not in done:
                path.append(following)
                pending.append(iter(effects.get(following, ())))
    return None


class Rewording(Struct, frozen=True, kw_only=True):
    """A driver whose text or description changed."""

    before: Driver
    after: Driver


class TheoryDiff(Struct, frozen=True, kw_only=True):
    """What changed between two versions of a theory."""

    from_version: int
    to_version: int
    drivers_added: tuple[Driver, ...] = ()
    drivers_removed: tuple[Driver, ...] = ()
    drivers_reworded: tuple[Rewording, ...] = ()
    links_added: tuple[Link, ...] = ()
    links_removed: tuple[Link, ...] = ()
    links_restated: tuple[Link, ...] = ()


def diff(before: Theory, after: Theory) -> TheoryDiff:
    """What was added, removed, reworded and believed otherwise from one version to another."""
    old = {driver.id: driver for driver in before.drivers}
    new = {driver.id: driver for driver in after.drivers}
    old_links = {(link.source, link.target): link for link in before.links}
    new_links = {(link.source, link.target): link for link in after.links}
    return TheoryDiff(
        from_version=before.version,
        to_version=after.version,
        drivers_added=tuple(d for id, d in new.items() if id not in old),
        drivers_removed=tuple(d for id, d in old.items() if id not in new),
        drivers_reworded=tuple(
            Rewording(before=old[id], after=driver)
            for id, driver in new.items()
            if id in old and old[id] != driver
        ),
        links_added=tuple(link for pair, link in new_links.items() if pair not in old_links),
        links_removed=tuple(link for pair, link in old_links.items() if pair not in new_links),
        links_restated=tuple(
            link
            for pair, link in new_links.items()
            if pair in old_links and old_links[pair] != link
        ),
    )


def theory_on(versions: Iterable[Theory], day: date) -> Theory | None:
    """The version that was in force on a day: the latest one dated on it or before."""
    return max(
        (each for each in versions if each.on <= day),
        key=lambda each: (each.on, each.version),
        default=None,
    )
