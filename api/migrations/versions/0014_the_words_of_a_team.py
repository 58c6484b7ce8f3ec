"""What a team calls the stages of a cycle."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "units",
        sa.Column("stage_words", sa.String(length=40), nullable=False, server_default="pdsa"),
    )
