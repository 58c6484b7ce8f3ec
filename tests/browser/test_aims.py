"""An aim and its driver diagram in a browser: by typing, by pointing, by keys, and without a script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import LAPTOP, PHONE, Site
from tests.browser.team import Team


def field(page: Page, name: str) -> Any:
    return page.locator(f'[id="{name}"]')


def drawn(team: Team) -> Any:
    """The theory as the store has it."""
    return team.site.get(f"aims/{team.aim}/theory")


def links(team: Team) -> set[tuple[str, str, str]]:
    return {(each["source"], each["target"], each["strength"]) for each in drawn(team)["links"]}


def with_drivers(team: Team) -> None:
    """Two drivers, the first of which moves the aim."""
    theory = {
        "on": "2026-01-05",
        "drivers": [{"id": "words", "text": "Words"}, {"id": "time", "text": "Time to talk"}],
        "links": [{"source": "words", "target": team.aim}],
    }
    answer = team.site.api.put(
        f"aims/{team.aim}/theory", json=theory, headers={"If-None-Match": "*"}
    )
    assert answer.is_success, answer.text


def test_the_sentence_is_said_while_somebody_writes(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member()) as page:
        page.goto(f"/teams/{team.id}/aims/new")
        page.get_by_label("A short title").fill("Estimation")
        page.get_by_label("For whom?").fill("students of grade 4")
        expect(page.locator("[data-said]")).to_contain_text("students of grade 4 improve")
        expect(page.get_by_text("The aim does not say by how much.")).to_be_visible()
        page.get_by_label("Target: where it should be").fill("60")
        expect(page.locator("[data-said]")).to_contain_text("60% or more")
        expect(page.get_by_text("The aim does not say by how much.")).to_have_count(0)
        page.get_by_role("button", name="Save the aim").click()
        page.wait_for_url("**/aims/*-*")

        expect(page.get_by_role("heading", level=1)).to_have_text("Estimation")


def test_without_a_script_the_sentence_is_shown_by_a_button(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member(), script=False) as page:
        page.goto(f"/aims/{team.aim}/edit")
        page.get_by_label("For whom?").fill("students of grade 4")
        page.get_by_role("button", name="Show the sentence").click()

        expect(page.locator("[data-said]")).to_contain_text("students of grade 4 are engaged")
        expect(page.get_by_label("For whom?")).to_have_value("students of grade 4")
    assert site.get(f"aims/{team.aim}")["population"] == ""


def test_an_aim_is_saved_while_somebody_writes(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member()) as page:
        page.goto(f"/aims/{team.aim}/edit")
        page.get_by_label("Target: where it should be").fill("51")
        expect(page.locator("[data-state]")).to_contain_text("Saved at")

    assert site.get(f"aims/{team.aim}")["target"] == 51


def test_a_box_that_is_ticked_is_saved_at_once(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member()) as page:
        page.goto(f"/change-ideas/{team.idea}")
        page.locator("summary", has_text="Effective mathematics teaching").click()
        page.get_by_label("pose purposeful questions").check()
        expect(page.locator("[data-state]")).to_contain_text("Saved at")
        kept = site.get(f"change-ideas/{team.idea}")["teaching_practices"]
        with page.expect_response(lambda each: each.request.method == "POST"):
            page.get_by_label("pose purposeful questions").uncheck()
        expect(page.locator("[data-state]")).to_contain_text("Saved at")

    assert kept == ["pose purposeful questions"]
    assert site.get(f"change-ideas/{team.idea}")["teaching_practices"] == []


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_two_boxes_are_linked_by_pointing_at_them(site: Site, size: dict[str, int]) -> None:
    team = Team(site)
    with_drivers(team)

    with site.visit(state=team.member(), size=size) as page:
        page.goto(f"/aims/{team.aim}/theory")
        box = page.locator("[data-node]:visible")
        box.and_(page.locator("[data-node='time']")).click()
        expect(page.get_by_text("Now choose what it moves.")).to_be_visible()
        with page.expect_navigation():
            box.and_(page.locator("[data-node='words']")).click()
        box.and_(page.locator("[data-node='time']")).click()
        box.and_(page.locator("[data-node='words']")).click()
        expect(page.get_by_text("That link is drawn already.")).to_be_visible()

    assert links(team) == {("words", team.aim, "strong"), ("time", "words", "strong")}


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_driver_diagram_is_drawn_by_keys_alone(site: Site, script: bool) -> None:
    team = Team(site)
    with_drivers(team)

    with site.visit(state=team.member(), script=script) as page:
        page.goto(f"/aims/{team.aim}/theory")
        strength = field(page, f"links/words/{team.aim}/strength")
        strength.focus()
        page.keyboard.press("ArrowDown")
        target = field(page, f"links/{team.idea}/new/target")
        target.focus()
        page.keyboard.type("Words")
        page.get_by_role("button", name="Save as a new version").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

    assert links(team) == {("words", team.aim, "weak"), (team.idea, "words", "strong")}


def test_a_circle_is_told_where_it_was_drawn(site: Site) -> None:
    team = Team(site)
    with_drivers(team)

    with site.visit(state=team.member()) as page:
        page.goto(f"/aims/{team.aim}/theory")
        field(page, "links/time/new/target").select_option("words")
        page.get_by_text("Link it to something else").first.click()
        field(page, "links/words/new/target").select_option("time")
        page.get_by_role("button", name="Save as a new version").click()

        expect(page.get_by_role("alert")).to_contain_text("do not run in a circle")
        expect(field(page, "links/words/new/target")).to_have_value("time")
        expect(field(page, "links/time/new/target")).to_have_value("words")
    assert drawn(team)["version"] == 1


def test_a_measure_is_added_and_said_to_measure_the_aim(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member(), script=False) as page:
        page.goto(f"/aims/{team.aim}")
        page.get_by_role("link", name="Add a measure").click()
        page.get_by_label("Name of the measure").fill("Time in discourse")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Yes, this measure measures the aim").click()

        expect(page.get_by_text("This measure measures the aim.")).to_be_visible()


def test_a_cycle_on_a_new_idea_is_planned_from_the_page_of_the_team(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member(), script=False, size=PHONE) as page:
        page.goto(f"/aims/{team.aim}/cycles/new")
        page.get_by_label("A new idea, written below").check()
        page.get_by_label("A short title of the idea").fill("Think time")
        page.get_by_label("Title of the cycle").fill("Ten seconds in room 12")
        page.get_by_role("button", name="Go on to the plan").click()
        page.wait_for_url("**/plan")

        expect(page.get_by_role("heading", level=1)).to_have_text("Ten seconds in room 12")
