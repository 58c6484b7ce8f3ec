"""What the sentences, sources and silences of several rules have in common."""

from collections.abc import Callable
from operator import attrgetter

from pdsa.cycle import Cycle, Status
from pdsa.stages import Decision, Stage
from pdsa.words import say

MCNICHOLAS = "McNicholas et al. 2019, BMJ Qual Saf 28:356"
KNUDSEN = "Knudsen et al. 2019, BMC Health Serv Res 19:683"
LEIS = "Leis & Shojania 2017, BMJ Qual Saf 26:572"
REED = "Reed & Card 2016, BMJ Qual Saf 25:147"
FIVE = "IHI's 5X rule; Langley et al., The Improvement Guide, ch. 7 (testing at growing scale)"

_predictions = attrgetter("predictions")
#: Named once: a member of an enumeration is ten times as slow to come by as a name.
_PLAN, _OPEN, _STUDIED = Stage.plan, (Stage.plan, Stage.do), (Stage.study, Stage.act)
_RUNNING, _COMPLETED, _STOPPED = Status.running, Status.completed, Status.stopped


def guide(place: str) -> str:
    """The source of what The Improvement Guide says there."""
    return f"Langley et al., The Improvement Guide, {place}"


def has_plan(cycle: Cycle) -> bool:
    """Whether its plan is worth a word: not of a cycle that was stopped before Do."""
    return cycle.status is not _STOPPED or cycle.started_on is not None


def is_planning(cycle: Cycle) -> bool:
    """Whether the team can still change the plan as it likes."""
    return cycle.stage is _PLAN and cycle.status is _RUNNING


def foretells(cycle: Cycle) -> bool:
    """Whether its plan is worth a word and has a prediction."""
    return any(map(_predictions, cycle.plan.questions)) and has_plan(cycle)


def has_results(cycle: Cycle) -> bool:
    """Whether a Study compares predictions with what happened."""
    return cycle.study is not None and bool(cycle.study.results)


def is_open(cycle: Cycle) -> bool:
    """Whether the test is still ahead or going on: the cycle runs, in Plan or Do."""
    return cycle.status is _RUNNING and cycle.stage in _OPEN


def is_undecided(cycle: Cycle) -> bool:
    """Whether the cycle runs and has come to Study or Act."""
    return cycle.status is _RUNNING and cycle.stage in _STUDIED


def decided(decision: Decision) -> Callable[[Cycle], bool]:
    """Whether a cycle was completed with this decision."""
    return lambda cycle: (
        cycle.act is not None and cycle.act.decision is decision and cycle.status is _COMPLETED
    )


adopts, adapts = decided(Decision.adopt), decided(Decision.adapt)
abandons, expands = decided(Decision.abandon), decided(Decision.expand)


def is_ahead(cycle: Cycle) -> bool:
    """Whether a prediction that is written now is written before Do."""
    return is_planning(cycle) and cycle.started_on is None


def has_study(cycle: Cycle) -> bool:
    """Whether the cycle has come to Study or Act; a cycle that was stopped early owes neither."""
    return cycle.stage in _STUDIED and cycle.status is not _STOPPED


def of_predictions(count: int, total: int) -> str:
    """How many are meant: ``its prediction``, ``1 of its 3 predictions``, ``any of its 3 ...``."""
    # Translators: which predictions of a cycle are meant, after “gives no reason for” and the like.
    if total == 1:
        return say("its prediction")
    if count == total:
        return say("any of its {total} predictions", total=total)
    return say("{n} of its {total} predictions", n=count, total=total)
