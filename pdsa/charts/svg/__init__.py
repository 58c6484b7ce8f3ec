"""Pictures of charts: plain SVG documents, the same bytes for the same input.

Each has a name, a description in words and a text for every point, and says nothing by colour
alone. They need no font, no script and no style sheet of the page.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pdsa.charts.svg.line import chart
from pdsa.charts.svg.multiples import multiples
from pdsa.charts.svg.sparkline import sparkline, sparklines

if TYPE_CHECKING:
    from pdsa.charts.svg.driver import driver_diagram
    from pdsa.charts.svg.funnel_plot import funnel
    from pdsa.charts.svg.reliability_diagram import reliability

_LATER = {"driver_diagram": "driver", "funnel": "funnel_plot", "reliability": "reliability_diagram"}

__all__ = [
    "chart",
    "driver_diagram",
    "funnel",
    "multiples",
    "reliability",
    "sparkline",
    "sparklines",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"pdsa.charts.svg.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
