"""D's mapped classes over the same tables, as far as it reads and writes them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text}  # noqa: RUF012


class Unit(Base):
    __tablename__ = "units"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class UnitClosure(Base):
    __tablename__ = "unit_closure"

    ancestor_id: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    descendant_id: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    depth: Mapped[int]


class Calendar(Base):
    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    closures: Mapped[str]
    version: Mapped[int]


class Aim(Base):
    __tablename__ = "aims"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    cycles: Mapped[list["Cycle"]] = relationship(order_by="Cycle.id", back_populates="aim")


class Cycle(Base):
    __tablename__ = "cycles"

    id: Mapped[str] = mapped_column(primary_key=True)
    aim_id: Mapped[str] = mapped_column(ForeignKey("aims.id"))
    change_idea_id: Mapped[str]
    title: Mapped[str]
    purpose: Mapped[str]
    stage: Mapped[str]
    status: Mapped[str]
    planned_on: Mapped[date | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    follows: Mapped[str | None]
    branched_from: Mapped[str | None]
    plan: Mapped[str]
    do: Mapped[str | None]
    study: Mapped[str | None]
    act: Mapped[str | None]
    moves: Mapped[str]
    version: Mapped[int]
    aim: Mapped[Aim] = relationship(back_populates="cycles")


class Measure(Base):
    __tablename__ = "measures"

    id: Mapped[str] = mapped_column(primary_key=True)
    aim_id: Mapped[str] = mapped_column(ForeignKey("aims.id"))
    name: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str]
    direction: Mapped[str]
    definition: Mapped[str]
    collected_by: Mapped[str]
    collected_how: Mapped[str]
    frequency: Mapped[str]
    target: Mapped[float | None]
    driver_id: Mapped[str | None]
    per: Mapped[int] = mapped_column(BigInteger)
    lowest: Mapped[float | None]
    highest: Mapped[float | None]
    counts: Mapped[str]
    version: Mapped[int]
    aim: Mapped[Aim] = relationship()
    points: Mapped[list["Point"]] = relationship(order_by="[Point.on, Point.id]")
    phases: Mapped[list["Phase"]] = relationship(order_by="[Phase.on, Phase.id]")


class Point(Base):
    __tablename__ = "points"

    id: Mapped[str] = mapped_column(primary_key=True)
    measure_id: Mapped[str] = mapped_column(ForeignKey("measures.id"))
    on: Mapped[date]
    numerator: Mapped[int | None] = mapped_column(BigInteger)
    denominator: Mapped[int | None] = mapped_column(BigInteger)
    value: Mapped[float | None]
    classroom_id: Mapped[str | None]
    student_group: Mapped[str | None]
    cycle_id: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class Phase(Base):
    __tablename__ = "phases"

    id: Mapped[str] = mapped_column(primary_key=True)
    measure_id: Mapped[str] = mapped_column(ForeignKey("measures.id"))
    kind: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str]
    classroom_id: Mapped[str | None]
    made_by: Mapped[str | None]
    made_on: Mapped[date | None]
    version: Mapped[int]


class Activity(Base):
    __tablename__ = "activity"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[str]
    verb: Mapped[str]
    kind: Mapped[str]
    element_id: Mapped[str]
    unit_id: Mapped[str | None]
    aim_id: Mapped[str | None]
    version: Mapped[int]
    after: Mapped[str]
    before: Mapped[str]


class Idempotency(Base):
    __tablename__ = "idempotency"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    at: Mapped[datetime]
    status: Mapped[int]
    location: Mapped[str | None]
    etag: Mapped[str | None]
    body: Mapped[str]


class MeasureSummary(Base):
    __tablename__ = "measure_summaries"

    measure_id: Mapped[str] = mapped_column(primary_key=True)
    aim_id: Mapped[str]
    days: Mapped[str]
    months: Mapped[str]


class AimSummary(Base):
    __tablename__ = "aim_summaries"

    aim_id: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[str]
    latest: Mapped[float | None]
    latest_on: Mapped[date | None]
    reviewed_on: Mapped[date | None]
    written_at: Mapped[datetime | None]


class AimMonth(Base):
    __tablename__ = "aim_months"

    aim_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    points: Mapped[int]
    started: Mapped[int]
    completed: Mapped[int]
    adopted: Mapped[int]
