"""Whose turn it is at connections that hinder each other."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

C = TypeVar("C")

#: Beside a unit of work that takes longer, in seconds, another one begins.
LONG = 0.02


class Turn(Generic[C]):
    """A connection in somebody's hand; ``left`` says that its work goes on without whoever asked."""

    __slots__ = ("connection", "left", "long", "timer")

    def __init__(self, connection: C) -> None:
        self.connection, self.long, self.left = connection, False, False
        self.timer: asyncio.TimerHandle | None = None


class Turns(Generic[C]):
    """Hands out connections: one at a time, and one more beside each that is kept for ``LONG``.

    Threads that read from SQLite at once pass the interpreter's lock to and fro at every row, and
    take twice as long together as one after the other. But nobody waits for a long read.
    """

    def __init__(self, connections: Iterable[C]) -> None:
        self._idle = list(connections)
        self._waiting: deque[asyncio.Future[Turn[C]]] = deque()
        self._quick = 0
        self.size = len(self._idle)

    @property
    def in_use(self) -> int:
        """How many connections are handed out."""
        return self.size - len(self._idle)

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return sum(not turn.done() for turn in self._waiting)

    async def take(self) -> Turn[C]:
        """The next turn; to be given back."""
        if self._idle and not self._quick:
            return self._begun()
        turn: asyncio.Future[Turn[C]] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it came in the same moment
                self.give_back(turn.result())
            raise

    def give_back(self, turn: Turn[C]) -> None:
        """Let somebody else have the connection."""
        if turn.timer is not None:
            turn.timer.cancel()
        if not turn.long:
            self._quick -= 1
        # The one that was used last is taken next, but for one that is at work still.
        self._idle.insert(0 if turn.left else len(self._idle), turn.connection)
        self._go_on()

    def _begun(self) -> Turn[C]:
        turn = Turn(self._idle.pop())
        self._quick += 1
        turn.timer = asyncio.get_running_loop().call_later(LONG, self._takes_long, turn)
        return turn

    def _takes_long(self, turn: Turn[C]) -> None:
        turn.long = True
        self._quick -= 1
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._idle and not self._quick:
            turn = self._waiting.popleft()
            if not turn.done():  # whoever waited may have gone
                turn.set_result(self._begun())
