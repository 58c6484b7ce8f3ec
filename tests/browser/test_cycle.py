"""A team logs its cycle in a browser: with a script and without, together, and cut off."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import PHONE, Site
from tests.browser.team import Team

STATE = "[data-state]"


def field(page: Page, name: str) -> Any:
    return page.locator(f'[id="{name}"]')


def no_post(route: Route) -> None:
    """What is sent does not arrive; what is asked for does."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def leave_without_saving(page: Page) -> Any:
    """Leave a page whose last words the server refuses, for they go around a route; the cookies."""
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.goto("about:blank")
    page.unroute("**/do")
    return cookies


def in_form(page: Page) -> Any:
    return page.locator("form[data-autosave] [data-state]")


def in_tally(page: Page) -> Any:
    return page.locator("form[data-tally] [data-state]")


def test_a_cycle_is_planned_with_a_prediction_and_started(site: Site) -> None:
    team = Team(site)
    id = team.cycle(data=[])

    with site.visit(state=team.member(), size=PHONE) as page:
        page.goto(f"/cycles/{id}")
        page.get_by_label("What do we want to find out?").fill("Where students use the frame.")
        page.get_by_label("What should this cycle answer?").fill("Will students use the frame?")
        page.get_by_label("We expect that").select_option("range")
        page.get_by_label("to a value of (or from)").fill("60")
        page.get_by_label("give or take (or to)").fill("80")
        page.get_by_label("How sure are we?").fill("70")
        page.get_by_label("Why do we expect it?").fill("They asked for words.")
        page.get_by_label("Measure", exact=True).select_option(label="Frame use")
        page.get_by_label("First day of the test").fill("2026-01-05")
        page.get_by_label("Last day of the test").fill("2026-02-13")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_label("We expect that").first).to_have_value("range")
        page.get_by_label("First day of Do").fill("2026-01-05")
        page.get_by_role("button", name="Start Do").click()
        page.wait_for_url("**/do")

    cycle = team.stored(id)
    (question,) = cycle["plan"]["questions"]
    (prediction,) = question["predictions"]
    assert cycle["stage"] == "do"
    assert cycle["started_on"] == "2026-01-05"
    assert prediction["expectation"] == {
        "kind": "range",
        "measure_id": team.measure,
        "low": 60,
        "high": 80,
    }
    assert (prediction["confidence"], prediction["locked_on"]) == (70, "2026-01-05")


def test_what_is_written_is_saved_while_one_writes(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        field(page, "do/what_happened").fill("18 Fridays.")
        expect(in_form(page)).to_contain_text("Saved at")
        field(page, "do/unexpected").fill("A trip.")
        page.get_by_label("partly").check()
        expect(in_form(page)).to_contain_text("Saved at")
        field(page, "do/unexpected").blur()
        expect(in_form(page)).to_have_class("state saved")
        page.reload()
        expect(field(page, "do/what_happened")).to_have_value("18 Fridays.")

    assert team.stored(id)["do"] == {
        "as_planned": "partly",
        "what_happened": "18 Fridays.",
        "unexpected": "A trip.",
    }


def test_two_who_write_in_different_fields_keep_both(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with (
        site.visit(state=team.member("Ana")) as ana,
        site.visit(state=team.member("Ben")) as ben,
    ):
        for page in (ana, ben):
            page.goto(f"/cycles/{id}/do")
        field(ana, "do/what_happened").fill("Every Friday.")
        expect(in_form(ana)).to_contain_text("Saved at")
        field(ben, "do/unexpected").fill("Room B was away twice.")
        expect(in_form(ben)).to_contain_text("Saved at")

        expect(field(ben, "do/what_happened")).to_have_value("Every Friday.")

    done = team.stored(id)["do"]
    assert (done["what_happened"], done["unexpected"]) == (
        "Every Friday.",
        "Room B was away twice.",
    )


def test_one_sees_what_the_other_wrote_without_doing_anything(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with (
        site.visit(state=team.member("Ana")) as ana,
        site.visit(state=team.member("Ben")) as ben,
    ):
        for page in (ana, ben):
            page.goto(f"/cycles/{id}/do")
        field(ana, "do/what_happened").fill("Every Friday.")
        expect(in_form(ana)).to_contain_text("Saved at")
        ben.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        expect(field(ben, "do/what_happened")).to_have_value("Every Friday.")
        expect(in_form(ben)).to_contain_text("Ana changed this page")


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_two_who_write_in_one_field_choose_and_lose_nothing(site: Site, keep: str) -> None:
    team = Team(site)
    id = team.in_do()

    with (
        site.visit(state=team.member("Ana")) as ana,
        site.visit(state=team.member("Ben")) as ben,
    ):
        for page in (ana, ben):
            page.goto(f"/cycles/{id}/do")
        field(ana, "do/what_happened").fill("Every Friday.")
        expect(in_form(ana)).to_contain_text("Saved at")
        field(ben, "do/what_happened").fill("On 18 days.")
        expect(in_form(ben)).to_contain_text("Somebody else wrote in the same place")
        expect(ben.locator(".theirs")).to_contain_text("Every Friday.")
        expect(field(ben, "do/what_happened")).to_have_value("On 18 days.")
        ben.get_by_role("button", name=f"Keep {keep}").click()
        expect(in_form(ben)).to_contain_text("Saved at" if keep == "mine" else "")
        ben.wait_for_timeout(300)

    wanted = "On 18 days." if keep == "mine" else "Every Friday."
    assert team.stored(id)["do"]["what_happened"] == wanted


def test_without_a_script_two_texts_stand_side_by_side(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with (
        site.visit(state=team.member("Ana"), script=False) as ana,
        site.visit(state=team.member("Ben"), script=False) as ben,
    ):
        for page in (ana, ben):
            page.goto(f"/cycles/{id}/do")
        field(ana, "do/what_happened").fill("Every Friday.")
        ana.get_by_role("button", name="Save", exact=True).click()
        field(ben, "do/what_happened").fill("On 18 days.")
        field(ben, "do/unexpected").fill("A trip.")
        ben.get_by_role("button", name="Save", exact=True).click()
        expect(ben.get_by_role("alert")).to_contain_text("Two people wrote in the same place")
        expect(field(ben, "do/what_happened")).to_have_value("On 18 days.")
        expect(ben.locator(".theirs")).to_contain_text("Every Friday.")
        field(ben, "do/what_happened").fill("Every Friday, on 18 days.")
        ben.get_by_role("button", name="Save", exact=True).click()

    done = team.stored(id)["do"]
    assert (done["what_happened"], done["unexpected"]) == ("Every Friday, on 18 days.", "A trip.")


def test_a_connection_that_is_cut_while_one_writes_loses_nothing(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        page.context.set_offline(True)
        field(page, "do/what_happened").type("Every Friday.")
        expect(in_form(page)).to_contain_text("No connection")
        page.context.set_offline(False)
        expect(in_form(page)).to_contain_text("Saved at")

    assert team.stored(id)["do"]["what_happened"] == "Every Friday."


def test_what_could_not_be_saved_is_there_again_when_the_page_is(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        page.route("**/do", no_post)
        field(page, "do/what_happened").fill("Every Friday.")
        expect(in_form(page)).to_contain_text("No connection")
        cookies = leave_without_saving(page)
        page.context.add_cookies(cookies)
        page.goto(f"/cycles/{id}/do")
        expect(field(page, "do/what_happened")).to_have_value("Every Friday.")
        expect(in_form(page)).to_contain_text("Saved at")

    assert team.stored(id)["do"]["what_happened"] == "Every Friday."


def test_a_stage_that_somebody_else_has_ended_shows_what_was_written_to_be_kept(
    site: Site,
) -> None:
    team = Team(site)
    id = team.in_do()

    with site.visit(state=team.member(), script=False) as page:
        page.goto(f"/cycles/{id}/do")
        field(page, "do/what_happened").fill("Every Friday.")
        team.move(id, "study", on="2026-02-16", study={"learned": ""})
        page.get_by_role("button", name="Save", exact=True).click()

        expect(page.get_by_text("This was not saved")).to_be_visible()
        expect(page.locator("blockquote")).to_contain_text("Every Friday.")


def test_predictions_are_compared_and_the_cycle_decided(site: Site) -> None:
    team = Team(site)
    prediction = {
        "expectation": {"kind": "text", "text": "Both rooms end close together"},
        "confidence": 60,
    }
    questions = [{"text": "Will both rooms use it?", "predictions": [prediction]}]
    id = team.in_study(questions=questions)

    with site.visit(state=team.member(), size=PHONE) as page:
        page.goto(f"/cycles/{id}")
        expect(page.get_by_text("Both rooms end close together")).to_be_visible()
        page.get_by_label("it did not hold").check()
        page.get_by_label("In words").fill("Room A ended far above Room B.")
        page.get_by_label("What did we learn?").fill("Look at rooms side by side.")
        expect(in_form(page)).to_contain_text("Saved at")
        page.get_by_role("button", name="Go on to Act").click()
        page.wait_for_url("**/act")
        page.get_by_role("radio", name=re.compile("Adapt")).check()
        page.get_by_role("button", name="Decide").click()
        expect(page.get_by_role("alert")).to_contain_text("the reason for the decision")
        page.get_by_role("radio", name=re.compile("Adapt")).check()
        page.get_by_label("Why?", exact=True).first.fill("Room B did not take it up.")
        page.get_by_label("What is the next cycle?").fill("Say it to a partner first.")
        page.get_by_role("button", name="Decide").click()
        page.get_by_role("button", name="Plan the next cycle").click()
        page.wait_for_url("**/plan")
        expect(page.get_by_label("What do we want to find out?")).to_have_value(
            "Say it to a partner first."
        )

    cycle = team.stored(id)
    assert cycle["act"]["decision"] == "adapt"
    assert cycle["study"]["results"][0]["outcome"] == "did_not_hold"
    assert cycle["status"] == "completed"


def test_one_steps_back_with_a_reason_and_nothing_is_lost(site: Site) -> None:
    team = Team(site)
    id = team.in_do(objective="See who uses it.")

    with site.visit(state=team.member(), script=False) as page:
        page.goto(f"/cycles/{id}")
        page.get_by_text("More: step back").click()
        page.get_by_label("Why?").first.fill("The days were wrong.")
        page.get_by_role("button", name="Step back").click()
        page.wait_for_url("**/plan")
        expect(page.get_by_label("What do we want to find out?")).to_have_value("See who uses it.")

    assert team.stored(id)["moves"][-1]["reason"] == "The days were wrong."


def test_a_row_that_is_emptied_leaves_the_others_once(site: Site) -> None:
    team = Team(site)
    id = team.cycle(tasks=[{"what": "Hand it out"}, {"what": "Count it"}])

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/plan")
        field(page, "plan/tasks/0/what").fill("")
        page.wait_for_timeout(2000)
        expect(field(page, "plan/tasks/1/what")).to_have_value("Count it")
        field(page, "plan/objective").fill("See who counts.")
        expect(field(page, "plan/tasks/0/what")).to_have_value("Count it")
        expect(field(page, "plan/tasks/1/what")).to_have_value("")
        field(page, "plan/objective").fill("See who counts it.")
        field(page, "plan/objective").blur()
        expect(in_form(page)).to_have_class("state saved")
        page.reload()

    assert [each["what"] for each in team.stored(id)["plan"]["tasks"]] == ["Count it"]


def test_what_was_sent_after_one_was_signed_out_is_there_again_later(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        cookies = page.context.cookies()
        page.context.clear_cookies()
        field(page, "do/what_happened").fill("Every Friday.")
        expect(in_form(page)).to_contain_text("You are signed out")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
        expect(page.get_by_role("alert")).to_contain_text("Every Friday.")
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"/cycles/{id}/do")
        expect(field(page, "do/what_happened")).to_have_value("Every Friday.")
        expect(in_form(page)).to_contain_text("Saved at")

    assert team.stored(id)["do"]["what_happened"] == "Every Friday."


def test_what_one_person_could_not_save_is_not_brought_back_to_another(site: Site) -> None:
    team = Team(site)
    id = team.in_do()

    with site.visit(state=team.member("Ana")) as page:
        page.goto(f"/cycles/{id}/do")
        page.route("**/do", no_post)
        field(page, "do/what_happened").fill("Every Friday.")
        expect(in_form(page)).to_contain_text("No connection")
        leave_without_saving(page)
        page.context.add_cookies(team.member("Ben")["cookies"])
        page.goto(f"/cycles/{id}/do")
        page.wait_for_timeout(2000)
        expect(field(page, "do/what_happened")).to_have_value("")

    assert not (team.stored(id)["do"] or {}).get("what_happened")
