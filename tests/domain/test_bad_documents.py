"""Documents that are refused: each error names the JSON pointer of the place."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import (
    DanglingId,
    DocumentError,
    InconsistentDocument,
    MalformedDocument,
    UnknownField,
    UnknownVersion,
    dumps,
    loads,
    schema,
)
from tests.builders import an_inquiry

WHOLE = dumps(an_inquiry())
(PHASE,) = json.loads(WHOLE)["phases"]
BIDI = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
CONTROLS = ["\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\n", "\t"]


def changed(pointer: str, value: Any) -> str:
    """The whole document with one value set; ``-`` at the end adds to an array."""
    document = json.loads(WHOLE)
    *way, last = pointer.strip("/").split("/")
    at = document
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    if isinstance(at, list):
        at[int(last) :] = [value]
    else:
        at[last] = value
    return json.dumps(document)


def refused(document: str | bytes, error: type[DocumentError] = MalformedDocument) -> str:
    """The pointer with which a document is refused."""
    with pytest.raises(DocumentError) as raised:
        loads(document)
    assert type(raised.value) is error, raised.value
    assert raised.value.rule
    return raised.value.pointer


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/aim/deadline", "2018-02-30"),
        ("/aim/deadline", "soon"),
        ("/aim/deadline", "2018-06-15T00:00:00Z"),
        ("/aim/deadline", "0000-01-01"),
        ("/aim/deadline", 20180615),
        ("/aim/title", ""),
        ("/aim/title", "   "),
        ("/aim/title", "x" * 201),
        ("/aim/title", 7),
        ("/aim/title", None),
        ("/aim/population", "x" * 501),
        ("/aim/equity", "x" * 10_001),
        ("/aim/unit", "percent"),
        ("/aim/id", ""),
        ("/aim/id", "aim-discourse\n"),
        ("/aim/id", "aim discourse"),
        ("/aim/id", "../aim"),
        ("/aim/id", "x" * 65),
        ("/aim/version", 0),
        ("/aim/version", True),
        ("/aim/version", 1.5),
        ("/aim/version", 10**40),
        ("/points/0/numerator", -1),
        ("/points/0/numerator", 1e300),
        ("/points/0/numerator", "10"),
        ("/points/0/numerator", True),
        ("/points/0/student_group", "English Learners"),
        ("/measures/0/target", 1e13),
        ("/cycles/0/plan/questions/0/text", " \n "),
        ("/cycles/0/plan/questions/0/predictions/0/confidence", 101),
        ("/cycles/0/plan/questions/0/predictions/0/expectation/kind", "hunch"),
        ("/cycles/0/stage", "done"),
        ("/phases/0/kind", "split"),
        ("/phases/0/reason", " "),
        ("/phases/0/made_by", "Ana Ruiz"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_at_its_place(pointer: str, value: Any) -> None:
    assert refused(changed(pointer, value)) == pointer


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/aim/target", 101),
        ("/aim/baseline", -1),
        ("/aim/milestones/0/on", "2019-01-01"),
        ("/points/0/numerator", 29),
        ("/points/0/denominator", 0),
        ("/points/0/denominator", None),
        ("/points/0/value", 50),
        ("/phases/1", dict(PHASE, id="another")),
        ("/phases/1", dict(PHASE, id="another", kind="rebase")),
        ("/phases/1", dict(PHASE, id="another", kind="rebase", on="2018-01-19")),
        ("/measures/0/per", 0),
        ("/cycles/0/study/results/0/prediction_id", "prediction-of-another-cycle"),
        ("/cycles/0/act/reason", ""),
        ("/cycles/0/stage", "do"),
        ("/cycles/0/status", "running"),
        ("/cycles/0/follows", "cycle-1"),
        ("/cycles/0/branched_from", "cycle-1"),
        ("/change_ideas/0/adapted_from", "idea-exit-ticket"),
        ("/calendar/last_day", "2017-08-01"),
        ("/calendar/last_day", "9999-12-31"),
    ],
)
def test_a_value_against_a_rule_is_refused_at_its_place(pointer: str, value: Any) -> None:
    elsewhere = {
        "/cycles/0/stage": "/cycles/0/status",
        "/cycles/0/status": "/cycles/0/ended_on",
        "/phases/1": "/phases/1/on" if "rebase" in str(value) else "/phases/1/kind",
    }

    at = refused(changed(pointer, value), InconsistentDocument)

    assert at in (pointer, elsewhere.get(pointer))


@pytest.mark.parametrize(
    ("pointer", "id"),
    [
        ("/aim/unit_id", "team-elsewhere"),
        ("/aim/problem_id", "problem-elsewhere"),
        ("/aim/measured_by", "measure-elsewhere"),
        ("/problem/unit_id", "team-elsewhere"),
        ("/calendar/unit_id", "team-elsewhere"),
        ("/team/parent_id", "school"),
        ("/classrooms/0/parent_id", "team-elsewhere"),
        ("/classrooms/0/parent_id", None),
        ("/classrooms/1/id", "room-12"),
        ("/classrooms/1/id", "team-grade-5"),
        ("/theory/0/links/2/source", "idea-elsewhere"),
        ("/change_ideas/0/aim_id", "aim-of-another-team"),
        ("/change_ideas/0/adapted_from", "idea-elsewhere"),
        ("/measures/0/aim_id", "aim-of-another-team"),
        ("/measures/0/driver_id", "driver-elsewhere"),
        ("/points/0/measure_id", "measure-elsewhere"),
        ("/points/0/classroom_id", "room-99"),
        ("/points/0/cycle_id", "cycle-99"),
        ("/points/1/id", "point-0-room-12"),
        ("/phases/0/measure_id", "measure-elsewhere"),
        ("/phases/0/classroom_id", "room-99"),
        ("/cycles/0/aim_id", "aim-of-another-team"),
        ("/cycles/0/change_idea_id", "idea-elsewhere"),
        ("/cycles/0/follows", "cycle-99"),
        ("/cycles/0/branched_from", "cycle-99"),
        ("/cycles/0/plan/data/0/measure_id", "measure-elsewhere"),
        (
            "/cycles/0/plan/questions/0/predictions/1/expectation/measure_id",
            "measure-elsewhere",
        ),
    ],
)
def test_an_id_that_names_nothing_here_or_two_things_is_refused(
    pointer: str, id: str | None
) -> None:
    document = changed(pointer, id)

    assert refused(document, DanglingId) == pointer


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/note", "?"),
        ("/aim/colour", "red"),
        ("/team/a~1b", 1),
        ("/points/3/grade", None),
        ("/cycles/0/plan/questions/0/predictions/0/expectation/tolerance", 5),
        ("/cycles/0/moves/2/by", {"id": "person-1"}),
    ],
)
def test_a_field_that_the_format_does_not_have_is_refused(pointer: str, value: Any) -> None:
    document = changed(pointer, value)

    assert refused(document, UnknownField) == pointer.replace("~1", "~01")
    assert not jsonschema.Draft202012Validator(schema()).is_valid(json.loads(document))


@pytest.mark.parametrize("version", [0, 2, "1", None, True, [1], {"major": 1}])
def test_a_version_that_is_not_known_is_refused_before_anything_else(version: Any) -> None:
    document = json.dumps({"format": "pdsa-inquiry", "version": version, "aim": 7})

    assert refused(document, UnknownVersion) == "/version"


@pytest.mark.parametrize("format", ["pdsa", "PDSA-inquiry", "", None, 1])
def test_a_format_that_is_not_known_is_refused(format: Any) -> None:
    assert refused(changed("/format", format), UnknownVersion) == "/format"


@pytest.mark.parametrize("character", [*BIDI, *CONTROLS])
def test_names_hold_no_control_and_no_override_characters(character: str) -> None:
    for name in (f"Grade{character}5", f"Grade 5{character}", f"{character}Grade 5"):
        assert refused(changed("/team/name", name)) == "/team/name"


@pytest.mark.parametrize("character", [*BIDI, "\u0000", "\u001b", "\u0085"])
def test_texts_hold_no_override_characters_and_no_controls_but_line_breaks(character: str) -> None:
    for pointer in ("/problem/statement", "/cycles/0/plan/questions/0/text"):
        assert refused(changed(pointer, f"Why{character}?")) == pointer


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_nan_and_infinity_are_no_json(number: str) -> None:
    document = changed("/aim/target", 51.25).replace("51.25", number)

    assert refused(document) in ("", "/aim/target")


@pytest.mark.parametrize("levels", [100, 100_000])
@pytest.mark.parametrize(
    "nest",
    [
        lambda n: "[" * n + "]" * n,
        lambda n: '{"a":' * n + "1" + "}" * n,
        lambda n: '{"format":' * n + "1" + "}" * n,
        lambda n: WHOLE[:-1] + ',"note":' + "[" * n + "]" * n + "}",
        lambda n: WHOLE[:-1] + ',"points":' + "[" * n + "]" * n + "}",
        lambda n: WHOLE[:-1] + ',"aim":' + '{"aim":' * n + "1" + "}" * n + "}",
        lambda n: "[" * n,
    ],
)
def test_json_of_many_levels_is_refused(nest: Callable[[int], str], levels: int) -> None:
    with pytest.raises(DocumentError):
        loads(nest(levels))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"pdsa",
        WHOLE.encode("utf-16"),
        WHOLE.encode().replace(b"Grade", b"Gr\xe4de"),
        WHOLE.encode().replace(b"Grade", b"Gr\xed\xa0\x80de"),
        WHOLE.replace("Grade", "\\ud800"),
        WHOLE.replace("Grade", "\ud800"),
        WHOLE + "x",
        WHOLE + WHOLE,
    ],
)
def test_what_is_not_json_in_utf_8_is_refused(document: str | bytes) -> None:
    assert refused(document) == ""


@pytest.mark.parametrize(
    "pointer", ["/aim", "/team/name", "/points/2/on", "/cycles/0/moves/1/move"]
)
def test_a_field_that_is_missing_is_named(pointer: str) -> None:
    document = json.loads(WHOLE)
    *way, last = pointer.strip("/").split("/")
    at = document
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    del at[last]

    assert refused(json.dumps(document)) == pointer


def test_a_circle_of_drivers_is_refused_in_its_theory() -> None:
    link = {"source": "driver-reasoning", "target": "driver-language"}

    document = changed("/theory/0/links/2", link)

    assert refused(document, InconsistentDocument) == "/theory/0"


def test_a_value_that_looks_like_a_place_does_not_move_the_pointer() -> None:
    document = changed("/problem/evidence/1/source", "rumour - at `$.aim.title`")

    assert refused(document) == "/problem/evidence/1/source"


def test_a_question_too_long_to_be_asked_is_refused_without_much_thought() -> None:
    document = changed("/cycles/0/plan/questions/0/text", "a" * 9_999 + "\u0007")

    assert refused(document) == "/cycles/0/plan/questions/0/text"


@given(st.data())
def test_a_document_with_a_part_replaced_is_read_or_refused_with_a_pointer(
    data: st.DataObject,
) -> None:
    document = json.loads(WHOLE)
    at: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not at[key] or not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            break
        at = at[key]
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    at[key] = data.draw(st.recursive(scalars, lambda inner: st.lists(inner) | st.builds(dict)))

    try:
        inquiry = loads(json.dumps(document))
    except DocumentError as error:
        pointer = error.pointer
        assert pointer == "" or pointer.startswith("/")
    else:
        assert loads(dumps(inquiry)) == inquiry


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_and_never_break_the_reader(garbage: bytes) -> None:
    with pytest.raises(DocumentError):
        loads(garbage)


def test_a_field_that_is_given_twice_is_refused() -> None:
    document = dumps(an_inquiry()).replace('"cycles":', '"points":[],"cycles":')

    with pytest.raises(MalformedDocument, match="'points' is given twice"):
        loads(document)


def test_classrooms_below_each_other_are_refused() -> None:
    document = json.loads(WHOLE)
    first, second = document["classrooms"][:2]
    first["parent_id"], second["parent_id"] = second["id"], first["id"]

    with pytest.raises(DanglingId) as refused:
        loads(json.dumps(document))

    assert refused.value.pointer == "/classrooms/0/parent_id"


def test_a_number_of_5000_digits_in_an_unknown_field_is_an_unknown_field() -> None:
    document = WHOLE[:-1] + ',"note":' + "9" * 5000 + "}"

    assert refused(document, UnknownField) == "/note"
