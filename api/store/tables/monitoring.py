"""The tables of summaries: what is kept of measures and aims so that nobody has to look at points."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from api.store.tables.base import ID, metadata, to
from api.store.types import Double, JsonOf, Moment, Word
from pdsa.equity import Basis, GapChange
from pdsa.monitoring import AimStatus, Day, StatusOn
from pdsa.stages import Stage
from pdsa.units import Audience

# The team's own figures of a measure by date, kept in the transaction that writes its points.
measure_summaries = Table(
    "measure_summaries",
    metadata,
    Column("measure_id", ID, to("measures.id", gone_with=True), primary_key=True),
    Column("aim_id", ID, to("aims.id", gone_with=True), nullable=False, index=True),
    Column("days", JsonOf(tuple[Day, ...]), nullable=False),
    # How many points there are in each month (2018-01).
    Column("months", JsonOf(dict[str, int]), nullable=False),
)

# An aim as each audience is given it. The team's figures are kept in the transaction that writes
# them; what others are told, and what the record says on a day, is worked out when somebody looks:
# ``reviewed_on`` is null from a change to the next look.
# What many rows are looked through for comes first, and what is long comes last.
aim_summaries = Table(
    "aim_summaries",
    metadata,
    Column("aim_id", ID, to("aims.id", gone_with=True), primary_key=True),
    Column("audience", Word(Audience), primary_key=True),
    Column("reviewed_on", Date),
    Column("written_at", Moment),
    Column("calendar_id", ID),
    Column("share", Double),
    Column("change", Double),
    Column("running", Integer, nullable=False),
    Column("waits_since", Date),
    Column("stage", Word(Stage)),
    Column("last_activity", Date),
    Column("latest_on", Date),
    Column("latest", Double),
    Column("level", Double),
    Column("baseline", Double),
    Column("target", Double),
    Column("measure_id", ID),
    Column("of_aim", Boolean(create_constraint=False), nullable=False),
    Column("began", Date),
    Column("cycle_id", ID),
    Column("blockers", Integer, nullable=False),
    Column("advice", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("progress", Double),
    Column("signal", Boolean(create_constraint=False), nullable=False),
    Column("as_of", Moment),
    Column("groups", JsonOf(tuple[str, ...]), nullable=False),
    Column("reading", Text, nullable=False),
    Column("statuses", JsonOf(tuple[StatusOn, ...]), nullable=False),
    Column("days", JsonOf(tuple[Day, ...]), nullable=False),
)
#: What nobody has looked at since it was written: few rows of many.
Index(
    "ix_aim_summaries_waiting",
    aim_summaries.c.aim_id,
    aim_summaries.c.audience,
    sqlite_where=aim_summaries.c.reviewed_on.is_(None),
    postgresql_where=aim_summaries.c.reviewed_on.is_(None),
)
Index(None, aim_summaries.c.reviewed_on)

# The same statuses as rows, to count and to choose by: each up to the day before ``until_on``.
aim_statuses = Table(
    "aim_statuses",
    metadata,
    Column("aim_id", ID, to("aims.id", gone_with=True), primary_key=True),
    Column("audience", Word(Audience), primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date, nullable=False),
    Column("status", Word(AimStatus), nullable=False),
    sqlite_with_rowid=False,
)

# The progress of each student group of ``groups`` in the measure that is shown of an aim, as each
# audience is given it; kept with what the record says.
aim_groups = Table(
    "aim_groups",
    metadata,
    Column("aim_id", ID, to("aims.id", gone_with=True), primary_key=True),
    Column("audience", Word(Audience), primary_key=True),
    Column("group", String(40), primary_key=True),
    Column("figures", Integer, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("first", Double),
    Column("latest", Double),
    Column("gain", Double),
    Column("gap_first", Double),
    Column("gap_latest", Double),
    Column("basis", Word(Basis)),
    Column("faster", Boolean(create_constraint=False)),
    Column("gap_change", Word(GapChange), nullable=False),
    sqlite_with_rowid=False,
)

# What was done in an aim month by month, kept with the points and cycles that it counts.
aim_months = Table(
    "aim_months",
    metadata,
    Column("aim_id", ID, to("aims.id", gone_with=True), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("points", Integer, nullable=False),
    Column("started", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("adopted", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# How the tests of a change idea ended, kept with the cycles that it counts.
idea_summaries = Table(
    "idea_summaries",
    metadata,
    Column("change_idea_id", ID, to("change_ideas.id", gone_with=True), primary_key=True),
    Column("aim_id", ID, to("aims.id", gone_with=True), nullable=False, index=True),
    Column("cycles", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    Column("adopted", Integer, nullable=False),
    Column("adapted", Integer, nullable=False),
    Column("abandoned", Integer, nullable=False),
    Column("stopped", Integer, nullable=False),
)

# The policy on small cells by which others than the team were told what stands above; one row.
told_under = Table(
    "told_under",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at_least", Integer, nullable=False),
    Column("in_schools", Boolean(create_constraint=False), nullable=False),
)
