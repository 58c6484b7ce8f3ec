"""The worked example over HTTP: it runs beside other data, and finds what the library finds."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.api.server import serving_process

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "exit_tickets_http.py"
ALONE = ROOT / "examples" / "exit_tickets.py"


async def run(script: Path = SCRIPT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run of a script with these settings alone, wherever it stands."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PDSA_")}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, script],
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        encoding="utf-8",
    )


def sections(told: str) -> dict[str, str]:
    """What stands under each heading, its line breaks taken out; findings as one text."""
    parts = (part.partition("\n") for part in told.split("\n\n"))
    return {heading: " ".join(text.split()) for heading, _, text in parts}


async def test_the_script_tells_over_http_what_the_library_tells(
    database_url: str, tmp_path: Path
) -> None:
    async with serving_process(database_url) as served:
        (tmp_path / "admin-token").write_text(served.token + "\n")
        first = await run(PDSA_URL=served.url, PDSA_DATA=str(tmp_path))
        again = await run(PDSA_URL=f"{served.url}/", PDSA_TOKEN=served.token)
        refused = await run(PDSA_URL=served.url, PDSA_TOKEN="pdsa_somebody")
    alone = sections((await run(ALONE)).stdout)

    assert (first.returncode, first.stderr) == (0, "")
    told = sections(first.stdout)
    for heading in (
        "Sample team: grade 5 mathematics",
        "Problem of practice",
        "Aim",
        "Change idea",
        "Chart of both rooms together",
        "Each room",
        "Decision: adapt",
    ):
        assert told[heading] == alone[heading]
    assert "rose from 40% to 64%" in told["Chart of both rooms together"]
    refusal = told["Another plan after Do started is refused"]
    assert "predictions locked when Do started; step back to Plan" in refusal
    assert refusal.endswith("legal: record, study, step_back, branch, stop, amend")
    reviewed = told["What the review finds"]
    passed = "AIM105 The deadline, 14 June 2018, has passed. "  # the server reviews as of today
    late = "wrote or locked its predictions after Do had begun"  # it knows when they came in
    assert passed in reviewed
    assert late in reviewed
    assert re.sub(r" PLN111 .*", "", reviewed.replace(passed, "")) == alone["What the review finds"]
    ids = r"[0-9a-f]{8}-[0-9a-f-]{27}"
    assert re.sub(ids, "", again.stdout) == re.sub(ids, "", first.stdout)
    assert again.stdout != first.stdout  # each run makes a cycle of its own

    assert (refused.returncode, refused.stdout) == (1, "")
    (line,) = refused.stderr.splitlines()
    assert "Who are you?: sign in, or send a valid token" in line


async def test_the_script_says_in_one_line_that_no_server_answers() -> None:
    done = await run(PDSA_URL="http://127.0.0.1:1", PDSA_TOKEN="pdsa_any")

    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("No server answers at http://127.0.0.1:1 (")
    assert line.endswith("`make run` starts one.")


async def test_the_script_says_in_one_line_that_it_has_no_token(tmp_path: Path) -> None:
    done = await run(PDSA_DATA=str(tmp_path))

    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("No token: set PDSA_TOKEN")
