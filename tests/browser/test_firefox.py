"""The pages in Firefox, where it is installed: its own driver walks through them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.site import PASSWORD, Site
from tests.browser.team import Team
from tests.installed import installed

HERE = Path(__file__).parent / "firefox"
NAMES = ("firefox-esr", "firefox")


def missing(what: str) -> None:
    pytest.skip(f"pages were NOT looked at in Firefox: no {what}")


def test_a_cycle_is_logged_in_firefox(site: Site) -> None:
    browser = os.environ.get("PDSA_FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        missing("Firefox (on Debian: apt-get install firefox-esr; or set PDSA_FIREFOX)")
    folder = installed(
        HERE,
        "firefox",
        ("requirements.txt", "walk.py"),
        lambda folder: [
            [sys.executable, "-m", "venv", str(folder / "venv")],
            [str(folder / "venv/bin/pip"), "install", "-q", "-r", "requirements.txt"],
        ],
        missing,
    )
    team = Team(site)
    id = team.in_do(last_day="2026-01-09")
    email = site.somebody("facilitator", team.id)
    asked = {
        "browser": browser,
        "url": site.url,
        "email": email,
        "password": PASSWORD,
        "cycle": id,
        "cell": f"tally/{team.measure}/2026-01-05/{team.rooms[0]}",
    }

    ran = subprocess.run(
        [folder / "venv/bin/python", "walk.py", json.dumps(asked)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stderr
    assert not json.loads(ran.stdout)["sideways"]
    assert team.stored(id)["do"]["what_happened"] == "Every Friday."
    assert team.points() == {("2026-01-05", team.rooms[0]): (10, 25)}
