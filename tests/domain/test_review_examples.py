import pytest

from pdsa import InvalidValue
from pdsa.reference import MODEL_DAY, model
from pdsa.review import RULES, applied, document_findings, example


def found(code: str, *, fails: bool) -> set[str]:
    """The codes that the failing or the passing example of a rule yields."""
    shown = example(code)
    assert shown is not None, f"pdsa/reference/rules/{code[:3]}.json has no {code}"
    document = applied(model(), shown.fails if fails else shown.passes)
    return {finding.code for finding in document_findings(document, on=shown.on)}


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_finds_its_failing_example_and_not_its_passing_one(code: str) -> None:
    assert code in found(code, fails=True)
    assert code not in found(code, fails=False)


def test_no_example_is_of_a_rule_that_does_not_exist() -> None:
    assert example("AIM199") is None
    assert example("XYZ101") is None
    assert example("../101") is None


def test_the_model_itself_is_not_changed_by_an_example() -> None:
    document = model()

    assert applied(document, {"/aim/target": 50, "/measures/-": {}}) != document
    assert document_findings(document, on=MODEL_DAY) == ()


@pytest.mark.parametrize(
    "pointer", ["/aim/goal", "/aim/target/low", "/cycles/99/plan", "/theory/x"]
)
def test_an_example_changes_no_place_that_is_not_there(pointer: str) -> None:
    with pytest.raises(InvalidValue, match="a place in the document"):
        applied(model(), {pointer: None})
