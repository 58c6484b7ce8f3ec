"""Summaries of measures and aims: kept as they are written, worked out when somebody looks."""
