"""Backing up, restoring and moving by command."""

import json
import zipfile
from pathlib import Path

import httpx

from api.store import schema
from tests.cli.command import Installation, Within
from tests.databases import Databases


def points(here: Installation) -> int:
    """How many data points the doctor counts."""
    (line,) = (line for line in here.run("doctor").stdout.splitlines() if line.endswith("points"))
    return int(line.split()[0].replace(",", ""))


def test_a_backup_is_verified_private_and_restored_in_the_place_of_nothing(
    seeded: Installation, tmp_path: Path
) -> None:
    said = seeded.works("backup", "kept.zip")
    (tmp_path / "elsewhere").mkdir()
    elsewhere = Within(tmp_path / "elsewhere")
    restored = elsewhere.works("restore", tmp_path / "kept.zip")

    assert "verified by restoring it" in said
    assert f"schema {schema.head()}, " in restored
    assert (tmp_path / "kept.zip").stat().st_mode & 0o777 == 0o600
    assert points(elsewhere) == points(seeded) > 0


def test_a_backup_has_a_name_of_its_own_where_none_is_given(seeded: Installation) -> None:
    said = seeded.works("backup", "--no-verify")

    (made,) = (seeded.data / "backups").iterdir()
    assert said.startswith(f"{Path('data/backups') / made.name}: ") or str(made) in said
    assert "not verified" in said
    assert "is whole" in seeded.works("backup", "--check", made)


def test_a_manifest_says_what_is_in_a_backup(seeded: Installation, tmp_path: Path) -> None:
    seeded.works("backup", "kept.zip")

    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        lines = archive.read("aims.jsonl").splitlines()

    (aims,) = (table for table in manifest["tables"] if table["name"] == "aims")
    assert aims["rows"] == len(lines) == 1
    assert dict(zip(aims["columns"], json.loads(lines[0]), strict=True))["id"] == "aim-discourse"


def test_what_cannot_be_done_is_said_in_one_line(seeded: Installation, tmp_path: Path) -> None:
    seeded.works("backup", "kept.zip")
    (tmp_path / "text.zip").write_text("Friday: collect the tickets. " * 9)

    assert "is there already" in seeded.fails("backup", "kept.zip")
    assert "--replace" in seeded.fails("restore", "kept.zip")
    assert "no backup" in seeded.fails("restore", "text.zip", "--replace")
    assert "no backup" in seeded.fails("backup", "--check", "text.zip")
    assert "is not there" in seeded.fails("restore", "nix.zip")
    assert "itself" in seeded.fails("move", "--to", f"sqlite:///{seeded.data}/pdsa.db")
    assert "name no other file" in seeded.fails("backup", "x.zip", "--check", "kept.zip")


def test_a_restore_that_replaces_says_where_the_old_database_is(
    seeded: Installation, tmp_path: Path
) -> None:
    seeded.works("backup", "kept.zip")
    before = points(seeded)

    said = seeded.works("restore", "kept.zip", "--replace")

    (kept,) = seeded.data.glob("pdsa.db.before_*")
    assert f"what was there before is kept as {kept}" in said
    assert points(seeded) == before


def test_a_restore_while_the_server_runs_is_refused(seeded: Installation) -> None:
    seeded.works("token")
    seeded.works("backup", "kept.zip")

    with seeded.serving() as served:
        transport = httpx.HTTPTransport(retries=20)
        with httpx.Client(transport=transport, base_url=served.url, timeout=60) as http:
            assert http.get("/health/live").status_code == 200
        line = seeded.fails("restore", "kept.zip", "--replace")

    assert "is in use: stop the server first" in line


def test_a_database_moves_to_postgresql_and_back(
    seeded: Installation, tmp_path: Path, maker: Databases
) -> None:
    url = maker.make("postgresql", empty=True)
    before = points(seeded)

    there = seeded.works("move", "--to", url)
    moved = Within(tmp_path, database=url)
    back = moved.works("move", "--to", f"sqlite:///{tmp_path}/back.db")

    assert "set PDSA_DATABASE" in there + back
    assert points(moved) == before
    assert points(Within(tmp_path, database=f"sqlite:///{tmp_path}/back.db")) == before
    maker.drop(url)
