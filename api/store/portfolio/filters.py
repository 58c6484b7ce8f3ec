"""What a portfolio may be narrowed to."""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Text, or_, select, type_coerce
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
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


def wanted(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions of the filters, but for the status and what has stalled."""
    found = [
        _asked(filters.stage, lambda stage: S.stage == stage),
        _asked(filters.due_from, lambda day: A.deadline >= day),
        _asked(filters.due_to, lambda day: A.deadline <= day),
        _asked(filters.subject, lambda subject: A.subject == subject),
        _asked(filters.grade, lambda grade: _holds(A.grades, grade)),
        _asked(filters.group, lambda group: _holds(S.groups, group)),
        _asked(filters.change_idea, _tests),
        _asked(filters.text, _says),
    ]
    return [each for each in found if each is not None]


def _asked(
    value: Any, condition: Callable[[Any], ColumnElement[bool]]
) -> ColumnElement[bool] | None:
    return None if value is None else condition(value)


def _holds(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """That a column of words, kept as JSON, holds one."""
    return type_coerce(column, Text).contains(f'"{word}"', autoescape=True)


def _tests(text: str) -> ColumnElement[bool]:
    """That an aim has a change idea of that id, or with the text in its title."""
    c = t.change_ideas.c
    ideas = select(c.aim_id).where(or_(c.id == text, c.title.icontains(text, autoescape=True)))
    return A.id.in_(ideas)


def _says(text: str) -> ColumnElement[bool]:
    columns = (A.title, A.what, A.indicator, U.name)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
