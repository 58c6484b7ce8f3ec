"""What is worked out when somebody looks: an aim as an audience is given it, and what it says today.

A figure leaves its team when it is told, and what was told is never told less carefully later
(``pdsa.privacy``). So nothing is told while a team is still writing down its tally: others are given
what the record says when they look, or some minutes after the team's last entry.
"""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, or_, select, update

from api.store import tables as t
from api.store.access import OPERATOR, By, steps
from api.store.inquiries import calendar_of, get_inquiry
from api.store.summaries.groups import keep_groups
from api.store.summaries.kept import FIGURES, keep_statuses
from pdsa.calendar import SchoolCalendar
from pdsa.equity import GroupProgress
from pdsa.ids import GrantId, PersonId
from pdsa.interchange import Inquiry
from pdsa.monitoring import AimFigures, AimReview, aim_figures, aim_groups, aim_review
from pdsa.review import Record
from pdsa.units import SCHOOL, Audience, Grant, Principal, Role, Step, audience
from pdsa.words import ENGLISH, spoken

_S = t.aim_summaries.c
_LOCK = (
    select(_S.statuses, _S.reviewed_on, t.aims.c.unit_id)
    .select_from(t.aim_summaries.join(t.aims, t.aims.c.id == _S.aim_id))
    .where(_S.aim_id == bindparam("aim"), _S.audience == bindparam("to"))
    .with_for_update(of=t.aim_summaries, key_share=True, skip_locked=True)
)
REVIEW = (
    "stage",
    "cycle_id",
    "running",
    "waits_since",
    "last_activity",
    "blockers",
    "advice",
    "notes",
    "signal",
    "reading",
)
_ROW = (t.aim_summaries.c.aim_id == bindparam("aim"), _S.audience == bindparam("to"))
_LOOKED = ("progress", "groups", "calendar_id", "as_of", "reviewed_on")
_KEEPREVIEW = (
    update(t.aim_summaries)
    .where(*_ROW)
    .values({name: bindparam(f"new_{name}") for name in (*REVIEW, *_LOOKED)})
)
_KEEP_BOTH = (
    update(t.aim_summaries)
    .where(*_ROW)
    .values({name: bindparam(f"new_{name}") for name in (*FIGURES, *REVIEW, *_LOOKED)})
)


def look(conn: Connection, by: By, aim_id: str, to: Audience) -> bool:
    """Work out what an audience is given of an aim today, and keep it; once a day is enough.

    ``False`` where somebody else is at it: whoever looks holds several aims, and none waits for them.
    """
    row = conn.execute(_LOCK, {"aim": aim_id, "to": to}).first()
    if row is None:
        return False
    if row.reviewed_on is not None and row.reviewed_on >= by.on:
        return True  # somebody else was quicker
    inquiry = given(conn, by, aim_id, row.unit_id, to)
    if inquiry is None:  # nobody stands so to this unit
        done = {"reviewed_on": by.on, "as_of": by.at}
        conn.execute(
            update(t.aim_summaries).where(_S.aim_id == aim_id, _S.audience == to).values(done)
        )
        return True
    figures, review, groups = summed(inquiry, to, by.on)
    values = values_of(review, groups, by, calendar_of(conn, row.unit_id))
    statement = _KEEPREVIEW
    if to is not Audience.team:  # the team's own are kept as they are written
        values |= {name: getattr(figures, name) for name in FIGURES}
        statement = _KEEP_BOTH
        keep_statuses(conn, figures, to, row.statuses)
    keep_groups(conn, aim_id, to, groups)
    conn.execute(
        statement,
        {"aim": aim_id, "to": to, **{f"new_{name}": value for name, value in values.items()}},
    )
    return True


def summed(
    inquiry: Inquiry, to: Audience, on: date
) -> tuple[AimFigures, AimReview, tuple[GroupProgress, ...]]:
    """The figures of an inquiry, of all its days, what it says on one, and its groups on all days.

    It is kept for whoever asks next, whatever they speak: so in English.
    """
    with spoken(ENGLISH):
        return _summed(inquiry, to, on)


def _summed(
    inquiry: Inquiry, to: Audience, on: date
) -> tuple[AimFigures, AimReview, tuple[GroupProgress, ...]]:
    every = record = Record(inquiry, on, audience=to)
    if any(point.on > on for point in inquiry.points):
        every = Record(inquiry, date.max, audience=to)
    figures = aim_figures(every)
    shown = figures.measure_id
    return figures, aim_review(record, shown=shown), aim_groups(every, shown=shown)


def values_of(
    review: AimReview, groups: Sequence[GroupProgress], by: By, calendar: SchoolCalendar | None
) -> dict[str, object]:
    """The columns of what an inquiry says on the day of whoever looks."""
    return {
        **{name: getattr(review, name) for name in REVIEW},
        "progress": review.level,
        "groups": tuple(each.group for each in groups),
        "calendar_id": None if calendar is None else calendar.id,
        "as_of": by.at,
        "reviewed_on": by.on,
    }


def given(
    conn: Connection, by: By, aim_id: str, unit_id: str, to: Audience, *, recording: bool = True
) -> Inquiry | None:
    """The inquiry of an aim as an audience is given it; ``None`` where nobody stands so to its unit.

    Raises ``Unrecorded`` where something is to be told first and it is not ``recording``.
    """
    who = stand_in(steps(conn, unit_id), to, by.on)
    if who is None:
        return None
    asking = replace(by, principal=who, recording=recording, unattended=True)
    return get_inquiry(conn, asking, aim_id)


def stand_in(where: Sequence[Step], to: Audience, on: date) -> Principal | None:
    """Somebody who stands to a unit as that audience does, and is nobody.

    ``where`` are the units from the root down to it. ``None`` where nobody stands so to it.
    """
    if to is Audience.team:
        return OPERATOR
    school = next((step.id for step in reversed(where) if step.kind == SCHOOL), None)
    role = Role.ilt_member if to is Audience.school else Role.viewer
    grant = Grant(
        id=GrantId("nobody"),
        person_id=PersonId("nobody"),
        role=role,
        unit_id=school if to is Audience.school else None,
    )
    who = Principal(person_id=PersonId("nobody"), name="Nobody", grants=(grant,))
    if (to is Audience.school and school is None) or audience(who, where, on=on) is not to:
        return None
    return who


def waiting(
    conn: Connection, *, written_before: datetime, reviewed_before: date, limit: int
) -> list[tuple[str, Audience]]:
    """Aims and audiences that nobody has looked at since they were written, or for a long time."""
    rows = conn.execute(
        select(_S.aim_id, _S.audience)
        .where(
            or_(_S.reviewed_on.is_(None), _S.reviewed_on < reviewed_before),
            or_(_S.written_at.is_(None), _S.written_at <= written_before),
        )
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]
