"""A tally in a browser: typed, pasted, by keyboard alone, without a script, and cut off."""

from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.site import PHONE, Site
from tests.browser.team import Team

FIRST = date(2026, 1, 5)


def school_days(count: int) -> list[date]:
    days = (FIRST + timedelta(n) for n in range(100))
    return [day for day in days if day.weekday() < 5][:count]


def a_tally(site: Site, days: int) -> tuple[Team, str, list[date]]:
    """A cycle in Do whose test has so many school days."""
    team, found = Team(site), school_days(days)
    return team, team.in_do(on=str(FIRST), last_day=str(found[-1])), found


def cell(page: Page, team: Team, day: date, room: int) -> Any:
    return page.locator(f'[id="tally/{team.measure}/{day}/{team.rooms[room]}"]')


def state(page: Page) -> Any:
    return page.locator("form[data-tally] [data-state]")


def paste(page: Page, at: Any, text: str) -> None:
    at.focus()
    at.evaluate(
        """(input, text) => {
          const data = new DataTransfer();
          data.setData("text", text);
          input.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_each_cell_is_saved_as_it_is_typed(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with site.visit(state=team.member(), size=PHONE) as page:
        page.goto(f"/cycles/{id}/do")
        cell(page, team, days[0], 0).fill("10/25")
        cell(page, team, days[0], 1).fill("9 of 24")
        expect(state(page)).to_contain_text("2 of 10 cells are filled in")
        cell(page, team, days[1], 0).fill("12")
        expect(state(page)).to_contain_text("3 of 10 cells are filled in")

    assert team.points() == {
        (str(days[0]), team.rooms[0]): (10, 25),
        (str(days[0]), team.rooms[1]): (9, 24),
        (str(days[1]), team.rooms[0]): (12, 25),
    }


def test_a_text_that_is_no_figure_stays_and_says_what_to_write(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        wrong = cell(page, team, days[0], 0)
        wrong.fill("26/25")
        expect(state(page)).to_contain_text("Not saved: 1.")
        expect(wrong).to_have_value("26/25")
        expect(wrong).to_have_attribute("aria-invalid", "")
        wrong.fill("20/25")
        expect(state(page)).to_contain_text("Saved at")

    assert team.points() == {(str(days[0]), team.rooms[0]): (20, 25)}


def test_a_block_of_two_rows_and_thirty_columns_is_pasted(site: Site) -> None:
    team, id, days = a_tally(site, 30)
    rows = [[f"{10 + n % 5}/25" for n in range(30)], [f"{8 + n % 3}/24" for n in range(30)]]

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        block = "\n".join("\t".join(row) for row in rows)
        paste(page, cell(page, team, days[0], 0), block)
        expect(state(page)).to_contain_text("60 of 60 cells are filled in")

    points = team.points()
    assert len(points) == 60
    assert points[str(days[29]), team.rooms[1]] == (8 + 29 % 3, 24)
    assert points[str(days[3]), team.rooms[0]] == (13, 25)


def test_a_block_pasted_into_a_cell_goes_on_from_there(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        paste(page, cell(page, team, days[1], 0), "10/25\t9/24\n11/25\t8/24\n")
        expect(state(page)).to_contain_text("4 of 10 cells are filled in")

    assert team.points()[str(days[2]), team.rooms[1]] == (8, 24)


def test_without_a_script_a_block_is_laid_over_the_grid_and_then_saved(site: Site) -> None:
    team, id, _days = a_tally(site, 30)
    rows = [[f"{10 + n % 5}/25" for n in range(30)], [f"{8 + n % 3}/24" for n in range(30)]]

    with site.visit(state=team.member(), script=False) as page:
        page.goto(f"/cycles/{id}/do")
        page.get_by_text("Paste from a spreadsheet").click()
        page.get_by_label("Copy the block").fill("\n".join("\t".join(row) for row in rows))
        page.get_by_role("button", name="Lay it over the grid").click()
        expect(page.get_by_text("nothing is saved yet")).to_be_visible()
        assert team.points() == {}
        page.get_by_role("button", name="Save the tally").click()
        expect(state(page)).to_contain_text("60 of 60 cells are filled in")

    assert len(team.points()) == 60


def test_without_a_script_what_cannot_be_read_stands_in_its_cell_and_the_rest_is_saved(
    site: Site,
) -> None:
    team, id, days = a_tally(site, 5)

    with site.visit(state=team.member(), script=False) as page:
        page.goto(f"/cycles/{id}/do")
        cell(page, team, days[0], 0).fill("10/25")
        cell(page, team, days[0], 1).fill("many")
        page.get_by_role("button", name="Save the tally").click()
        expect(cell(page, team, days[0], 1)).to_have_value("many")
        expect(page.locator("td.refused small")).to_contain_text("10/25")

    assert team.points() == {(str(days[0]), team.rooms[0]): (10, 25)}


def test_the_grid_is_filled_by_keys_alone(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        cell(page, team, days[0], 0).focus()
        for text, key in (
            ("10/25", "ArrowDown"),
            ("11/25", "Enter"),
            ("12/25", "ArrowRight"),
            ("9/24", "ArrowUp"),
            ("8/24", "ArrowUp"),
        ):
            page.keyboard.type(text)
            page.keyboard.press(key)
        expect(state(page)).to_contain_text("5 of 10 cells are filled in")

    assert team.points() == {
        (str(days[0]), team.rooms[0]): (10, 25),
        (str(days[1]), team.rooms[0]): (11, 25),
        (str(days[2]), team.rooms[0]): (12, 25),
        (str(days[2]), team.rooms[1]): (9, 24),
        (str(days[1]), team.rooms[1]): (8, 24),
    }


def test_a_lost_connection_says_so_and_cells_are_saved_when_it_is_back(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with site.visit(state=team.member()) as page:
        page.goto(f"/cycles/{id}/do")
        page.context.set_offline(True)
        cell(page, team, days[0], 0).fill("10/25")
        cell(page, team, days[1], 0).fill("11/25")
        expect(state(page)).to_contain_text("until it is back: 2")
        page.context.set_offline(False)
        expect(state(page)).to_contain_text("2 of 10 cells are filled in")

    assert len(team.points()) == 2


def test_two_who_count_the_same_room_see_it(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with (
        site.visit(state=team.member("Ana")) as ana,
        site.visit(state=team.member("Ben")) as ben,
    ):
        for page in (ana, ben):
            page.goto(f"/cycles/{id}/do")
        cell(ana, team, days[0], 0).fill("10/25")
        expect(state(ana)).to_contain_text("Saved at")
        cell(ben, team, days[0], 0).fill("12/25")
        expect(ben.locator("td.conflict small")).to_contain_text("Somebody else wrote 10/25")
        expect(cell(ben, team, days[0], 0)).to_have_value("12/25")
        assert team.points() == {(str(days[0]), team.rooms[0]): (10, 25)}
        cell(ben, team, days[0], 0).fill("13/25")
        expect(state(ben)).to_contain_text("Saved at")

    assert team.points() == {(str(days[0]), team.rooms[0]): (13, 25)}


def test_a_figure_that_was_kept_offline_goes_over_nobody_elses(site: Site) -> None:
    team, id, days = a_tally(site, 5)

    with (
        site.visit(state=team.member("Ana")) as ana,
        site.visit(state=team.member("Ben")) as ben,
    ):
        for page in (ana, ben):
            page.goto(f"/cycles/{id}/do")
        ana.context.set_offline(True)
        cell(ana, team, days[0], 0).fill("10/25")
        expect(state(ana)).to_contain_text("until it is back: 1")
        cell(ben, team, days[0], 0).fill("12/25")
        expect(state(ben)).to_contain_text("Saved at")
        ana.goto("about:blank")
        ana.context.set_offline(False)
        ana.goto(f"/cycles/{id}/do")
        expect(ana.locator("td.conflict small")).to_contain_text("Somebody else wrote 12/25")
        expect(cell(ana, team, days[0], 0)).to_have_value("10/25")

    assert team.points() == {(str(days[0]), team.rooms[0]): (12, 25)}
