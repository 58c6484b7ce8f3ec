"""The rules, one module for each part of an inquiry; importing them fills the registry."""

from pdsa.review.rules import (
    act,
    aim,
    aim_measure,
    do,
    measures,
    plan,
    portfolio,
    predictions,
    problem,
    study,
    theory,
)

__all__ = [
    "act",
    "aim",
    "aim_measure",
    "do",
    "measures",
    "plan",
    "portfolio",
    "predictions",
    "problem",
    "study",
    "theory",
]
