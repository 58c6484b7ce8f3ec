"""What the server asks a provider for: safely, with limits, and not more often than it must."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.security.district import asked, serving
from tests.security.hostile import ISSUER, answer, hostile, table


def redirects(request: httpx.Request) -> httpx.Response:
    return answer({}, 302, Location="https://evil.example/")


FAULTS = {
    "another issuer": {"issuer": "https://id.example.evil.example"},
    "an issuer with a slash": {"issuer": f"{ISSUER}/"},
    "a token endpoint without https": {"token_endpoint": "http://id.example/token"},
    "keys on this machine": {"jwks_uri": "http://127.0.0.1/keys"},
    "keys in a file": {"jwks_uri": "file:///etc/passwd"},
    "no token endpoint": {"token_endpoint": None},
    "a password in an address": {"jwks_uri": "https://a:b@id.example/keys"},
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
async def test_a_provider_that_misbehaves_is_not_followed_and_not_waited_for(
    sqlite_url: str, tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    async with serving(sqlite_url, tmp_path, table()) as district:
        at = 1000.0
        district.client("hostile").clock = lambda: at
        for behaves in (
            redirects,
            lost,
            lambda request: answer(b" " * 300_000 + b"{}"),
            lambda request: answer(b"<html>"),
            lambda request: answer(b"[" * 100_000),
            lambda request: answer(b"{}", **{"Content-Encoding": "gzip"}),
            lambda request: answer({}, 500),
        ):
            at += 3601
            provider = hostile(district)
            provider.answers[path] = behaves
            browser = await district.browser()

            begun = await browser.begin("hostile")
            ended = begun
            if begun.status_code == 303:
                ended = await provider.come_back(browser, asked(begun))

            assert ended.status_code == 503
            assert ended.headers["Retry-After"]
            assert not browser.is_signed_in
        assert set(await district.refusals()) <= {"provider"}
        assert "sign-in with hostile" in caplog.text


async def test_metadata_must_be_of_the_issuer_and_safe(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        at = 1000.0
        district.client("hostile").clock = lambda: at
        for name, fault in FAULTS.items():
            provider = hostile(district)
            provider.metadata |= fault
            at += 60

            refused = await (await district.browser()).begin("hostile")

            assert refused.status_code == 503, name


async def test_a_provider_that_does_not_answer_is_left_alone_for_a_moment(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        at = 1000.0
        district.client("hostile").clock = lambda: at
        provider = hostile(district)
        where = "/.well-known/openid-configuration"
        provider.answers[where] = lambda request: answer({}, 500)
        browser = await district.browser()

        for _ in range(3):
            await browser.begin("hostile")
        asked_at_once = len(provider.requests)
        del provider.answers[where]
        at += 16
        begun = await browser.begin("hostile")

        assert (asked_at_once, begun.status_code) == (1, 303)


async def test_the_pages_with_the_buttons_may_lead_to_the_providers(
    sqlite_url: str, tmp_path: Path
) -> None:
    more = 'origins = ["https://login.example"]'
    async with serving(sqlite_url, tmp_path, table(more=more)) as district:
        provider = hostile(district)
        provider.metadata["authorization_endpoint"] = "https://front.example/authorize"
        provider.metadata["end_session_endpoint"] = "https://out.example/end"

        origins = await district.app.state.oidc.form_origins()

        assert origins == [
            "https://front.example",
            ISSUER,
            "https://login.example",
            "https://out.example",
        ]
        for each in origins:
            assert not urlsplit(each).path
