"""What is said about an inquiry as kinds of element: silences, levels, requests, comments."""

from sqlalchemy import Connection, true

from api.store import tables as t
from api.store.access import By, path
from api.store.elements import refer
from api.store.kind import Kind
from api.store.kinds.common import given, looked_at_anew, same_aim, within
from api.store.kinds.inquiry import CYCLE, MEASURE
from api.store.request_rows import requests_seen
from pdsa.feedback import Comment, Request, RequestMove, may_see_request, may_speak, may_take
from pdsa.level import Level, may_say
from pdsa.silence import Silence
from pdsa.units import Action


def _request_refers(conn: Connection, by: By, request: Request, old: Request | None) -> None:
    if cycle_id := given("cycle_id", request, old):
        cycle, _ = refer(conn, by, CYCLE, cycle_id, "cycle_id")
        same_aim(cycle.aim_id, request.aim_id, "cycle", cycle_id, "cycle_id")


def _comment_refers(conn: Connection, by: By, comment: Comment, old: Comment | None) -> None:
    if cycle_id := given("cycle_id", comment, old):
        cycle, _ = refer(conn, by, CYCLE, cycle_id, "cycle_id")
        same_aim(cycle.aim_id, comment.aim_id, "cycle", cycle_id, "cycle_id")
    if measure_id := given("measure_id", comment, old):
        measure, place = refer(conn, by, MEASURE, measure_id, "measure_id")
        same_aim(measure.aim_id, comment.aim_id, "measure", measure_id, "measure_id")
        if classroom_id := given("classroom_id", comment, old):
            above = path(conn, classroom_id)
            within(place.unit_id, above, "classroom", classroom_id, "classroom_id")


SILENCE = Kind(
    "silence",
    Silence,
    t.silences,
    home=t.silences.join(t.aims, t.silences.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    team_only=lambda _: True,
    team_rows=true(),
    keeps=looked_at_anew,
)
LEVEL = Kind(
    "level",
    Level,
    t.levels,
    home=t.levels.join(t.aims, t.levels.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    writes=Action.administer,
    permits=lambda who, level, where, on: (
        level.said_by == who.person_id and may_say(who, level.voice, where, on=on)
    ),
    keeps=looked_at_anew,
    order=(t.levels.c.on, t.levels.c.id),
)
REQUEST = Kind(
    "request",
    Request,
    t.requests,
    home=t.requests.join(t.aims, t.requests.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_request_refers,
    permits=lambda who, request, where, on: any(
        may_take(who, move, request, where, on=on) for move in RequestMove
    ),
    sees=lambda who, request, where, on: may_see_request(who, request, where, on=on),
    seen_rows=requests_seen,
    order=(t.requests.c.since, t.requests.c.id),
)
COMMENT = Kind(
    "comment",
    Comment,
    t.comments,
    home=t.comments.join(t.aims, t.comments.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_comment_refers,
    writes=Action.administer,
    permits=lambda who, comment, where, on: (
        comment.said_by == who.person_id and may_speak(who, where, on=on)
    ),
    team_only=lambda comment: not comment.shared,
    team_rows=t.comments.c.shared.is_(False),
)
