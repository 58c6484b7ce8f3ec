"""What `pdsa review` prints, and how it exits; in this process, which is quicker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from api.cli import cli
from pdsa import Silence, SilenceId, dumps, loads
from pdsa.reference import sacramento
from pdsa.review.formats import lines_of, uri_of
from tests.builders import AIM

DAY = "2018-06-15"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "sample.json"
    found.write_bytes(sacramento())
    return found


def pdsa(*words: str | Path, status: int = 0) -> Result:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == status, done.output
    return done


def sarif(file: Path, *words: str) -> Any:
    said = pdsa("review", file, "--on", DAY, "--format", "sarif", *words).output
    (run,) = json.loads(said)["runs"]
    return run


def test_where_nothing_is_found_that_is_said(file: Path) -> None:
    said = pdsa("review", file, "--select", "AIM105", "--on", "2018-03-16").output

    assert said.rstrip().endswith("No findings.")


def test_sarif_names_the_line_of_each_place(file: Path) -> None:
    lines = sacramento().decode().splitlines()

    run = sarif(file)

    found = {each["ruleId"]: each for each in run["results"]}
    (place,) = found["AIM201"]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == f"file://{file}"
    line = place["physicalLocation"]["region"]["startLine"]
    assert '"measured_by": null' in lines[line - 1]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "/aim/measured_by"
    assert found["AIM201"]["level"] == "error"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in run["results"])


def test_sarif_carries_what_is_silenced_as_suppressed(file: Path) -> None:
    silence = Silence(SilenceId("silence-1"), AIM, "AIM103", "Nobody measured it before.")
    file.write_text(dumps(replace(loads(sacramento()), silences=(silence,)), indent=2))

    shown = sarif(file, "--silenced", "--select", "AIM103")
    hidden = sarif(file, "--select", "AIM103")

    (result,) = shown["results"]
    assert result["suppressions"] == [
        {"kind": "external", "justification": "Nobody measured it before."}
    ]
    assert hidden["results"] == []


def test_a_code_host_is_told_file_and_line(file: Path) -> None:
    said = pdsa("review", file, "--on", DAY, "--format", "github", "--select", "AIM201").output

    (line,) = said.splitlines()
    assert line.startswith(f"::error file={file},line=")
    assert ",title=AIM201 " in line
    assert "::The aim's status is not measured" in line


def test_what_a_workflow_command_would_take_apart_is_escaped(file: Path) -> None:
    inquiry = loads(sacramento())
    aim = replace(inquiry.aim, indicator="100% of minutes: all, and more")
    file.write_text(dumps(replace(inquiry, aim=aim)))

    said = pdsa("review", file, "--on", DAY, "--format", "github", "--select", "AIM201").output

    assert said.count("\n") == 1
    assert "100%25 of minutes: all, and more" in said


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 0),
        (["--fail-on", "blocker"], 3),
        (["--fail-on", "note"], 3),
        (["--fail-on", "blocker", "--ignore", "AIM2"], 0),
    ],
)
def test_findings_fail_a_build_only_where_that_is_asked_for(
    file: Path, words: list[str], status: int
) -> None:
    pdsa("review", file, "--on", DAY, "--format", "json", *words, status=status)


def test_one_cycle_is_reviewed_with_its_measures(file: Path) -> None:
    every = pdsa("review", file, "--on", DAY, "--format", "json").output
    cycle = pdsa(
        "review", file, "--on", DAY, "--format", "json", "--cycle", "cycle-exit-ticket-1"
    ).output

    assert json.loads(cycle) == [
        each for each in json.loads(every) if each["element"] in ("cycle", "measure")
    ]
    said = pdsa("review", file, "--cycle", "cycle-9", status=1).output
    assert "no cycle 'cycle-9'" in said


def test_a_circle_in_the_theory_is_a_finding_and_no_refusal(file: Path) -> None:
    document = json.loads(sacramento())
    document["theory"][0]["links"] += [
        {"source": "driver-habit", "target": "driver-words"},
        {"source": "driver-words", "target": "driver-habit"},
    ]
    file.write_text(json.dumps(document))

    said = pdsa("review", file).output

    assert "DRV103  blocker" in said
    assert "1 finding. Nothing here is a grade." in said
    one = pdsa("review", file, "--cycle", "cycle-1", status=1).output
    other = pdsa("review", file, "--select", "AIM", status=1).output
    assert (str(file) in one, str(file) in other) == (True, True)
    assert "mend that first" in one


def test_a_text_of_somebody_else_is_neither_link_nor_place_to_fill_in_sarif(file: Path) -> None:
    named = replace(loads(sacramento()).measures[0], name="[Here](https://example.org) {0} {a} [b]")
    file.write_text(dumps(replace(loads(sacramento()), measures=(named,))))

    (moved,) = sarif(file, "--select", "MEA201")["results"]

    assert r"\[Here\](https://example.org) {{0}} {a} \[b\]" in moved["message"]["text"]


def test_a_wrong_beginning_of_codes_is_refused(file: Path) -> None:
    said = pdsa("review", file, "--select", "aim", status=1).output

    assert said == "pdsa: select: how codes of findings begin (AIM, PLN1, ACT103) (got 'aim')\n"


def test_an_installation_decides_which_findings_it_shows(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDSA_REVIEW_IGNORE", "AIM1, MEA")
    found = json.loads(pdsa("review", file, "--on", DAY, "--format", "json").output)

    assert not [each for each in found if each["code"].startswith(("AIM1", "MEA"))]
    monkeypatch.setenv("PDSA_REVIEW_IGNORE", "XYZ")
    assert "PDSA_REVIEW_IGNORE" in pdsa("review", file, status=1).output


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.json", "a%20b.json"),
        ("team#1/in quiry.json", "team%231/in%20quiry.json"),
        ("/srv/100%.json", "file:///srv/100%25.json"),
    ],
)
def test_the_place_of_a_document_is_a_uri(path: str, uri: str) -> None:
    assert uri_of(path) == uri


def test_what_is_silenced_is_told_to_a_code_host_as_such(file: Path) -> None:
    silence = Silence(SilenceId("silence-1"), AIM, "AIM103", "Nobody measured it before.")
    file.write_text(dumps(replace(loads(sacramento()), silences=(silence,)), indent=2))

    said = pdsa("review", file, "--select", "AIM103", "--silenced", "--format", "github").output

    assert said.startswith("::notice ")
    assert said.endswith("Silenced: Nobody measured it before.\n")


def test_a_document_cannot_speak_to_the_terminal_through_a_refusal(file: Path) -> None:
    field = "a\n::error file=README.md::injected\r\x1b[31m\u202e"
    file.write_text(json.dumps(json.loads(sacramento()) | {field: 1}))

    said = pdsa("review", file, status=1).output

    assert said.count("\n") == 1
    assert "\\n::error" in said
    assert not set("\r\x1b\u202e") & set(said)


def test_a_byte_order_mark_is_passed_over(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + sacramento())

    assert "AIM201" in pdsa("review", file, "--on", DAY).output


def test_lines_are_found_by_the_names_that_json_escapes_stand_for() -> None:
    document = '{\r"aim": {\r"m\\u0065asured_by": null}}'

    assert lines_of(document, ["/aim/measured_by", "/aim/title"]) == {
        "/aim/measured_by": 3,
        "/aim/title": 2,
    }


def test_the_circle_is_told_where_it_runs(file: Path) -> None:
    document = json.loads(sacramento())
    document["theory"][0]["links"] += [
        {"source": "driver-habit", "target": "driver-words"},
        {"source": "driver-words", "target": "driver-habit"},
    ]
    file.write_text(json.dumps(document, indent=1))

    (line,) = pdsa("review", file, "--format", "github").output.splitlines()

    at = int(re.search(r"line=(\d+)", line)[1])  # type: ignore[index]
    assert file.read_text().splitlines()[at - 2].strip() == '"theory": ['
    assert "no such code" not in pdsa("review", file, "--select", "AIM", status=1).output
