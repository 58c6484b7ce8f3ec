"""The sample inquiry, loaded: something under every id that a path may name."""

import re
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from api.store import inquiries, publications
from pdsa import (
    Comment,
    CommentId,
    Inquiry,
    Level,
    LevelId,
    PersonId,
    Phase,
    PhaseId,
    PhaseKind,
    PublicationId,
    RequestId,
    RequestKind,
    Silence,
    SilenceId,
    UnitId,
    Voice,
    loads,
    raise_request,
)
from pdsa.privacy import Publication
from pdsa.reference import sacramento
from tests.api.client import Client, operator

TEAM, AIM, MEASURE = "team-grade-5", "aim-discourse", "measure-sentence-frame"
IDEA, CYCLE, POINT = "idea-exit-ticket", "cycle-exit-ticket-1", "room-a-2017-10-13"
PROBLEM, CALENDAR = "problem-reasoning", "calendar-2017-18"
PHASE, PREDICTION = "phase-room-a", "prediction-share"
SILENCE, LEVEL = "silence-pace", "level-team"
REQUEST, ANSWERED, COMMENT = "request-time", "request-answered", "comment-room-a"
PUBLICATION = "publication-october"


def sample(number: int | None = None) -> bytes:
    """The document of the sample inquiry; with a number, one whose ids are all its own."""
    if number is None:
        return sacramento()
    text = sacramento().decode()
    ids = sorted({*re.findall(r'"id": "([^"]+)"', text)}, key=len, reverse=True)
    return re.sub('"(' + "|".join(map(re.escape, ids)) + ')"', rf'"\1-{number}"', text).encode()


def inquiry(number: int | None = None) -> Inquiry:
    return loads(sample(number))


def with_phase(found: Inquiry, id: str) -> Inquiry:
    """The inquiry with a baseline that was frozen in Room A."""
    phase = Phase(
        id=PhaseId(id),
        measure_id=found.measures[0].id,
        kind=PhaseKind.freeze,
        on=date(2017, 12, 22),
        reason="Until the winter break the frame was only read aloud.",
        classroom_id=found.classrooms[0].id,
        made_by=PersonId("person-1"),
        made_on=date(2018, 1, 8),
    )
    return replace(found, phases=(phase,))


def with_words(found: Inquiry, end: str = "", at: str = "school") -> Inquiry:
    """The inquiry with what its team said: a silence, a level, two requests and a comment.

    Both requests are ``at`` a unit above the team; one is answered.
    """
    silence = Silence(
        id=SilenceId(SILENCE + end),
        aim_id=found.aim.id,
        code="AIM103",
        reason="We measure where we stand in October.",
        made_by=PersonId("person-1"),
        made_on=date(2017, 10, 6),
    )
    level = Level(
        id=LevelId(LEVEL + end),
        aim_id=found.aim.id,
        voice=Voice.team,
        on=date(2018, 3, 16),
        level=3,
        reason="The frame is used more.",
        said_by=PersonId("person-1"),
    )
    waiting = raise_request(
        RequestId(REQUEST + end),
        aim_id=found.aim.id,
        kind=RequestKind.barrier,
        title="No time to look at exit tickets together",
        to=UnitId(at),
        on=date(2018, 3, 16),
        by=PersonId("person-1"),
    )
    answered = replace(waiting, id=RequestId(ANSWERED + end)).answer(
        "From May on.", on=date(2018, 3, 19), by=PersonId("person-2")
    )
    comment = Comment(
        id=CommentId(COMMENT + end),
        aim_id=found.aim.id,
        text="Half of the room was away on a trip.",
        measure_id=found.measures[0].id,
        on=date(2017, 11, 17),
        classroom_id=found.classrooms[0].id,
        said_by=PersonId("person-1"),
        said_on=date(2018, 3, 16),
    )
    return replace(
        found,
        silences=(silence,),
        levels=(level,),
        requests=(waiting, answered),
        comments=(comment,),
    )


async def with_sample(client: Client, number: int | None = None) -> dict[str, str]:
    """Load the sample; the id for each name that stands in a path."""
    end = "" if number is None else f"-{number}"
    found = with_words(with_phase(inquiry(number), PHASE + end), end)
    publication = Publication(
        id=PublicationId(PUBLICATION + end),
        measure_id=found.measures[0].id,
        through=date(2017, 10, 1),  # before the first point
    )

    def store(conn: Any) -> None:
        inquiries.add_inquiry(conn, operator(), found, None)
        publications.publish(conn, operator(), publication)

    await client.database.write(store)
    (grant,) = (await client.get("grants?limit=1")).json()["items"]
    ids = {
        "unit_id": TEAM,
        "calendar_id": CALENDAR,
        "problem_id": PROBLEM,
        "aim_id": AIM,
        "idea_id": IDEA,
        "measure_id": MEASURE,
        "point_id": POINT,
        "phase_id": PHASE,
        "silence_id": SILENCE,
        "level_id": LEVEL,
        "request_id": REQUEST,
        "comment_id": COMMENT,
        "publication_id": PUBLICATION,
        "cycle_id": CYCLE,
        "prediction_id": PREDICTION,
        "session_id": "session-1",
        "token_id": "token-1",
    }
    ids = {name: id + end for name, id in ids.items()}
    return ids | {"person_id": client.person_id, "grant_id": grant["id"]}


def plain(value: Any) -> Any:
    """A struct as a client sees it."""
    return msgspec.json.decode(msgspec.json.encode(value))
