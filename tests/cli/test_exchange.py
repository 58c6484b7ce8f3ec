"""Migrating, seeding, and inquiries in and out as files."""

import json
from pathlib import Path

import pytest

from pdsa import loads
from pdsa.reference import sacramento
from tests.api.sample import AIM, inquiry, sample
from tests.cli.command import Installation, Within


def test_an_empty_folder_is_migrated_seeded_and_exported_as_it_came(
    tmp_path: Path, database_url: str
) -> None:
    here = Installation(tmp_path)
    if database_url.startswith("postgresql:"):
        here = Installation(tmp_path, database=database_url)
    first = here.works("migrate")
    seeded = here.works("seed")
    exported = here.works("export", AIM)

    assert ("went from schema none to" in first) == (here.data / "pdsa.db").exists()
    assert f"(aim {AIM})" in seeded
    assert loads(exported) == loads(sacramento())
    assert "is here already" in here.fails("seed")


def test_migrating_twice_changes_nothing(migrated: Installation) -> None:
    assert "is at schema" in migrated.works("migrate")


def test_every_aim_is_exported_into_a_folder_and_imported_again(
    tmp_path: Path, seeded: Installation
) -> None:
    seeded.works("import", "-", text=sample(2))
    there = Within(tmp_path, data=str(tmp_path / "there"))
    there.works("migrate")

    seeded.works("export", "--all", "--to", "all")
    files = sorted((tmp_path / "all").iterdir())
    said = there.works("import", *files)

    assert [file.name for file in files] == [f"{AIM}-2.json", f"{AIM}.json"]
    assert len(said.splitlines()) == 2
    assert loads(there.works("export", f"{AIM}-2")) == inquiry(2)


def test_several_files_are_imported_all_or_not_at_all(
    tmp_path: Path, migrated: Installation
) -> None:
    good, twice, broken = tmp_path / "2.json", tmp_path / "2b.json", tmp_path / "x.json"
    good.write_bytes(sample(2))
    twice.write_bytes(sample(2))
    broken.write_bytes(b"{")

    assert "x.json" in migrated.fails("import", good, broken)
    assert "is here already" in migrated.fails("import", good, twice)
    assert f"no aim '{AIM}-2'" in migrated.fails("export", f"{AIM}-2")
    migrated.works("import", good)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("inconsistent.json", "/points/3/classroom_id"),
        ("latin.json", "latin.json: (the document): JSON in UTF-8"),
        ("missing.json", "No such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(
    tmp_path: Path, migrated: Installation, name: str, said: str
) -> None:
    document = json.loads(sample())
    document["points"][3]["classroom_id"] = "room-z"
    (tmp_path / "inconsistent.json").write_text(json.dumps(document))
    (tmp_path / "latin.json").write_bytes(b'{"format": "\xe9"}')

    line = migrated.fails("import", name)

    assert line.startswith(f"pdsa: {name}: ")
    assert said in line


def test_an_import_is_put_under_a_unit_that_is_there(seeded: Installation) -> None:
    seeded.works("import", "-", "--under", "team-grade-5", text=sample(2))

    assert "nowhere" in seeded.fails("import", "-", "--under", "nowhere", text=sample(3))


def test_an_export_into_a_place_that_is_none_says_so(seeded: Installation) -> None:
    (seeded.folder / "file").write_text("")

    assert "nowhere" in seeded.fails("export", AIM, "--to", "nowhere/x.json")
    assert "file" in seeded.fails("export", "--all", "--to", "file")
    seeded.works("export", AIM, "--to", "x.json")
    assert loads((seeded.folder / "x.json").read_bytes()) == loads(sacramento())


@pytest.mark.parametrize("words", ["seed", f"review {AIM}", "serve"])
def test_without_a_schema_a_command_says_what_to_run(tmp_path: Path, words: str) -> None:
    assert "run `pdsa migrate`" in Within(tmp_path).fails(*words.split())


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    assert "data" in Within(tmp_path).fails("migrate")
