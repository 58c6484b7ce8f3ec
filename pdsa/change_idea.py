"""Change ideas: specific changes that can be tested, and where each was adapted from."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from pdsa.errors import Circle
from pdsa.ids import AimId, ChangeIdeaId, Line, Name, Ref, Text, Version


class ChangeConcept(StrEnum):
    """The nine categories of change concepts (Langley et al., The Improvement Guide, appendix A)."""

    eliminate_waste = "eliminate_waste"
    improve_work_flow = "improve_work_flow"
    optimize_inventory = "optimize_inventory"
    change_the_work_environment = "change_the_work_environment"
    producer_customer_interface = "producer_customer_interface"
    manage_time = "manage_time"
    manage_variation = "manage_variation"
    design_systems_to_avoid_mistakes = "design_systems_to_avoid_mistakes"
    focus_on_the_product_or_service = "focus_on_the_product_or_service"


class ChangeIdea(Struct, frozen=True):
    """A change that a team can test, under one aim."""

    id: Ref[ChangeIdeaId]
    aim_id: Ref[AimId]
    title: Name
    description: Text = ""
    concept: ChangeConcept | None = None
    math_activity: Line = ""
    teaching_practices: tuple[Line, ...] = ()
    adapted_from: Ref[ChangeIdeaId] | None = None
    origin: Line = ""
    version: Version = 1


def lineage(idea: ChangeIdea, ideas: Iterable[ChangeIdea]) -> tuple[ChangeIdea, ...]:
    """The idea and those it was adapted from, the oldest first.

    An ancestor that is not among ``ideas`` (another team's) ends the walk.
    Raises ``Circle`` where ideas are adapted from each other.
    """
    by_id = {each.id: each for each in ideas}
    walked = {idea.id: idea}
    at = idea
    while at.adapted_from is not None and at.adapted_from in by_id:
        if at.adapted_from in walked:
            raise Circle("the lineage", [*walked, at.adapted_from])
        at = by_id[at.adapted_from]
        walked[at.id] = at
    return tuple(reversed(walked.values()))
