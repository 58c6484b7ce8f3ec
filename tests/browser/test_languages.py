"""The pages in Spanish, as a browser that asks for it and as somebody who chooses it."""

from playwright.sync_api import expect

from tests.browser.site import PHONE, Site
from tests.browser.team import Team


def test_a_teacher_logs_a_tally_in_spanish(site: Site) -> None:
    team = Team(site)
    id = team.in_do(on="2026-01-05", last_day="2026-01-09")

    with site.visit(state=team.member(), size=PHONE, locale="es-US") as page:
        page.goto(f"/cycles/{id}")
        expect(page.get_by_role("heading", name="Lo que contamos")).to_be_visible()
        page.get_by_label("lun, 5 de ene, Room A").fill("10 de 25")
        expect(page.locator("form[data-tally] [data-state]")).to_contain_text(
            "Hay 1 de 10 casillas llenas."
        )
        page.get_by_label("¿Qué pasó?").fill("Los viernes.")
        expect(page.locator("form[data-autosave] [data-state]")).to_contain_text("Guardado a las")
        page.get_by_role("button", name="Seguir a Estudiar").click()
        page.wait_for_url("**/study")
        expect(page.get_by_label("¿Qué aprendimos?")).to_be_visible()

    assert list(team.points().values()) == [(10, 25)]
    assert team.stored(id)["do"]["what_happened"] == "Los viernes."


def test_one_chooses_a_language_and_stays_where_one_is(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member()) as page:
        page.goto(f"/teams/{team.id}")
        page.get_by_role("link", name="Español").click()
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page).to_have_url(f"{site.url}/teams/{team.id}?lang=es")
        page.get_by_role("link", name="Inicio").click()
        expect(page.locator("html")).to_have_attribute("lang", "es")
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
