"""What is measured: each endpoint with the requests that the load generator sends in turn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sample import FIRST_DAY, Team

#: How many points are added together.
TOGETHER = 500
#: On how many days there are points.
DAYS = 250


class Asked(Struct, frozen=True):
    """One request: ``body`` is empty for a GET; a POST gets an Idempotency-Key of its own."""

    path: str
    token: str
    body: bytes = b""

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"


class Endpoint(Struct, frozen=True):
    """``wanted`` are the least ratios: to D on SQLite, to D on PostgreSQL, to F on SQLite.

    ``instead`` gives a server another end of the path, to measure another way to do the same;
    ``longer`` is how many times as long a round takes, where a single request takes long.
    """

    name: str
    asked: Callable[[list[Team]], list[Asked]]
    wanted: tuple[float, float, float]
    instead: dict[str, tuple[str, str]] = {}
    longer: int = 1

    def of(self, server: str, teams: list[Team]) -> list[Asked]:
        """What a server is asked for."""
        old, new = self.instead.get(server, ("", ""))
        return [
            msgspec.structs.replace(each, path=each.path.removesuffix(old) + new)
            for each in self.asked(teams)
        ]


def _one_cycle(teams: list[Team]) -> list[Asked]:
    return [
        Asked(f"/api/v1/cycles/{team.cycles[at]}", team.token) for at in range(10) for team in teams
    ]


def _list(teams: list[Team]) -> list[Asked]:
    return [Asked(f"/api/v1/cycles?unit={team.unit}&limit=50", team.token) for team in teams]


def _chart(teams: list[Team]) -> list[Asked]:
    return [
        Asked(f"/api/v1/measures/{measure}/chart", team.token)
        for measures in zip(*(team.charted for team in teams), strict=True)
        for measure, team in zip(measures, teams, strict=True)
    ]


def _draft(at: int) -> dict[str, Any]:
    on = FIRST_DAY + timedelta(days=at % DAYS)
    return {"on": on.isoformat(), "numerator": 10 + at % 12, "denominator": 24 + at % 7}


def _add_one(teams: list[Team]) -> list[Asked]:
    """A point for each team in turn, on one day after another."""
    bodies = [msgspec.json.encode(_draft(at)) for at in range(DAYS)]
    return [
        Asked(f"/api/v1/measures/{team.written}/points", team.token, body)
        for body in bodies
        for team in teams
    ]


def _add_many(teams: list[Team]) -> list[Asked]:
    """Two points on each of 250 days, for each team in turn."""
    body = msgspec.json.encode({"points": [_draft(at) for at in range(TOGETHER)]})
    return [
        Asked(f"/api/v1/measures/{team.written}/points/batch", team.token, body) for team in teams
    ]


ENDPOINTS = (
    Endpoint("one cycle", _one_cycle, (3, 2, 0.5)),
    Endpoint("list of 50 cycles", _list, (4, 3, 0.7)),
    Endpoint("series of 100 with its chart", _chart, (4, 2.5, 0.6)),
    Endpoint("add one point", _add_one, (4, 1.7, 0.5)),
    Endpoint("add 500 points", _add_many, (10, 4, 0.6), longer=3),
    Endpoint("add 500 points, D in bulk", _add_many, (0, 0, 0), {"D": ("/batch", "/bulk")}, 3),
)
