import inspect
import json

import pytest

import pdsa
from pdsa import errors
from tests.builders import a_cycle, an_act


def tree() -> dict[str, str]:
    """Each error of the module with its nearest parent there."""
    classes = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    found = [each for each in classes if issubclass(each, errors.PdsaError)]
    return {each.__name__: each.__bases__[0].__name__ for each in found}


def test_every_error_is_drawn_in_the_tree_and_given_out() -> None:
    drawn = (errors.__doc__ or "").split("Each error")[0]

    for name in tree():
        assert name in drawn.replace("─", " ").split()
        assert getattr(pdsa, name) is getattr(errors, name)


def test_one_root_catches_everything_that_is_raised_on_purpose() -> None:
    assert all(issubclass(getattr(errors, name), errors.PdsaError) for name in tree())


@pytest.mark.parametrize("name", ["InvalidValue", "Circle"])
def test_an_impossible_value_is_also_a_value_error(name: str) -> None:
    assert issubclass(getattr(errors, name), ValueError)


def test_an_illegal_move_names_the_cycle_the_stage_and_what_would_be_legal() -> None:
    with pytest.raises(errors.IllegalMove) as raised:
        a_cycle().record_act(an_act(), on=a_cycle().planned_on)  # type: ignore[arg-type]

    assert str(raised.value) == (
        "cycle 'Exit tickets in two rooms' (cycle-1) is running in Plan and cannot act; "
        "legal now: revise plan, start do, branch, stop"
    )


def test_a_circle_is_named_without_the_way_that_led_into_it() -> None:
    circle = errors.Circle("the ramp", ["in", "a", "b", "a"])

    assert circle.path == ("a", "b", "a")
    assert str(circle) == "the ramp runs in a circle: a -> b -> a"


def test_a_long_value_is_shortened_in_the_message_and_kept_in_the_error() -> None:
    error = errors.InvalidValue("title", "x" * 5000, "at most 200 characters")

    assert len(str(error)) < 150
    assert error.value == "x" * 5000


def test_errors_carry_facts_and_no_status_of_a_protocol() -> None:
    for _, error in inspect.getmembers(errors, inspect.isclass):
        assert "status_code" not in json.dumps(sorted(vars(error)))
