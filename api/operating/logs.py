"""The log of a server on standard error: a line of plain text for people, or of JSON for machines.

Both name the request that a line belongs to. JSON lines come from python-json-logger, because
everything here, and every library beneath it, speaks to the logging module of Python.
"""

import json
import logging
import time
from typing import Any, TextIO

from api.operating.request_id import CURRENT
from api.settings import Settings

_SECURITY = "pdsa.security"


def configure(settings: Settings, to: TextIO | None = None) -> None:
    """Send the log of this process to standard error, or elsewhere, in the form of the settings."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(_json() if settings.log == "json" else Plain())
    handler.addFilter(_with_request)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("api", "pdsa"):
        logging.getLogger(name).setLevel(logging.INFO)


def _with_request(record: logging.LogRecord) -> bool:
    record.request_id = CURRENT.get()
    return True


class Plain(logging.Formatter):
    """``2026-01-31T17:00:00.123Z WARNING api [REQUEST] what happened``, in UTC."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s [%(request_id)s] %(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # logging's name
        # A path may hold what begins a line of its own.
        return "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode()
            for char in super().formatMessage(record)
        )


def _json() -> logging.Formatter:
    from pythonjsonlogger.msgspec import MsgspecFormatter

    class Json(MsgspecFormatter):
        """Fields first that every line has; a security event as it is, not as text."""

        def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
            if log_data["logger"] == _SECURITY:
                log_data |= {"security": json.loads(log_data["message"])}
                log_data["message"] = log_data["security"]["event"]
            return log_data

    return Json(
        ["levelname", "name", "request_id", "message"],
        style=",",
        timestamp="at",
        rename_fields={"levelname": "level", "name": "logger"},
    )
