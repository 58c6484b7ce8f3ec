"""Installations to run commands in: empty, migrated, or with the sample inquiry."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.store import inquiries
from api.store.engine import connect
from tests.api.client import operator
from tests.api.sample import inquiry
from tests.cli.command import Installation, Within
from tests.databases import Databases, in_own_loop

Installed = Callable[..., Installation]


@pytest.fixture(scope="session")
def seeded_file(maker: Databases) -> Path:
    """A database file with the sample inquiry."""
    url = maker.make("sqlite")

    async def load() -> None:
        async with connect(url) as database:
            await database.write(inquiries.add_inquiry, operator(), inquiry(), None)

    in_own_loop(load)
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def migrated(tmp_path: Path, maker: Databases) -> Installation:
    """An installation with an empty database at the current schema."""
    url = maker.make("sqlite")
    here = Within(tmp_path)
    _keep(Path(url.removeprefix("sqlite:///")), here)
    maker.drop(url)
    return here


@pytest.fixture
def seeded(tmp_path: Path, seeded_file: Path) -> Installation:
    """An installation with the sample inquiry."""
    here = Within(tmp_path)
    _keep(seeded_file, here)
    return here


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """Where commands are run within this process, which is quicker."""
    return Within(tmp_path)


@pytest.fixture
def apart(tmp_path: Path) -> Installation:
    """Where each command is a process of its own."""
    return Installation(tmp_path)


def _keep(file: Path, here: Installation) -> None:
    here.data.mkdir()
    shutil.copyfile(file, here.data / "pdsa.db")
