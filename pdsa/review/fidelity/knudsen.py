"""The four features that Knudsen et al. 2019 ask of a project that says it used PDSA.

Knudsen, Laursen, Johnsen, Bartels, Ehlers & Mainz 2019, "Can quality improvement improve the quality
of care? A systematic review of reported effects and methodological rigor in plan-do-study-act
projects", BMC Health Services Research 19:683. Of 72 published projects 3 met all four. A project
is an inquiry here; what a record must hold for a yes is our own reading.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.cycle import Cycle
from pdsa.interchange import Inquiry
from pdsa.review.fidelity.evidence import REGULAR, data_of, in_a_row
from pdsa.review.record import Record
from pdsa.scale import Scale
from pdsa.words import mark, say

#: Of this many published projects ...
PROJECTS = 72
#: ... so many met all four.
MET_ALL = 3


class Feature(StrEnum):
    """One of the four."""

    linked = "linked"
    small = "small"
    regular = "regular"
    rationale = "rationale"


class Met(Struct, frozen=True, kw_only=True):
    """Whether an inquiry has a feature, the element that shows it (or the aim), and why."""

    feature: Feature
    title: str
    met: bool
    element: str
    id: str
    why: str


class Project(Struct, frozen=True, kw_only=True):
    """The four features of one inquiry."""

    features: tuple[Met, ...]
    met_all: bool
    published_met_all: int = MET_ALL
    published_projects: int = PROJECTS


_TITLES = {
    Feature.linked: mark("Two or more linked cycles, one after another"),
    Feature.small: mark("Tested on less than the whole before full scale"),
    Feature.regular: mark("Regular data: three or more points in a row"),
    Feature.rationale: mark("A stated theoretical rationale"),
}


def project(inquiry: Inquiry | Record) -> Project:
    """The four features of an inquiry, each with its evidence."""
    record = inquiry if isinstance(inquiry, Record) else Record(inquiry, date.max)
    begun = [cycle for cycle in record.inquiry.cycles if cycle.started_on is not None]
    found = (
        _linked(record, begun),
        _small(record, begun),
        _regular(record),
        _rationale(record, begun),
    )
    return Project(features=found, met_all=all(each.met for each in found))


def _linked(record: Record, begun: list[Cycle]) -> Met:
    """One cycle that was carried out follows another that was, by its link or on its ramp."""
    ids = {cycle.id for cycle in begun}
    ideas: set[str] = set()
    for cycle in sorted(begun, key=lambda each: (each.started_on or date.max, each.id)):
        if cycle.follows in ids or cycle.change_idea_id in ideas:
            why = say("“{cycle}” builds on a cycle before it.", cycle=cycle.title)
            return _met(Feature.linked, True, "cycle", cycle.id, why)
        ideas.add(cycle.change_idea_id)
    why = say("No cycle that was carried out follows another one.")
    return _met(Feature.linked, False, "aim", record.aim.id, why)


def _small(record: Record, begun: list[Cycle]) -> Met:
    """A ramp has a test on less than the whole, and none began at full scale.

    Very small is less than the whole; small (one classroom) is, unless the team has only that one;
    large is, where a classroom of the team has no data in the test. To implement is full scale.
    """
    tested: Cycle | None = None
    done: set[str] = set()
    for cycle in sorted(begun, key=lambda each: (each.started_on or date.max, each.id)):
        if _less_than_whole(record, cycle):
            done.add(cycle.change_idea_id)
            tested = tested or cycle
        elif cycle.plan.scale is Scale.implement and cycle.change_idea_id not in done:
            why = say(
                "“{cycle}” began at full scale, without a smaller test before it.",
                cycle=cycle.title,
            )
            return _met(Feature.small, False, "cycle", cycle.id, why)
    if tested is None:
        why = say("No cycle says that it was tested on less than the whole team.")
        return _met(Feature.small, False, "aim", record.aim.id, why)
    why = say("“{cycle}” was tested on less than the whole.", cycle=tested.title)
    return _met(Feature.small, True, "cycle", tested.id, why)


def _less_than_whole(record: Record, cycle: Cycle) -> bool:
    rooms = record.classrooms
    match cycle.plan.scale:
        case Scale.very_small:
            return True
        case Scale.small:
            return len(rooms) != 1
        case Scale.large:
            return 0 < len(record.classrooms_in(cycle) & rooms) < len(rooms)
    return False


def _regular(record: Record) -> Met:
    """A measure has figures on three or more consecutive dates."""
    data = data_of(record)
    for measure in record.inquiry.measures:
        run = in_a_row(data.dates(measure.id), date.min, date.max)
        if run >= REGULAR:
            why = say("“{measure}” has data on {n} dates in a row.", measure=measure.name, n=run)
            return _met(Feature.regular, True, "measure", measure.id, why)
    why = say("No measure has data on {n} dates in a row.", n=REGULAR)
    return _met(Feature.regular, False, "aim", record.aim.id, why)


def _rationale(record: Record, begun: list[Cycle]) -> Met:
    """The aim says why, or the theory leads from an idea that was tested to the aim."""
    aim, theory = record.aim, record.theory
    if aim.rationale.strip():
        why = say("The aim says why it should work.")
        return _met(Feature.rationale, True, "aim", aim.id, why)
    if theory is not None:
        effects: dict[str, list[str]] = {}
        for link in theory.links:
            effects.setdefault(link.source, []).append(link.target)
        for idea in dict.fromkeys(cycle.change_idea_id for cycle in begun):
            reached, pending = {str(idea)}, [str(idea)]
            while pending:
                fresh = [each for each in effects.get(pending.pop(), ()) if each not in reached]
                reached.update(fresh)
                pending += fresh
            if aim.id in reached:
                why = say("The driver diagram leads from an idea that was tested to the aim.")
                return _met(Feature.rationale, True, "change idea", idea, why)
    why = say("Neither the aim nor the driver diagram says why the tested ideas should work.")
    return _met(Feature.rationale, False, "aim", aim.id, why)


def _met(feature: Feature, met: bool, element: str, id: str, why: str) -> Met:
    return Met(
        feature=feature, title=say(_TITLES[feature]), met=met, element=element, id=id, why=why
    )
