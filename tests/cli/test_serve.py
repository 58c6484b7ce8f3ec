"""`pdsa serve`: the first start, the next one, and everything that keeps it from starting."""

import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest

from tests.api.sample import AIM
from tests.cli.command import Installation, Served
from tests.cli.test_doctor import stamped


def token_of(served: Served) -> str:
    """The token that a first start prints."""
    (line,) = (line for line in served.said.splitlines() if "pdsa_" in line)
    return line.split()[-1]


def get(served: Served, path: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{served.url}/api/v1/{path}", headers=headers, timeout=30)


def test_a_first_start_makes_everything_and_the_next_one_keeps_it(tmp_path: Path) -> None:
    here = Installation(tmp_path)

    with here.serving("--migrate", "--sample") as first:
        token = token_of(first)
        aim = get(first, f"aims/{AIM}", token)
        assert aim.status_code == 200
        made = httpx.post(
            f"{first.url}/api/v1/units",
            json={"kind": "team", "name": "Kept"},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert made.status_code == 201
        assert first.end()[0] == 0
    with here.serving("--migrate", "--sample") as second:
        assert "pdsa_" not in second.said
        assert get(second, f"units/{made.json()['id']}", token).json() == made.json()
        assert get(second, "aims", token).json()["items"] == [aim.json()]

    assert here.token_file.read_text().strip() == token
    for private in (here.token_file, here.data / "pdsa.db"):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_server_ends_in_order_when_it_is_told_to(
    migrated: Installation, by: signal.Signals
) -> None:
    with migrated.serving() as served:
        assert httpx.get(f"{served.url}/health/live").status_code == 200

        assert served.end(by) == (0, "")

    assert not (migrated.data / "pdsa.db-wal").exists()


def test_the_greeting_tells_where_to_go(seeded: Installation) -> None:
    with seeded.serving() as served:
        assert f"{served.url}/reference" in served.said
        assert httpx.get(f"{served.url}/reference").status_code == 200
        assert f"{served.url}/api/v1/me" in served.said


def test_a_newer_database_is_left_alone(migrated: Installation) -> None:
    stamped(migrated, "9999")
    before = (migrated.data / "pdsa.db").read_bytes()

    assert "newer than this program" in migrated.fails("serve")
    assert "newer than this program" in migrated.fails("serve", "--migrate")
    assert (migrated.data / "pdsa.db").read_bytes() == before


def test_a_port_that_is_taken_is_named(migrated: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        migrated.environ["PDSA_PORT"] = str(port)

        line = migrated.fails("serve")

    assert f"127.0.0.1:{port}" in line
    assert "PDSA_PORT" in line


def test_an_address_that_is_not_ours_is_named(migrated: Installation) -> None:
    migrated.environ["PDSA_HOST"] = "203.0.113.7"

    assert "203.0.113.7" in migrated.fails("serve")


def test_a_file_has_one_writer_and_so_one_process(migrated: Installation) -> None:
    assert "PostgreSQL" in migrated.fails("serve", "--processes", "2")

    migrated.environ["PDSA_PROCESSES"] = "2"
    assert "PDSA_PROCESSES" in migrated.fails("serve")
