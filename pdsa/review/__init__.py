"""A linter for inquiry: findings that help a team to a better test; nothing here is a grade."""

from pdsa.review import rules  # fills the registry
from pdsa.review.examples import RuleExample, applied, example
from pdsa.review.finding import Finding, Hit, Severity
from pdsa.review.linter import cycle_findings, document_findings, findings
from pdsa.review.record import Record
from pdsa.review.registry import RULES, Rule, rule

__all__ = [
    "RULES",
    "Finding",
    "Hit",
    "Record",
    "Rule",
    "RuleExample",
    "Severity",
    "applied",
    "cycle_findings",
    "document_findings",
    "example",
    "findings",
    "rule",
    "rules",
]
