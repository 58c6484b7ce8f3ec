"""The stages of a cycle in the words that a team has chosen."""

from pdsa.stages import Stage
from pdsa.units import StageWords, Unit
from pdsa.words import mark, say

_PDSA = {
    Stage.plan: mark("Plan"),
    Stage.do: mark("Do"),
    Stage.study: mark("Study"),
    Stage.act: mark("Act"),
}
_NAMES = {
    StageWords.pdsa: _PDSA,
    StageWords.teaching: _PDSA | {Stage.do: mark("Teach")},
}


def stage_names(team: Unit | None = None) -> dict[str, str]:
    """What each stage is called, in the order in which they come; by a team in its own words."""
    return named_in(StageWords.pdsa if team is None else team.stage_words)


def named_in(words: StageWords) -> dict[str, str]:
    """What each stage is called in these words."""
    return {stage.value: say(name) for stage, name in _NAMES[words].items()}
