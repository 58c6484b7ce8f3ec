"""D's portfolio: what somebody would write who keeps no summaries. It asks the points each time.

One statement pools the figures of all measures by date in the database; Python looks at the rows of
each aim. Statuses are simpler than ours: reached, on the way, or no data.
"""

import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from statistics import median
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column

URL = os.environ["BENCH_DATABASE"]
DRIVER = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[URL.partition(":")[0]]
engine = create_async_engine(DRIVER + ":" + URL.partition(":")[2], pool_size=20, max_overflow=0)
Session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Unit(Base):
    __tablename__ = "units"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]


class UnitClosure(Base):
    __tablename__ = "unit_closure"

    ancestor_id: Mapped[str] = mapped_column(primary_key=True)
    descendant_id: Mapped[str] = mapped_column(primary_key=True)


class Aim(Base):
    __tablename__ = "aims"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    title: Mapped[str]
    baseline: Mapped[float | None]
    target: Mapped[float | None]
    direction: Mapped[str]
    deadline: Mapped[date | None]
    measured_by: Mapped[str | None]


class Measure(Base):
    __tablename__ = "measures"

    id: Mapped[str] = mapped_column(primary_key=True)
    aim_id: Mapped[str]


class Cycle(Base):
    __tablename__ = "cycles"

    id: Mapped[str] = mapped_column(primary_key=True)
    aim_id: Mapped[str]
    stage: Mapped[str]
    status: Mapped[str]


class Point(Base):
    __tablename__ = "points"

    id: Mapped[str] = mapped_column(primary_key=True)
    measure_id: Mapped[str]
    on: Mapped[date]
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    value: Mapped[float | None]
    student_group: Mapped[str | None]


class AimOut(BaseModel):
    aim_id: str
    title: str
    deadline: date | None
    status: str
    latest: float | None
    latest_on: date | None
    level: float | None
    change: float | None
    stage: str | None


class PageOut(BaseModel):
    items: list[AimOut]
    counts: dict[str, int]


class MonthOut(BaseModel):
    unit_id: str
    month: str
    points: int


async def session() -> AsyncIterator[AsyncSession]:
    async with Session() as opened:
        yield opened


Opened = Annotated[AsyncSession, Depends(session)]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/api/v1/units/{unit_id}/portfolio")
async def portfolio(unit_id: str, db: Opened, limit: int = 50) -> PageOut:
    under = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit_id)
    aims = (await db.scalars(select(Aim).where(Aim.unit_id.in_(under)))).all()
    ids = select(Aim.id).where(Aim.unit_id.in_(under))
    value = func.sum(Point.numerator) * 100.0 / func.sum(Point.denominator)
    rows = await db.execute(
        select(Measure.id, Measure.aim_id, Point.on, func.coalesce(value, func.avg(Point.value)))
        .join(Point, Point.measure_id == Measure.id)
        .where(
            Measure.aim_id.in_(ids),
            or_(Point.student_group.is_(None), Point.student_group == "ALL"),
            or_(Point.denominator > 0, Point.value.is_not(None)),
        )
        .group_by(Measure.id, Measure.aim_id, Point.on)
        .order_by(Measure.id, Point.on)
    )
    figures: dict[str, dict[str, list[tuple[date, float]]]] = defaultdict(lambda: defaultdict(list))
    for measure_id, aim_id, on, figure in rows:
        figures[aim_id][measure_id].append((on, figure))
    stages: dict[str, str] = {}
    running = select(Cycle.aim_id, Cycle.stage).where(
        Cycle.aim_id.in_(ids), Cycle.status == "running"
    )
    for aim_id, stage in await db.execute(running):
        stages[aim_id] = stage
    found = [_out(aim, figures[aim.id], stages.get(aim.id)) for aim in aims]
    found.sort(key=lambda each: (each.status, each.aim_id))
    return PageOut(items=found[:limit], counts=Counter(each.status for each in found))


def _out(aim: Any, measures: dict[str, list[tuple[date, float]]], stage: str | None) -> AimOut:
    shown = measures.get(aim.measured_by or "") or max(measures.values(), key=len, default=[])
    values = [value for _, value in shown]
    level = median(values[-3:]) if len(values) >= 3 else None
    baseline = (
        aim.baseline if aim.baseline is not None else (median(values[:3]) if values else None)
    )
    status = "no data"
    if level is not None and aim.target is not None:
        sign = 1 if aim.direction == "increase" else -1
        reached = all(sign * value >= sign * aim.target for value in values[-3:])
        status = "reached" if reached else "on the way"
    return AimOut(
        aim_id=aim.id,
        title=aim.title,
        deadline=aim.deadline,
        status=status,
        latest=values[-1] if values else None,
        latest_on=shown[-1][0] if shown else None,
        level=level,
        change=None if level is None or baseline is None else level - baseline,
        stage=stage,
    )


@app.get("/api/v1/units/{unit_id}/months")
async def months(unit_id: str, db: Opened, kind: str) -> list[MonthOut]:
    below = aliased(UnitClosure)
    month = func.substr(cast(Point.on, String), 1, 7)
    rows = await db.execute(
        select(UnitClosure.ancestor_id, month, func.count())
        .join(Unit, Unit.id == UnitClosure.ancestor_id)
        .join(below, below.descendant_id == Unit.id)
        .join(Aim, Aim.unit_id == UnitClosure.descendant_id)
        .join(Measure, Measure.aim_id == Aim.id)
        .join(Point, Point.measure_id == Measure.id)
        .where(below.ancestor_id == unit_id, Unit.kind == kind)
        .group_by(UnitClosure.ancestor_id, month)
        .order_by(UnitClosure.ancestor_id, month)
    )
    return [MonthOut(unit_id=unit, month=m, points=count) for unit, m, count in rows]
