"""``pdsa seed --district``: a synthetic district by command."""

import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

import pdsa
from api.cli import cli
from api.district import NAMES, SEED, YEAR, district
from tests.cli.command import PDSA, Installation

SMALL = ("seed", "--district", "lausd", "--scale", "0.001")


def test_the_command_offers_the_districts_that_there_are() -> None:
    options = {option.name: option for option in cli.commands["seed"].params}

    assert tuple(options["district"].type.choices) == NAMES  # type: ignore[attr-defined]
    assert str(SEED) in (options["seed"].help or "")  # type: ignore[attr-defined]
    assert str(YEAR) in (options["year"].help or "")  # type: ignore[attr-defined]


def test_a_district_is_loaded_by_command(migrated: Installation) -> None:
    said = migrated.works(*SMALL)

    assert "8 teams, " in said
    for holder in district(scale=0.001).people():
        assert f"{holder.person.id} " in said
        assert f"of {holder.grant.unit_id}" in said
    checked = migrated.works("doctor")
    assert "8 aims" in checked
    assert "nothing is wrong" in checked


def test_an_aim_of_the_district_is_exported_like_any_other(migrated: Installation) -> None:
    migrated.works(*SMALL)
    aim = district(scale=0.001).team(2).aim

    assert migrated.works("export", aim.id).startswith("{")
    assert migrated.run("progress", aim.id).returncode == 0


def test_a_second_district_is_refused_in_one_line(migrated: Installation) -> None:
    migrated.works(*SMALL)

    assert "complete" in migrated.fails(*SMALL)
    assert "seed 2025" in migrated.fails(*SMALL, "--seed", "3")
    assert "year 2025" in migrated.fails(*SMALL, "--year", "2026")


def test_a_district_of_another_school_year_is_loaded_by_command(migrated: Installation) -> None:
    migrated.works(*SMALL, "--year", "2019")
    aim = district(scale=0.001, year=2019).team(0).aim

    exported = pdsa.loads(migrated.works("export", aim.id))

    assert exported.calendar is not None
    assert exported.calendar.name == "Sample year 2019-20"
    assert {point.on.year for point in exported.points} <= {2019, 2020}
    assert exported.points


def test_the_sample_and_a_district_live_side_by_side(seeded: Installation) -> None:
    seeded.works(*SMALL)

    assert "9 aims" in seeded.run("doctor").stdout


def test_a_seed_without_a_district_and_a_scale_out_of_bounds_are_wrong(
    migrated: Installation,
) -> None:
    for words in (
        ("--seed", "3"),
        ("--scale", "1"),
        ("--year", "2026"),
        (*SMALL[1:], "--scale", "17"),
    ):
        assert migrated.run("seed", *words).returncode == 2
    assert migrated.run("seed", "--district", "elsewhere").returncode == 2
    assert migrated.run(*SMALL[:-1], "nan").returncode == 2


def test_a_database_without_a_schema_is_left_alone(tmp_path: Path) -> None:
    assert "pdsa migrate" in Installation(tmp_path).fails(*SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_however_the_command_ends(
    migrated: Installation, end: signal.Signals
) -> None:
    words = ("seed", "--district", "lausd", "--scale", "0.1")
    process = subprocess.Popen([PDSA, *words], cwd=migrated.folder, env=migrated.environ)
    while process.poll() is None and not _aims(migrated.data / "pdsa.db"):
        time.sleep(0.05)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    makers = [int(each) for each in children.split()]
    process.send_signal(end)
    process.wait(timeout=60)
    until = time.monotonic() + 60
    while any(map(_runs, makers)) and time.monotonic() < until:
        time.sleep(0.05)

    assert makers
    assert not any(map(_runs, makers))


@pytest.mark.slow
def test_an_interrupted_command_says_how_to_go_on(migrated: Installation) -> None:
    words = ("seed", "--district", "lausd", "--scale", "0.1")
    file = migrated.data / "pdsa.db"
    process = subprocess.Popen(
        [PDSA, *words], cwd=migrated.folder, env=migrated.environ, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not _aims(file):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    before = _aims(file)

    assert process.returncode == 1
    assert said == "pdsa: interrupted; the same command goes on from where it was\n"
    assert before % 96 == 0
    assert f"  {before} teams were there already" in migrated.works(*words)
    assert _aims(file) == 800


def _runs(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _aims(file: Path) -> int:
    with sqlite3.connect(file) as conn:
        return int(conn.execute("SELECT count(*) FROM aims").fetchone()[0])
