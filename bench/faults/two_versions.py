"""A server of an earlier commit takes writes while this program migrates its database.

    python bench/faults/two_versions.py [COMMIT] [sqlite|postgresql ...]

Without a commit it is the one before the last migration came. Clients write without a pause: before
the migration, while it runs, and afterwards, to the earlier server and then to one of this program.
It ends with an error where an acknowledged write is missing, a record is there by half, or an
answer was neither the point nor a clear refusal.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.api.server import a_team, end_what_is_left, start  # noqa: E402
from tests.databases import databases  # noqa: E402
from tests.faults.traffic import Traffic, audit  # noqa: E402


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S607


def before_the_last_migration() -> str:
    """The commit before the one that brought the last migration."""
    last = max((ROOT / "api" / "migrations" / "versions").glob("[0-9]*_*.py"))
    return git("log", "--diff-filter=A", "--format=%H^", "-1", "--", str(last)).decode().strip()


@contextmanager
def program_of(folder: Path) -> Iterator[None]:
    """Processes that begin now run the program of a folder."""
    had = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = str(folder)
    try:
        yield
    finally:
        os.environ["PYTHONPATH"] = had


async def run(url: str, earlier: Path, data: Path) -> str:
    with program_of(earlier):
        served = await start(url, data)
    traffic = Traffic(await a_team(served))
    program = "import sys; from api.store import schema; print(*schema.migrate(sys.argv[1]))"
    async with traffic.flowing(served):
        await traffic.more(300)
        began = perf_counter()
        with program_of(ROOT):
            migration = await asyncio.create_subprocess_exec(
                sys.executable, "-c", program, url, stdout=asyncio.subprocess.PIPE
            )
        said, _ = await migration.communicate()
        took = perf_counter() - began
        assert migration.returncode == 0
        await traffic.more(300)
        with program_of(ROOT):
            newer = await start(url, data)
        traffic.served = newer
        await traffic.more(300)
        traffic.served = served  # and the earlier one still serves
        await traffic.more(300)
    codes = [await each.stop() for each in (served, newer)]
    assert codes == [0, 0], codes
    await audit(url, traffic)
    refused = dict(traffic.refused) or "none"
    return (
        f"schema {' -> '.join(said.decode().split())} in {took:.1f} s with the process's start; "
        f"{len(traffic.acknowledged)} writes acknowledged, all there, once; refused: {refused}"
    )


def main(commit: str | None = None, *kinds: str) -> None:
    commit = commit or before_the_last_migration()
    with tempfile.TemporaryDirectory(prefix="pdsa") as folder, databases() as maker:
        earlier = Path(folder) / "earlier"
        earlier.mkdir()
        packed = git("archive", commit, "api", "pdsa")
        subprocess.run(["tar", "-x", "-C", earlier], input=packed, check=True)  # noqa: S607
        for kind in kinds or ("sqlite", "postgresql"):
            data = Path(folder) / kind
            data.mkdir()
            url = maker.make(kind, empty=True)
            try:
                print(f"{kind}: {asyncio.run(run(url, earlier, data))}")
            finally:
                end_what_is_left()
            maker.drop(url)


if __name__ == "__main__":
    main(*sys.argv[1:])
