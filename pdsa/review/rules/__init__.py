"""The rules, one module for each part of an inquiry; importing them fills the registry."""

from pdsa.review.rules import act, aim, do, measures, plan, portfolio, study, theory

__all__ = ["act", "aim", "do", "measures", "plan", "portfolio", "study", "theory"]
