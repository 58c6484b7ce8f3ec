"""Databases in which the district of ``world`` is there already."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.store.world import found_district


@pytest.fixture(params=["sqlite", "postgresql"])
def district_url(request: pytest.FixtureRequest, maker: Databases) -> Iterator[str]:
    """A fresh database with the district, once of each kind."""
    url = maker.make(request.param, fill=found_district)
    yield url
    maker.drop(url)


@pytest.fixture
def postgres_district_url(maker: Databases) -> Iterator[str]:
    """A fresh PostgreSQL database with the district."""
    url = maker.make("postgresql", fill=found_district)
    yield url
    maker.drop(url)
