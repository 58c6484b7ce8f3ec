"""Fixtures that everybody may use: a database of each kind, the same examples on every machine."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy.ext.asyncio import create_async_engine

from api.store import engine, postgres
from tests.api.server import end_what_is_left
from tests.databases import Databases, databases

#: Where Linux keeps files in memory, and the room that all workers together are far from needing.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108

if (  # making a database makes many files
    "TMPDIR" not in os.environ
    and os.access(MEMORY, os.W_OK)
    and shutil.disk_usage(MEMORY).free > ROOM
):
    tempfile.tempdir = str(MEMORY)

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("ci")


class Compiled(dict[Any, Any]):
    """Statements as they were compiled for one kind of database, whichever engine asks.

    A server compiles a statement once for an engine that it keeps; a test makes engines of its own.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


for module in (engine, postgres):
    module.create_async_engine = partial(  # type: ignore[attr-defined] # the same, with an option
        create_async_engine, execution_options={"compiled_cache": Compiled()}
    )


#: Tests of what lies above the store, whose statements tests/store holds on both databases: on
#: PostgreSQL they are slow ones.
ABOVE_THE_STORE = (
    "tests/pages/",
    "tests/api/test_access_matrix.py",
    "tests/api/test_chart_pictures.py",
    "tests/api/test_charts.py",
    "tests/api/test_equity_of_units.py",
    "tests/api/test_example_http.py",
    "tests/api/test_portfolio.py",
    "tests/api/test_predictions.py",
    "tests/api/test_reading.py",
    "tests/api/test_visibility.py",
    "tests/security/test_oidc_",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to ``make test-all`` what PostgreSQL would only be asked for a second time."""
    for item in items:
        if item.nodeid.startswith(ABOVE_THE_STORE) and "[postgresql" in item.name:
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays: no need to look whether it is garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a test makes much that lives for a moment


@pytest.fixture(autouse=True)
def no_server_is_left() -> Iterator[None]:
    """Ends the servers of a test that failed before it did so itself."""
    yield
    end_what_is_left()


@pytest.fixture(scope="session")
def maker() -> Iterator[Databases]:
    """Makes databases for one worker."""
    with databases() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, maker: Databases) -> Iterator[str]:
    """A fresh database at the current schema, once of each kind."""
    url = maker.make(request.param)
    yield url
    maker.drop(url)


@pytest.fixture
def sqlite_url(maker: Databases) -> Iterator[str]:
    """A fresh SQLite database, for what is true of SQLite alone."""
    url = maker.make("sqlite")
    yield url
    maker.drop(url)


@pytest.fixture
def postgres_url(maker: Databases) -> Iterator[str]:
    """A fresh PostgreSQL database, for what is true of PostgreSQL alone."""
    url = maker.make("postgresql")
    yield url
    maker.drop(url)
