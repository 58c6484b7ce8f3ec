"""Fixtures that everybody may use: a database of each kind, the same examples on every machine."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.databases import Databases, databases

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("ci")


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
