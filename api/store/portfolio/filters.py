"""What a portfolio may be narrowed to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Text, bindparam, or_, select, type_coerce
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.given import ESCAPE, escaped, says
from api.store.portfolio.scope import A, S, U
from pdsa.monitoring import AimStatus
from pdsa.stages import Stage


class Filters(Struct, frozen=True, kw_only=True):
    """Which aims are wanted; what is ``None`` or empty is not asked."""

    status: tuple[AimStatus, ...] = ()
    stage: Stage | None = None
    stalled: bool | None = None
    due_from: date | None = None
    due_to: date | None = None
    subject: str | None = None
    grade: str | None = None
    change_idea: str | None = None
    group: str | None = None
    text: str | None = None

    @property
    def of_summaries(self) -> bool:
        """Whether a summary is asked for anything."""
        return (self.stage, self.stalled, self.group) != (None, None, None)

    @property
    def asked(self) -> tuple[str, ...]:
        """What is asked, but for the status and what has stalled."""
        return tuple(name for name in CONDITIONS if getattr(self, name) is not None)

    @property
    def values(self) -> dict[str, Any]:
        """What is given to the ``CONDITIONS`` that are asked."""
        found = {name: getattr(self, name) for name in self.asked}
        return found | {
            f"{name}_in": escaped(f'"{found[name]}"' if name in _JSON else found[name])
            for name in _IN_TEXT & found.keys()
        }


def _holds(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """That a column of words, kept as JSON, holds the one that is given."""
    return type_coerce(column, Text).contains(bindparam(f"{name}_in", type_=Text), escape=ESCAPE)


def _tests(name: str) -> ColumnElement[bool]:
    """That an aim has a change idea of the id that is given, or with that in its title."""
    c = t.change_ideas.c
    return A.id.in_(select(c.aim_id).where(or_(c.id == bindparam(name), says(name, c.title))))


_JSON = {"grade", "group"}
_IN_TEXT = {*_JSON, "change_idea", "text"}
#: The condition of each filter, but for the status and what has stalled.
CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "stage": S.stage == bindparam("stage"),
    "due_from": A.deadline >= bindparam("due_from"),
    "due_to": A.deadline <= bindparam("due_to"),
    "subject": A.subject == bindparam("subject"),
    "grade": _holds(A.grades, "grade"),
    "group": _holds(S.groups, "group"),
    "change_idea": _tests("change_idea"),
    "text": says("text", A.title, A.what, A.indicator, U.name),
}
