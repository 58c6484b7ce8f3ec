"""Portfolios: the aims of a unit and of all that is under it, from their summaries."""
