"""The tables of the feedback loop: requests with their turns, and comments."""

from sqlalchemy import Boolean, Column, Date, Index, Table, Text

from api.store.tables.base import ID, id_column, metadata, to, version_column
from api.store.types import JsonOf, Word
from pdsa.feedback import RequestKind, RequestState, Turn

# ``at`` and whoever took a turn carry no foreign key: an imported request names units and people of
# where it was raised.
requests = Table(
    "requests",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False, index=True),
    Column("kind", Word(RequestKind), nullable=False),
    Column("title", Text, nullable=False),
    Column("at", ID, nullable=False, index=True),
    Column("since", Date, nullable=False),
    Column("turns", JsonOf(tuple[Turn, ...]), nullable=False),
    Column("state", Word(RequestState), nullable=False),
    Column("cycle_id", ID, to("cycles.id"), index=True),
    version_column(),
    Index(None, "since", "id"),
)

comments = Table(
    "comments",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("cycle_id", ID, to("cycles.id"), index=True),
    Column("measure_id", ID, to("measures.id"), index=True),
    Column("on", Date),
    Column("classroom_id", ID, to("units.id"), index=True),
    Column("shared", Boolean(create_constraint=False), nullable=False),
    Column("said_by", ID),
    Column("said_on", Date),
    version_column(),
)
