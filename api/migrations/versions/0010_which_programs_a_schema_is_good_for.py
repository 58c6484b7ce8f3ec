"""Which programs a schema is good for, so that two versions can run at once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
#: Programs before this one do not ask, and are not asked after.
needs = revision


def upgrade() -> None:
    op.create_table(
        "schema_reach",
        sa.Column("schema", sa.String(length=32), nullable=False),
        sa.Column("oldest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("schema", name=op.f("pk_schema_reach")),
    )
