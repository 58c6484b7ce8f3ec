"""What the members of enumerations are called on pages."""

from api.pages.names import named, options
from pdsa.scale import Belief, FailureCost


def test_what_has_one_value_in_two_enumerations_is_called_by_its_own_name() -> None:
    assert named(Belief.high) == "a lot"
    assert named(FailureCost.high) == "much"
    assert options(Belief) == [("low", "little"), ("high", "a lot")]
