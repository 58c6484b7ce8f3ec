"""The chart page of a measure: the picture, its table, its phases, and what is said beside it."""

from litestar.types import ControllerRouterHandler

from api.pages.measures import beside, chart, downloads, points

PAGES: list[ControllerRouterHandler] = [
    *chart.PAGES,
    *downloads.PAGES,
    *points.PAGES,
    *beside.PAGES,
]
