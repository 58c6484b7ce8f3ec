import json
import tracemalloc
from datetime import date, timedelta
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import (
    Cycle,
    Do,
    DocumentError,
    ExpectCategory,
    ExpectRange,
    InconsistentDocument,
    Inquiry,
    MalformedDocument,
    Move,
    Outcome,
    PredictionResult,
    Question,
    Stage,
    Study,
    Unit,
    UnitId,
    UnknownElement,
    dumps,
    loads,
    schema,
)
from tests.builders import (
    FRAME_USE,
    STARTED,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_prediction,
    a_team,
    a_theory,
    an_act,
    an_aim,
    an_idea,
    an_inquiry,
    completed,
    words,
)

# Letters, accents, emoji and marks of every script; no control, surrogate or override character.
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
AMOUNTS = st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12)
EXPECTATIONS = st.one_of(
    st.builds(words, WORDS),
    st.builds(ExpectCategory, category=WORDS),
    st.builds(
        lambda one, other: ExpectRange(
            measure_id=FRAME_USE, low=min(one, other), high=max(one, other)
        ),
        AMOUNTS,
        AMOUNTS,
    ),
)


@st.composite
def cycles(draw: st.DrawFn, id: str) -> Cycle:
    """A cycle after a random walk through its legal moves."""
    predictions = tuple(
        a_prediction(f"p{n}", expectation=expectation, reason=draw(WORDS))
        for n, expectation in enumerate(draw(st.lists(EXPECTATIONS, max_size=3)))
    )
    question = Question(id="q", text=draw(WORDS), predictions=predictions)  # type: ignore[arg-type]
    cycle = a_cycle(id, title=draw(WORDS), plan=a_plan(questions=(question,)))
    on = STARTED
    for move in draw(st.lists(st.sampled_from(Move), max_size=8)):
        on += timedelta(days=draw(st.integers(0, 400)))
        if move not in cycle.legal():
            continue
        if move is Move.start_do:
            cycle = cycle.start_do(on=on)
        elif move is Move.record:
            cycle = cycle.record_do(Do(what_happened=draw(WORDS)))
        elif move is Move.amend and predictions:
            cycle = cycle.amend(
                predictions[0].id, on=on, reason="Seen.", expectation=draw(EXPECTATIONS)
            )
        elif move is Move.study:
            results = tuple(
                PredictionResult(
                    prediction_id=each.id,
                    outcome=draw(st.sampled_from(Outcome)),
                    observed=draw(st.none() | AMOUNTS),
                )
                for each in predictions
            )
            cycle = cycle.record_study(Study(results=results, learned=draw(WORDS)), on=on)
        elif move is Move.act:
            cycle = cycle.record_act(an_act(reason=draw(WORDS)), on=on)
        elif move is Move.step_back:
            cycle = cycle.step_back(to=Stage.plan, on=on, reason=draw(WORDS))
        elif move is Move.stop:
            cycle = cycle.stop(on=on, reason=draw(WORDS))
    return cycle


@st.composite
def inquiries(draw: st.DrawFn) -> Inquiry:
    count = draw(st.integers(0, 3))
    made = [draw(cycles(f"cycle-{n}")) for n in range(count)]
    chained = [
        replace(cycle, follows=f"cycle-{draw(st.integers(0, n - 1))}") if n else cycle
        for n, cycle in enumerate(made)
    ]
    tallies = draw(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=5))
    points = tuple(
        a_point(
            f"point-{n}",
            draw(st.dates()),
            numerator=min(pair),
            denominator=max(pair),
            note=draw(WORDS),
        )
        for n, pair in enumerate(tallies)
    )
    return an_inquiry(
        team=a_team(name=draw(WORDS)),
        aim=an_aim(title=draw(WORDS), target=draw(st.none() | st.floats(0, 100))),
        problem=None,
        theory=draw(st.sampled_from([(), (a_theory(),)])),
        measures=(a_measure(target=draw(st.none() | AMOUNTS)),),
        points=points,
        cycles=tuple(chained),
    )


@given(inquiries())
def test_what_is_written_is_read_back_equal(inquiry: Inquiry) -> None:
    document = dumps(inquiry)

    assert loads(document) == inquiry
    assert loads(document.encode()) == inquiry
    assert loads(dumps(inquiry, indent=2)) == inquiry


@given(inquiries())
def test_what_was_read_once_is_written_the_same_ever_after(inquiry: Inquiry) -> None:
    document = dumps(loads(dumps(inquiry)))

    assert dumps(loads(document)) == document


@given(inquiries())
def test_what_is_written_fits_the_published_schema(inquiry: Inquiry) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(dumps(inquiry)))


def test_the_schema_is_one_and_refuses_fields_that_it_does_not_have() -> None:
    published = schema()

    jsonschema.Draft202012Validator.check_schema(published)
    objects = [part for part in published["$defs"].values() if part.get("type") == "object"]
    assert len(objects) > 20
    assert all(part["additionalProperties"] is False for part in objects)


def test_a_document_says_its_format_and_version() -> None:
    document = json.loads(dumps(an_inquiry()))

    assert (document["format"], document["version"]) == ("pdsa-inquiry", 1)


def test_what_json_leaves_out_takes_its_default() -> None:
    document = json.dumps(
        {
            "format": "pdsa-inquiry",
            "version": 1,
            "team": {"id": "team-1", "kind": "team", "name": "Grade 5"},
            "aim": {"id": "aim-1", "unit_id": "team-1", "title": "Discourse"},
        }
    )

    inquiry = loads(document)

    assert (inquiry.cycles, inquiry.calendar, inquiry.aim.target) == ((), None, None)


@pytest.mark.parametrize(
    "name",
    [
        "José Ñúñez",
        "Zoë 👩🏽‍🏫 & 数学",
        "עברית",
        "Iñtërnâtiônàlizætiøn",
        "e\u0301",
        "Room 12 \U0001f9ee",
    ],
)
def test_accents_emoji_and_every_script_are_kept(name: str) -> None:
    inquiry = an_inquiry(team=a_team(name=name))

    assert loads(dumps(inquiry)).team.name == name


def test_paragraphs_and_tabs_are_kept_in_texts() -> None:
    inquiry = an_inquiry(cycles=(completed(a_cycle(plan=a_plan(objective="One.\n\n\tTwo.\r\n"))),))

    assert loads(dumps(inquiry)).cycles[0].plan.objective == "One.\n\n\tTwo.\r\n"


@pytest.mark.parametrize(
    "inquiry",
    [
        an_inquiry(team=a_team(name="x" * 201)),
        an_inquiry(team=a_team(name="")),
        an_inquiry(team=a_team(name="\ud800")),
        an_inquiry(aim=an_aim(version=2**70)),
        an_inquiry(aim=an_aim(target=True)),
        an_inquiry(points=(a_point(numerator=True, denominator=True),)),
        an_inquiry(points=(a_point(measure_id="measure-elsewhere"),)),
        an_inquiry(change_ideas=[an_idea()]),
    ],
)
def test_what_would_not_be_read_back_is_not_written(inquiry: Inquiry) -> None:
    with pytest.raises(DocumentError):
        dumps(inquiry)


def test_an_inquiry_knows_its_measures_and_their_points() -> None:
    inquiry = an_inquiry()

    assert inquiry.measure(FRAME_USE) == a_measure()
    assert len(inquiry.points_of(FRAME_USE)) == 10
    with pytest.raises(UnknownElement, match="no measure 'measure-9' in this inquiry"):
        inquiry.measure("measure-9")


def test_two_versions_of_a_theory_of_one_day_stand_in_order() -> None:
    first, second = a_theory(), a_theory(version=2)

    assert len(loads(dumps(an_inquiry(theory=(first, second)))).theory) == 2
    for versions in ((second, first), (first, first)):
        with pytest.raises(InconsistentDocument) as raised:
            dumps(an_inquiry(theory=versions))
        assert raised.value.pointer == "/theory/1/version"


def test_a_thousand_cycles_in_one_ramp_are_read() -> None:
    chain = [a_cycle(f"cycle-{n}", follows=f"cycle-{n - 1}" if n else None) for n in range(1000)]

    inquiry: Any = loads(dumps(an_inquiry(cycles=tuple(chain), points=())))

    assert len(inquiry.cycles) == 1000
    assert inquiry.cycles[-1].planned_on == date(2018, 1, 8)


def test_many_classrooms_take_the_room_of_many_and_not_of_its_square() -> None:
    def peak(count: int) -> int:
        rooms = tuple(
            Unit(UnitId(f"room-{n}"), "classroom", "Room", a_team().id) for n in range(count)
        )
        document = dumps(an_inquiry(classrooms=rooms, points=(), cycles=()))
        tracemalloc.start()
        loads(document)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(4000) < 3 * peak(2000)


def test_a_field_that_is_given_twice_is_found_among_many() -> None:
    many = ",".join(f'"x{n}":0' for n in range(50_000))
    document = dumps(an_inquiry()).rstrip().removesuffix("}") + f',{many},"x7":0}}'

    with pytest.raises(MalformedDocument, match="'x7' is given twice"):
        loads(document)
