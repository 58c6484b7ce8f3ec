"""A linter for inquiry: findings that help a team to a better test; nothing here is a grade."""

from pdsa.review import aim, cycles, measures  # each fills the registry
from pdsa.review.findings import RULES, Finding, Rule, Severity, review

__all__ = ["RULES", "Finding", "Rule", "Severity", "aim", "cycles", "measures", "review"]
