"""Whether this process should be sent requests: its database answers, and it is not about to end."""

import asyncio
import logging
from time import monotonic

from sqlalchemy import Connection

from api.problems import NotReady
from api.store import schema
from api.store.database import Database
from api.store.errors import StoreError

_log = logging.getLogger("api")
#: For how many seconds an answer of the database holds, and for how many it is waited for.
HOLDS, PATIENCE = 1.0, 2.0


class Readiness:
    """Asks the database once for everybody who asks at a time: anybody may."""

    def __init__(self) -> None:
        #: Set when the process was told to end: requests are still answered for a while.
        self.ending = False
        self._looking: asyncio.Task[str] | None = None
        self._until = 0.0
        self._was = ""

    async def require(self, database: Database) -> None:
        """Raise ``NotReady`` with what is missing."""
        if self.ending:
            raise NotReady("this server is about to end")
        if self._looking is None or (self._looking.done() and monotonic() > self._until):
            self._looking = asyncio.create_task(_look(database))
            self._looking.add_done_callback(self._looked)
        done, _ = await asyncio.wait({self._looking}, timeout=PATIENCE)
        missing = self._looking.result() if done else "the database does not answer in time"
        self._tell(missing)
        if missing:
            raise NotReady(missing)

    def _looked(self, _: "asyncio.Task[str]") -> None:
        self._until = monotonic() + HOLDS

    def _tell(self, missing: str) -> None:
        if missing != self._was:
            _log.warning("%s", f"not ready: {missing}" if missing else "ready again")
            self._was = missing


async def _look(database: Database) -> str:
    try:
        found = await database.read(_schema)
    except StoreError:
        return "the database does not answer"
    except Exception as error:
        _log.exception("the database could not be asked for its schema")
        return f"the database cannot be read ({type(error).__name__})"
    # A newer schema has come since this process began, on ours: it still serves beside it.
    if found is None or (found in schema.known() and found != schema.head()):
        return "the database has another schema"
    return ""


def _schema(conn: Connection) -> str | None:
    return schema.current(conn)
