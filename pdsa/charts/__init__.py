"""Charts over time, their rules, their reading and their pictures.

Numbers: ``chart`` draws any kind of run or control chart from plain numbers, ``measure_chart`` and
``measure_charts`` that of a measure, ``funnel`` many units side by side, ``variation`` what lies
between and within them. Pictures: ``pdsa.charts.svg``, ``pdsa.charts.png``; descriptions for other
tools: ``pdsa.charts.vega`` and ``pdsa.charts.graph_text``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pdsa.charts.control import chart, charts
from pdsa.charts.measured import (
    Annotation,
    AnnotationKind,
    ChartChoice,
    MeasureChart,
    Proposal,
    measure_chart,
    measure_charts,
    series_charts,
)
from pdsa.charts.result import Chart, ChartKind, Part, Point, Points, Side, Signal
from pdsa.charts.rules.anhoej import crossings_min, longest_run_max
from pdsa.charts.rules.sets import (
    ANHOEJ,
    Anhoej,
    MakingDataCount,
    Nelson,
    Perla,
    RuleSet,
    WesternElectric,
)

if TYPE_CHECKING:
    from pdsa.charts.between import Variation, variation
    from pdsa.charts.funnel_plot import Funnel, funnel
    from pdsa.charts.rules.making_data_count import making_data_count
    from pdsa.charts.rules.perla import perla
    from pdsa.charts.rules.rebase import auto_rebase
    from pdsa.charts.rules.zones import nelson, western_electric

# Loaded when first asked for: `import pdsa` stays quick.
_LATER = {
    "Funnel": "funnel_plot",
    "funnel": "funnel_plot",
    "Variation": "between",
    "variation": "between",
    "auto_rebase": "rules.rebase",
    "making_data_count": "rules.making_data_count",
    "nelson": "rules.zones",
    "perla": "rules.perla",
    "western_electric": "rules.zones",
}

__all__ = [
    "ANHOEJ",
    "Anhoej",
    "Annotation",
    "AnnotationKind",
    "Chart",
    "ChartChoice",
    "ChartKind",
    "Funnel",
    "MakingDataCount",
    "MeasureChart",
    "Nelson",
    "Part",
    "Perla",
    "Point",
    "Points",
    "Proposal",
    "RuleSet",
    "Side",
    "Signal",
    "Variation",
    "WesternElectric",
    "auto_rebase",
    "chart",
    "charts",
    "crossings_min",
    "funnel",
    "longest_run_max",
    "making_data_count",
    "measure_chart",
    "measure_charts",
    "series_charts",
    "nelson",
    "perla",
    "variation",
    "western_electric",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = found
    return found
