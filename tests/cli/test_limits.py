"""The real server: what it hears of a proxy, and how long it listens."""

import socket
import time
from urllib.parse import urlsplit

import httpx

from api.cli.serving import Config
from api.settings import Settings
from tests.cli.command import Installation, Served
from tests.cli.test_serve import token_of
from tests.logs import log_apart


def said_to(served: Served, *parts: bytes, wait: float = 10) -> bytes:
    """Send bytes as they are, and return what comes back until the server closes."""
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname, place.port), timeout=wait) as raw:
        for part in parts:
            try:
                raw.sendall(part)
            except OSError:
                break
        found = b""
        try:
            while more := raw.recv(65_536):
                found += more
        except ConnectionError:
            pass
        return found


def test_nobody_is_taken_for_another_by_a_header(seeded: Installation) -> None:
    seeded.works("token")
    token = seeded.token_file.read_text().strip()
    told = {
        "Authorization": f"Bearer {token}",
        "X-Forwarded-For": "198.51.100.66",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=198.51.100.66;proto=https",
    }
    with seeded.serving() as served, httpx.Client(base_url=served.url, headers=told) as http:
        made = http.post("/api/v1/people", json={"name": "Ana"})
        events = http.get("/api/v1/security-events?event=person").json()["items"]

    assert made.status_code == 201
    assert events[0]["address"] == "127.0.0.1"
    assert "Strict-Transport-Security" not in made.headers


def test_a_proxy_of_the_settings_is_believed(seeded: Installation) -> None:
    seeded.works("token")
    seeded.environ["PDSA_TRUSTED_PROXIES"] = "127.0.0.1"
    told = {
        "Authorization": f"Bearer {seeded.token_file.read_text().strip()}",
        "X-Forwarded-For": "198.51.100.66, 203.0.113.7",
        "X-Forwarded-Proto": "https",
    }
    with seeded.serving() as served, httpx.Client(base_url=served.url, headers=told) as http:
        made = http.post("/api/v1/people", json={"name": "Ana"})
        events = http.get("/api/v1/security-events?event=person").json()["items"]

    assert events[0]["address"] == "203.0.113.7"
    assert "Strict-Transport-Security" in made.headers


def test_a_head_that_is_too_large_or_too_slow_is_given_up(migrated: Installation) -> None:
    migrated.environ |= {"PDSA_MAX_HEAD": "8192", "PDSA_SLOW_REQUEST": "1"}
    line = b"GET /health/live HTTP/1.1\r\nHost: pdsa.test\r\n"
    with migrated.serving() as served:
        endless = said_to(served, line, *[b"X-A: " + b"x" * 4000] * 2000)
        began = time.monotonic()
        slow = said_to(served, line + b"X-A: x")
        silent = said_to(served)
        took = time.monotonic() - began
        kept = said_to(served, line + b"\r\n", line)
        whole = said_to(served, line + b"Connection: close\r\n\r\n")

    assert endless == b"" or endless.startswith(b"HTTP/1.1 400 ")
    assert slow == silent == b""
    assert took < 8
    assert kept.count(b"HTTP/1.1 ") == 1
    assert whole.startswith(b"HTTP/1.1 200 ")


def test_a_large_body_and_the_next_request_share_a_connection(migrated: Installation) -> None:
    migrated.environ["PDSA_MAX_HEAD"] = "4096"
    with migrated.serving("--sample") as served, httpx.Client(base_url=served.url) as http:
        told = {"Authorization": f"Bearer {token_of(served)}"}
        for _ in range(3):
            body = {"kind": "team", "name": "T", "location": "x" * 300_000}
            refused = http.post("/api/v1/units", json=body, headers=told)
            assert refused.status_code == 400
            assert http.get("/api/v1/me", headers=told).status_code == 200


def test_no_method_echoes_and_nothing_tells_what_serves(migrated: Installation) -> None:
    with migrated.serving() as served:
        trace = said_to(
            served, b"TRACE / HTTP/1.1\r\nHost: a\r\nCookie: s=1\r\nConnection: close\r\n\r\n"
        )
        wrong = said_to(served, b"nonsense\r\n\r\n")
        options = said_to(served, b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    for answer in (trace, wrong, options):
        assert answer.startswith(b"HTTP/1.1 4"), answer
        assert b"s=1" not in answer
        assert b"uvicorn" not in answer.lower()
        assert b"python" not in answer.lower()
    assert trace.startswith(b"HTTP/1.1 405 ")


def test_an_idle_connection_is_kept_for_longer_than_by_the_proxies_before_it() -> None:
    nginx_and_load_balancers = 60  # seconds, by default

    with log_apart():
        ours = Config(Settings()).timeout_keep_alive

    assert ours > nginx_and_load_balancers
