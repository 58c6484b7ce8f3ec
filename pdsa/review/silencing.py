"""Silences: which findings a team may silence, and the reason for which one is silenced."""

from collections.abc import Iterable, Iterator, Mapping

from pdsa.errors import InvalidValue, UnknownElement
from pdsa.interchange import Inquiry
from pdsa.review.registry import RULES
from pdsa.silence import Silence


def check_silence(silence: Silence, inquiry: Inquiry) -> None:
    """Raise unless the silence is about a rule that there is and an element of the inquiry.

    ``InvalidValue`` for a code that no rule has and for what is silenced already,
    ``UnknownElement`` for another inquiry's element.
    A document keeps what was silenced where it comes from: it is not asked this.
    """
    if silence.code not in RULES:
        raise InvalidValue("code", silence.code, "the code of a finding that there is, as PLN101")
    others = (s for s in inquiry.silences if s.id != silence.id)
    if any((s.code, s.element_id) == (silence.code, silence.element_id) for s in others):
        raise InvalidValue("code", silence.code, "a finding that is not silenced already")
    if silence.element_id is not None and silence.element_id not in set(_ids(inquiry)):
        raise UnknownElement(
            "element", silence.element_id, field="element_id", within="this inquiry"
        )


#: The reasons of a team by code and element (``None``: the whole inquiry).
Reasons = Mapping[tuple[str, str | None], str]


def reasons(silences: Iterable[Silence]) -> Reasons:
    """The reasons for which findings are silenced, to be looked up by ``reason_for``."""
    return {(each.code, each.element_id): each.reason for each in silences}


def reason_for(given: Reasons, code: str, element_id: str) -> str | None:
    """Why a finding is silenced: for the whole inquiry, else for its element; ``None`` if not."""
    return given.get((code, None), given.get((code, element_id)))


def _ids(inquiry: Inquiry) -> Iterator[str]:
    """The ids of everything that a finding can be about."""
    yield inquiry.aim.id
    if inquiry.problem is not None:
        yield inquiry.problem.id
    for theory in inquiry.theory:
        for driver in theory.drivers:
            yield driver.id
    for elements in (inquiry.change_ideas, inquiry.measures, inquiry.points, inquiry.cycles):
        for each in elements:
            yield each.id
    for cycle in inquiry.cycles:
        for prediction in cycle.plan.predictions():
            yield prediction.id
