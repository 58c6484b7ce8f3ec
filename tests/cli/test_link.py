"""`pdsa link` and the link of a first start: into the server without any password before."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.cli.command import Installation

PASSWORD = "seven green boats"


@contextmanager
def opened(url: str, base: str = "", email: str = "chief@example.org") -> Iterator[httpx.Client]:
    """Open a link, choose a password, and be signed in."""
    base, path = base or url.partition("/link/")[0], "/link/" + url.partition("/link/")[2]
    with httpx.Client(base_url=base, timeout=30) as browser:
        token = re.findall(r'name="csrf" value="([^"]+)"', browser.get(path).text)[0]
        given = {"csrf": token, "password": PASSWORD, "email": email}
        done = browser.post(path, data=given, headers={"Origin": base})
        assert done.status_code == 303, done.text
        yield browser


def link_in(said: str) -> str:
    return re.findall(r"http://\S+/link/\S+", said)[0]


def test_the_link_of_a_first_start_makes_the_administrator_who_leads_the_sample_team(
    migrated: Installation,
) -> None:
    migrated.environ["PDSA_SECURE_COOKIES"] = "false"
    with migrated.serving("--sample") as served, opened(link_in(served.said)) as browser:
        me = browser.get("/api/v1/me").json()

        roles = {(each["role"], each["unit_id"]) for each in me["grants"]}
        assert roles == {("administrator", None), ("facilitator", "team-grade-5")}
        assert browser.get("/api/v1/aims/aim-discourse/review").status_code == 200
        served.end()
    with migrated.serving() as again:
        assert "/link/" not in again.said
        assert "pdsa link" in again.said


def test_a_new_link_ends_the_one_before_it(migrated: Installation) -> None:
    migrated.environ["PDSA_SECURE_COOKIES"] = "false"
    with migrated.serving() as served:
        first, second = migrated.works("link"), migrated.works("link")

        for link in (link_in(served.said), first):
            path = "/link/" + link.strip().partition("/link/")[2]
            assert httpx.get(served.url + path).status_code == 410
        with opened(second.strip(), served.url) as browser:
            assert browser.get("/account").status_code == 200


def test_a_link_for_a_person_by_their_address(migrated: Installation) -> None:
    migrated.environ["PDSA_SECURE_COOKIES"] = "false"
    with migrated.serving() as served:
        token = migrated.token_file.read_text().strip()
        made = httpx.post(
            f"{served.url}/api/v1/people",
            json={"name": "Ana Ruiz", "email": "Ana@example.org"},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert made.status_code == 201
        link = migrated.works("link", "ana@example.org").strip()

        with opened(link, served.url, "ana@example.org") as browser:
            assert browser.get("/api/v1/me").json()["person_id"] == made.json()["id"]


def test_nobody_has_that_address(migrated: Installation) -> None:
    assert "nobody@example.org" in migrated.fails("link", "nobody@example.org")
    assert "e-mail address" in migrated.fails("link", "nobody")


def test_who_seeds_the_sample_leads_its_team(migrated: Installation) -> None:
    with migrated.serving() as served:
        token = migrated.token_file.read_text().strip()
        migrated.works("seed")
        me = httpx.get(
            f"{served.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}
        ).json()

    assert ("facilitator", "team-grade-5") in {(g["role"], g["unit_id"]) for g in me["grants"]}
