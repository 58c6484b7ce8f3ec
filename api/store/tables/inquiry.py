"""The tables of the inquiry, and its history."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

from api.store.tables.base import ID, id_column, metadata, to, version_column
from api.store.types import Double, JsonOf, Moment, RawJson, Word
from pdsa.aim import Milestone
from pdsa.calendar import Closure
from pdsa.change_idea import ChangeConcept
from pdsa.cycle import DatedMove, Purpose, Status
from pdsa.measure import Counts, Direction, MeasureKind, MeasureUnit
from pdsa.phase import PhaseKind
from pdsa.problem import Evidence
from pdsa.stages import Act, Do, Plan, Stage, Study
from pdsa.theory import Driver, Link
from pdsa.units import StageWords

units = Table(
    "units",
    metadata,
    id_column(),
    Column("kind", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_id", ID, to("units.id"), index=True),
    Column("stage_words", Word(StageWords), nullable=False),
    version_column(),
)

# Every unit with each unit above it, itself included (depth 0).
unit_closure = Table(
    "unit_closure",
    metadata,
    Column("ancestor_id", ID, to("units.id"), primary_key=True),
    Column("descendant_id", ID, to("units.id"), primary_key=True, index=True),
    Column("depth", Integer, nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    id_column(),
    Column("unit_id", ID, to("units.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("closures", JsonOf(tuple[Closure, ...]), nullable=False),
    version_column(),
)

problems = Table(
    "problems",
    metadata,
    id_column(),
    Column("unit_id", ID, to("units.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("evidence", JsonOf(tuple[Evidence, ...]), nullable=False),
    version_column(),
)

aims = Table(
    "aims",
    metadata,
    id_column(),
    Column("unit_id", ID, to("units.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("population", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("subject", String(40)),
    Column("grades", JsonOf(tuple[str, ...]), nullable=False),
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
    Column("problem_id", ID, to("problems.id"), index=True),
    Column("stopped_on", Date),
    Column("stopped_because", Text, nullable=False),
    version_column(),
    Index(None, "unit_id", "id"),
)

# A version of a theory is never changed, only followed by the next.
theories = Table(
    "theories",
    metadata,
    Column("aim_id", ID, to("aims.id"), primary_key=True),
    Column("on", Date, nullable=False),
    Column("drivers", JsonOf(tuple[Driver, ...]), nullable=False),
    Column("links", JsonOf(tuple[Link, ...]), nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, primary_key=True),
)

change_ideas = Table(
    "change_ideas",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("concept", Word(ChangeConcept)),
    Column("math_activity", Text, nullable=False),
    Column("teaching_practices", JsonOf(tuple[str, ...]), nullable=False),
    Column("adapted_from", ID, to("change_ideas.id", later=True), index=True),
    Column("origin", Text, nullable=False),
    version_column(),
)

measures = Table(
    "measures",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False, index=True),
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
    Column("counts", Word(Counts), nullable=False),
    version_column(),
)

cycles = Table(
    "cycles",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False, index=True),
    Column("change_idea_id", ID, to("change_ideas.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("purpose", Word(Purpose), nullable=False),
    Column("stage", Word(Stage), nullable=False),
    Column("status", Word(Status), nullable=False),
    Column("planned_on", Date),
    Column("started_on", Date),
    Column("ended_on", Date),
    Column("follows", ID, to("cycles.id", later=True), index=True),
    Column("branched_from", ID, to("cycles.id", later=True), index=True),
    Column("plan", JsonOf(Plan), nullable=False),
    Column("do", JsonOf(Do)),
    Column("study", JsonOf(Study)),
    Column("act", JsonOf(Act)),
    Column("moves", JsonOf(tuple[DatedMove, ...]), nullable=False),
    version_column(),
)

points = Table(
    "points",
    metadata,
    id_column(),
    Column("measure_id", ID, to("measures.id"), nullable=False),
    Column("on", Date, nullable=False),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("value", Double),
    Column("classroom_id", ID, to("units.id"), index=True),
    Column("student_group", String(40)),
    Column("cycle_id", ID, to("cycles.id"), index=True),
    Column("note", Text, nullable=False),
    version_column(),
    Index(None, "measure_id", "on", "id"),
)

# Made by a person's act alone. ``made_by`` carries no foreign key: an imported act names whoever
# did it where it was done.
phases = Table(
    "phases",
    metadata,
    id_column(),
    Column("measure_id", ID, to("measures.id"), nullable=False),
    Column("kind", Word(PhaseKind), nullable=False),
    Column("on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("classroom_id", ID, to("units.id"), index=True),
    Column("made_by", ID),
    Column("made_on", Date),
    version_column(),
    Index(None, "measure_id", "on", "id"),
)

# Who did what to which element, with the merge patches from before to after and back.
activity = Table(
    "activity",
    metadata,
    id_column(),
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
