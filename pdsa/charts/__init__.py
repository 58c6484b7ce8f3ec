"""Charts over time: numbers only."""

from pdsa.charts.run import RunChart, RunPoint, crossings_min, longest_run_max, run_chart

__all__ = ["RunChart", "RunPoint", "crossings_min", "longest_run_max", "run_chart"]
