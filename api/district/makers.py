"""Who makes the lots: a process for each core where there are many, one thread where there are few."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from pdsa.errors import PdsaError

#: So few teams are made sooner than a process has started.
FEW = 400


class MakerLost(PdsaError):
    """A process that made teams has ended before its time."""

    def __init__(self) -> None:
        super().__init__(
            "a process that made teams was ended, perhaps for want of memory; "
            "the same command goes on from where it was"
        )


@contextmanager
def makers(teams: int) -> Iterator[tuple[Executor, int]]:
    """Whoever makes so many teams, and how many lots it is worth to have under way beside the next.

    At the end what has not begun is left, and nobody is left running. Raises ``MakerLost``.
    """
    cores = _cores() if teams > FEW else 1
    pool = _makers(cores)
    try:
        yield pool, cores
    except BrokenProcessPool as error:
        raise MakerLost from error
    finally:
        pool.shutdown(cancel_futures=True)


def _makers(cores: int) -> Executor:
    if cores == 1:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(
        cores, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin() -> None:
    """Leave Ctrl+C, which goes to all, to the command; and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)
