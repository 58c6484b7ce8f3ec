"""The ``pdsa`` command in a folder of its own, as a process of its own or within this one."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from api.cli import cli

PDSA = Path(sys.executable).with_name("pdsa")


class Installation:
    """A folder with settings, in which commands are run."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PDSA_")}
        self.environ = kept | {"PDSA_DATA": str(self.data), "PDSA_PORT": "0", "NO_COLOR": "1"}
        self.environ |= {f"PDSA_{name.upper()}": value for name, value in settings.items()}

    @property
    def token_file(self) -> Path:
        return self.data / "admin-token"

    def run(self, *words: str | Path, text: bytes = b"") -> subprocess.CompletedProcess[str]:
        """Run a command to its end; nothing that it says may be a traceback."""
        done = subprocess.run(
            [PDSA, *words],
            cwd=self.folder,
            env=self.environ,
            input=text,
            capture_output=True,
            timeout=60,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in out + err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def works(self, *words: str | Path, text: bytes = b"") -> str:
        """What a command that succeeds prints."""
        done = self.run(*words, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, *words: str | Path, text: bytes = b"") -> str:
        """The one line that a command says when something is wrong."""
        done = self.run(*words, text=text)
        assert done.returncode == 1, done.stdout + done.stderr
        (line,) = done.stderr.splitlines()
        assert line.startswith("pdsa: ")
        return line

    @contextmanager
    def serving(self, *words: str) -> "Iterator[Served]":
        """A server of this installation; it is ended as an operator would end it."""
        process = subprocess.Popen(
            [PDSA, "serve", *words],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        served = Served(process)
        try:
            served.wait()
            yield served
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


class Within(Installation):
    """A folder in which commands are run within this process."""

    def run(self, *words: str | Path, text: bytes = b"") -> subprocess.CompletedProcess[str]:
        """Run a command to its end; it may raise nothing."""
        arguments = [str(word) for word in words]
        with contextlib.chdir(self.folder):
            done = CliRunner().invoke(
                cli, arguments, input=text, env=dict(self.environ), prog_name="pdsa"
            )
        assert isinstance(done.exception, SystemExit | None), done.exception
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


class Served:
    """A running server and what it printed at its start."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.said, self.url = process, "", ""

    def wait(self) -> None:
        """Read until the greeting is over."""
        assert self.process.stdout is not None
        while "curl" not in self.said:
            line = self.process.stdout.readline()
            assert line, f"the server ended: {self.said}"
            self.said += line
        found = re.search(r"http://[\d.:]+\d", self.said)
        assert found, self.said
        self.url = found[0]

    def end(self, by: int = signal.SIGINT) -> tuple[int, str]:
        """End the server; its exit code and what it said since the greeting."""
        self.process.send_signal(by)
        said, _ = self.process.communicate(timeout=30)
        return self.process.returncode, said
