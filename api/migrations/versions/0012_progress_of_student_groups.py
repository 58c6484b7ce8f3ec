"""The progress of student groups by aim; it is worked out when somebody looks at the aim again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.Float(precision=53)
    op.create_table(
        "aim_groups",
        sa.Column("aim_id", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("first", number, nullable=True),
        sa.Column("latest", number, nullable=True),
        sa.Column("gain", number, nullable=True),
        sa.Column("gap_first", number, nullable=True),
        sa.Column("gap_latest", number, nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=True),
        sa.Column("faster", sa.Boolean(), nullable=True),
        sa.Column("gap_change", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["aim_id"], ["aims.id"], name=op.f("fk_aim_groups_aim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("aim_id", "audience", "group", name=op.f("pk_aim_groups")),
        sqlite_with_rowid=False,
    )
    # Where nothing is by student group there is nothing to work out.
    op.execute("UPDATE aim_summaries SET reviewed_on = NULL WHERE groups <> '[]'")
