"""`pdsa review`: what would make an inquiry a better one, from a file or the database."""

import json
from datetime import date
from pathlib import Path

import pytest

from pdsa import findings as findings_of
from pdsa import loads
from pdsa.reference import sacramento
from tests.api.sample import AIM, plain
from tests.cli.command import Installation, Within

DAY = "2018-06-15"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "sample.json"
    found.write_bytes(sacramento())
    return found


def codes(said: str) -> list[str]:
    return [each["code"] for each in json.loads(said)]


def test_a_file_the_standard_input_and_the_database_say_the_same(
    seeded: Installation, file: Path
) -> None:
    wanted = plain(findings_of(loads(sacramento()), on=date.fromisoformat(DAY)))
    words = ("--format", "json", "--on", DAY)

    from_file = seeded.works("review", file, *words)
    from_input = seeded.works("review", "-", *words, text=sacramento())
    from_database = seeded.works("review", AIM, *words)

    assert json.loads(from_file) == json.loads(from_input) == json.loads(from_database) == wanted


def test_the_sample_teaches_the_three_lessons_of_its_case(tmp_path: Path, file: Path) -> None:
    here = Within(tmp_path)

    said = here.works("review", file, "--select", "AIM201, MEA2", "--on", DAY)

    words = " ".join(said.split())
    assert words.startswith("By 14 June 2018, students in the two fifth-grade classrooms")
    assert "The aim's status is not measured" in words
    assert "The classrooms moved apart" in words
    assert "rose from 40% on 13 October 2017 to 64% on 9 March 2018" in words
    assert said.count("Why: ") == said.count("Next: ") == 3
    assert said.rstrip().endswith("3 findings. Nothing here is a grade.")
    assert not here.data.exists()


def test_findings_are_selected_by_the_beginnings_of_their_codes(tmp_path: Path, file: Path) -> None:
    here = Within(tmp_path)

    every = codes(here.works("review", file, "--format", "json", "--on", DAY))
    aim = codes(here.works("review", file, "--select", "AIM1", "--format", "json", "--on", DAY))

    assert {"AIM201", "MEA201", "MEA202"} <= set(every)
    assert aim == [code for code in every if code.startswith("AIM1")] != []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.json"], "missing.json: No such file"),
        (["notes.md"], "notes.md is no inquiry as JSON, such as `pdsa export` writes"),
        (["sample.json", "--on", "tomorrow"], "--on"),
        ([AIM], "run `pdsa migrate`"),
    ],
)
def test_what_cannot_be_reviewed_is_said_in_one_line(
    tmp_path: Path, file: Path, words: list[str], said: str
) -> None:
    (tmp_path / "notes.md").write_text("# Notes")

    assert said in Within(tmp_path).fails("review", *words)


def test_an_aim_that_is_not_there_is_said_in_one_line(seeded: Installation) -> None:
    assert "no aim 'aim-2'" in seeded.fails("review", "aim-2")
