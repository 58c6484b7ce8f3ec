"""By which policy on small cells others were told what is kept of aims; one row."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_under",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("in_schools", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_under")),
    )
    # Nobody knows by which; a server with a stricter one than the default takes back what was told.
    op.execute("INSERT INTO told_under (id, at_least, in_schools) VALUES (1, 11, FALSE)")
