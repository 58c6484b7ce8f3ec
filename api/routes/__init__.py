"""The routes, one file per noun; each decodes, asks the desk, and answers."""

from litestar.types import ControllerRouterHandler

from api.routes import (
    accounts,
    activity,
    aims,
    calendars,
    change_ideas,
    charts,
    cycles,
    inquiries,
    levels,
    measures,
    people,
    phases,
    points,
    problems,
    security_events,
    session,
    silences,
    theories,
    tokens,
    units,
    visibility,
)

#: Every route below /api/v1, in the order in which a team works.
ROUTES: list[ControllerRouterHandler] = [
    *units.ROUTES,
    *people.ROUTES,
    *accounts.ROUTES,
    *session.ROUTES,
    *tokens.ROUTES,
    *calendars.ROUTES,
    *problems.ROUTES,
    *aims.ROUTES,
    *theories.ROUTES,
    *change_ideas.ROUTES,
    *measures.ROUTES,
    *points.ROUTES,
    *phases.ROUTES,
    *charts.ROUTES,
    *visibility.ROUTES,
    *cycles.ROUTES,
    *silences.ROUTES,
    *levels.ROUTES,
    *activity.ROUTES,
    *security_events.ROUTES,
    *inquiries.ROUTES,
]
