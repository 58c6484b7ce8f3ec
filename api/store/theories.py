"""The theory of an aim: versions that are only ever added to."""

from datetime import date

import msgspec
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from api.store import activity, elements
from api.store import tables as t
from api.store.access import By, check
from api.store.elements import find
from api.store.errors import StaleVersion
from api.store.kinds import AIM
from api.store.summaries import kept
from api.store.theory_rows import latest, versions, write
from pdsa.errors import InvalidValue, NotVisible
from pdsa.ids import ChangeIdeaId
from pdsa.theory import Theory, TheoryDiff, diff, theory_on
from pdsa.units import Action

_IDEAS = select(t.change_ideas.c.id).where(t.change_ideas.c.aim_id == bindparam("aim"))


def get(conn: Connection, by: By, aim_id: str, on: date | None = None) -> Theory:
    """The version in force, today or on a day. Raises ``NotVisible`` where there is none."""
    _see(conn, by, aim_id)
    found = latest(conn, aim_id) if on is None else theory_on(versions(conn, aim_id), on)
    if found is None:
        raise NotVisible("theory", aim_id)
    return found


def compare(conn: Connection, by: By, aim_id: str, first: date, last: date) -> TheoryDiff:
    """What changed between two days. Raises ``NotVisible`` where the first has no theory yet."""
    _see(conn, by, aim_id)
    every = versions(conn, aim_id)
    before, after = theory_on(every, first), theory_on(every, last)
    if before is None or after is None:
        raise NotVisible("theory", f"{aim_id} on {first if before is None else last}")
    return diff(before, after)


def put(conn: Connection, by: By, theory: Theory, version: int | None) -> Theory:
    """Add the next version; ``version`` is the one that the client has read (0: none yet).

    Raises ``StaleVersion``, ``UnknownElement`` for a link from an idea of another aim, and
    ``InvalidValue`` for a day before the version in force.
    """
    aim, _ = find(conn, AIM, theory.aim_id)
    check(conn, by, Action.log, aim.unit_id, kind="aim", id=aim.id)
    before = latest(conn, aim.id)
    current = before.version if before else 0
    if version is not None and version != current:
        raise StaleVersion("theory", aim.id, version, current)
    if before is not None and theory.on < before.on:
        raise InvalidValue("on", str(theory.on), f"not before the version of {before.on}")
    theory.check_ideas(ChangeIdeaId(id) for id in conn.execute(_IDEAS, {"aim": aim.id}).scalars())
    new = msgspec.structs.replace(theory, version=current + 1)
    if before is not None and msgspec.structs.replace(before, version=new.version) == new:
        return before
    try:
        write(conn, [new])
        kept.stale(conn, aim.id, by.at)
    except IntegrityError as error:
        raise StaleVersion("theory", aim.id, current, None) from error
    activity.append(
        conn,
        activity.entry(
            by,
            "change" if before else "add",
            "theory",
            aim.id,
            version=new.version,
            unit_id=aim.unit_id,
            aim_id=aim.id,
            old=before,
            new=new,
        ),
    )
    return new


def page(
    conn: Connection, by: By, aim_id: str, *, after: int = 0, limit: int = 50
) -> tuple[list[Theory], list[int] | None]:
    """Versions of one aim's theory, the oldest first, after a version."""
    _see(conn, by, aim_id)
    rows = conn.execute(
        select(*t.theories.c)
        .where(t.theories.c.aim_id == aim_id, t.theories.c.version > after)
        .order_by(t.theories.c.version)
        .limit(limit + 1)
    ).all()
    found = [Theory(*row) for row in rows[:limit]]
    return found, ([found[-1].version] if len(rows) > limit else None)


def _see(conn: Connection, by: By, aim_id: str) -> None:
    elements.get(conn, by, AIM, aim_id)
