"""The inquiry of two fifth-grade classrooms, from the invitation to the decision, by clicking alone.

The weekly tallies are the illustrative ones of the sample; both ends, 40 and 64 percent, are published
(docs in examples/data/README.md).
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from pdsa import Inquiry, loads
from pdsa.reference import sacramento
from tests.browser.site import LAPTOP, PASSWORD, PHONE, Site

SAMPLE: Inquiry = loads(sacramento())
FRIDAYS = sorted({point.on for point in SAMPLE.points})
FIRST, LAST = FRIDAYS[0], FRIDAYS[-1]


def a_team(site: Site) -> tuple[str, list[str]]:
    """A team with its two classrooms, as an administrator sets it up."""
    team = site.make("units", kind="team", name="Grade 5 sample team")["id"]
    rooms = ["Room A", "Room B"]
    for name in rooms:
        site.make("units", kind="classroom", name=name, parent_id=team)
    return team, rooms


def the_block(rooms: list[str]) -> str:
    """What both teachers counted, as their spreadsheet has it: dates down, rooms across."""
    ids = [room.id for room in SAMPLE.classrooms]
    told = {(point.on, point.classroom_id): point for point in SAMPLE.points}

    def figure(day: date, room: str) -> str:
        point = told.get((day, room))
        if point is None or point.missing:
            return "-"
        return f"{point.numerator}/{point.denominator}"

    lines = ["\t".join(["", *rooms])]
    lines += ["\t".join([str(day), *(figure(day, room) for room in ids)]) for day in FRIDAYS]
    return "\n".join(lines)


def sign_up(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label(re.compile("^Password")).fill(PASSWORD)
    page.get_by_role("button", name="Choose it and sign in").click()


def write_the_aim(page: Page) -> None:
    page.get_by_role("link", name="Write an aim").click()
    page.get_by_label("A short title").fill("Academic discourse in two fifth-grade classrooms")
    page.get_by_label("For whom?").fill("students in the two fifth-grade classrooms")
    page.get_by_label("What will be so?").fill("are engaged in academic discourse")
    page.get_by_label("What is counted?").fill("share of lesson time in academic discourse")
    page.get_by_label("Target: where it should be").fill("51")
    page.get_by_label("Deadline").fill("2018-06-14")
    page.get_by_role("button", name="Save the aim").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Academic discourse")


def add_the_measure(page: Page) -> None:
    page.get_by_role("link", name="Home").click()
    page.get_by_role("article").get_by_role("heading").get_by_role("link").click()
    page.get_by_role("link", name="Add a measure").click()
    page.get_by_label("Name of the measure").fill("Sentence-frame use on exit tickets")
    page.get_by_label("Who counts what, and what does not count?").fill(
        "Of the tickets handed in, those whose reflection uses the sentence frame."
    )
    page.get_by_label("What is it for?").select_option("process")
    page.get_by_label("One value is a").select_option("percentage")
    page.get_by_role("button", name="Save").click()


def plan_the_cycle(page: Page) -> None:
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="Plan a cycle").click()
    page.get_by_label("A short title of the idea").fill("Exit ticket with a sentence frame")
    page.get_by_label("Title of the cycle").fill("Exit ticket in both classrooms")
    page.get_by_role("button", name="Go on to the plan").click()
    page.wait_for_url("**/plan")
    page.get_by_label("What do we want to find out?").fill("Where students take up the frame.")
    page.get_by_label("What should this cycle answer?").fill("Will students use the frame?")
    page.get_by_label("We expect that").select_option("range")
    page.get_by_label("to a value of (or from)").fill("60")
    page.get_by_label("give or take (or to)").fill("80")
    page.get_by_label("How sure are we?").fill("70")
    page.get_by_label("Why do we expect it?").fill("In the interviews students asked for words.")
    page.get_by_label("Measure", exact=True).select_option(index=1)
    page.get_by_label("First day of the test").fill(str(FIRST))
    page.get_by_label("Last day of the test").fill(str(LAST))
    page.get_by_label("First day of Do").fill(str(FIRST))
    page.get_by_role("button", name="Start Do").click()
    page.wait_for_url("**/do")


def count(page: Page, rooms: list[str]) -> None:
    page.get_by_text("Paste from a spreadsheet").click()
    page.get_by_label("Copy the block").fill(the_block(rooms))
    page.get_by_role("button", name="Lay it over the grid").click()
    page.get_by_role("button", name="Save the tally").click()
    expect(page.locator("figcaption")).to_contain_text("rose from 40% to 64%")
    page.get_by_label("partly").check()
    page.get_by_label("What happened?").fill("We gave the ticket on 18 Fridays.")
    page.get_by_role("button", name="Go on to Study").click()
    page.wait_for_url("**/study")


def study(page: Page) -> None:
    expect(page.get_by_text("was 64% on 9 March 2018")).to_be_visible()
    page.get_by_role("radio", name="it held").check()
    page.get_by_label("What we saw, as a number").fill("64")
    page.get_by_label("What did we learn?").fill("More in Room A; the tallies do not tell why.")
    page.get_by_role("button", name="Go on to Act").click()
    page.wait_for_url("**/act")


def decide(page: Page) -> None:
    page.get_by_role("radio", name=re.compile("Adapt")).check()
    page.get_by_label("Why?", exact=True).first.fill("Fewer took up the frame in Room B.")
    page.get_by_label("What is the next cycle?").fill("Say the frame to a partner first.")
    page.get_by_role("button", name="Decide, and complete the cycle").click()
    expect(page.get_by_role("button", name="Plan the next cycle")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "script"),
    [
        pytest.param(PHONE, True, id="phone"),
        pytest.param(LAPTOP, False, id="laptop-plain"),
        pytest.param(PHONE, False, id="phone-plain"),
        pytest.param(LAPTOP, True, id="laptop"),
    ],
)
def test_a_team_logs_its_inquiry_from_sign_up_to_decision(
    site: Site, size: dict[str, int], script: bool
) -> None:
    team, rooms = a_team(site)
    link = site.invited("facilitator", team)

    with site.visit(script=script, size=size) as page:
        sign_up(page, link)
        write_the_aim(page)
        add_the_measure(page)
        plan_the_cycle(page)
        count(page, rooms)
        study(page)
        decide(page)
        page.get_by_role("link", name="Home").click()

        expect(page.get_by_text("Plan the next cycle.")).to_be_visible()
        expect(page.locator("figcaption")).to_contain_text("rose from 40% to 64%")
        expect(page.get_by_text("status is not measured")).to_be_visible()

    (aim,) = site.get(f"aims?unit={team}")["items"]
    (cycle,) = site.get(f"cycles?aim={aim['id']}")["items"]
    assert (cycle["status"], cycle["act"]["decision"]) == ("completed", "adapt")
    assert cycle["study"]["results"][0]["outcome"] == "held"
    (measure,) = site.get(f"measures?aim={aim['id']}")["items"]
    points = site.get(f"measures/{measure['id']}/points?limit=200")["items"]
    assert len([each for each in points if each["denominator"]]) == len(
        [point for point in SAMPLE.points if not point.missing]
    )
