"""Long computations beside the event loop: a few at a time, and no more than can be waited for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from api.problems import Busy

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """Runs pure functions of the domain in ``workers`` threads; at most ``waiting`` more wait."""

    def __init__(self, *, workers: int, waiting: int) -> None:
        self._most = workers + waiting
        self._under_way = 0
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="pdsa")

    async def run(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function gives back. Raises ``Busy`` where too many wait already."""
        if self._under_way >= self._most:
            raise Busy
        self._under_way += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: fn(*args, **kwargs))
        finally:
            self._under_way -= 1

    @property
    def under_way(self) -> int:
        """How many run or wait."""
        return self._under_way

    def end(self) -> None:
        """Begin nothing more; what runs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
