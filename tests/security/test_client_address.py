"""Whom a request comes from: what a proxy says counts only where we trust that proxy."""

from typing import Any

import pytest

from api.security.client_address import NoNetwork, Proxies, client_of, network_of, proxies

PROXY = "10.0.0.1"
CLIENT = "203.0.113.7"
LIAR = "198.51.100.66"


def seen(
    peer: str | None,
    headers: list[tuple[str, str]],
    *,
    trusted: str = "10.0.0.0/8",
    header: str = "x-forwarded-for",
    scheme: str = "http",
) -> tuple[str, str]:
    scope: Any = {
        "type": "http",
        "client": None if peer is None else (peer, 1234),
        "scheme": scheme,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }
    return client_of(scope, proxies(trusted, header))


def test_nobody_is_believed_unless_the_settings_say_so() -> None:
    told = [("X-Forwarded-For", LIAR), ("X-Forwarded-Proto", "https"), ("Forwarded", f"for={LIAR}")]

    assert seen(CLIENT, told, trusted="") == (CLIENT, "http")
    assert seen(PROXY, told, trusted="") == (PROXY, "http")
    assert proxies("", "x-forwarded-for") == Proxies()


def test_a_client_that_comes_by_itself_cannot_name_another_address_or_scheme() -> None:
    told = [("X-Forwarded-For", LIAR), ("X-Forwarded-Proto", "https")]

    assert seen(CLIENT, told) == (CLIENT, "http")


def test_a_trusted_proxy_says_who_the_client_is_and_how_it_came() -> None:
    told = [("X-Forwarded-For", CLIENT), ("X-Forwarded-Proto", "https")]

    assert seen(PROXY, told) == (CLIENT, "https")


@pytest.mark.parametrize(
    "chain",
    [f"{LIAR}, {CLIENT}", f"{LIAR}, {CLIENT}, 10.0.0.2", f"10.9.9.9, {CLIENT}, 10.0.0.3,10.0.0.2"],
)
def test_what_a_client_puts_before_is_not_believed(chain: str) -> None:
    assert seen(PROXY, [("X-Forwarded-For", chain)])[0] == CLIENT


def test_a_header_that_comes_twice_is_read_as_one() -> None:
    told = [("X-Forwarded-For", LIAR), ("X-Forwarded-For", CLIENT)]

    assert seen(PROXY, told)[0] == CLIENT


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:DB8::0007", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_is_read_in_each_of_its_forms(hop: str, address: str) -> None:
    assert seen(PROXY, [("X-Forwarded-For", hop)])[0] == address


@pytest.mark.parametrize("hop", ["unknown", "_hidden", "", "203.0.113", "a\tb", "'; DROP TABLE"])
def test_where_a_proxy_does_not_say_it_the_proxy_itself_counts(hop: str) -> None:
    assert seen(PROXY, [("X-Forwarded-For", f"{LIAR}, {hop}")])[0] == PROXY


def test_where_every_hop_is_a_proxy_of_ours_the_first_one_counts() -> None:
    assert seen(PROXY, [("X-Forwarded-For", "10.0.0.3, 10.0.0.2")])[0] == "10.0.0.3"
    assert seen(PROXY, []) == (PROXY, "http")


def test_only_the_header_of_the_settings_is_read() -> None:
    told = [("X-Forwarded-For", LIAR), ("Forwarded", f"for={CLIENT};proto=https")]

    assert seen(PROXY, told, header="forwarded") == (CLIENT, "https")
    assert seen(PROXY, [("Forwarded", f"for={LIAR};proto=https")]) == (PROXY, "http")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (f"for={CLIENT}", (CLIENT, "http")),
        (f"For={CLIENT};Proto=HTTPS;by=10.0.0.1", (CLIENT, "https")),
        (f"for={LIAR}, for={CLIENT};proto=https", (CLIENT, "https")),
        (f"for={CLIENT};proto=https, for=10.0.0.2;proto=http", (CLIENT, "https")),
        ('for="[2001:db8::7]:4711"', ("2001:db8::7", "http")),
        ("for=_hidden;proto=https", (PROXY, "https")),
        ("for=unknown", (PROXY, "http")),
        ("nonsense", (PROXY, "http")),
    ],
)
def test_the_standard_header_is_read_as_rfc_7239_has_it(value: str, found: tuple[str, str]) -> None:
    assert seen(PROXY, [("Forwarded", value)], header="forwarded") == found


@pytest.mark.parametrize("scheme", ["javascript", "", "https\r\nX: y", "wss"])
def test_a_scheme_is_http_or_https(scheme: str) -> None:
    assert seen(PROXY, [("X-Forwarded-For", CLIENT), ("X-Forwarded-Proto", scheme)]) == (
        CLIENT,
        "http",
    )


def test_without_a_network_there_is_no_address() -> None:
    assert seen(None, [("X-Forwarded-For", LIAR)]) == ("", "http")


def test_a_proxy_that_reaches_us_in_ipv6_form_is_the_same_one() -> None:
    assert seen(f"::ffff:{PROXY}", [("X-Forwarded-For", CLIENT)])[0] == CLIENT


@pytest.mark.parametrize("trusted", ["proxy.local", "10.0.0.1/33", "10.0.0.1/8", "*"])
def test_a_proxy_is_named_by_address_or_network(trusted: str) -> None:
    with pytest.raises(NoNetwork):
        proxies(trusted, "x-forwarded-for")


def test_a_home_has_one_ipv6_network() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("") == ""
