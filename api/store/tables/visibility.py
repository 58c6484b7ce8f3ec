"""The tables of what leaves a team: publications, what was told, and who looked."""

from sqlalchemy import Column, Date, Index, Table, Text, UniqueConstraint

from api.store.tables.base import ID, id_column, metadata, to, version_column
from api.store.types import JsonOf, Moment, Word
from pdsa.privacy.publication import Told
from pdsa.privacy.shares import Counted
from pdsa.units import Audience

# What a team shows of its classrooms to whoever stands above it, until it is withdrawn.
publications = Table(
    "publications",
    metadata,
    id_column(),
    Column("measure_id", ID, to("measures.id"), nullable=False, index=True),
    Column("through", Date, nullable=False),
    Column("to", Word(Audience), nullable=False),
    Column("reason", Text, nullable=False),
    Column("published_by", ID),
    Column("published_on", Date),
    Column("withdrawn_by", ID),
    Column("withdrawn_on", Date),
    version_column(),
)

# The days of a measure that somebody outside of the team was told, as they were then. Later answers
# may not give away what was withheld.
releases = Table(
    "releases",
    metadata,
    Column("measure_id", ID, to("measures.id"), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("told", JsonOf(Told), nullable=False),
)

# Who from above a team opened its record, once a person, aim and day.
views = Table(
    "views",
    metadata,
    id_column(),
    Column("unit_id", ID, to("units.id"), nullable=False),
    Column("aim_id", ID, nullable=False),
    Column("person_id", ID, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "unit_id", "id"),
    UniqueConstraint("aim_id", "person_id", "on"),
)

# What was told of the fidelity of a unit's teams, by the first day of the quarter; empty for a unit
# whose cycles were counted and of which nothing is told. No quarter is told twice.
fidelity_told = Table(
    "fidelity_told",
    metadata,
    Column("unit_id", ID, to("units.id"), primary_key=True),
    Column("quarter", Date, primary_key=True),
    Column("told", JsonOf(dict[str, Counted]), nullable=False),
)
