"""Every page as it is first seen: held against WCAG 2.2 AA, narrow, and with large text."""

import re
from typing import Any

import pytest

from tests.api.sample import AIM, CALENDAR, CYCLE, IDEA, MEASURE, POINT, TEAM
from tests.browser.axe import sideways, violations
from tests.browser.pages import ADMINISTRATION, SHOWN, SIGNED_OUT
from tests.browser.site import Site

IDS = {
    "unit_id": TEAM,
    "aim_id": AIM,
    "cycle_id": CYCLE,
    "measure_id": MEASURE,
    "idea_id": IDEA,
    "point_id": POINT,
    "code": "PLN101",
    "calendar_id": CALENDAR,
}


@pytest.fixture(scope="session")
def state(site: Site) -> Any:
    """Somebody who may do everything in the sample team, which is loaded."""
    site.load_sample()
    found = site.signed_in("facilitator", TEAM, "Ana")
    IDS.update(below_a_school(site, found))
    return found


def below_a_school(site: Site, state: Any) -> dict[str, str]:
    """The team in a school, of whose ILT somebody is, and which it asks for something."""
    school = site.make("units", kind="school", name="Sample School")["id"]
    version = site.get(f"units/{TEAM}")["version"]
    moved = site.api.patch(
        f"units/{TEAM}", json={"parent_id": school}, headers={"If-Match": f'"{version}"'}
    )
    assert moved.is_success, moved.text
    with site.client(state) as client:
        person_id = client.get("/api/v1/me").json()["person_id"]
    site.make("grants", person_id=person_id, role="ilt_member", unit_id=school)
    asked = site.make("requests", aim_id=AIM, kind="barrier", title="No time together")
    return {"school_id": school, "request_id": asked["id"]}


@pytest.fixture(scope="session")
def administrator(site: Site, state: Any) -> Any:
    """Somebody who administers the whole server."""
    return site.signed_in("administrator", None, "Mia")


def of(site: Site, path: str, state: Any, administrator: Any) -> tuple[str, Any]:
    """The address of a page, and the state of the browser of whoever opens it."""
    below = path.replace("/units/{unit_id}", "/units/{school_id}")
    address = site.address(below, IDS | {"person_id": site.get("me")["person_id"]})
    if path in SIGNED_OUT:
        return address, None
    return address, administrator if ADMINISTRATION.match(path) else state


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_is_for_everybody_in_both_languages(
    site: Site, state: Any, administrator: Any, path: str
) -> None:
    address, who = of(site, path, state, administrator)

    with site.visit(state=who, check=False) as page:
        answer = page.goto(address)

        assert answer is not None
        assert answer.status == 200, address
        assert page.locator("h1").count() == 1
        assert not sideways(page)
        assert not sideways(page, 1280, text=200)
        assert not violations(page)

        page.goto(f"{address}?lang=es")

        assert page.locator("html").get_attribute("lang") == "es"
        assert re.search(r"\S", page.title())
        assert page.get_by_role("link", name="Ir al contenido").count() == 1
        assert not sideways(page)
