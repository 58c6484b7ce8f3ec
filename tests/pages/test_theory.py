"""The page of a driver diagram: rows that link, versions that stay, and two people who draw."""

from api.store import theory_rows
from pdsa import Role, diff
from pdsa.theory import Theory
from tests.api.sample import AIM, IDEA, TEAM, with_sample
from tests.pages.chart_school import watching
from tests.pages.forms import Forms, opened, send, sent, sound
from tests.security.house import Browser, House, house

PAGE = f"/aims/{AIM}/theory"


async def of_team(here: House) -> Browser:
    await with_sample(here.admin)
    return await here.signed_in(Role.member, TEAM)


async def versions(here: House) -> list[Theory]:
    return await here.database.read(theory_rows.versions, AIM)


def fresh(page: Forms) -> str:
    """The id of the row for a new driver."""
    fields = page.to(PAGE).fields
    (id,) = [
        name.split("/")[1]
        for name, text in fields.items()
        if name.startswith("drivers/") and name.endswith("/text") and not text
    ]
    return id


async def with_driver(browser: Browser, text: str, target: str = AIM) -> str:
    """A driver that is added to the sample's two; its id."""
    page = await opened(browser, PAGE)
    id = fresh(page)
    fields = {f"drivers/{id}/text": text, f"links/{id}/new/target": target}
    response = await sent(browser, page, PAGE, fields)
    assert response.status_code == 303, response.text
    return id


async def test_a_driver_is_added_and_linked_in_one_form(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        page = await opened(browser, PAGE)
        id = fresh(page)
        (before,) = await versions(here)

        response = await sent(
            browser,
            page,
            PAGE,
            {
                f"drivers/{id}/text": "Teachers plan questions together",
                f"links/{id}/new/target": AIM,
                f"links/{id}/new/rationale": "Questions carry talk",
                f"links/{IDEA}/new/target": id,
                f"links/{IDEA}/new/strength": "weak",
                "note": "From the empathy interviews",
            },
        )
        *_, after = await versions(here)

    found = diff(before, after)
    assert response.status_code == 303
    assert (after.version, after.note) == (2, "From the empathy interviews")
    assert [each.text for each in found.drivers_added] == ["Teachers plan questions together"]
    assert {(each.source, each.target, each.strength) for each in found.links_added} == {
        (id, AIM, "strong"),
        (IDEA, id, "weak"),
    }
    assert not found.links_removed


async def test_what_stays_as_it_is_makes_no_new_version(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await send(browser, PAGE)

        assert response.status_code == 303
        assert len(await versions(here)) == 1


async def test_a_link_is_believed_otherwise_or_taken_out(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        (before,) = await versions(here)
        first, second = [each for each in before.links if each.source == IDEA]

        await send(
            browser,
            PAGE,
            PAGE,
            **{
                f"links/{IDEA}/{first.target}/strength": "weak",
                f"links/{IDEA}/{second.target}/strength": "",
            },
        )
        *_, after = await versions(here)

    kept = [each for each in after.links if each.source == IDEA]
    assert [(each.target, each.strength) for each in kept] == [(first.target, "weak")]
    assert after.drivers == before.drivers


async def test_a_driver_is_taken_out_with_its_links(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        (before,) = await versions(here)
        gone, *kept = before.drivers

        await send(browser, PAGE, PAGE, **{f"drivers/{gone.id}/remove": "1"})
        *_, after = await versions(here)

    assert list(after.drivers) == kept
    assert gone.id not in {id for each in after.links for id in (each.source, each.target)}


async def test_a_circle_is_refused_beside_its_link_and_nothing_is_lost(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        (before,) = await versions(here)
        one, two = (each.id for each in before.drivers)
        await send(browser, PAGE, PAGE, **{f"links/{one}/new/target": two})

        response = await send(
            browser,
            PAGE,
            PAGE,
            **{f"links/{two}/new/target": one, f"drivers/{one}/description": "In every lesson"},
        )
        page = sound(response)

        assert response.status_code == 422
        assert "links that do not run in a circle" in page.text
        assert f'id="links/{two}/new/target" name="links/{two}/new/target" aria-' in response.text
        assert page.to(PAGE).fields[f"links/{two}/new/target"] == one
        assert page.to(PAGE).fields[f"drivers/{one}/description"] == "In every lesson"
        assert len(await versions(here)) == 2


async def test_a_driver_without_words_is_refused_beside_its_field(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        (before,) = await versions(here)
        id = before.drivers[0].id

        response = await send(
            browser, PAGE, PAGE, **{f"drivers/{id}/text": "", f"drivers/{id}/description": "Talk"}
        )

    assert response.status_code == 422
    assert "Give the driver a text, or take it out." in sound(response).text
    assert f'id="drivers/{id}/text" name="drivers/{id}/text" aria-describedby' in response.text


async def test_a_driver_without_an_idea_is_told_in_its_row(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        id = await with_driver(browser, "Words are on the wall")

        response = await browser.get(PAGE)

    row = response.text.partition(f'<fieldset class="row" id="drivers/{id}">')[2]
    assert f'id="prompt-DRV101-{id}-"' in row.partition("</fieldset>")[0]


async def test_two_people_draw_at_once_and_both_drawings_stay(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")
        opened_before = await opened(ana, PAGE)
        (before,) = await versions(here)
        of_ben = await with_driver(ben, "Words are on the wall")

        response = await sent(
            ana, opened_before, PAGE, {f"drivers/{before.drivers[0].id}/text": "Words for it"}
        )
        *_, after = await versions(here)

    assert response.status_code == 303
    assert after.version == 3
    assert [each.text for each in after.drivers] == [
        "Words for it",
        before.drivers[1].text,
        "Words are on the wall",
    ]
    assert (of_ben, AIM) in {(each.source, each.target) for each in after.links}


async def test_two_people_word_one_driver_and_both_texts_are_shown(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")
        opened_before = await opened(ana, PAGE)
        (before,) = await versions(here)
        name = f"drivers/{before.drivers[0].id}/text"
        await send(ben, PAGE, PAGE, **{name: "Words on the wall"})

        response = await sent(ana, opened_before, PAGE, {name: "Words for it"})
        page = sound(response)
        theirs = await sent(ana, page, PAGE, {f"take/{name}": "1"})
        *_, after = await versions(here)

    assert response.status_code == 409
    assert page.to(PAGE).fields[name] == "Words for it"
    assert "Somebody else wrote here meanwhile: Words on the wall" in page.text
    assert theirs.status_code == 303
    assert after.drivers[0].text == "Words on the wall"


async def test_a_driver_that_somebody_took_out_meanwhile_takes_new_links_along(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")
        (before,) = await versions(here)
        gone, other = (each.id for each in before.drivers)
        opened_before = await opened(ana, PAGE)
        await send(ben, PAGE, PAGE, **{f"drivers/{gone}/remove": "1"})

        response = await sent(ana, opened_before, PAGE, {f"links/{other}/new/target": gone})
        *_, after = await versions(here)

    assert response.status_code == 303
    assert [each.id for each in after.drivers] == [other]


async def test_earlier_versions_stay_and_two_can_be_compared(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        await with_driver(browser, "Words are on the wall")

        now = await opened(browser, PAGE)
        first = await opened(browser, f"{PAGE}?to=1")
        compared = await opened(browser, f"{PAGE}?from=1&to=2")
        reverse = await opened(browser, f"{PAGE}?from=2&to=1")

    assert "Earlier versions" in now.text
    assert "This is version 1" in first.text
    assert "New driver: “Words are on the wall”" in compared.text
    assert "New link: “Words are on the wall” moves the aim strongly" in compared.text
    assert "From version 1 to version 2" in reverse.text


async def test_the_links_stand_in_a_table_beside_the_picture(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        leader = await watching(here)
        (theory,) = await versions(here)

        response = await leader.get(PAGE)
        page = sound(response)
        token = (await opened(leader, f"/aims/{AIM}")).to(f"/aims/{AIM}/levels").fields["csrf"]
        refused = await leader.post(PAGE, data={"csrf": token, "drivers/x/text": "Ours"})

    assert response.text.count('<tr><th scope="row">') == len(theory.links)
    assert not page.forms
    assert 'data-node="' in response.text
    assert refused.status_code == 403


async def test_a_theory_is_not_there_for_others(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await with_sample(here.admin)
        other = await here.signed_in()
        nobody = await here.browser()

        assert (await other.get(PAGE)).status_code == 404
        assert (await nobody.get(PAGE)).headers["Location"] == f"/sign-in?then={PAGE}"


async def test_the_driver_diagram_speaks_spanish(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        browser.headers["Accept-Language"] = "es"

        page = await opened(browser, PAGE)

    assert "Factores impulsores: lo que mueve la meta" in page.text
    assert "Take" not in page.text
