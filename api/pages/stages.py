"""The stages of a cycle in the words that a team has chosen."""

from pdsa.stages import Stage
from pdsa.words import mark, say

_PDSA = {
    Stage.plan: mark("Plan"),
    Stage.do: mark("Do"),
    Stage.study: mark("Study"),
    Stage.act: mark("Act"),
}


def stage_names() -> dict[str, str]:
    """What each stage is called, in the order in which they come."""
    return {stage.value: say(name) for stage, name in _PDSA.items()}
