from datetime import date, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import Cycle, Outcome, PredictionResult, Question, QuestionId, Study
from pdsa.review.calibration import Calibration, calibration
from pdsa.review.interval import wilson
from tests.builders import STARTED, STUDIED, a_cycle, a_plan, a_prediction, in_do

HELD, NOT, UNKNOWN = Outcome.held, Outcome.did_not_hold, Outcome.cannot_tell
Told = tuple[int | None, Outcome | None]


def a_test(*told: Told, on: date = STARTED, id: str = "cycle-1") -> Cycle:
    """A cycle that began on a day, with a prediction for each confidence and what became of it."""
    predictions = tuple(
        a_prediction(f"p-{i}", confidence=sure, made_on=on) for i, (sure, _) in enumerate(told)
    )
    plan = a_plan(questions=(Question(id=QuestionId("q"), text="?", predictions=predictions),))
    results = tuple(
        PredictionResult(prediction_id=prediction.id, outcome=outcome)
        for prediction, (_, outcome) in zip(predictions, told, strict=True)
        if outcome is not None
    )
    started = a_cycle(id, plan=plan).start_do(on=on)
    return started.record_study(Study(results=results), on=on)


def of(*told: Told) -> Calibration:
    return calibration([a_test(*told)])


def test_the_score_is_the_mean_square_of_how_far_the_team_was_off() -> None:
    found = of((70, HELD), (60, NOT), (100, HELD), (0, NOT))

    assert (found.count, found.held) == (4, 2)
    assert isclose(found.brier or 0, (0.3**2 + 0.6**2) / 4)
    assert isclose(found.confidence or 0, 0.575)


chances = st.lists(st.tuples(st.integers(0, 100), st.sampled_from([HELD, NOT])), min_size=1)


@given(chances)
def test_the_score_is_reliability_less_resolution_plus_uncertainty(
    told: list[tuple[int, Outcome]],
) -> None:
    found = of(*told)

    parts = (found.brier, found.reliability, found.resolution, found.uncertainty)
    brier, reliability, resolution, uncertainty = (each or 0 for each in parts)
    assert abs(brier - (reliability - resolution + uncertainty)) < 1e-12
    assert min(reliability, resolution, uncertainty) >= 0
    assert resolution <= uncertainty + 1e-12


@given(chances)
def test_uncertainty_is_what_always_saying_the_base_rate_would_have_scored(
    told: list[tuple[int, Outcome]],
) -> None:
    found = of(*told)

    base = found.base_rate or 0
    score = sum((base - (outcome is HELD)) ** 2 for _, outcome in told) / len(told)
    assert isclose(found.uncertainty or 0, score, abs_tol=1e-12)


def test_who_says_what_comes_out_has_the_best_score_and_who_says_the_opposite_the_worst() -> None:
    assert of((100, HELD), (0, NOT)).brier == 0
    assert of((0, HELD), (100, NOT)).brier == 1


def test_what_has_no_score_is_left_out_and_counted_once() -> None:
    found = of((70, HELD), (None, HELD), (70, UNKNOWN), (None, UNKNOWN), (70, None), (None, None))

    assert found.count == 1
    left_out = found.left_out
    assert (left_out.not_compared, left_out.cannot_tell, left_out.without_confidence) == (2, 2, 1)


def test_a_prediction_that_is_not_locked_is_no_prediction_yet() -> None:
    found = calibration([a_cycle(), in_do(a_cycle("cycle-2"))])

    assert found.left_out.not_compared == 2


def test_confidence_counts_as_it_was_at_lock() -> None:
    cycle = a_test((70, HELD))
    (prediction,) = cycle.plan.predictions()
    amended = cycle.amend(prediction.id, on=STUDIED, reason="We saw it.", confidence=100)

    assert calibration([amended]) == calibration([cycle])


def test_ten_bins_hold_each_scored_prediction_once_with_an_interval_for_small_numbers() -> None:
    found = of((9, NOT), (10, NOT), (69, HELD), (90, HELD), (100, NOT), (95, HELD))

    ends = [(each.low, each.high, each.count) for each in found.bins]
    assert ends == [
        (0, 9, 1),
        (10, 19, 1),
        *((low, low + 9, 0) for low in range(20, 60, 10)),
        (60, 69, 1),
        (70, 79, 0),
        (80, 89, 0),
        (90, 100, 3),
    ]
    last = found.bins[-1]
    assert (last.held, last.share, last.confidence) == (2, 2 / 3, 0.95)
    assert last.interval == wilson(2, 3)
    assert (found.bins[5].share, found.bins[5].interval) == (None, (0, 1))


def test_the_score_runs_from_quarter_to_quarter_by_the_day_of_the_lock() -> None:
    tests = [
        a_test((100, NOT), on=date(2018, 1, 1), id="cycle-3"),
        a_test((100, HELD), (0, NOT), on=date(2017, 10, 1), id="cycle-1"),
        a_test((50, HELD), on=date(2017, 12, 31), id="cycle-2"),
    ]

    autumn, winter = calibration(tests).periods

    assert (autumn.first_day, autumn.last_day) == (date(2017, 10, 1), date(2017, 12, 31))
    assert (winter.first_day, winter.last_day) == (date(2018, 1, 1), date(2018, 3, 31))
    assert (autumn.count, winter.count) == (3, 1)
    assert isclose(autumn.brier, 0.25 / 3)
    assert (winter.brier, winter.running) == (1, 1.25 / 4)


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)))
def test_every_day_lies_in_its_quarter(day: date) -> None:
    (period,) = calibration([a_test((50, HELD), on=day)]).periods

    assert period.first_day <= day <= period.last_day
    assert (period.first_day.day, (period.last_day + timedelta(days=1)).day) == (1, 1)


def test_the_order_of_the_cycles_changes_nothing() -> None:
    tests = [a_test((70, HELD), on=STARTED + timedelta(weeks=i * 5), id=f"c-{i}") for i in range(4)]

    assert calibration(tests) == calibration(reversed(tests))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((), "No predictions are scored so far; from 10 on there is something to say about them."),
        (((70, HELD),), "One prediction is scored so far;"),
        (((100, NOT),) * 9, "9 predictions are scored so far;"),
    ],
)
def test_of_few_predictions_nothing_is_said(told: tuple[Told, ...], said: str) -> None:
    assert of(*told).sentence.startswith(said)
    assert "sure" not in of(*told).sentence


@pytest.mark.parametrize(
    ("sure", "held", "said"),
    [
        (95, 5, "95% sure, more than they bore out: a little less sure, or a wider range"),
        (10, 5, "10% sure, less than they bore out: you may trust what you know a little more"),
        (60, 5, "60% sure, as close to that as 10 predictions can tell"),
    ],
)
def test_the_sentence_compares_how_sure_the_team_was_with_what_so_few_can_tell(
    sure: int, held: int, said: str
) -> None:
    sentence = of(*[(sure, HELD)] * held, *[(sure, NOT)] * (10 - held)).sentence

    assert sentence.startswith("5 of 10 predictions held (50%), and on average you were ")
    assert said in sentence
    assert sentence.endswith("where 0 is best; always saying 50% would have scored 0.25.")


def test_without_predictions_there_is_no_score() -> None:
    found = calibration([])

    assert (found.brier, found.base_rate, found.reliability, found.uncertainty) == (None,) * 4
    assert [each.count for each in found.bins] == [0] * 10
    assert found.periods == ()


def test_what_was_written_once_do_had_begun_foretold_nothing() -> None:
    late = a_test((90, HELD))
    late = replace(
        late, plan=late.plan.with_predictions(lambda p: replace(p, made_on=STARTED + timedelta(1)))
    )

    found = calibration([late])

    assert (found.count, found.left_out.made_after_do) == (0, 1)
