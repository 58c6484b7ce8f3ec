"""`pdsa doctor` and `pdsa token`: what is wrong in one line, and a new key to the house."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import httpx

from tests.cli.command import Installation, Within


def wrong(here: Installation) -> list[str]:
    """What the doctor finds wrong, with its exit code held against it."""
    done = here.run("doctor")
    found = [line for line in done.stdout.splitlines() if line.startswith("wrong: ")]
    assert done.returncode == (1 if found else 0), done.stdout
    assert ("nothing is wrong" in done.stdout) == (not found)
    return found


def stamped(here: Installation, schema: str) -> Installation:
    """The installation with another schema written into its database."""
    with closing(sqlite3.connect(here.data / "pdsa.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", [schema])
    return here


def test_a_healthy_server_has_nothing_wrong(migrated: Installation) -> None:
    migrated.works("token")

    said = migrated.works("doctor")

    assert said.splitlines()[-1] == "nothing is wrong"
    for variable in ("PDSA_DATA", "PDSA_PORT", "PDSA_DATABASE"):
        assert variable in said
    assert "1 people" in said


def test_a_database_that_is_not_there_is_not_made_by_looking_for_it(tmp_path: Path) -> None:
    (line,) = wrong(Within(tmp_path))

    assert "run `pdsa migrate`" in line
    assert list(tmp_path.iterdir()) == []


def test_a_newer_schema_asks_for_the_newer_program(migrated: Installation) -> None:
    (line,) = wrong(stamped(migrated, "9999"))

    assert "9999, which is newer than this program" in line


def test_an_older_schema_asks_to_be_migrated(migrated: Installation) -> None:
    (line,) = wrong(stamped(migrated, "0001"))

    assert "run `pdsa migrate`" in line


def test_a_missing_token_says_how_to_make_one(migrated: Installation) -> None:
    (line,) = wrong(migrated)

    assert "run `pdsa token`" in line


def test_a_damaged_file_is_noticed(migrated: Installation) -> None:
    migrated.works("token")
    file = migrated.data / "pdsa.db"
    content = bytearray(file.read_bytes())
    content[8192 : 8192 + 4096] = b"\xff" * 4096
    file.write_bytes(content)

    assert wrong(migrated)


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    here = Within(tmp_path, database="postgresql://pdsa:hunter2@127.0.0.1:1/pdsa")

    done = here.run("doctor")

    assert done.returncode == 1
    assert "does not answer" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert "hunter2" not in here.fails("migrate")


def test_a_file_with_a_secret_that_others_may_read_is_warned_of(
    migrated: Installation, tmp_path: Path
) -> None:
    migrated.works("token")
    file = tmp_path / "database-url"
    file.write_text(f"sqlite:///{migrated.data / 'pdsa.db'}\n")
    migrated.environ["PDSA_DATABASE_FILE"] = str(file)
    for mode, warned in ((0o600, False), (0o644, True)):
        file.chmod(mode)

        said = migrated.works("doctor")

        assert (f"warning: other users of this machine may read {file}" in said) is warned
        assert said.splitlines()[-1] == "nothing is wrong"


def test_no_secret_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "database-url"
    file.write_text("postgresql://pdsa:hunter2@127.0.0.1:1/pdsa\n")
    here = Within(tmp_path)
    here.environ["PDSA_DATABASE_FILE"] = str(file)

    done = here.run("doctor")

    assert "pdsa:***@127.0.0.1" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_a_new_token_works_and_ends_the_one_before(migrated: Installation) -> None:
    old = migrated.works("token").strip()
    new = migrated.works("token").strip()

    assert old != new
    assert new.startswith("pdsa_")
    assert migrated.token_file.read_text().strip() == new
    assert stat.S_IMODE(migrated.token_file.stat().st_mode) == 0o600
    with migrated.serving() as served:
        for token, status in ((old, 401), (new, 200)):
            headers = {"Authorization": f"Bearer {token}"}
            assert httpx.get(f"{served.url}/api/v1/me", headers=headers).status_code == status


def test_a_summary_that_is_wrong_is_told_and_made_anew(migrated: Installation) -> None:
    migrated.works("token")
    migrated.works("seed")
    migrated.works("doctor", "--verify")
    with closing(sqlite3.connect(migrated.data / "pdsa.db")) as database, database:
        database.execute("UPDATE aim_summaries SET latest = 99 WHERE audience = 'team'")

    done = migrated.run("doctor", "--verify")
    said = migrated.works("rebuild")

    wrong = [line for line in done.stdout.splitlines() if line.startswith("wrong: ")]
    assert done.returncode == 1
    assert wrong == [
        "wrong: aim aim-discourse, as told to the team: latest is kept as 99.0 and should be 64.0",
        "wrong: summaries are not what the records say: run `pdsa rebuild`",
    ]
    assert said.startswith("the summaries of 1 aims are made anew")
    assert "nothing is wrong" in migrated.works("doctor", "--verify")


def test_progress_of_a_student_group_that_is_wrong_is_told(migrated: Installation) -> None:
    migrated.works("token")
    migrated.works("seed", "--district", "lausd", "--scale", "0.001")
    migrated.works("doctor", "--verify")
    with closing(sqlite3.connect(migrated.data / "pdsa.db")) as database, database:
        wrong = "UPDATE aim_groups SET figures = figures + 1 WHERE audience = 'above'"
        changed = database.execute(wrong).rowcount

    done = migrated.run("doctor", "--verify")

    lines = [line for line in done.stdout.splitlines() if line.startswith("wrong: aim ")]
    assert done.returncode == 1
    assert len(lines) == changed > 0
    assert all("as told to the above: progress of " in line for line in lines)


def test_summaries_are_compared_by_the_districts_own_policy_on_small_cells(tmp_path: Path) -> None:
    careful = Installation(tmp_path, min_cell="40", suppress_in_schools="true")
    careful.works("migrate")
    careful.works("seed", "--district", "lausd", "--scale", "0.001")

    assert "nothing is wrong" in careful.works("doctor", "--verify")


def test_summaries_of_before_a_stricter_policy_are_told_and_made_anew(
    migrated: Installation,
) -> None:
    migrated.works("token")
    migrated.works("seed", "--district", "lausd", "--scale", "0.001")
    migrated.environ |= {"PDSA_MIN_CELL": "40", "PDSA_SUPPRESS_IN_SCHOOLS": "true"}
    told = "SELECT count(*), sum(length(told)) FROM releases"
    with closing(sqlite3.connect(migrated.data / "pdsa.db")) as database:
        before = database.execute(told).fetchall()

        done = migrated.run("doctor", "--verify")

        assert database.execute(told).fetchall() == before
    assert done.returncode == 1
    assert "as told to the school: " in done.stdout
    assert "run `pdsa rebuild`" in done.stdout
    migrated.works("rebuild")
    assert "nothing is wrong" in migrated.works("doctor", "--verify")
