"""What tests need from npm or PyPI beside the project: installed into a cache outside the repository."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def installed(
    source: Path,
    name: str,
    files: tuple[str, ...],
    commands: Callable[[Path], list[list[str]]],
    missing: Callable[[str], object],
) -> Path:
    """The folder with what ``files`` of ``source`` ask for; installed once, whoever comes first.

    ``missing`` is told where it cannot be, and raises.
    """
    text = b"".join((source / file).read_bytes() for file in files) + sys.version.encode()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pdsa-tracker"
    folder = cache / f"{name}-{hashlib.sha256(text).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            for file in files:
                shutil.copy(source / file, folder)
            for command in commands(folder):
                ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
                if ran.returncode:
                    missing(f"{command[0]} that installs it: {ran.stderr[-500:]}")
            done.touch()
    return folder


#: Installs exactly what a package-lock.json names, running nothing of it.
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
