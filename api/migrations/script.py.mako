"""${message}."""

import sqlalchemy as sa
from alembic import op
% if imports:
${imports}
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
# A step that takes something away: needs = "NNNN", the oldest schema whose programs still run.


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
