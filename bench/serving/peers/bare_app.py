"""F: Litestar and the bare drivers, no SQLAlchemy: near to what Python can do on one core.

What passes through stays bytes. On SQLite one thread writes, up to 64 waiting requests in one
commit (``BENCH_GROUP=1``: one each); on PostgreSQL a write is three statements on the way.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from msgspec import Meta, Raw, Struct
from uuid_utils import uuid7

from pdsa.calendar import SchoolCalendar
from pdsa.charts import series_charts
from pdsa.charts.rules import RuleName, by_name
from pdsa.cycle import Cycle
from pdsa.measure import DataPoint, Measure, series
from pdsa.phase import Phase

URL = os.environ["BENCH_DATABASE"]
PERSON = "peer-F"
JSON = "application/json"
RULES = by_name(RuleName.anhoej)
Asked = Request[Any, Any, Any]


class CycleRow(Struct, frozen=True, gc=False):
    """A cycle whose parts are the bytes of the database."""

    id: str
    aim_id: str
    change_idea_id: str
    title: str
    purpose: str
    stage: str
    status: str
    planned_on: date | str | None
    started_on: date | str | None
    ended_on: date | str | None
    follows: str | None
    branched_from: str | None
    plan: Raw
    do: Raw
    study: Raw
    act: Raw
    moves: Raw
    version: int


class Page(Struct, frozen=True):
    items: list[CycleRow]
    next: str | None


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    on: date
    numerator: Annotated[int, Meta(ge=0)] | None = None
    denominator: Annotated[int, Meta(ge=0)] | None = None
    value: float | None = None
    classroom_id: str | None = None
    student_group: str | None = None
    cycle_id: str | None = None
    note: str = ""


class Drafts(Struct, frozen=True, forbid_unknown_fields=True):
    points: Annotated[list[Draft], Meta(min_length=1, max_length=1000)]


class Write(Struct, frozen=True):
    """A request to add points, decoded, with the answers still to be made."""

    measure_id: str
    key: str
    fingerprint: str
    drafts: list[Draft]
    single: bool


_draft, _drafts = msgspec.json.Decoder(Draft), msgspec.json.Decoder(Drafts)
_encode = msgspec.json.Encoder().encode


def columns(type_: Any, table: str = "") -> str:
    return ", ".join(f'{table}"{name}"' for name in type_.__struct_fields__)


def cycle_of(row: Any) -> CycleRow:
    parts = [Raw(part.encode()) if part is not None else Raw(b"null") for part in row[12:17]]
    return CycleRow(*row[:12], *parts, row[17])


def page_of(rows: Any, limit: int) -> bytes:
    items = [cycle_of(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return _encode(Page(items, None))
    return _encode(Page(items, urlsafe_b64encode(_encode([items[-1].id])).decode().rstrip("=")))


_decoders: dict[Any, Any] = {}


def struct_of(type_: Any, row: Any, json: tuple[int, ...] = ()) -> Any:
    """A struct of the library from a row in the order of its fields."""
    if type_ not in _decoders:
        hints = [field.type for field in msgspec.structs.fields(type_)]
        _decoders[type_] = [msgspec.json.Decoder(hint) for hint in hints], hints
    decoders, hints = _decoders[type_]
    values = list(row)
    for at in json:
        if values[at] is not None:
            values[at] = decoders[at].decode(values[at])
    return type_(
        *(
            value if at in json or not isinstance(value, str) else msgspec.convert(value, hints[at])
            for at, value in enumerate(values)
        )
    )


def point_of(row: Any) -> DataPoint:
    on = row[2]
    return DataPoint(row[0], row[1], on if type(on) is date else date.fromisoformat(on), *row[3:])


def charts_of(measure: Any, points: Any, phases: Any, cycles: Any, calendar: Any) -> bytes:
    whole = struct_of(Measure, measure)
    made = tuple(map(point_of, points))
    return _encode(
        series_charts(
            whole,
            series(whole, made, by=None),
            made,
            phases=[struct_of(Phase, row) for row in phases],
            calendar=None if calendar is None else struct_of(SchoolCalendar, calendar, (5,)),
            cycles=[struct_of(Cycle, row, (12, 13, 14, 15, 16)) for row in cycles],
            rules=RULES,
        )
    )


def rows_of(
    write: Write, unit_id: str, aim_id: str, at: Any
) -> tuple[list[Any], list[Any], bytes, str | None]:
    """The rows of the points and of the history, the answer, and where it will be found."""
    points, activity, bodies = [], [], []
    for draft in write.drafts:
        point = DataPoint(
            str(uuid7()), write.measure_id, draft.on, draft.numerator, draft.denominator,
            draft.value, draft.classroom_id, draft.student_group, draft.cycle_id, draft.note,
        )  # fmt: skip
        body = _encode(point)
        bodies.append(body)
        points.append(msgspec.structs.astuple(point))
        activity.append(
            (str(uuid7()), at, PERSON, "add", "data point", point.id, unit_id, aim_id, 1,
             body.decode(), "null")
        )  # fmt: skip
    if write.single:
        return points, activity, bodies[0], f"/api/v1/points/{points[0][0]}"
    return points, activity, b"[" + b",".join(bodies) + b"]", None


class Sums(Struct, frozen=True):
    """What is kept once some points are added, ready to be written."""

    days: str
    months: str
    latest: float
    latest_on: date
    more: list[tuple[str, int]]


_days = msgspec.json.Decoder(list[tuple[date, float]])
_months = msgspec.json.Decoder(dict[str, int])


def sums_of(drafts: list[Draft], days: str, months: str, known: Any) -> Sums:
    """What is kept of a measure, from what was kept and from sums of the days' points so far."""
    num: Counter[date] = Counter()
    den: Counter[date] = Counter()
    for on, numerator, denominator in known:
        day = on if type(on) is date else date.fromisoformat(on)
        num[day], den[day] = int(numerator), int(denominator)
    for draft in drafts:
        num[draft.on] += draft.numerator or 0
        den[draft.on] += draft.denominator or 0
    figures = dict(_days.decode(days))
    figures.update((on, 100 * num[on] / den[on]) for on in num)
    more = Counter(draft.on.isoformat()[:7] for draft in drafts)
    counts = Counter(_months.decode(months)) + more
    last = max(figures)
    return Sums(
        _encode(sorted(figures.items())).decode(),
        _encode(dict(sorted(counts.items()))).decode(),
        figures[last],
        last,
        sorted(more.items()),
    )


CYCLE = f"SELECT {columns(CycleRow)} FROM cycles WHERE id = ?"
PAGE = (
    f"SELECT {columns(CycleRow, 'c.')} FROM cycles c JOIN aims a ON a.id = c.aim_id "
    "WHERE a.unit_id = ? AND c.id > ? ORDER BY c.id LIMIT ?"
)
MEASURE = f"SELECT {columns(Measure)} FROM measures WHERE id = ?"
POINTS = f'SELECT {columns(DataPoint)} FROM points WHERE measure_id = ? ORDER BY "on", id'
PHASES = f'SELECT {columns(Phase)} FROM phases WHERE measure_id = ? ORDER BY "on", id'
CYCLES = (
    f"SELECT {columns(Cycle, 'c.')} FROM cycles c JOIN measures m ON m.aim_id = c.aim_id "
    "WHERE m.id = ? ORDER BY c.id"
)
CALENDAR = (
    f"SELECT {columns(SchoolCalendar, 'k.')} FROM measures m JOIN aims a ON a.id = m.aim_id "
    "JOIN unit_closure u ON u.descendant_id = a.unit_id JOIN calendars k ON k.unit_id = "
    "u.ancestor_id WHERE m.id = ? ORDER BY u.depth, k.first_day DESC, k.id DESC LIMIT 1"
)
HOME = (
    "SELECT a.unit_id, a.id, s.days, s.months FROM measures m JOIN aims a ON a.id = m.aim_id "
    "JOIN measure_summaries s ON s.measure_id = m.id WHERE m.id = ?"
)
ON_DAYS = (
    'SELECT "on", sum(numerator), sum(denominator) FROM points '
    'WHERE measure_id = ? AND "on" BETWEEN ? AND ? GROUP BY "on"'
)
KEEP_DAYS = "UPDATE measure_summaries SET days = ?, months = ? WHERE measure_id = ?"
KEEP_AIM = (
    "UPDATE aim_summaries SET days = ?, latest = ?, latest_on = ? "
    "WHERE aim_id = ? AND audience = 'team'"
)
STALE = "UPDATE aim_summaries SET reviewed_on = NULL, written_at = ? WHERE aim_id = ?"
COUNT = (
    "INSERT INTO aim_months (aim_id, month, points, started, completed, adopted) "
    "VALUES (?, ?, ?, 0, 0, 0) "
    "ON CONFLICT (aim_id, month) DO UPDATE SET points = aim_months.points + excluded.points"
)
KEPT = "SELECT fingerprint, status, location, body FROM idempotency WHERE person_id = ? AND key = ?"
ACTIVITY = "id, at, person_id, verb, kind, element_id, unit_id, aim_id, version, after, before"
IDEMPOTENCY = "person_id, key, fingerprint, at, status, location, etag, body"


if URL.startswith("sqlite"):
    from bare_sqlite import Store
else:
    from bare_postgres import Store  # type: ignore[assignment]


@get("/api/v1/cycles/{cycle_id:str}")
async def one_cycle(cycle_id: str) -> Response[bytes]:
    rows = await store.rows(CYCLE, cycle_id)
    if not rows:
        return Response(b"", status_code=404)
    return Response(_encode(cycle_of(rows[0])), media_type=JSON)


@get("/api/v1/cycles")
async def cycles(unit: str, limit: int = 50, cursor: str | None = None) -> Response[bytes]:
    after = ""
    if cursor is not None:
        (after,) = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return Response(page_of(await store.rows(PAGE, unit, after, limit + 1), limit), media_type=JSON)


@get("/api/v1/measures/{measure_id:str}/chart")
async def chart(measure_id: str) -> Response[bytes]:
    found = await store.several(measure_id, MEASURE, POINTS, PHASES, CYCLES, CALENDAR)
    measure, points, phases, cycles, calendar = found
    if not measure:
        return Response(b"", status_code=404)
    made = charts_of(measure[0], points, phases, cycles, calendar[0] if calendar else None)
    return Response(made, media_type=JSON)


@post("/api/v1/measures/{measure_id:str}/points")
async def add_point(measure_id: str, request: Asked) -> Response[bytes]:
    body = await request.body()
    return await _add(measure_id, request, body, [_draft.decode(body)], single=True)


@post("/api/v1/measures/{measure_id:str}/points/batch")
async def add_points(measure_id: str, request: Asked) -> Response[bytes]:
    body = await request.body()
    return await _add(measure_id, request, body, _drafts.decode(body).points, single=False)


async def _add(
    measure_id: str, request: Asked, body: bytes, drafts: list[Draft], *, single: bool
) -> Response[bytes]:
    scope = request.scope
    fingerprint = sha256(b"\0".join((b"POST", scope["path"].encode(), body))).hexdigest()
    key = request.headers["idempotency-key"]
    write = Write(measure_id, key, fingerprint, drafts, single)
    status, location, answer = await store.write(write)
    headers = {} if location is None else {"Location": location}
    return Response(answer, status_code=status, headers=headers, media_type=JSON)


def moment() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def at_work(_: Litestar) -> AsyncIterator[None]:
    global store
    async with Store.opened(URL) as store:
        yield


store: Any = None
app = Litestar(
    [one_cycle, cycles, chart, add_point, add_points],
    lifespan=[at_work],
    openapi_config=None,
    logging_config=None,
)
