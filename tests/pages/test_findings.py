"""A page for each code of the review, and the list of them."""

import re

from pdsa import Role
from pdsa.review import RULES
from tests.pages.chart_school import Read, said
from tests.security.house import house


async def test_the_list_leads_to_every_code_once(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        page = (await (await here.signed_in(Role.member)).get("/findings")).text

    assert sorted(re.findall(r'href="/findings/(\w+)"', page)) == sorted(RULES)
    for rule in RULES.values():
        assert rule.title in said(page)


async def test_every_code_says_why_it_matters_its_source_and_what_it_says_of_an_example(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.member)

        for code, rule in RULES.items():
            response = await browser.get(f"/findings/{code}")
            page = Read(response.text)

            assert response.status_code == 200, code
            assert " ".join(rule.why.split()) in page.text, code
            assert " ".join(rule.source.split()) in page.text, code
            assert re.search(r'class="prompt \w+"', response.text), code
            assert len(page.ids) == len({*page.ids}), code


async def test_a_code_is_found_in_small_letters_and_one_that_is_none_is_not(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.member)

        found, unknown = await browser.get("/findings/pln101"), await browser.get("/findings/XYZ1")

    assert found.status_code == 200
    assert unknown.status_code == 404


async def test_the_pages_of_findings_speak_spanish(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.member)

        every = said((await browser.get("/findings?lang=es")).text)
        one = said((await browser.get("/findings/PLN101")).text)

    assert "Lo que una revisión puede encontrar" in every
    assert "Por qué importa" in one
