"""The policy on small cells by which others than the team were told what is kept of aims."""

from sqlalchemy import Connection, delete, insert, select, update

from api.store import tables as t
from api.store.locks import lock
from api.store.summaries.kept import AUDIENCES, NO_FIGURES
from pdsa.privacy import Policy
from pdsa.units import Audience

_C, _S = t.told_under.c, t.aim_summaries.c
_KEPT = select(_C.at_least, _C.in_schools)


def obeyed(conn: Connection, policy: Policy) -> bool:
    """Whether what is kept was told by this policy."""
    return conn.execute(_KEPT).first() == (policy.at_least, policy.in_schools)


def obey(conn: Connection, policy: Policy) -> None:
    """Have others told of each aim anew, where what is kept of it was told by another policy.

    Until somebody looks at an aim, they are told nothing of it.
    """
    lock(conn, "policy on small cells")  # several processes start at once
    if obeyed(conn, policy):
        return
    for table in (t.aim_statuses, t.aim_groups, t.aim_summaries):
        conn.execute(delete(table).where(table.c.audience != Audience.team))
    of_team = select(_S.aim_id).where(_S.audience == Audience.team)
    rows = [
        {"aim_id": aim_id, "audience": to, **NO_FIGURES}
        for aim_id in conn.execute(of_team).scalars()
        for to in AUDIENCES
        if to is not Audience.team
    ]
    if rows:
        conn.execute(insert(t.aim_summaries), rows)
    values = {"at_least": policy.at_least, "in_schools": policy.in_schools}
    if conn.execute(update(t.told_under).values(values)).rowcount == 0:
        conn.execute(insert(t.told_under).values(id=1, **values))
