"""The tables that are made with the schema, and are in no archive, beside Alembic's own."""

from sqlalchemy import Column, Integer, String, Table

from api.store.tables.base import metadata

# One row: the oldest schema whose programs may work with ``schema``, which is that of the database.
schema_reach = Table(
    "schema_reach",
    metadata,
    Column("schema", String(32), primary_key=True),
    Column("oldest", String(32), nullable=False),
)

# One row: random, and set anew by triggers in whatever transaction changes who may do what.
access_stamp = Table(
    "access_stamp",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("stamp", String(36), nullable=False),
)
