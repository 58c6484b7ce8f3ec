"""`pdsa equity`: the measures of an inquiry by student group, from a file or the database."""

import csv
import io
import json
from pathlib import Path

import pytest

from pdsa import Measure, dumps
from pdsa.reference import sacramento
from tests.api.sample import AIM
from tests.builders import FRAME_USE, a_measure, an_inquiry
from tests.cli.command import Installation, Within
from tests.domain.groups import of, weekly

TALLIES = {
    "ALL": of([40, 42, 41, 44, 45, 47]),
    "EL": of([28, 27, 30, 33, 36, 40]),
    "SWD": of([30, 30, 30, 31, 31, 31]),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sample inquiry with figures by student group."""
    found = tmp_path / "sample.json"
    silent: Measure = a_measure(id="measure-silent", name="Silent")
    inquiry = an_inquiry(points=weekly(TALLIES), measures=(a_measure(), silent))
    found.write_text(dumps(inquiry), encoding="utf-8")
    return found


def test_it_says_of_each_group_what_its_figures_did(tmp_path: Path, file: Path) -> None:
    said = Within(tmp_path).works("equity", file)

    assert said == (
        "Sentence-frame use\n"
        "  English learner: Between 12 January 2018 and 16 February 2018 it improved by 8 points,"
        " all students improved by 4 points: faster. By the medians of the last 3 days it is"
        " 9 points behind all students.\n"
        "  Students with disabilities: Between 12 January 2018 and 16 February 2018 it improved by"
        " 1 point, all students improved by 4 points: slower. By the medians of the last 3 days it"
        " is 14 points behind all students.\n"
    )


def test_json_and_csv_say_the_same_of_the_groups_and_days_asked_for(
    tmp_path: Path, file: Path
) -> None:
    words = ("equity", file, "--group", "SWD", "--first", "2018-01-19", "--measure", FRAME_USE)
    here = Within(tmp_path)

    (found,) = json.loads(here.works(*words, "--format", "json"))
    head, *lines = csv.reader(io.StringIO(here.works(*words, "--format", "csv")))

    (group,) = found["groups"]
    assert [point["gap"] for point in group["points"]] == [-12, -11, -13, -14, -16]
    assert head == ["measure", "group", "on", "value", "all_students", "gap", "withheld"]
    assert [line[:3] for line in lines] == [
        [FRAME_USE, "SWD", point["on"]] for point in group["points"]
    ]
    assert [float(line[5]) for line in lines] == [point["gap"] for point in group["points"]]


def test_an_inquiry_without_groups_says_so(tmp_path: Path, seeded: Installation) -> None:
    from_input = Within(tmp_path).works("equity", "-", text=sacramento())
    from_database = seeded.works("equity", AIM)

    assert from_input == from_database == "No measure has figures by student group.\n"


def test_what_cannot_be_is_said_in_one_line(tmp_path: Path, file: Path) -> None:
    here = Within(tmp_path)

    assert here.fails("equity", file, "--measure", "none") == (
        f"pdsa: {file}: it has no measure 'none'"
    )
    assert "--first: a day as YYYY-MM-DD" in here.fails("equity", file, "--first", "soon")
    assert "only for a measure that is a mean" in here.fails("equity", file, "--grade", "5")
