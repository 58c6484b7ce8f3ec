"""The tables. The columns of an element stand in the order of its struct's fields.

Every mutable row has a ``version``. References to what is checked by the domain in the same
transaction, and would make tables depend on each other in a circle, carry no foreign key.
"""

from api.store.tables.base import metadata
from api.store.tables.feedback import comments, requests
from api.store.tables.inquiry import (
    activity,
    aims,
    calendars,
    change_ideas,
    cycles,
    idempotency,
    measures,
    phases,
    points,
    problems,
    theories,
    unit_closure,
    units,
)
from api.store.tables.monitoring import (
    aim_groups,
    aim_months,
    aim_statuses,
    aim_summaries,
    idea_summaries,
    measure_summaries,
    told_under,
)
from api.store.tables.people import (
    accounts,
    devices,
    grants,
    identities,
    links,
    people,
    rates,
    security_events,
    sessions,
    sign_ins,
    tokens,
)
from api.store.tables.review import levels, silences
from api.store.tables.schema import access_stamp, schema_reach
from api.store.tables.visibility import fidelity_told, publications, releases, views

__all__ = [
    "access_stamp",
    "accounts",
    "activity",
    "aim_groups",
    "aim_months",
    "aim_statuses",
    "aim_summaries",
    "aims",
    "calendars",
    "change_ideas",
    "comments",
    "cycles",
    "devices",
    "fidelity_told",
    "grants",
    "idea_summaries",
    "idempotency",
    "identities",
    "levels",
    "links",
    "measure_summaries",
    "measures",
    "metadata",
    "people",
    "phases",
    "points",
    "problems",
    "publications",
    "rates",
    "releases",
    "requests",
    "schema_reach",
    "security_events",
    "sessions",
    "sign_ins",
    "silences",
    "theories",
    "tokens",
    "told_under",
    "unit_closure",
    "units",
    "views",
]
