"""Two who edit one thing: what each wrote is kept, or both are shown."""

from hypothesis import given
from hypothesis import strategies as st

from api.pages.merging import TextsDiffer, merged, opened_with, reopened
from api.pages.pointers import nested, written

#: A field that is not there and an empty one say the same.
TEXTS = st.dictionaries(
    st.sampled_from(["a", "b", "rows/0/x", "rows/1/x"]), st.text(min_size=1, max_size=3)
)


def both(opened: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> dict[str, str]:
    return merged(opened_with(opened), mine, theirs, version=2)


def differing(opened: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> list[str]:
    try:
        both(opened, mine, theirs)
    except TextsDiffer as error:
        return [each.field for each in error.differences]
    return []


def test_each_keeps_what_the_other_left_alone() -> None:
    opened = {"what": "Tickets", "who": "both"}

    found = both(opened, opened | {"what": "Exit tickets"}, opened | {"who": "Ana and Ben"})

    assert found == {"what": "Exit tickets", "who": "Ana and Ben"}


def test_two_texts_in_one_field_are_both_shown() -> None:
    opened = {"what": "Tickets"}

    assert differing(opened, {"what": "Exit tickets"}, {"what": "Paper tickets"}) == ["what"]


def test_the_same_text_twice_is_no_difference() -> None:
    assert both({"what": ""}, {"what": "Tickets"}, {"what": "Tickets"}) == {"what": "Tickets"}


def test_a_field_that_one_empties_and_the_other_rewrites_is_shown() -> None:
    assert differing({"what": "Tickets"}, {"what": ""}, {"what": "Paper"}) == ["what"]


def test_a_field_that_the_form_does_not_have_stays() -> None:
    assert both({}, {"what": "Tickets"}, {"other": "Here"}) == {"what": "Tickets", "other": "Here"}


def test_rows_that_both_add_are_both_kept() -> None:
    opened = {"tasks/0/what": "Give it"}
    mine = opened | {"tasks/1/what": "Count them", "tasks/1/who": "Ana"}
    theirs = opened | {"tasks/1/what": "Sort them", "tasks/1/who": "Ben"}

    assert both(opened, mine, theirs) == {
        "tasks/0/what": "Give it",
        "tasks/1/what": "Sort them",
        "tasks/1/who": "Ben",
        "tasks/2/what": "Count them",
        "tasks/2/who": "Ana",
    }


@given(TEXTS, TEXTS)
def test_whoever_changes_nothing_changes_nothing(
    opened: dict[str, str], theirs: dict[str, str]
) -> None:
    assert both(opened, opened, theirs) == theirs


@given(TEXTS, TEXTS)
def test_whoever_is_alone_gets_what_they_wrote(
    opened: dict[str, str], mine: dict[str, str]
) -> None:
    assert both(opened, mine, opened) == opened | mine


@given(TEXTS, TEXTS, TEXTS)
def test_no_text_is_lost_without_a_word(
    opened: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    try:
        found = both(opened, mine, theirs)
    except TextsDiffer:
        return

    for name, text in mine.items():
        if text and text != opened.get(name, ""):
            assert text in found.values()
    for name, text in theirs.items():
        if text and text != opened.get(name, ""):
            assert text in found.values()


def test_a_form_that_is_shown_again_takes_nothing_back() -> None:
    opened = {"what": "Tickets", "who": "both", "size": ""}
    mine, theirs = opened | {"size": "many"}, opened | {"who": "Ana and Ben"}

    values, was = reopened(opened_with(opened), mine, theirs)
    found = merged(was, values | {"size": "12"}, theirs, version=2)

    assert values == {"what": "Tickets", "who": "Ana and Ben", "size": "many"}
    assert found == {"what": "Tickets", "who": "Ana and Ben", "size": "12"}


@given(opened=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_shown_again_and_sent_again_a_form_asks_the_same(
    opened: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    mine = dict.fromkeys(opened, "") | mine

    values, was = reopened(opened_with(opened), mine, theirs)

    assert merged_or_differing(was, values, theirs) == merged_or_differing(
        opened_with(opened), mine, theirs
    )


def merged_or_differing(was: str, mine: dict[str, str], theirs: dict[str, str]) -> object:
    """What two people have written, without empty fields; or the fields in which they differ."""
    try:
        return {name: text for name, text in merged(was, mine, theirs, version=2).items() if text}
    except TextsDiffer as error:
        return {(each.field, each.mine, each.theirs) for each in error.differences}


@given(opened=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_where_both_texts_were_shown_the_next_save_goes_over_them(
    opened: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    seen = differing(opened, mine, theirs)

    values, was = reopened(opened_with(opened), mine, theirs, seen=seen)
    found = merged(was, values, theirs, version=2)

    assert {name: found[name] for name in seen} == {name: mine[name] for name in seen}


def test_fields_become_the_objects_that_they_were_made_of() -> None:
    fields = {
        "plan/objective": "See",
        "plan/size": "",
        "plan/questions/q1/text": "Will they?",
        "plan/questions/q1/predictions/p1/reason": "They asked.",
        "plan/questions/q1/predictions/p2/reason": "",
        "plan/questions/q2/text": "",
        "plan/tasks/0/what": "",
        "plan/tasks/1/what": "Count",
    }

    assert nested(fields, ("questions", "predictions", "tasks")) == {
        "plan": {
            "objective": "See",
            "questions": [
                {
                    "id": "q1",
                    "text": "Will they?",
                    "predictions": [{"id": "p1", "reason": "They asked."}],
                }
            ],
            "tasks": [{"what": "Count"}],
        }
    }


def test_what_a_browser_adds_to_a_text_is_taken_off() -> None:
    given = {"do/what_happened": " One.\r\nTwo.\r ", "csrf": "x", "was": "y", "do": "save"}

    assert written(given) == {"do/what_happened": "One.\nTwo."}
