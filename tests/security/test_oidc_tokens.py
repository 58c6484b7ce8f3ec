"""What an ID token must be before anybody is signed in by it, against a provider that lies."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.security.district import serving
from tests.security.hostile import CLIENT, CURVE, ISSUER, KEYS, Hostile, table

Lie = Callable[[Hostile], Any]


def says(**claims: Any) -> Lie:
    return lambda provider: provider.claims.update(claims)


def is_without(*names: str) -> Lie:
    return lambda provider: setattr(provider, "without", names)


def makes(how: str) -> Lie:
    return lambda provider: setattr(provider, "make", getattr(provider, how))


def signs_with_another_key_of_the_same_name(provider: Hostile) -> None:
    provider.key = KEYS[1]


def breaks_the_signature(provider: Hostile) -> None:
    def broken(claims: dict[str, Any]) -> str:
        head, body, signature = provider.signed(claims).split(".")
        return f"{head}.{body}.{signature[:-8]}{'A' * 8}"

    provider.make = broken


def changes_the_claims_after_signing(provider: Hostile) -> None:
    def changed(claims: dict[str, Any]) -> str:
        head, _, signature = provider.signed(claims).split(".")
        other = provider.signed(claims | {"sub": "another"}).split(".")[1]
        return f"{head}.{other}.{signature}"

    provider.make = changed


def names_a_key_of_its_own_in_the_token(provider: Hostile) -> None:
    provider.key = KEYS[1]
    provider.header = {"alg": "RS256", "kid": "one", "jwk": KEYS[1].as_dict(private=False)}


def names_no_key_where_there_are_two(provider: Hostile) -> None:
    provider.keys = list(KEYS)
    provider.header = {"alg": "RS256"}


def names_an_unknown_key(provider: Hostile) -> None:
    provider.header = {"alg": "RS256", "kid": "three"}


def signs_with_a_key_for_encryption(provider: Hostile) -> None:
    provider.jwks = {"keys": [KEYS[0].as_dict(private=False) | {"use": "enc"}]}


def gives_a_shared_secret_as_its_key(provider: Hostile) -> None:
    provider.jwks = {"keys": [{"kty": "oct", "kid": "one", "k": "c2VjcmV0"}]}
    provider.make = provider.signed_with_the_client_secret


def uses_an_algorithm_that_is_not_allowed(provider: Hostile) -> None:
    provider.header = {"alg": "PS256", "kid": "one"}


def answers_with(token: Any) -> Lie:
    return lambda provider: setattr(provider, "make", lambda claims: token)


NOW = int(time.time())  # of the tests; they may run for some minutes after
LIES = {
    "unsigned": (makes("unsigned"), "algorithm"),
    "HS256 with the public key": (makes("signed_with_the_public_key"), "algorithm"),
    "HS256 with the client secret": (makes("signed_with_the_client_secret"), "algorithm"),
    "HS256 with a key of the set": (gives_a_shared_secret_as_its_key, "algorithm"),
    "another algorithm": (uses_an_algorithm_that_is_not_allowed, "algorithm"),
    "another key": (signs_with_another_key_of_the_same_name, "signature"),
    "a key in the token": (names_a_key_of_its_own_in_the_token, "token"),
    "a broken signature": (breaks_the_signature, "signature"),
    "changed claims": (changes_the_claims_after_signing, "signature"),
    "an unknown key": (names_an_unknown_key, "key"),
    "no key of two": (names_no_key_where_there_are_two, "key"),
    "a key for encryption": (signs_with_a_key_for_encryption, "key"),
    "another audience": (says(aud="another"), "audience"),
    "several audiences": (says(aud=[CLIENT, "another"]), "audience"),
    "several audiences and a party": (says(aud=[CLIENT, "another"], azp=CLIENT), "audience"),
    "no audience": (is_without("aud"), "audience"),
    "another party": (says(azp="another"), "audience"),
    "another issuer": (says(iss="https://id.example.evil.example"), "issuer"),
    "an issuer with a slash": (says(iss=f"{ISSUER}/"), "issuer"),
    "no issuer": (is_without("iss"), "issuer"),
    "another nonce": (says(nonce="another"), "nonce"),
    "a list with the nonce": (says(nonce=["another"]), "nonce"),
    "no nonce": (is_without("nonce"), "nonce"),
    "expired": (says(exp=NOW - 3600), "expired"),
    "never expiring": (says(exp=float("inf")), "token"),
    "no expiry": (is_without("exp"), "token"),
    "from the future": (says(iat=NOW + 3600), "token"),
    "no time": (is_without("iat"), "token"),
    "not yet": (says(nbf=NOW + 3600), "token"),
    "no subject": (is_without("sub"), "subject"),
    "an empty subject": (says(sub=""), "subject"),
    "a long subject": (says(sub="x" * 256), "subject"),
    "a subject of two lines": (says(sub="a\nb"), "subject"),
    "a number as subject": (says(sub=4711), "subject"),
    "no token": (answers_with(None), "token"),
    "something else": (answers_with("not.a.token"), "token"),
    "five parts": (answers_with("a.b.c.d.e"), "token"),
    "letters beyond ASCII": (answers_with("é.é.é"), "token"),
}


@pytest.mark.parametrize("reason", sorted({reason for _, reason in LIES.values()}))
async def test_a_token_that_lies_signs_nobody_in(
    sqlite_url: str, tmp_path: Path, reason: str
) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        at = 1000.0
        district.client("hostile").clock = lambda: at
        lies = {name: lie for name, (lie, why) in LIES.items() if why == reason}
        for name, lie in lies.items():
            provider = Hostile()
            lie(provider)
            provider.attached(district)
            at += 3601  # what was kept of the one before is asked for anew
            browser = await district.browser()

            answer = await provider.sign_in(browser)

            assert answer.status_code == 403, name
            assert not browser.is_signed_in, name
        assert await district.refusals() == [reason] * len(lies)
        assert await district.people() == []


def signs_with_a_curve(provider: Hostile) -> None:
    provider.key, provider.keys = CURVE, [*KEYS, CURVE]
    provider.header = {"alg": "ES256", "kid": "curve"}


TRUTHS = {
    "plain": says(),
    "a list with one audience": says(aud=[CLIENT]),
    "this party": says(azp=CLIENT),
    "within the leeway": lambda provider: provider.claims.update(exp=int(time.time()) - 30),
    "the only key, not named": lambda provider: provider.header.pop("kid"),
    "ES256": signs_with_a_curve,
}


async def test_a_token_that_holds_signs_its_person_in(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        at = 1000.0
        district.client("hostile").clock = lambda: at
        for name, truth in TRUTHS.items():
            provider = Hostile()
            truth(provider)
            provider.attached(district)
            at += 3601
            browser = await district.browser()

            answer = await provider.sign_in(browser)

            assert answer.status_code == 303, (name, await district.refusals())
            assert browser.is_signed_in
        assert len(await district.people()) == 1


# -- keys ------------------------------------------------------------------------------------


async def test_a_provider_may_change_its_keys(sqlite_url: str, tmp_path: Path) -> None:
    provider = Hostile()
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider.attached(district)
        at = 1000.0
        district.client("hostile").clock = lambda: at
        await provider.sign_in(await district.browser())

        at += 61
        provider.key, provider.keys = KEYS[1], [KEYS[1]]
        provider.header = {"alg": "RS256", "kid": "two"}
        answer = await provider.sign_in(await district.browser())

        assert answer.status_code == 303
        assert provider.requests.count("/keys") == 2


async def test_unknown_keys_make_nobody_ask_more_than_once_a_minute(
    sqlite_url: str, tmp_path: Path
) -> None:
    provider = Hostile()
    provider.header = {"alg": "RS256", "kid": "three"}
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider.attached(district)
        at = 1000.0
        district.client("hostile").clock = lambda: at

        for _ in range(3):
            await provider.sign_in(await district.browser())
        asked_at_once = provider.requests.count("/keys")
        at += 61
        await provider.sign_in(await district.browser())

        assert (asked_at_once, provider.requests.count("/keys")) == (1, 2)
        assert provider.requests.count("/.well-known/openid-configuration") == 1


async def test_a_key_that_was_withdrawn_is_not_used_for_longer_than_an_hour(
    sqlite_url: str, tmp_path: Path
) -> None:
    provider = Hostile()
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider.attached(district)
        at = 1000.0
        district.client("hostile").clock = lambda: at
        await provider.sign_in(await district.browser())

        at += 3601
        provider.keys = [KEYS[1]]
        answer = await provider.sign_in(await district.browser())

        assert answer.status_code == 403
        assert await district.refusals() == ["key"]
