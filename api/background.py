"""What goes on after the answer: mail, and notes of when a session or a token was last used."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger("api")
#: How long the end of the process waits for what still goes on.
PATIENCE = 10


class Background:
    """Tasks that nobody waits for; a failure is logged by its kind, for it may hold an address."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        """Let work go on by itself."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(what, done))

    async def settled(self) -> None:
        """Wait until nothing goes on any more, also of what began meanwhile."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def end(self) -> None:
        """Wait for a while, then cancel."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.settled()
        except TimeoutError:
            for task in self._tasks:
                task.cancel()

    def _ended(self, what: str, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed: %s", what, type(error).__name__)
