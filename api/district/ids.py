"""The ids of a synthetic district: shaped as the server makes them, and the same on every run.

A UUIDv7 of made-up moments, one for each team, so that a team's rows lie together in every index
and come before whatever somebody writes later.
"""

from datetime import UTC, datetime

#: The moment (in milliseconds) whose ids the teams count on from.
_FIRST = 0x0198_0000_0000


class TeamIds:
    """The ids of one team: ``ids("point", 7)`` is always the same."""

    _KINDS = (
        "team",
        "classroom",
        "problem",
        "aim",
        "driver",
        "idea",
        "measure",
        "cycle",
        "question",
        "prediction",
        "point",
        "level",
    )

    def __init__(self, seed: int, team: int) -> None:
        at = _FIRST + team
        head = f"{at >> 16:08x}-{at & 0xFFFF:04x}-7{seed & 0xFFF:03x}-8"
        self._heads = {kind: f"{head}{i:03x}-" for i, kind in enumerate(self._KINDS)}

    def __call__(self, kind: str, number: int = 0) -> str:
        return f"{self._heads[kind]}{number:012x}"

    def head(self, kind: str) -> str:
        """What all ids of a kind begin with; twelve hexadecimal digits follow."""
        return self._heads[kind]


def dated_id(at: datetime, team: int, number: int) -> str:
    """The id of what was written at a moment, so that ids sort as the moments do."""
    ms = int(at.astimezone(UTC).timestamp() * 1000)
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7{number & 0xFFF:03x}-8{number >> 12:03x}-{team:012x}"
