"""Runs schemathesis on a server that a test has started."""

import asyncio
import os
import re
import sys
from pathlib import Path

import httpx

from tests.api.server import NO_CERTIFICATES, Served

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "schemathesis.toml"
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


async def fuzz(served: Served, *options: str, config: Path = CONFIG, token: str = "") -> str:
    """Run schemathesis on a server, as its first administrator or with another token; its summary.

    Fails where it found anything.
    """
    token = token or served.token
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, verify=NO_CERTIFICATES) as http:
        me = (await http.get(f"{served.url}/api/v1/me")).json()
    process = await asyncio.create_subprocess_exec(
        SCHEMATHESIS,
        f"--config-file={config}",
        "run",
        f"{served.url}/api/v1/openapi.json",
        "--no-color",
        "--generation-database=none",
        *options,
        cwd=ROOT,
        env=os.environ
        | {"PDSA_TOKEN": token, "PDSA_GRANTS": " ".join(grant["id"] for grant in me["grants"])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return re.sub(r"(?s).*=+ SUMMARY =+\n", "", said)
