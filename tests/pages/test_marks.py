"""What each point of a chart shows, in words for a table."""

from api.pages.measures.marks import marks, marks_of_parts
from pdsa.charts import ChartKind, Nelson, Perla, WesternElectric, chart

LOW_THEN_HIGH = [10, 12, 11, 13, 12, 10, 11, 30, 31, 33, 32, 34, 31, 33]


def test_every_point_of_a_long_run_says_that_it_lies_in_one() -> None:
    made = chart(ChartKind.run, LOW_THEN_HIGH, rules=(Perla(),))

    found = marks(made)

    assert found[1] == ("in a run of 7 below the centre line",)
    assert found[14] == ("in a run of 7 above the centre line",)


def test_a_point_beyond_a_limit_says_which_and_says_it_once() -> None:
    made = chart(ChartKind.i, [10, 12, 9, 11, 13, 8, 40, 10, 9, 12, 11, 10], rules=(Nelson(),))

    assert "above the upper limit" in marks(made)[7]
    assert len(marks(made)[7]) == len({*marks(made)[7]})
    assert "below the lower limit" not in str(marks(made))


def test_what_no_single_point_shows_is_said_of_them_all() -> None:
    made = chart(ChartKind.run, LOW_THEN_HIGH)

    (said,) = marks_of_parts(made)

    assert said == ("crossings of the centre line: 1, where chance would give at least 4")


def test_points_that_vary_as_chance_has_it_show_nothing() -> None:
    made = chart(ChartKind.i, [10, 12, 9, 11, 13, 8, 12, 10, 9, 12, 11, 10])

    assert marks(made) == {}
    assert marks_of_parts(made) == ()


def test_every_rule_of_the_sets_has_words_of_its_own() -> None:
    wild = [0, 1, 0, 1, 0, 1, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 10, 11, 12, 13, 14, 15, 40, 1, 40, 1]
    for rules in (WesternElectric(), Nelson(), Perla()):
        made = chart(ChartKind.i, wild, rules=(rules,))

        said = {text for texts in marks(made).values() for text in texts}

        assert said
        assert not any("another way" in text for text in marks_of_parts(made))
