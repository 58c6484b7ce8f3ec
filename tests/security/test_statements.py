"""No statement is put together from text: SQLAlchemy writes it, or it stands in the code."""

import ast
from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
)

from api.store.archive import loading, namespaces, rows
from api.store.engine import connect
from tests.security.sources import called, modules

#: What runs its first argument, or makes something of it that is run; SQLAlchemy's ``execute`` takes
#: no text, that of a driver does.
ALWAYS_TEXT = {"DDL", "exec_driver_sql", "executescript", "literal_column", "op"}
OF_A_DRIVER = {"execute", "executemany", "fetch", "fetchrow", "fetchval"}
DRIVERS = {"cursor", "driver", "op"}
#: Functions that run a text which they are given, and what each is given: only what SQLAlchemy has
#: written, or the database itself, or a migration from what stands in it.
GIVEN = {
    ("api.store.archive.loading", "load", "definition"): "its indexes, as the database has them",
    ("api.store.bulk", "insert_ready", "inserting(conn.dialect, into)"): "by SQLAlchemy",
    ("api.store.prepared", "execute", "sql"): "by SQLAlchemy, see the next two",
    ("api.store.prepared", "_execute", "ready.sql"): "by SQLAlchemy",
    ("api.store.rows", "_insert", "sql"): "by SQLAlchemy",
}
MIGRATIONS = "api.migrations.versions."


def texts(module: str, tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What a module has run as text, each with the function in which that is."""
    from_sqlalchemy = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names
        if alias.name == "text"
    }
    sqlite = any("sqlite3.connect" in ast.unparse(call.func) for _, call in called(tree))
    within = {
        id(inner): function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
    }
    for name, call in called(tree):
        if not call.args:
            continue
        on = getattr(call.func, "value", None)
        receiver = getattr(on, "id", None) or getattr(on, "attr", "")
        text: ast.expr | None = None
        if name in ALWAYS_TEXT | from_sqlalchemy:
            text = call.args[0]
        elif name in OF_A_DRIVER and on is None:
            text = call.args[1]  # our own: execute(conn, sql, bound)
        elif name in OF_A_DRIVER and (
            receiver in DRIVERS or (sqlite and receiver == "conn") or written_here(call.args[0])
        ):
            text = call.args[0]
        if text is not None:
            yield within.get(id(call), ""), text


def written_here(node: ast.expr) -> bool:
    """Whether an expression can be nothing but text."""
    made = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("format", "join")
    return made or isinstance(node, ast.JoinedStr | ast.Constant | ast.BinOp)


def stands_in_the_code(tree: ast.Module, node: ast.expr) -> bool:
    """Whether an expression is a constant, or put together from the constants of its module alone."""
    constants: dict[str, ast.expr] = {}
    assigned: list[str] = []
    for each in ast.walk(tree):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            assigned.append(each.id)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            constants[statement.targets[0].id] = statement.value
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        value = constants.get(node.id)
        once = assigned.count(node.id) == 1
        return once and value is not None and stands_in_the_code(tree, value)
    if isinstance(node, ast.JoinedStr):
        parts = [
            each.value if isinstance(each, ast.FormattedValue) else each for each in node.values
        ]
        return all(stands_in_the_code(tree, each) for each in parts)
    return False


def test_no_statement_is_put_together_from_text() -> None:
    given = set()
    for module, tree in modules().items():
        if module.startswith(MIGRATIONS):
            continue
        for function, text in texts(module, tree):
            if not stands_in_the_code(tree, text):
                given.add((module, function, ast.unparse(text)))

    assert given == GIVEN.keys()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("conn.exec_driver_sql('SELECT 1')", 0),
        ("A = 'SELECT 1'\nconn.exec_driver_sql(A)", 0),
        ("MS = 500\nconn.exec_driver_sql(f'SET LOCAL lock_timeout = {MS}')", 0),
        ("conn.execute(select(t.c.id))", 0),
        ("def f(ms): conn.exec_driver_sql(f'SET LOCAL lock_timeout = {ms}')", 1),
        ("def f(a): conn.exec_driver_sql('SELECT ' + a)", 1),
        ("A = 'SELECT 1'\ndef f(a):\n  A = a\n  conn.exec_driver_sql(A)", 1),
        ("from sqlalchemy import text\ndef f(a): conn.execute(text(a))", 1),
        ("from sqlalchemy import text as t\ndef f(a): conn.execute(t(a.format(1)))", 1),
        ("def f(a): conn.execute(f'SELECT {a}')", 1),
        ("def f(a): cursor.execute(a)", 1),
        ("conn = sqlite3.connect(':memory:')\ndef f(a): conn.execute(a)", 1),
        ("def f(a): column.op(a)(1)", 1),
    ],
)
def test_what_is_put_together_is_found(code: str, found: int) -> None:
    tree = ast.parse(code)

    made = [text for _, text in texts("a", tree) if not stands_in_the_code(tree, text)]

    assert len(made) == found


def test_a_migration_takes_nothing_from_anywhere_but_itself() -> None:
    migrations = {name: tree for name, tree in modules().items() if name.startswith(MIGRATIONS)}

    assert migrations
    for name, tree in migrations.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                of = node.names[0].name if isinstance(node, ast.Import) else str(node.module)
                assert of.partition(".")[0] in ("alembic", "collections", "sqlalchemy"), name
            if isinstance(node, ast.FunctionDef) and node.name in ("upgrade", "downgrade"):
                assert ast.unparse(node.args) == "", name


#: A name that would do harm anywhere but between quotes.
HOSTILE = "order\"; DROP TABLE aims; -- ' :x 50%"


def hostile_tables() -> MetaData:
    found = MetaData()
    Table(HOSTILE, found, Column(HOSTILE, Integer, primary_key=True), Column("select", Text))
    other = Column("x", Integer, ForeignKey(found.tables[HOSTILE].c[HOSTILE], name=f"fk{HOSTILE}"))
    Index(f"ix{HOSTILE}", Table("z", found, other).c.x)
    return found


async def test_a_name_of_the_schema_is_only_ever_a_name(database_url: str) -> None:
    def work(conn: Connection) -> None:
        hostile_tables().create_all(conn)
        made = {table.name: table for table in rows.tables(conn)}
        names, values = [HOSTILE, "select"], [[1, "' OR 1"], [2, None]]

        rows.fill(conn, made[HOSTILE], names, [[*value] for value in values])
        rows.fill(conn, made["z"], ["x"], [[1], [2]])
        indexes = loading._without_indexes(conn, [made["z"]])

        assert not inspect(conn).get_indexes("z")
        assert len(indexes) > 1
        loading._refer_again(conn, [made["z"]])
        assert inspect(conn).get_foreign_keys("z")[0]["referred_table"] == HOSTILE
        assert rows.held(conn)[HOSTILE] == 2
        assert b"".join(*rows.lines(conn, made[HOSTILE])) == b"""[1,"' OR 1"][2,null]"""
        assert inspect(conn).has_table("aims")

    async with connect(database_url) as database:
        await database.write(work)


async def test_what_is_put_aside_is_named_and_nothing_more(postgres_url: str) -> None:
    def work(conn: Connection) -> None:
        hostile_tables().create_all(conn)
        before = set(inspect(conn).get_table_names())

        namespaces.clear(conn, HOSTILE)

        assert not inspect(conn).get_table_names()
        assert set(inspect(conn).get_table_names(schema=HOSTILE)) == before
        hostile_tables().create_all(conn)
        namespaces.clear(conn, None)
        assert not inspect(conn).get_table_names()
        assert HOSTILE in before

    async with connect(postgres_url) as database:
        await database.write(work)
