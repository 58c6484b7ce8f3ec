"""Requests of teams with their turns, and comments on aims, cycles and charts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("turns", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("cycle_id", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["aim_id"], ["aims.id"], name=op.f("fk_requests_aim_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_requests_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_aim_id"), "requests", ["aim_id"])
    op.create_index(op.f("ix_requests_at"), "requests", ["at"])
    op.create_index(op.f("ix_requests_cycle_id"), "requests", ["cycle_id"])
    op.create_index(op.f("ix_requests_since_id"), "requests", ["since", "id"])

    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.String(length=64), nullable=True),
        sa.Column("measure_id", sa.String(length=64), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("classroom_id", sa.String(length=64), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["aim_id"], ["aims.id"], name=op.f("fk_comments_aim_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_comments_cycle_id")),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_comments_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["classroom_id"], ["units.id"], name=op.f("fk_comments_classroom_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    for column in ("aim_id", "cycle_id", "measure_id", "classroom_id"):
        op.create_index(op.f(f"ix_comments_{column}"), "comments", [column])
