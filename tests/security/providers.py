"""Real OpenID Providers as processes of their own, installed into a cache outside the repository.

Without Node.js the tests that need it are skipped, or fail where PDSA_REQUIRE_NODE says so.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.installed import NPM_CI, installed

HERE = Path(__file__).parent / "provider"


@contextmanager
def certified_provider(**asked: str) -> Iterator[str]:
    """The certified provider of npm with one client; its issuer."""
    if not (shutil.which("node") and shutil.which("npm")):
        missing("node and npm (on Debian: apt-get install nodejs npm)")
    folder = installed(
        HERE,
        "node",
        ("package.json", "package-lock.json", "provider.mjs"),
        lambda folder: [NPM_CI],
        missing,
    )
    with _running(["node", "provider.mjs", json.dumps(asked)], folder, 1) as said:
        yield said


@contextmanager
def mock_provider(*users: dict[str, object]) -> Iterator[str]:
    """The mock provider of PyPI, which lets anybody in as anybody; its issuer."""
    folder = installed(
        HERE,
        "mock",
        ("requirements.txt",),
        lambda folder: [
            [sys.executable, "-m", "venv", str(folder / "venv")],
            [str(folder / "venv/bin/pip"), "install", "-q", "-r", "requirements.txt"],
        ],
        missing,
    )
    command = [str(folder / "venv/bin/oidc-provider-mock"), "--port", "0"]
    for user in users:
        command += ["--user-claims", json.dumps(user)]
    with _running(command, folder, 2) as said:
        yield said


def missing(what: str) -> None:
    """Skip, or fail where that must not be."""
    if os.environ.get("PDSA_REQUIRE_NODE", "") not in ("", "0"):
        pytest.fail(f"PDSA_REQUIRE_NODE is set, but there is no {what}")
    pytest.skip(f"sign-in was NOT tried with this provider: no {what}")


@contextmanager
def _running(command: list[str], folder: Path, stream: int) -> Iterator[str]:
    """A process that says its address on a stream, for as long as the test takes."""
    environ = os.environ | {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    pipes["stdout" if stream == 1 else "stderr"] = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environ, text=True, **pipes) as process:
        try:
            yield _address(process.stdout if stream == 1 else process.stderr)
        finally:
            process.terminate()


def _address(stream: IO[str] | None) -> str:
    assert stream is not None
    said = []
    for line in stream:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("".join(said))
