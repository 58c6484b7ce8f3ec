"""Summaries of measures and aims; the rows are worked out once the schema is there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measure_summaries",
        sa.Column("measure_id", sa.String(length=64), nullable=False),
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("months", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"],
            ["measures.id"],
            name=op.f("fk_measure_summaries_measure_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["aim_id"], ["aims.id"], name=op.f("fk_measure_summaries_aim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("measure_id", name=op.f("pk_measure_summaries")),
    )
    op.create_index(op.f("ix_measure_summaries_aim_id"), "measure_summaries", ["aim_id"])

    number = sa.Float(precision=53)
    op.create_table(
        "aim_summaries",
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar_id", sa.String(length=64), nullable=True),
        sa.Column("share", number, nullable=True),
        sa.Column("change", number, nullable=True),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("waits_since", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("last_activity", sa.Date(), nullable=True),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("latest", number, nullable=True),
        sa.Column("level", number, nullable=True),
        sa.Column("baseline", number, nullable=True),
        sa.Column("target", number, nullable=True),
        sa.Column("measure_id", sa.String(length=64), nullable=True),
        sa.Column("of_aim", sa.Boolean(), nullable=False),
        sa.Column("began", sa.Date(), nullable=True),
        sa.Column("cycle_id", sa.String(length=64), nullable=True),
        sa.Column("blockers", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("progress", number, nullable=True),
        sa.Column("signal", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("statuses", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["aim_id"], ["aims.id"], name=op.f("fk_aim_summaries_aim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("aim_id", "audience", name=op.f("pk_aim_summaries")),
    )
    op.create_index(op.f("ix_aim_summaries_reviewed_on"), "aim_summaries", ["reviewed_on"])
    op.create_index(
        "ix_aim_summaries_waiting",
        "aim_summaries",
        ["aim_id", "audience"],
        sqlite_where=sa.text("reviewed_on IS NULL"),
        postgresql_where=sa.text("reviewed_on IS NULL"),
    )

    op.create_table(
        "aim_statuses",
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["aim_id"], ["aims.id"], name=op.f("fk_aim_statuses_aim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("aim_id", "audience", "from_on", name=op.f("pk_aim_statuses")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "aim_months",
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("adopted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["aim_id"], ["aims.id"], name=op.f("fk_aim_months_aim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("aim_id", "month", name=op.f("pk_aim_months")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "idea_summaries",
        sa.Column("change_idea_id", sa.String(length=64), nullable=False),
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("cycles", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("adopted", sa.Integer(), nullable=False),
        sa.Column("adapted", sa.Integer(), nullable=False),
        sa.Column("abandoned", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_idea_id"],
            ["change_ideas.id"],
            name=op.f("fk_idea_summaries_change_idea_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["aim_id"], ["aims.id"], name=op.f("fk_idea_summaries_aim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_idea_id", name=op.f("pk_idea_summaries")),
    )
    op.create_index(op.f("ix_idea_summaries_aim_id"), "idea_summaries", ["aim_id"])

    # Aims are looked for by unit and known by id: one index is enough for both.
    op.create_index(op.f("ix_aims_unit_id_id"), "aims", ["unit_id", "id"])
    op.drop_index(op.f("ix_aims_unit_id"), "aims")
