"""`pdsa demo`: a synthetic district in a database of its own, and never on another one."""

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from tests.cli.command import PDSA, Installation


@contextmanager
def a_demo(here: Installation) -> Iterator[str]:
    """A demo that is served; its address."""
    process = subprocess.Popen(
        [PDSA, "demo", "--scale", "0.001"],
        cwd=here.folder,
        env=here.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http://"))
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
            client.get(f"{url}/health/ready", timeout=30)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_a_demo_is_ready_with_its_district_and_touches_no_other_database(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    here.works("migrate")
    real = (here.data / "pdsa.db").read_bytes()

    with a_demo(here) as url:
        page = httpx.get(url, timeout=30).text

    assert "This is a demo" in page
    assert page.count('action="/demo/try"') == 3
    assert (here.data / "pdsa.db").read_bytes() == real
    with closing(sqlite3.connect(here.data / "demo.db")) as served:
        people = [row[0] for row in served.execute("SELECT id FROM people ORDER BY id")]
        assert {"demo-teacher", "lausd-ilt-member", "lausd-leader"} <= set(people)
        roles = {row[0] for row in served.execute("SELECT role FROM grants")}
        assert "administrator" not in roles


def test_a_demo_is_what_it_was_at_first_after_another_start(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    with a_demo(here):
        pass
    with closing(sqlite3.connect(here.data / "demo.db")) as served:
        served.execute("UPDATE units SET name = 'Scribbled'")
        served.commit()

    with a_demo(here):
        pass

    with closing(sqlite3.connect(here.data / "demo.db")) as served:
        names = {row[0] for row in served.execute("SELECT name FROM units")}
        assert "Scribbled" not in names
        assert len(names) > 5


def test_a_database_that_happens_to_have_its_name_is_left_alone(tmp_path: Path) -> None:
    here = Installation(tmp_path, database=f"sqlite:///{tmp_path}/data/demo.db")
    here.works("migrate")
    real = (here.data / "demo.db").read_bytes()

    assert "left alone" in here.fails("demo")

    assert (here.data / "demo.db").read_bytes() == real


def test_a_real_database_is_not_served_as_a_demo(tmp_path: Path) -> None:
    here = Installation(tmp_path, demo="true")
    here.works("migrate")
    real = (here.data / "pdsa.db").read_bytes()

    assert "PDSA_DEMO is on" in here.fails("serve")
    assert "PDSA_DEMO is on" in here.fails("serve", "--migrate", "--sample")

    assert (here.data / "pdsa.db").read_bytes() == real
