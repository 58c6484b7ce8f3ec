"""What was told of the fidelity of each unit's teams, by quarter of the school year."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fidelity_told",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_fidelity_told_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "quarter", name=op.f("pk_fidelity_told")),
    )
