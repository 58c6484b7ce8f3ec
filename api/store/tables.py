"""The tables. The columns of an element stand in the order of its struct's fields.

Every mutable row has a ``version``. References to what is checked by the domain in the same
transaction, and would make tables depend on each other in a circle, carry no foreign key.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from api.store.types import Double, JsonOf, Moment, RawJson, Word
from pdsa.aim import Milestone
from pdsa.calendar import Closure
from pdsa.change_idea import ChangeConcept
from pdsa.cycle import DatedMove, Purpose, Status
from pdsa.measure import Direction, MeasureKind, MeasureUnit
from pdsa.phase import PhaseKind
from pdsa.problem import Evidence
from pdsa.stages import Act, Do, Plan, Stage, Study
from pdsa.theory import Driver, Link
from pdsa.units import Role

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)


def _id() -> Column[str]:
    return Column("id", ID, primary_key=True)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False)


def _to(column: str, *, later: bool = False) -> ForeignKey:
    return ForeignKey(column, deferrable=later or None, initially="DEFERRED" if later else None)


units = Table(
    "units",
    metadata,
    _id(),
    Column("kind", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_id", ID, _to("units.id"), index=True),
    _version(),
)

# Every unit with each unit above it, itself included (depth 0).
unit_closure = Table(
    "unit_closure",
    metadata,
    Column("ancestor_id", ID, _to("units.id"), primary_key=True),
    Column("descendant_id", ID, _to("units.id"), primary_key=True, index=True),
    Column("depth", Integer, nullable=False),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    _version(),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    Column("person_id", ID, _to("people.id"), nullable=False, index=True),
    Column("role", Word(Role), nullable=False),
    Column("unit_id", ID, _to("units.id"), index=True),
    Column("starts_on", Date),
    Column("ends_on", Date),
    _version(),
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    Column("person_id", ID, _to("people.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)

calendars = Table(
    "calendars",
    metadata,
    _id(),
    Column("unit_id", ID, _to("units.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("closures", JsonOf(tuple[Closure, ...]), nullable=False),
    _version(),
)

problems = Table(
    "problems",
    metadata,
    _id(),
    Column("unit_id", ID, _to("units.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("evidence", JsonOf(tuple[Evidence, ...]), nullable=False),
    _version(),
)

aims = Table(
    "aims",
    metadata,
    _id(),
    Column("unit_id", ID, _to("units.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("population", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("unit", Word(MeasureUnit), nullable=False),
    Column("direction", Word(Direction), nullable=False),
    Column("baseline", Double),
    Column("target", Double),
    Column("starts_on", Date),
    Column("deadline", Date),
    Column("equity", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("milestones", JsonOf(tuple[Milestone, ...]), nullable=False),
    Column("measured_by", ID),
    Column("problem_id", ID, _to("problems.id"), index=True),
    _version(),
)

# A version of a theory is never changed, only followed by the next.
theories = Table(
    "theories",
    metadata,
    Column("aim_id", ID, _to("aims.id"), primary_key=True),
    Column("on", Date, nullable=False),
    Column("drivers", JsonOf(tuple[Driver, ...]), nullable=False),
    Column("links", JsonOf(tuple[Link, ...]), nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, primary_key=True),
)

change_ideas = Table(
    "change_ideas",
    metadata,
    _id(),
    Column("aim_id", ID, _to("aims.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("concept", Word(ChangeConcept)),
    Column("math_activity", Text, nullable=False),
    Column("teaching_practices", JsonOf(tuple[str, ...]), nullable=False),
    Column("adapted_from", ID, _to("change_ideas.id", later=True), index=True),
    Column("origin", Text, nullable=False),
    _version(),
)

measures = Table(
    "measures",
    metadata,
    _id(),
    Column("aim_id", ID, _to("aims.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", Word(MeasureKind), nullable=False),
    Column("unit", Word(MeasureUnit), nullable=False),
    Column("direction", Word(Direction), nullable=False),
    Column("definition", Text, nullable=False),
    Column("collected_by", Text, nullable=False),
    Column("collected_how", Text, nullable=False),
    Column("frequency", Text, nullable=False),
    Column("target", Double),
    Column("driver_id", ID),
    Column("per", BigInteger, nullable=False),
    Column("lowest", Double),
    Column("highest", Double),
    _version(),
)

cycles = Table(
    "cycles",
    metadata,
    _id(),
    Column("aim_id", ID, _to("aims.id"), nullable=False, index=True),
    Column("change_idea_id", ID, _to("change_ideas.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("purpose", Word(Purpose), nullable=False),
    Column("stage", Word(Stage), nullable=False),
    Column("status", Word(Status), nullable=False),
    Column("planned_on", Date),
    Column("started_on", Date),
    Column("ended_on", Date),
    Column("follows", ID, _to("cycles.id", later=True), index=True),
    Column("branched_from", ID, _to("cycles.id", later=True), index=True),
    Column("plan", JsonOf(Plan), nullable=False),
    Column("do", JsonOf(Do)),
    Column("study", JsonOf(Study)),
    Column("act", JsonOf(Act)),
    Column("moves", JsonOf(tuple[DatedMove, ...]), nullable=False),
    _version(),
)

points = Table(
    "points",
    metadata,
    _id(),
    Column("measure_id", ID, _to("measures.id"), nullable=False),
    Column("on", Date, nullable=False),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("value", Double),
    Column("classroom_id", ID, _to("units.id"), index=True),
    Column("student_group", String(40)),
    Column("cycle_id", ID, _to("cycles.id"), index=True),
    Column("note", Text, nullable=False),
    _version(),
    Index(None, "measure_id", "on", "id"),
)

# Made by a person's act alone. ``made_by`` carries no foreign key: an imported act names whoever
# did it where it was done.
phases = Table(
    "phases",
    metadata,
    _id(),
    Column("measure_id", ID, _to("measures.id"), nullable=False),
    Column("kind", Word(PhaseKind), nullable=False),
    Column("on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("classroom_id", ID, _to("units.id"), index=True),
    Column("made_by", ID),
    Column("made_on", Date),
    _version(),
    Index(None, "measure_id", "on", "id"),
)

# Who did what to which element, with the merge patches from before to after and back.
activity = Table(
    "activity",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("person_id", ID, nullable=False, index=True),
    Column("verb", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("element_id", ID, nullable=False),
    Column("unit_id", ID, index=True),
    Column("aim_id", ID, index=True),
    Column("version", Integer, nullable=False),
    Column("after", RawJson, nullable=False),
    Column("before", RawJson, nullable=False),
    Index(None, "kind", "element_id", "id"),
)

# The answers to requests that carried an Idempotency-Key, kept in the transaction of their effect.
idempotency = Table(
    "idempotency",
    metadata,
    Column("person_id", ID, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("status", Integer, nullable=False),
    Column("location", Text),
    Column("etag", String(80)),
    Column("body", Text, nullable=False),
)
