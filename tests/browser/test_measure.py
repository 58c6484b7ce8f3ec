"""A team looks at its chart in a browser: by clicking only, with a script and without."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.api.sample import MEASURE, TEAM
from tests.browser.axe import sideways
from tests.browser.site import LAPTOP, PHONE, Site

PAGE = f"/measures/{MEASURE}"


@pytest.fixture(scope="session")
def state(site: Site) -> Any:
    """A facilitator of the sample team, which is loaded."""
    site.load_sample()
    return site.signed_in("facilitator", TEAM, "Ana")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_view_is_chosen_by_clicking_and_its_link_shows_it_again(
    site: Site, state: Any, size: dict[str, int]
) -> None:
    with site.visit(state=state, size=size) as page:
        page.goto(PAGE)
        page.get_by_text("Kind of chart, rules, split, phases").click()
        page.get_by_label("Split").select_option(label="by classroom")
        page.get_by_role("combobox", name="Phases").select_option(label="without phases")
        page.get_by_role("button", name="Show this view").click()
        expect(page.get_by_role("cell", name="in a run of 9 below the centre line")).to_have_count(
            9
        )
        address = page.get_by_label("Link to this view").input_value()
        picture = page.locator("figure svg").first.inner_html()

        page.goto(address[address.index("/measures") :])

        assert page.locator("figure svg").first.inner_html() == picture
        assert not sideways(page)


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_figures_stand_under_their_heads_and_letters_are_large_enough(
    site: Site, state: Any, size: dict[str, int]
) -> None:
    with site.visit(state=state, size=size) as page:
        page.goto(PAGE)

        heads = page.locator("table.figures thead th")
        cells = page.locator("table.figures tbody tr").first.locator("th, td")
        letters = page.locator("figure svg:visible text").all()

        assert [box(each) for each in heads.all()] == [box(each) for each in cells.all()]
        assert letters
        assert min(each.bounding_box()["height"] for each in letters) >= 9  # type: ignore[index]


def box(cell: Locator) -> tuple[float, float]:
    """Where a cell begins, and how wide it is."""
    found = cell.bounding_box()
    assert found is not None
    return round(found["x"]), round(found["width"])


def test_what_cannot_be_drawn_is_said_beside_its_option(site: Site, state: Any) -> None:
    with site.visit(state=state) as page:
        page.goto(PAGE)
        page.get_by_text("Kind of chart, rules, split, phases").click()
        page.get_by_label("Try out a baseline").fill("2030-01-01")
        page.get_by_role("button", name="Show this view").click()

        beside = page.locator(".field", has=page.get_by_label("Try out a baseline"))
        expect(beside).to_contain_text("a day between the first and the last point")
        expect(page.locator("figure svg").first).to_be_visible()
        assert not sideways(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_figure_is_added_corrected_and_taken_out_by_clicking(
    site: Site, state: Any, script: bool
) -> None:
    with site.visit(state=state, script=script, size=PHONE) as page:
        page.goto(PAGE)
        page.get_by_text("One data point").click()
        page.get_by_label("Date", exact=True).fill("2018-03-16")
        page.get_by_label("Classroom").select_option("room-a")
        page.get_by_label("How many", exact=True).fill("31")
        page.get_by_label("of how many").fill("29")
        page.get_by_role("button", name="Add this figure").click()
        expect(page.get_by_role("alert")).to_contain_text("at most the denominator (29)")
        page.get_by_label("How many", exact=True).fill("21")
        page.get_by_role("button", name="Add this figure").click()
        row = page.get_by_role("row", name="16 March 2018")
        expect(row).to_contain_text("72.4%")

        row.get_by_role("link").click()
        page.get_by_label("How many", exact=True).fill("22")
        page.get_by_role("button", name="Save").click()
        expect(row).to_contain_text("75.9%")

        row.get_by_role("link").click()
        page.get_by_role("link", name="Take this figure out").click()
        page.get_by_role("button", name="Take it out").click()
        expect(row).to_have_count(0)


def test_a_phase_with_a_reason_and_a_comment_are_made_by_keys_alone(site: Site, state: Any) -> None:
    with site.visit(state=state) as page:
        page.goto(PAGE)
        page.get_by_label("Your reason").focus()
        page.keyboard.type("The frame hangs on the wall since.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("New phase from 19 January 2018", exact=True)).to_be_visible()
        page.get_by_label("Comment", exact=True).focus()
        page.keyboard.type("Look at the wall.")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("for all who see the aim")).to_be_visible()

        page.locator("summary", has_text="Take it out").click()
        page.get_by_role("button", name="Take this phase out").click()
        expect(page.get_by_text("New phase from 19 January 2018", exact=True)).to_have_count(0)
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("Look at the wall.")).to_have_count(0)
