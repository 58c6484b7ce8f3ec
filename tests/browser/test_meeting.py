"""A meeting about a portfolio: on a projector, by the arrow keys, and on paper."""

import re

from tests.browser.site import Site
from tests.browser.team import Team

PROJECTOR = {"width": 1920, "height": 1080}


def a_school(site: Site, teams: int) -> str:
    """A school with so many teams, each with an aim; its id."""
    school: str = site.make("units", kind="school", name="Sample School")["id"]
    for _ in range(teams):
        team = Team(site)
        version = site.get(f"units/{team.id}")["version"]
        moved = site.api.patch(
            f"units/{team.id}", json={"parent_id": school}, headers={"If-Match": f'"{version}"'}
        )
        assert moved.is_success, moved.text
    return school


def test_arrow_keys_go_from_screen_to_screen(site: Site) -> None:
    school = a_school(site, 2)
    ilt = site.signed_in("ilt_member", school)

    with site.visit(state=ilt, size=PROJECTOR) as page:
        page.goto(f"/units/{school}/meeting")
        page.keyboard.press("ArrowRight")
        page.get_by_text("1 of 2").wait_for()
        page.keyboard.press("ArrowRight")
        page.get_by_text("2 of 2").wait_for()
        page.keyboard.press("ArrowRight")
        last = page.url
        page.keyboard.press("ArrowLeft")
        page.get_by_text("1 of 2").wait_for()
        fits = page.evaluate("document.querySelector('.slide').getBoundingClientRect().bottom")

    assert "at=2" in last
    assert fits <= PROJECTOR["height"]


def test_arrow_keys_leave_fields_alone(site: Site) -> None:
    school = a_school(site, 1)
    ilt = site.signed_in("ilt_member", school)

    with site.visit(state=ilt, size=PROJECTOR) as page:
        page.goto(f"/units/{school}/meeting")
        page.locator("#since").focus()
        page.keyboard.press("ArrowRight")

        assert "at=" not in page.url


def test_without_a_script_links_do_the_same(site: Site) -> None:
    school = a_school(site, 1)
    ilt = site.signed_in("ilt_member", school)

    with site.visit(state=ilt, script=False) as page:
        page.goto(f"/units/{school}")
        page.get_by_role("link", name="Meeting view").click()
        page.get_by_role("link", name="Next").click()

        assert page.get_by_text("1 of 1").count() == 1


def test_each_aim_is_a_page_on_paper(site: Site) -> None:
    school = a_school(site, 3)
    ilt = site.signed_in("ilt_member", school)

    with site.visit(state=ilt, check=False) as page:
        page.goto(f"/units/{school}/meeting?at=all")
        paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 3
