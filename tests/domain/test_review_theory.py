from typing import Any

from tests.domain.model_cases import codes, found

AIM = "aim-justify"


def theory(drivers: str, *links: str) -> dict[str, Any]:
    """A model inquiry with one theory: drivers by letter, links as ``a>b``, the aim as ``aim``."""
    ends = [link.replace("aim", AIM).split(">") for link in links]
    return {
        "/measures/1/driver_id": None,
        "/theory": [
            {
                "aim_id": AIM,
                "on": "2025-09-26",
                "drivers": [{"id": each, "text": f"Driver {each}"} for each in drivers],
                "links": [{"source": source, "target": target} for source, target in ends],
            }
        ],
    }


def named(select: str, changes: dict[str, Any]) -> list[str]:
    return [finding.id for finding in found(select, changes)]


def test_a_driver_that_an_idea_reaches_through_others_is_served() -> None:
    served = theory("ab", "idea-rehearsal>a", "a>b", "b>aim")

    assert named("DRV101", served) == []


def test_of_a_chain_that_no_idea_reaches_the_first_driver_is_named() -> None:
    idle = theory("abc", "a>b", "b>aim", "idea-rehearsal>c", "c>aim")

    assert named("DRV101", idle) == ["a"]


def test_of_a_chain_that_does_not_lead_to_the_aim_the_last_driver_is_named() -> None:
    lost = theory("abc", "idea-rehearsal>a", "a>b", "idea-word-wall>c", "c>aim")

    assert named("DRV105", lost) == ["b"]


def test_an_idea_that_is_linked_straight_to_the_aim_serves_no_driver() -> None:
    straight = theory(
        "a", "idea-rehearsal>aim", "idea-word-wall>a", "idea-two-solutions>a", "a>aim"
    )

    assert named("DRV102", straight) == ["idea-rehearsal"]


def test_an_idea_that_was_taken_out_of_the_theory_is_left_alone() -> None:
    without = {"/theory/1/links/4": {"source": "idea-rehearsal", "target": AIM}} | {
        "/theory/1/links/3": {"source": "driver-tasks", "target": "driver-talk"}
    }

    assert codes("DRV102", without) == []


def test_one_primary_driver_is_named_and_none_is_not() -> None:
    one = theory("ab", "idea-rehearsal>b", "b>a", "a>aim")
    none = theory("ab", "idea-rehearsal>b", "b>a")

    assert named("DRV104", one) == ["a"]
    assert named("DRV104", none) == []


def test_without_a_theory_one_sentence_is_said_about_it() -> None:
    bare = {"/theory": [], "/measures/1/driver_id": None}
    nothing = bare | {"/change_ideas": [], "/cycles": [], "/points": []}

    assert codes("DRV", bare) == codes("DRV", theory("")) == ["DRV106"]
    assert codes("DRV", nothing) == []


def test_a_circle_is_the_one_finding_about_a_document_that_holds_it() -> None:
    (finding,) = found("DRV103", theory("ab", "a>b", "b>a"))

    assert finding.element == "theory"
    assert "a -> b -> a" in finding.message
