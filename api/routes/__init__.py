"""The routes, one file per noun; each decodes, asks the desk, and answers."""

from litestar.types import ControllerRouterHandler

from api.routes import (
    activity,
    aims,
    calendars,
    change_ideas,
    charts,
    cycles,
    inquiries,
    measures,
    people,
    phases,
    points,
    problems,
    theories,
    units,
)

#: Every route below /api/v1, in the order in which a team works.
ROUTES: list[ControllerRouterHandler] = [
    *units.ROUTES,
    *people.ROUTES,
    *calendars.ROUTES,
    *problems.ROUTES,
    *aims.ROUTES,
    *theories.ROUTES,
    *change_ideas.ROUTES,
    *measures.ROUTES,
    *points.ROUTES,
    *phases.ROUTES,
    *charts.ROUTES,
    *cycles.ROUTES,
    *activity.ROUTES,
    *inquiries.ROUTES,
]
