"""How the rows of an archive get into an empty schema, and how it is known that all of them did."""

import io
import zipfile
from collections.abc import Sequence
from itertools import islice
from typing import cast

import msgspec
from sqlalchemy import Connection, ForeignKeyConstraint, Index, Table, text
from sqlalchemy.schema import AddConstraint, DropConstraint, DropIndex

from api.store import schema
from api.store.archive import rows
from api.store.archive.errors import Differs
from api.store.archive.manifest import KeptTable, Manifest

#: Every index that no constraint makes, with the statement by which the database made it.
_INDEXES = {
    "sqlite": text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"),
    "postgresql": text(
        "SELECT c.relname, pg_get_indexdef(c.oid)"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid) ORDER BY 1"
    ),
}


def load(conn: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Make the schema of an archive in an empty database and fill it, in one transaction.

    Raises ``Differs`` unless each table holds then what the manifest says.
    """
    schema.bring_forward(conn, manifest.schema)
    there = {table.name: table for table in rows.tables(conn)}
    if there.keys() != manifest.contents().keys():
        raise Differs(sorted(there.keys() ^ manifest.contents().keys()))
    others = [
        kept.name
        for kept in manifest.tables
        if sorted(kept.columns) != sorted(there[kept.name].columns.keys())
    ]
    if others:
        raise Differs(others)
    indexes = _without_indexes(conn, list(there.values()))
    for kept in manifest.tables:
        _fill(conn, archive, kept, there[kept.name])
    for definition in indexes:
        conn.exec_driver_sql(definition)
    _refer_again(conn, list(there.values()))
    schema.check_references(conn)
    require(manifest, rows.contents(conn, list(there.values())))


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


def _without_indexes(conn: Connection, tables: Sequence[Table]) -> list[str]:
    """Take indexes and references off, for rows to come in any order.

    The statements that make the indexes again, as the database itself has them.
    """
    for constraint in _references(conn, tables):
        conn.execute(DropConstraint(constraint))
    indexes = conn.execute(_INDEXES[conn.dialect.name]).all()
    for name, _ in indexes:
        conn.execute(DropIndex(Index(name)))
    return [definition for _, definition in indexes]


def _refer_again(conn: Connection, tables: Sequence[Table]) -> None:
    for constraint in _references(conn, tables):
        conn.execute(AddConstraint(constraint))


def _references(conn: Connection, tables: Sequence[Table]) -> list[ForeignKeyConstraint]:
    """The references between tables; none on SQLite, which checks them at the end."""
    if conn.dialect.name == "sqlite":
        return []
    found = [each for table in tables for each in table.foreign_key_constraints]
    return sorted(found, key=lambda each: str(each.name))
