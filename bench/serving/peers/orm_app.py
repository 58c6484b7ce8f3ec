"""D: FastAPI, SQLAlchemy's async ORM and pydantic, as one would write it without this project.

One session a request, response models, relationships loaded with ``selectinload``, a pool of 20.
On SQLite, where a second writer only waits and fails, writes take turns by a lock and begin
IMMEDIATE, with the same pragmas as the application's.
"""

import asyncio
import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from orm_models import (
    Activity,
    Aim,
    AimMonth,
    AimSummary,
    Calendar,
    Cycle,
    Idempotency,
    Measure,
    MeasureSummary,
    Point,
    Unit,
    UnitClosure,
)
from orm_schemas import CycleOut, CyclePage, PointDraft, PointDrafts, PointOut
from pydantic import TypeAdapter
from sqlalchemy import event, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload, selectinload
from uuid_utils import uuid7

import pdsa
from pdsa.charts import series_charts
from pdsa.charts.rules import RuleName, by_name
from pdsa.measure import DataPoint, series
from pdsa.phase import Phase

PERSON = "peer-D"
URL = os.environ["BENCH_DATABASE"]
SQLITE = URL.startswith("sqlite")

if SQLITE:
    engine = create_async_engine(
        URL.replace("sqlite:", "sqlite+aiosqlite:"),
        pool_size=20,
        max_overflow=0,
        connect_args={"isolation_level": None},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def pragmas(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=5000",
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
else:
    engine = create_async_engine(
        URL.replace("postgresql:", "postgresql+asyncpg:"), pool_size=20, max_overflow=0
    )

Session = async_sessionmaker(engine, expire_on_commit=False)
Writing = async_sessionmaker(engine.execution_options(immediate=True), expire_on_commit=False)
alone = asyncio.Lock()


async def session() -> AsyncIterator[AsyncSession]:
    async with Session() as opened:
        yield opened


async def writing() -> AsyncIterator[AsyncSession]:
    if not SQLITE:
        async with Writing() as opened:
            yield opened
        return
    async with alone, Writing() as opened:
        yield opened


Reading = Annotated[AsyncSession, Depends(session)]
ToWrite = Annotated[AsyncSession, Depends(writing, scope="function")]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/api/v1/cycles/{cycle_id}", response_model=CycleOut)
async def one_cycle(cycle_id: str, session: Reading) -> Any:
    cycle = await session.get(Cycle, cycle_id)
    if cycle is None:
        raise HTTPException(404)
    return cycle


@app.get("/api/v1/cycles", response_model=CyclePage)
async def cycles(session: Reading, unit: str, limit: int = 50, cursor: str | None = None) -> Any:
    wanted = select(Cycle).join(Cycle.aim).where(Aim.unit_id == unit)
    if cursor is not None:
        packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        wanted = wanted.where(Cycle.id > msgspec.json.decode(packed, type=list[str])[0])
    found = (await session.scalars(wanted.order_by(Cycle.id).limit(limit + 1))).all()
    after = None
    if len(found) > limit:
        packed = msgspec.json.encode([found[limit - 1].id])
        after = urlsafe_b64encode(packed).decode().rstrip("=")
    return {"items": found[:limit], "next": after}


@app.get("/api/v1/measures/{measure_id}/chart")
async def chart(measure_id: str, session: Reading) -> Response:
    measure = await session.get(
        Measure,
        measure_id,
        options=(
            selectinload(Measure.points),
            selectinload(Measure.phases),
            joinedload(Measure.aim).selectinload(Aim.cycles),
        ),
    )
    if measure is None:
        raise HTTPException(404)
    calendars = await session.scalars(
        select(Calendar)
        .join(UnitClosure, UnitClosure.ancestor_id == Calendar.unit_id)
        .where(UnitClosure.descendant_id == measure.aim.unit_id)
        .order_by(UnitClosure.depth, Calendar.first_day.desc(), Calendar.id.desc())
        .limit(1)
    )
    calendar = calendars.first()
    rooms = {p.classroom_id for p in (*measure.points, *measure.phases) if p.classroom_id}
    if rooms:
        await session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(rooms)))
    charts = await asyncio.to_thread(_charts, measure, calendar)
    return Response(msgspec.json.encode(charts), media_type="application/json")


def _charts(measure: Measure, calendar: Calendar | None) -> Any:
    """The chart as the library makes it, from mapped objects as its structs."""
    whole = _struct(pdsa.Measure, measure)
    points = tuple(_struct(DataPoint, point) for point in measure.points)
    return series_charts(
        whole,
        series(whole, points, by=None),
        points,
        phases=[_struct(Phase, phase) for phase in measure.phases],
        calendar=None if calendar is None else _struct(pdsa.SchoolCalendar, calendar),
        cycles=[_struct(pdsa.Cycle, cycle) for cycle in measure.aim.cycles],
        rules=by_name(RuleName.anhoej),
    )


_JSON = {"plan", "do", "study", "act", "moves", "closures"}


def _struct(type_: Any, row: Any) -> Any:
    found: dict[str, Any] = {}
    for name in type_.__struct_fields__:
        value = getattr(row, name)
        if name in _JSON and value is not None:
            value = msgspec.json.decode(value)
        found[name] = value
    return msgspec.convert(found, type_)


@app.post("/api/v1/measures/{measure_id}/points", status_code=201, response_model=PointOut)
async def add_point(
    measure_id: str,
    draft: PointDraft,
    session: ToWrite,
    request: Request,
    response: Response,
    key: Key = None,
) -> Any:
    fingerprint = await _fingerprint(request)
    if (known := await _known(session, key, fingerprint)) is not None:
        return known
    measure = await _measure(session, measure_id)
    point = Point(id=str(uuid7()), measure_id=measure_id, version=1, **draft.model_dump())
    session.add(point)
    body = PointOut.model_validate(point).model_dump_json()
    where = f"/api/v1/points/{point.id}"
    session.add(_activity(measure, point.id, body))
    await _sum_up(session, measure, [draft.on])
    if key is not None:
        session.add(_kept(key, fingerprint, body, where))
    await _commit(session)
    response.headers["Location"] = where
    return point


@app.post(
    "/api/v1/measures/{measure_id}/points/batch", status_code=201, response_model=list[PointOut]
)
async def add_points(
    measure_id: str, drafts: PointDrafts, session: ToWrite, request: Request, key: Key = None
) -> Any:
    fingerprint = await _fingerprint(request)
    if (known := await _known(session, key, fingerprint)) is not None:
        return known
    measure = await _measure(session, measure_id)
    points = [
        Point(id=str(uuid7()), measure_id=measure_id, version=1, **draft.model_dump())
        for draft in drafts.points
    ]
    session.add_all(points)
    made = [PointOut.model_validate(point) for point in points]
    session.add_all(_activity(measure, each.id, each.model_dump_json()) for each in made)
    await _sum_up(session, measure, [each.on for each in made])
    if key is not None:
        session.add(_kept(key, fingerprint, _POINTS.dump_json(made).decode()))
    await _commit(session)
    return made


@app.post(
    "/api/v1/measures/{measure_id}/points/bulk", status_code=201, response_model=list[PointOut]
)
async def add_points_in_bulk(
    measure_id: str, drafts: PointDrafts, session: ToWrite, request: Request, key: Key = None
) -> Any:
    """The same by bulk inserts, as one writes it after a first profile."""
    fingerprint = await _fingerprint(request)
    if (known := await _known(session, key, fingerprint)) is not None:
        return known
    measure = await _measure(session, measure_id)
    rows = [
        {"id": str(uuid7()), "measure_id": measure_id, "version": 1, **draft.model_dump()}
        for draft in drafts.points
    ]
    await session.execute(insert(Point), rows)
    made = [PointOut.model_construct(**row) for row in rows]
    shared = _activity_row(measure)
    await session.execute(
        insert(Activity),
        [
            {**shared, "id": str(uuid7()), "element_id": each.id, "after": each.model_dump_json()}
            for each in made
        ],
    )
    await _sum_up(session, measure, [each.on for each in made])
    if key is not None:
        session.add(_kept(key, fingerprint, _POINTS.dump_json(made).decode()))
    await _commit(session)
    return made


_POINTS = TypeAdapter(list[PointOut])


async def _sum_up(session: AsyncSession, measure: Measure, days: list[date]) -> None:
    """Keep what is summed up of a measure and its aim: figures by day, the latest, counts by month."""
    kept = await session.get(MeasureSummary, measure.id, with_for_update=True)
    if kept is None:
        raise HTTPException(500, "nothing is kept of this measure")
    sums = await session.execute(
        select(Point.on, func.sum(Point.numerator), func.sum(Point.denominator))
        .where(Point.measure_id == measure.id, Point.on.in_(set(days)))
        .group_by(Point.on)
    )
    figures = dict(msgspec.json.decode(kept.days, type=list[tuple[date, float]]))
    figures.update((on, 100 * int(num) / int(den)) for on, num, den in sums)
    months = Counter(msgspec.json.decode(kept.months, type=dict[str, int]))
    more = Counter(f"{on:%Y-%m}" for on in days)
    kept.days = msgspec.json.encode(sorted(figures.items())).decode()
    kept.months = msgspec.json.encode(dict(sorted((months + more).items()))).decode()
    for month, count in more.items():
        row = await session.get(AimMonth, (measure.aim_id, month))
        if row is None:
            row = AimMonth(
                aim_id=measure.aim_id, month=month, points=0, started=0, completed=0, adopted=0
            )
            session.add(row)
        row.points += count
    aim = await session.get_one(AimSummary, (measure.aim_id, "team"))
    aim.latest_on = max(figures)
    aim.latest, aim.days = figures[aim.latest_on], kept.days
    await session.execute(
        update(AimSummary)
        .where(AimSummary.aim_id == measure.aim_id)
        .values(reviewed_on=None, written_at=datetime.now(UTC))
    )


async def _measure(session: AsyncSession, measure_id: str) -> Measure:
    measure = await session.get(Measure, measure_id, options=(joinedload(Measure.aim),))
    if measure is None:
        raise HTTPException(404)
    return measure


def _activity_row(measure: Measure) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC),
        "person_id": PERSON,
        "verb": "add",
        "kind": "data point",
        "unit_id": measure.aim.unit_id,
        "aim_id": measure.aim_id,
        "version": 1,
        "before": "null",
    }


def _activity(measure: Measure, element_id: str, after: str) -> Activity:
    row = _activity_row(measure)
    return Activity(id=str(uuid7()), element_id=element_id, after=after, **row)


def _kept(key: str, fingerprint: str, body: str, where: str | None = None) -> Idempotency:
    return Idempotency(
        person_id=PERSON,
        key=key,
        fingerprint=fingerprint,
        at=datetime.now(UTC),
        status=201,
        location=where,
        etag=None,
        body=body,
    )


async def _known(session: AsyncSession, key: str | None, fingerprint: str) -> Response | None:
    if key is None:
        return None
    kept = await session.get(Idempotency, (PERSON, key))
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise HTTPException(422, "this key was used for another request")
    headers = {} if kept.location is None else {"Location": kept.location}
    return Response(kept.body, kept.status, headers, "application/json")


async def _fingerprint(request: Request) -> str:
    parts: Sequence[bytes] = (
        request.method.encode(),
        request.url.path.encode(),
        await request.body(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


async def _commit(session: AsyncSession) -> None:
    try:
        await session.commit()
    except IntegrityError as error:
        raise HTTPException(409) from error
