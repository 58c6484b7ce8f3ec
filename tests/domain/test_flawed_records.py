"""The table of the flawed records is true: these findings, on that day, and no others."""

import re
from datetime import date
from pathlib import Path

import pytest

from pdsa import InconsistentDocument, dumps, loads
from pdsa.review import document_findings

FOLDER = Path(__file__).parents[2] / "examples" / "reviews"
ROWS = re.findall(
    r"^\| \[(\S+)\]\((\S+)\) \| (.+?) \| (\d{4}-\d\d-\d\d) \| (.+) \|$",
    (FOLDER / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_flawed_record_has_the_findings_of_its_story(row: tuple[str, ...]) -> None:
    name, linked, _, day, told = row

    found = document_findings((FOLDER / name).read_bytes(), on=date.fromisoformat(day))

    assert linked == name
    expected = re.findall(r"`(\S+) (\S+)`", told)
    assert sorted((each.code, each.id) for each in found) == sorted(expected)
    assert expected


def test_every_record_stands_in_the_table() -> None:
    assert [row[0] for row in ROWS] == sorted(path.name for path in FOLDER.glob("*.json"))
    assert len(ROWS) == 12


def test_every_record_but_the_circle_is_a_document_of_a_sample_team() -> None:
    for name, *_ in ROWS[:-1]:
        inquiry = loads((FOLDER / name).read_bytes())

        assert inquiry.team.name.startswith("Sample team: ")
        assert loads(dumps(inquiry)) == inquiry
    with pytest.raises(InconsistentDocument, match="circle"):
        loads((FOLDER / ROWS[-1][0]).read_bytes())


def test_no_two_records_tell_the_same_flaws() -> None:
    told = [tuple(sorted(re.findall(r"`(\S+) ", row[4]))) for row in ROWS]

    assert len(set(told)) == len(told)
