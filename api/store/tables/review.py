"""The tables of what a team silences in its review, and of the levels that people give."""

from sqlalchemy import Column, Date, Index, String, Table, Text

from api.store.tables.base import ID, id_column, metadata, to, version_column
from api.store.types import Double, Word
from pdsa.level import Voice

# ``made_by`` and ``said_by`` carry no foreign key: an imported word names whoever said it where it
# was said. An element of a silence may be a driver, which lies within a theory.
silences = Table(
    "silences",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False, index=True),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("element_id", ID),
    Column("made_by", ID),
    Column("made_on", Date),
    version_column(),
)

levels = Table(
    "levels",
    metadata,
    id_column(),
    Column("aim_id", ID, to("aims.id"), nullable=False),
    Column("voice", Word(Voice), nullable=False),
    Column("on", Date, nullable=False),
    Column("level", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("said_by", ID),
    version_column(),
    Index(None, "aim_id", "on", "id"),
)
