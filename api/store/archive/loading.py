"""How the rows of an archive get into an empty schema, and how it is known that all of them did."""

import io
import zipfile
from itertools import islice
from typing import cast

import msgspec
from sqlalchemy import Connection, Table

from api.store import schema
from api.store.archive import rows
from api.store.archive.errors import Differs
from api.store.archive.manifest import KeptTable, Manifest

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
    ORDER BY 1, 2"""
_INDEXES = """
    SELECT c.oid::regclass::text, pg_get_indexdef(c.oid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid) ORDER BY 1"""
_SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


def load(conn: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Make the schema of an archive in an empty database and fill it, in one transaction.

    Raises ``Differs`` unless each table holds then what the manifest says.
    """
    schema.bring_forward(conn, manifest.schema)
    there = {table.name: table for table in rows.tables(conn)}
    if there.keys() != manifest.contents().keys():
        raise Differs(sorted(there.keys() ^ manifest.contents().keys()))
    afterwards = _stripped(conn)
    for kept in manifest.tables:
        _fill(conn, archive, kept, there[kept.name])
    for statement in afterwards:
        conn.exec_driver_sql(statement)
    schema.check_references(conn)
    require(manifest, rows.contents(conn))


def require(manifest: Manifest, found: dict[str, tuple[int, str]]) -> None:
    """Raise ``Differs`` unless this is what an archive holds."""
    wrong = differing(manifest.contents(), found)
    if wrong:
        raise Differs(wrong)


def differing(one: dict[str, tuple[int, str]], other: dict[str, tuple[int, str]]) -> list[str]:
    """The tables that are not the same."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _fill(conn: Connection, archive: zipfile.ZipFile, kept: KeptTable, table: Table) -> None:
    decode = msgspec.json.Decoder().decode_lines
    with (
        archive.open(kept.member) as member,
        io.BufferedReader(cast(io.RawIOBase, member), 1 << 20) as lines,
    ):
        while chunk := list(islice(lines, rows.CHUNK)):
            rows.fill(conn, table, kept.columns, decode(b"".join(chunk)))


def _stripped(conn: Connection) -> list[str]:
    """Take indexes and references off, for rows to come in any order; how they are put on again."""
    if conn.dialect.name == "sqlite":
        indexes = conn.exec_driver_sql(_SQLITE_INDEXES).all()
        for name, _ in indexes:
            conn.exec_driver_sql(f'DROP INDEX "{name}"')
        return [sql for _, sql in indexes]
    again = []
    for table, name, definition in conn.exec_driver_sql(_CONSTRAINTS).all():
        conn.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, definition in conn.exec_driver_sql(_INDEXES).all():
        conn.exec_driver_sql(f"DROP INDEX {name}")
        again.insert(0, definition)
    return again
