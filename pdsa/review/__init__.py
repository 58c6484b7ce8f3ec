"""A linter for inquiry: findings that help a team to a better test; nothing here is a grade."""

from pdsa.review import rules  # fills the registry
from pdsa.review.examples import RuleExample, applied, example
from pdsa.review.finding import Finding, Hit, Severity
from pdsa.review.ladder import StepEvidence
from pdsa.review.linter import (
    cycle_findings,
    document_findings,
    findings,
    findings_of_each,
)
from pdsa.review.progress import (
    Progress,
    ProgressStep,
    Standing,
    progress,
    progress_lines,
    standing,
)
from pdsa.review.record import Record
from pdsa.review.registry import RULES, Rule, rule
from pdsa.review.silencing import check_silence

__all__ = [
    "RULES",
    "Finding",
    "Hit",
    "Progress",
    "ProgressStep",
    "Record",
    "Rule",
    "RuleExample",
    "Severity",
    "applied",
    "Standing",
    "StepEvidence",
    "check_silence",
    "cycle_findings",
    "document_findings",
    "example",
    "findings",
    "findings_of_each",
    "progress",
    "progress_lines",
    "rule",
    "rules",
    "standing",
]
