"""Numbers that a team has set against its predictions: figures of its own, like its data points."""

from msgspec.structs import replace

from pdsa.cycle import Cycle


def without_observed(cycle: Cycle) -> Cycle:
    """The cycle as whoever is not of its team is given it: each outcome, without the number.

    What was observed is a figure of a measure, often of one classroom or of few students. Others
    are told the measure's figures as ``release`` gives them, and no number beside it.
    """
    study = cycle.study
    if study is None or all(each.observed is None for each in study.results):
        return cycle
    results = tuple(replace(each, observed=None) for each in study.results)
    return replace(cycle, study=replace(study, results=results))
