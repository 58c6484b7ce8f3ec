"""The progress of an aim's student groups, kept with what its record says."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Text, delete, exists, insert, null, type_coerce, update

from api.store import tables as t
from pdsa.equity import GroupProgress
from pdsa.units import Audience

_G, _S = t.aim_groups.c, t.aim_summaries.c
#: What is kept of the progress of a group, all but its words.
PROGRESS = tuple(name for name in GroupProgress.__struct_fields__ if name != "why")
#: Looked at by a program of before, which kept no progress: of each group there would be a row.
_PASSED_OVER = (
    _S.reviewed_on.is_not(None),
    type_coerce(_S.groups, Text) != "[]",
    ~exists().where(_G.aim_id == _S.aim_id, _G.audience == _S.audience),
)


def keep_groups(
    conn: Connection, aim_id: str, to: Audience, found: Iterable[GroupProgress]
) -> None:
    """Write the rows of an aim's groups as an audience is given them, in place of those before."""
    conn.execute(delete(t.aim_groups).where(_G.aim_id == aim_id, _G.audience == to))
    if rows := group_rows(aim_id, to, found):
        conn.execute(insert(t.aim_groups), rows)


def group_rows(aim_id: str, to: Audience, found: Iterable[GroupProgress]) -> list[dict[str, Any]]:
    """The rows of the progress of an aim's groups."""
    return [
        {"aim_id": aim_id, "audience": to, **{name: getattr(each, name) for name in PROGRESS}}
        for each in found
    ]


def look_again(conn: Connection) -> None:
    """Have the aims looked at anew whose groups were passed over by a program of before schema 0012."""
    conn.execute(update(t.aim_summaries).where(*_PASSED_OVER).values(reviewed_on=null()))
