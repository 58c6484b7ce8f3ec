"""What the members of the domain's enumerations are called on pages and papers."""

import pytest

from api.words.names import named
from pdsa.monitoring import AimStatus
from pdsa.prediction import Outcome
from pdsa.scale import Belief, FailureCost


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (AimStatus.held, "Held"),
        (Outcome.held, "it held"),
        (Belief.high, "a lot"),
        (FailureCost.high, "much"),
    ],
)
def test_members_of_one_value_have_each_the_name_of_their_enumeration(
    member: AimStatus | Outcome | Belief | FailureCost, said: str
) -> None:
    assert named(member) == said
