"""An aim says its subject and grades, and that its team gave it up."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("aims", sa.Column("subject", sa.String(length=40), nullable=True))
    op.add_column("aims", sa.Column("grades", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("aims", sa.Column("stopped_on", sa.Date(), nullable=True))
    op.add_column(
        "aims", sa.Column("stopped_because", sa.Text(), nullable=False, server_default="")
    )
