"""A real server for the time of a worker's tests, people who sign in to it, and their browsers."""

import os
import quopri
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from pdsa.reference import sacramento
from tests.api.server import NO_CERTIFICATES, PDSA
from tests.browser.axe import violations

PASSWORD = "three slow rivers run"
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}


class Site:
    """A running server, reached as an administrator by its API and as anybody by browsers."""

    def __init__(self, url: str, link: str, data: Path, browser: Browser) -> None:
        self.url, self.data, self.browser = url, data, browser
        self._emails: dict[str, str] = {}
        self.api = self._opened(link)
        self.api.headers["X-CSRF-Token"] = _csrf(self.api.get("/account").text)
        self.api.base_url = f"{url}/api/v1/"

    def make(self, path: str, **body: Any) -> dict[str, Any]:
        """Make an element through the API."""
        response = self.api.post(path, json=body)
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made

    def get(self, path: str) -> Any:
        """What the API gives the administrator, who is in every team."""
        response = self.api.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def load_sample(self) -> None:
        """The sample inquiry of two fifth-grade classrooms, unless it is there already."""
        answer = self.api.post(
            "inquiries", content=sacramento(), headers={"Content-Type": "application/json"}
        )
        assert answer.is_success or answer.status_code == 409, answer.text

    def address(self, path: str, ids: dict[str, str]) -> str:
        """A page's address, with something under every id."""
        if path == "/link/{secret}":
            return self.invited("member", None)
        return re.sub(r"{(\w+)}", lambda name: ids[name[1]], path)

    def invited(self, role: str, unit_id: str | None, name: str = "Ana") -> str:
        """Invite somebody; the path of the link that is mailed to them."""
        email = f"{secrets.token_hex(6)}@example.org"
        body = {"email": email, "name": name, "role": role, "unit_id": unit_id}
        answer = self.api.post("invitations", json=body)
        assert answer.is_success, answer.text
        for _ in range(200):  # mail leaves after the answer
            for letter in sorted(self.data.glob("outbox/*.eml"), reverse=True):
                text = quopri.decodestring(letter.read_bytes()).decode()
                if email in text and (found := re.search(r"/link/\S+", text)):
                    self._emails[found[0]] = email
                    return found[0]
            time.sleep(0.02)
        raise AssertionError("no letter came")

    def somebody(self, role: str, unit_id: str | None, name: str = "Ana") -> str:
        """Somebody with a role and a password; the address by which they sign in."""
        link = self.invited(role, unit_id, name)
        http = self._opened(link)
        http.close()
        return self._emails[link]

    def signed_in(self, role: str, unit_id: str | None, name: str = "Ana") -> Any:
        """Somebody with a role who has signed in: the state of their browser."""
        http = self._opened(self.invited(role, unit_id, name))
        host = httpx.URL(self.url).host
        cookies = [
            {
                "name": name,
                "value": value,
                "domain": host,
                "path": "/",
                "expires": -1,
                "httpOnly": True,
                "secure": True,
                "sameSite": "Lax",
            }
            for name, value in http.cookies.items()
        ]
        http.close()
        return {"cookies": cookies, "origins": []}

    def client(self, state: Any) -> httpx.Client:
        """A client with the cookies of somebody's browser."""
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in state["cookies"])
        return httpx.Client(
            base_url=self.url,
            verify=NO_CERTIFICATES,
            headers={"Cookie": cookies, "Origin": self.url},
            timeout=30,
        )

    def _opened(self, link: str) -> httpx.Client:
        """A client that has opened a link and chosen a password, so that it is signed in."""
        http = httpx.Client(
            base_url=self.url, verify=NO_CERTIFICATES, headers={"Origin": self.url}, timeout=30
        )
        page = http.get(link).text
        _send_cookies(http)
        email = re.search(r'type="email"[^>]* value="([^"]+)"', page)
        form = {
            "csrf": _csrf(page),
            "password": PASSWORD,
            "email": email[1] if email else "administrator@example.org",
        }
        done = http.post(link, data=form)
        assert done.status_code == 303, done.text
        _send_cookies(http)
        return http

    @contextmanager
    def visit(
        self,
        *,
        state: Any = None,
        script: bool = True,
        size: dict[str, int] = LAPTOP,
        check: bool = True,
        **more: Any,
    ) -> Iterator[Page]:
        """A page in a browser of its own, held against WCAG in the state in which a test leaves it."""
        context = self.browser.new_context(
            base_url=self.url,
            storage_state=state,
            java_script_enabled=script,
            viewport={"width": size["width"], "height": size["height"]},
            locale=more.pop("locale", "en-US"),
            **more,
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        try:
            yield page
            if check and script and page.url.startswith(self.url):
                assert not violations(page)
        finally:
            context.close()


@contextmanager
def served(data: Path, browser: Browser, **settings: str) -> Iterator[Site]:
    """A server on a database of its own."""
    environ = {
        "PDSA_DATA": str(data),
        "PDSA_DATABASE": f"sqlite:///{data}/pdsa.db",
        "PDSA_PORT": "0",
        "PDSA_RATE_PER_MINUTE": "0",
        "PDSA_REFUSED_PER_MINUTE": "0",
    }
    environ = os.environ | environ | settings
    process = subprocess.Popen(
        [PDSA, "serve", "--migrate"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Token" in line:
                break
        found = re.search(r"http://[\d.:]+", said)
        assert found is not None, f"the server ended: {said}"
        with httpx.Client(base_url=found[0], verify=NO_CERTIFICATES) as http:
            _wait(http)
        if "/link/" not in said:  # somebody was here before
            said = subprocess.check_output([PDSA, "link"], env=environ, text=True)
        link = re.search(r"/link/\S+", said)
        assert link is not None, said
        site = Site(found[0], link[0], data, browser)
        person_id = site.get("me")["person_id"]
        site.make("grants", person_id=person_id, role="facilitator")
        yield site
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _send_cookies(http: httpx.Client) -> None:
    """Send cookies as browsers do to this very machine, though the connection is not secure."""
    http.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in http.cookies.items())


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def _wait(http: httpx.Client) -> None:
    for _ in range(200):
        with suppress(httpx.TransportError):
            if http.get("/health/ready").is_success:
                return
    raise AssertionError("the server does not answer")
