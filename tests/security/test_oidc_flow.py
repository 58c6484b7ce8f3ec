"""The way to a provider and back: bound to one browser, one provider and one time."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from api.pages import district as pages
from api.pages.forms import then as local
from api.store.rates import Limit
from tests.security.district import (
    PUBLIC,
    SESSION,
    SIGN_IN,
    Form,
    asked,
    serving,
)
from tests.security.hostile import ISSUER, Hostile, hostile, table

OTHER = "https://other.example"


# -- to the provider -------------------------------------------------------------------------


async def test_only_pressing_the_button_begins_anything(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()

        looked = await browser.get("/sign-in/hostile")
        elsewhere = await browser.begin("hostile", origin="https://evil.example")
        nowhere = await browser.begin("another")

        assert (looked.status_code, elsewhere.status_code, nowhere.status_code) == (405, 403, 404)
        assert provider.requests == []
        assert not browser.cookies


async def test_the_provider_is_asked_for_a_code_with_everything_that_protects_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        hostile(district)
        browser = await district.browser()

        first, second = await browser.begin("hostile"), await browser.begin("hostile")

        one, two = asked(first), asked(second)
        assert first.headers["Location"].startswith(f"{ISSUER}/authorize?")
        assert first.headers["Cache-Control"] == "no-store"
        assert one["response_type"] == "code"
        assert one["scope"] == "openid profile email"
        assert one["redirect_uri"] == f"{PUBLIC}/sign-in/hostile/callback"
        assert one["code_challenge_method"] == "S256"
        for secret in ("state", "nonce", "code_challenge"):
            assert len(one[secret]) >= 43
            assert one[secret] != two[secret]


@pytest.mark.parametrize(
    ("then", "leads_to"),
    [
        ("/account?tab=1#two", "/account?tab=1#two"),
        ("", "/home"),
        ("account", "/home"),
        ("//evil.example", "/home"),
        ("/\\evil.example", "/home"),
        ("\\\\evil.example", "/home"),
        ("/\t/evil.example", "/home"),
        ("/a\r\nSet-Cookie: a=b", "/home"),
        ("https://evil.example", "/home"),
        ("https:evil.example", "/home"),
        ("javascript:alert(1)", "/home"),
        ("/é", "/home"),
    ],
)
def test_a_sign_in_leads_to_a_page_of_this_server(then: str, leads_to: str) -> None:
    assert local(then) == leads_to


async def test_every_page_with_a_button_lets_it_lead_to_the_provider(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        ana = await district.person("Ana")
        invitation = await district.invitation(ana)
        nobody, signed_in = await district.browser(), await district.signed_in(ana)

        pages = [
            await nobody.get("/sign-in?then=/reference"),
            await nobody.get(f"/link/{invitation}"),
            await signed_in.get("/account"),
        ]
        for page, browser in zip(pages, (nobody, nobody, signed_in), strict=True):
            assert f"form-action 'self' {ISSUER};" in page.headers["Content-Security-Policy"]
            (form,) = Form.all(page.text, "/sign-in/hostile")
            begun = await browser.begin("hostile", **form.fields)
            assert begun.status_code == 303
        ended = await provider.come_back(signed_in, asked(begun))

        assert ended.headers["Location"] == "/account"
        assert [each.subject for each in await district.identities(ana)] == ["4711"]


async def test_without_a_public_url_sign_in_works_on_this_machine_only(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(), public_url="") as district:
        hostile(district)
        browser = await district.browser()
        here = {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"}

        refused = await browser.begin("hostile")
        begun = await browser.post("/sign-in/hostile", headers=here)

        assert refused.status_code == 403
        assert "PDSA_PUBLIC_URL" in refused.text
        assert asked(begun)["redirect_uri"].endswith("://127.0.0.1:8000/sign-in/hostile/callback")


async def test_who_begins_too_often_is_told_on_a_page_how_long_to_wait(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BEGUN", Limit("sign-in-with", 1, 600))
    async with serving(sqlite_url, tmp_path, table()) as district:
        hostile(district)
        browser = await district.browser()

        first, second = await browser.begin("hostile"), await browser.begin("hostile")

        assert (first.status_code, second.status_code) == (303, 429)
        assert second.headers["content-type"].startswith("text/html")
        assert second.headers["retry-after"] == "600"
        assert "Try again in 10 minutes" in second.text


# -- and back --------------------------------------------------------------------------------


async def test_an_answer_counts_once(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()
        sent = asked(await browser.begin("hostile"))
        bound = browser.cookies.get(SIGN_IN)

        first = await provider.come_back(browser, sent)
        browser.cookies.set(SIGN_IN, bound or "", domain="pdsa.test", path="/")
        again = await provider.come_back(browser, sent)

        assert (first.status_code, again.status_code) == (303, 403)
        assert provider.requests.count("/token") == 1


async def test_of_two_answers_at_once_one_counts(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()
        sent = asked(await browser.begin("hostile"))

        answers = await asyncio.gather(*(provider.come_back(browser, sent) for _ in range(4)))

        assert sorted(each.status_code for each in answers) == [303, 403, 403, 403]
        assert provider.requests.count("/token") == 1


async def test_an_answer_counts_in_the_browser_that_asked(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider = hostile(district)
        attacker, victim = await district.browser(), await district.browser()
        sent = asked(await attacker.begin("hostile"))
        await victim.begin("hostile")

        in_another = await provider.come_back(victim, sent)
        afterwards = await provider.come_back(attacker, sent)

        assert (in_another.status_code, afterwards.status_code) == (403, 403)
        assert not victim.is_signed_in
        assert "/token" not in provider.requests


async def test_an_answer_without_or_with_a_made_up_state_is_refused(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        hostile(district)
        browser = await district.browser()
        await browser.begin("hostile")
        back = "/sign-in/hostile/callback"

        answers = [
            await browser.get(f"{back}?{query}")
            for query in ("code=a", "code=a&state=", "code=a&state=b", "state=a&state=b&code=c")
        ]

        assert [each.status_code for each in answers] == [403] * 4
        assert await district.events() == []  # anybody can cause these: they are told to the log


async def test_an_answer_of_another_provider_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    both = table() + table("other", OTHER)
    async with serving(sqlite_url, tmp_path, both) as district:
        provider, other = hostile(district), Hostile(OTHER)
        other.attached(district, "other")
        browser = await district.browser()
        sent = asked(await browser.begin("hostile"))

        mixed_up = await other.come_back(browser, sent, "other")
        named = await provider.come_back(browser, asked(await browser.begin("hostile")), iss=OTHER)
        itself = await provider.come_back(
            browser, asked(await browser.begin("hostile")), iss=ISSUER
        )

        assert (mixed_up.status_code, named.status_code) == (403, 403)
        assert itself.status_code == 303
        assert "/token" not in other.requests
        assert await district.refusals() == ["issuer"]


async def test_a_provider_that_promises_its_name_must_give_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider = hostile(district)
        provider.metadata["authorization_response_iss_parameter_supported"] = True

        await provider.sign_in(await district.browser())

        assert await district.refusals() == ["issuer"]


async def test_a_sign_in_that_takes_too_long_begins_anew(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()
        sent = asked(await browser.begin("hostile"))
        clock = district.app.state.clock
        district.app.state.clock = lambda: clock() + timedelta(minutes=11)

        late = await provider.come_back(browser, sent)

        assert late.status_code == 403
        assert "too long" in late.text


async def test_nothing_that_a_provider_says_stands_on_the_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        hostile(district)
        browser = await district.browser()
        sent = asked(await browser.begin("hostile"))
        said = {"error": "<script>x</script>", "error_description": "call 555-0100"}

        page = await browser.get(
            "/sign-in/hostile/callback", params={"state": sent["state"], **said}
        )

        assert page.status_code == 403
        assert page.headers["Content-Type"].startswith("text/html")
        assert page.headers["Cache-Control"] == "no-store"
        assert "script" not in page.text
        assert "555" not in page.text
        assert await district.refusals() == ["error"]


async def test_neither_log_nor_events_hold_what_could_be_used(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "pdsa.security")
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()
        sent = asked(await browser.begin("hostile"))

        await provider.come_back(browser, sent)
        events = await district.events()

    done = [told for event, told in events if event == "sign_in.done"]
    assert done == [{"by": "oidc:hostile"}]
    assert "sign_in.done" in caplog.text
    for secret in (sent["state"], sent["nonce"], "a-code", "s" * 32, browser.cookies[SESSION]):
        assert secret not in caplog.text
        assert secret not in str(events)
