"""An aim keeps its statement in the team's own words."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("aims", sa.Column("statement", sa.Text(), nullable=False, server_default=""))
