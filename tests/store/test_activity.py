"""The history: its patches lead from nothing to what is, and back; nothing written is lost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, select

import pdsa
from api.store import elements, inquiries, points, theories
from api.store import tables as t
from api.store.activity import Activity, merge_patch
from api.store.engine import connect
from api.store.kinds import CYCLE, KINDS, POINT, UNIT
from pdsa import Cycle, Decision, PdsaError, Stage
from tests.builders import (
    AIM,
    RISE,
    STARTED,
    TO_HALF,
    a_plan,
    a_point,
    a_study,
    a_theory,
    an_act,
    an_inquiry,
    words,
)
from tests.store.world import ADMIN, SAMPLES, taken_back

BY_NAME = {kind.name: kind for kind in KINDS}


def patched(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = patched(result.get(name), value)
    return result


def entries(conn: Connection, kind: str, id: str) -> list[Activity]:
    c = t.activity.c
    wanted = select(*c).where(c.kind == kind, c.element_id == id).order_by(c.version)
    return [Activity(*row) for row in conn.execute(wanted)]


def forward(found: list[Activity], type_: Any) -> list[Any]:
    """The element after each entry, beginning with nothing."""
    states: list[Any] = []
    for entry in found:
        at = states[-1] if states else None
        states.append(patched(at, msgspec.json.decode(entry.after)))
    return [None if state is None else msgspec.convert(state, type_) for state in states]


def backward(found: list[Activity], last: Any, type_: Any) -> list[Any]:
    """The element before each entry, beginning with what is."""
    at = msgspec.to_builtins(last)
    states: list[Any] = []
    for entry in reversed(found):
        at = patched(at, msgspec.json.decode(entry.before))
        states.append(at)
    return [None if state is None else msgspec.convert(state, type_) for state in states[::-1]]


async def test_the_history_of_every_element_leads_to_what_is(district_url: str) -> None:
    def everything(conn: Connection) -> dict[tuple[str, str], list[Activity]]:
        c = t.activity.c
        found = conn.execute(select(c.kind, c.element_id).distinct()).all()
        return {(kind, id): entries(conn, kind, id) for kind, id in found}

    async with connect(district_url) as database:
        for sample in SAMPLES:
            await database.write(sample.add, ADMIN, sample.new)
            await database.write(sample.change, ADMIN, 1)
        await database.write(theories.put, ADMIN, a_theory(note="Seen in January"), 1)

        histories = await database.read(everything)

        assert {kind for kind, _ in histories} == {*BY_NAME, "theory"}
        for (name, id), found in histories.items():
            type_ = pdsa.Theory if name == "theory" else BY_NAME[name].type
            now = (
                await database.read(theories.get, ADMIN, id)
                if name == "theory"
                else await database.read(elements.get, ADMIN, BY_NAME[name], id)
            )
            states = forward(found, type_)
            assert states[-1] == now
            assert backward(found, now, type_) == [None, *states[:-1]]


LATER = a_study(learned="Less than in March.", results=a_study().results[:1])
MOVES: dict[str, Callable[[Cycle, Any], Cycle]] = {
    "rename": lambda cycle, on: replace(cycle, title=f"Renamed on {on}"),
    "plan for more": lambda cycle, on: cycle.revise_plan(replace(cycle.plan, size=3, objective="")),
    "plan less": lambda cycle, on: cycle.revise_plan(a_plan(size=None, scale=None, data=())),
    "start": lambda cycle, on: cycle.start_do(on=on),
    "record": lambda cycle, on: cycle.record_do(pdsa.Do(what_happened=f"Until {on}.")),
    "record as planned": lambda cycle, on: cycle.record_do(
        pdsa.Do(as_planned=pdsa.AsPlanned.yes, unexpected="A fire drill.")
    ),
    "study": lambda cycle, on: cycle.record_study(a_study(), on=on),
    "study again": lambda cycle, on: cycle.record_study(LATER, on=on),
    "decide": lambda cycle, on: cycle.record_act(an_act(), on=on),
    "abandon": lambda cycle, on: cycle.record_act(
        pdsa.Act(decision=Decision.abandon, reason="No gain."), on=on
    ),
    "leave open": lambda cycle, on: cycle.record_act(pdsa.Act(conditions="In June."), on=on),
    "amend": lambda cycle, on: cycle.amend(RISE, on=on, reason="Seen", confidence=20),
    "amend in words": lambda cycle, on: cycle.amend(
        TO_HALF, on=on, reason="Seen", expectation=words()
    ),
    "back to Plan": lambda cycle, on: cycle.step_back(to=Stage.plan, on=on, reason="Anew"),
    "back to Do": lambda cycle, on: cycle.step_back(to=Stage.do, on=on, reason="Longer"),
    "stop": lambda cycle, on: cycle.stop(on=on, reason="A new teacher."),
}
USUAL = ("start", "record", "study", "decide")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    moves=st.lists(st.sampled_from([*MOVES, *USUAL, *USUAL]), min_size=1, max_size=14),
    usual=st.integers(0, len(USUAL)),
)
async def test_the_history_of_a_cycle_leads_through_all_its_moves(
    district_url: str, moves: list[str], usual: int
) -> None:
    sample = next(each for each in SAMPLES if each.kind is CYCLE)

    def move_about(conn: Connection) -> tuple[list[Cycle], list[Activity]]:
        been = [sample.add(conn, ADMIN, sample.new)]
        for day, move in enumerate([*USUAL[:usual], *moves]):
            on = STARTED + timedelta(days=day)
            try:
                new = sample.change(
                    conn, ADMIN, None, lambda cycle, move=move, on=on: MOVES[move](cycle, on)
                )
            except PdsaError:
                continue  # not legal here
            if new != been[-1]:
                been.append(new)
        return been, entries(conn, CYCLE.name, "new")

    async with connect(district_url, readers=1) as database:
        been, found = await taken_back(database, move_about)

    assert [cycle.version for cycle in been] == list(range(1, len(been) + 1))
    assert forward(found, Cycle) == been
    assert backward(found, been[-1], Cycle) == [None, *been[:-1]]


async def test_what_was_removed_stays_in_the_history_as_it_was(district_url: str) -> None:
    point = a_point("new", value=61.5, note="Counted twice, by two people.")
    async with connect(district_url) as database:
        await database.write(points.add_point, ADMIN, point)

        await database.write(elements.remove, ADMIN, POINT, "new", None)

        found = await database.read(entries, POINT.name, "new")
        assert [entry.verb for entry in found] == ["add", "remove"]
        assert msgspec.json.decode(found[-1].before, type=pdsa.DataPoint) == point
        assert forward(found, pdsa.DataPoint) == [point, None]
        assert backward(found, None, pdsa.DataPoint) == [None, point]


async def test_the_versions_of_an_imported_theory_lead_back_too(database_url: str) -> None:
    versions = [
        a_theory(),
        a_theory(on=date(2017, 11, 10), links=(), version=2),
        a_theory(on=date(2018, 1, 8), note="Seen in January", version=3),
    ]
    async with connect(database_url) as database:
        inquiry = an_inquiry(theory=tuple(versions))
        await database.write(inquiries.add_inquiry, ADMIN, inquiry, None)

        found = await database.read(entries, "theory", AIM)

    assert forward(found, pdsa.Theory) == versions
    assert backward(found, versions[-1], pdsa.Theory) == [None, *versions[:-1]]


async def test_a_write_that_fails_leaves_no_trace(district_url: str) -> None:
    sample = next(each for each in SAMPLES if each.kind is UNIT)

    def add_then_fail(conn: Connection) -> None:
        sample.add(conn, ADMIN, sample.new)
        raise ZeroDivisionError

    async with connect(district_url) as database:
        with pytest.raises(ZeroDivisionError):
            await database.write(add_then_fail)

        assert await database.read(entries, UNIT.name, "new") == []


VALUES = st.recursive(
    st.integers(0, 3) | st.text("ab", max_size=2) | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(was=st.dictionaries(st.sampled_from("xyz"), VALUES), now=VALUES)
def test_a_merge_patch_leads_from_one_value_to_the_other(was: Any, now: Any) -> None:
    patch = merge_patch(was, now)

    assert patched(was, patch) == now
