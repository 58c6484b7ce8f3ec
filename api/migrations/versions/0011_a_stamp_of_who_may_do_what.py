"""A stamp that is set anew in every transaction which changes who may do what.

Triggers do it, so that no write can forget it, the programs of before included. What only notes a
use (``used_at``, ``seen_at``, ``signed_in_at``) changes nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: What happens to a table that changes who may do what. A new token, session or person is known to
#: nobody yet, and a new unit has no other under it.
AFTER = {
    "tokens": ("UPDATE OF person_id, hash, expires_at, revoked_at, scopes", "DELETE"),
    "sessions": (
        "UPDATE OF person_id, hash, signed_in_by, expires_at, ended_at",
        "DELETE",
    ),
    "people": ("UPDATE OF name, service", "DELETE"),
    "accounts": ("INSERT", "UPDATE OF person_id, disabled_at", "DELETE"),
    "grants": ("INSERT", "UPDATE", "DELETE"),
    "units": ("UPDATE OF kind, parent_id", "DELETE"),
    "unit_closure": ("UPDATE", "DELETE"),
}
_NEW = {
    "sqlite": "UPDATE access_stamp SET stamp = lower(hex(randomblob(16)))",
    "postgresql": "UPDATE access_stamp SET stamp = gen_random_uuid()::text",
}


def upgrade() -> None:
    op.create_table(
        "access_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_stamp")),
    )
    op.execute("INSERT INTO access_stamp (id, stamp) VALUES (1, '')")
    dialect = op.get_bind().dialect.name
    new = _NEW[dialect]
    op.execute(new)
    if dialect == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION stamp_access() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {new}; RETURN NULL; END $$"
        )
    for table, events in AFTER.items():
        for event in events:
            name = f"access_{table}_{event.split()[0].lower()}"
            if dialect == "sqlite":
                op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {new}; END")
            else:
                op.execute(
                    f"CREATE TRIGGER {name} AFTER {event} ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION stamp_access()"
                )
