"""What teams and their leaders ask a server for all day: one request after another, each expected.

Reads are four fifths. Writes go on with what they began: a cycle goes from its Plan to a decision, a
request is raised, answered above the team, and closed.
"""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any

import httpx
from endpoints import DAYS
from msgspec import Struct
from sample import FIRST_DAY, Team

from api.ids import new_id

_DAY = "2018-01-12"
_STUDY = {"learned": "Half of the students used the sentence frame."}
_ACT = {"decision": "adapt", "reason": "Half of the students did not use it."}
#: How a cycle goes on from where it is.
_MOVES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("start-do", {"on": _DAY}),
    ("record", {"what_happened": "Everyone handed in an exit ticket."}),
    ("study", {"on": _DAY, "study": _STUDY}),
    ("act", {"on": _DAY, "act": _ACT}),
)


class Place(Struct, frozen=True):
    """Where somebody works: a team, the aims it has cycles and measures for, its school's leader."""

    team: Team
    listed: str
    idea: str
    charted: str
    school: str
    leader: str


class Said(Struct, frozen=True):
    """What a request was for, and the status of its answer, or what came in its place."""

    what: str
    status: str


class Worker:
    """Somebody who asks for one thing after another; ``wrong`` is every answer that was no success."""

    def __init__(self, http: httpx.AsyncClient, places: list[Place], number: int) -> None:
        self._http, self._places, self._at = http, places, places[number % len(places)]
        self._random = Random(number)
        self._cycle: dict[str, Any] = {}
        self._moved = 0
        self._request: dict[str, Any] = {}
        self._said = Said("nothing yet", "")
        self.wrong: list[str] = []

    async def ask(self) -> Said:
        """The next request."""
        (act,) = self._random.choices(list(_SHARES), weights=list(_SHARES.values()))
        try:
            await act(self)
        except httpx.TransportError as error:
            self._said = Said(self._said.what, type(error).__name__)
            self.wrong.append(f"{self._said.what}: {error!r}")
        return self._said

    async def _get(self, what: str, path: str, token: str) -> None:
        await self._send(what, "GET", path, token)

    async def _post(
        self, what: str, path: str, body: dict[str, Any], token: str = "", version: int = 0
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": new_id()}
        if version:
            headers["If-Match"] = f'"{version}"'
        token = token or self._at.team.token
        return await self._send(what, "POST", path, token, json=body, headers=headers)

    async def _send(
        self, what: str, method: str, path: str, token: str, **more: Any
    ) -> dict[str, Any]:
        """The body of an answer; empty where it was refused."""
        self._said = Said(what, "no answer")
        headers = more.pop("headers", {}) | {"Authorization": f"Bearer {token}"}
        answer = await self._http.request(method, f"/api/v1/{path}", headers=headers, **more)
        self._said = Said(what, str(answer.status_code))
        if not answer.is_success:
            self.wrong.append(f"{what}: {answer.status_code} {answer.text[:500]}")
            return {}
        body: dict[str, Any] = answer.json()
        return body

    async def _one_cycle(self) -> None:
        team = self._any.team
        await self._get("one cycle", f"cycles/{self._random.choice(team.cycles)}", team.token)

    async def _cycles(self) -> None:
        team = self._any.team
        await self._get("list of cycles", f"cycles?unit={team.unit}&limit=50", team.token)

    async def _chart(self) -> None:
        team = self._any.team
        path = f"measures/{self._random.choice(team.charted)}/chart"
        await self._get("chart", path, team.token)

    async def _portfolio(self) -> None:
        place = self._any
        path = f"units/{place.school}/portfolio?limit=50"
        await self._get("portfolio of a school", path, place.leader)

    async def _who(self) -> None:
        await self._get("who one is", "me", self._any.team.token)

    async def _comments(self) -> None:
        place = self._any
        await self._get("comments", f"aims/{place.charted}/comments?limit=20", place.team.token)

    async def _requests(self) -> None:
        await self._get("requests", "requests?limit=20", self._any.leader)

    async def _add_point(self) -> None:
        on = FIRST_DAY + timedelta(days=self._random.randrange(DAYS))
        of = self._random.randint(24, 30)
        body = {"on": str(on), "numerator": self._random.randint(8, 22), "denominator": of}
        await self._post("add a point", f"measures/{self._at.team.written}/points", body)

    async def _go_on(self) -> None:
        """Plan a cycle, or move the one that was planned."""
        if not self._cycle:
            self._moved = 0
            body = {
                "aim_id": self._at.listed,
                "change_idea_id": self._at.idea,
                "title": f"Sentence frames, {self._random.randrange(1000)}",
                "planned_on": "2018-01-08",
            }
            self._cycle = await self._post("plan a cycle", "cycles", body)
            return
        verb, body = _MOVES[self._moved]
        path = f"cycles/{self._cycle['id']}/{verb}"
        cycle = await self._post("move a cycle", path, body, version=self._cycle["version"])
        self._moved += 1
        self._cycle = cycle if self._moved < len(_MOVES) else {}

    async def _comment(self) -> None:
        body = {"text": "More students gave a reason this week.", "shared": True}
        await self._post("comment", f"aims/{self._at.charted}/comments", body)

    async def _ask_for(self) -> None:
        """Raise a request, have the one that was raised answered, or close it."""
        at, had = self._at, self._request
        if not had:
            body = {"aim_id": at.charted, "kind": "request", "title": "Time to meet"}
            self._request = await self._post("raise a request", "requests", body)
            return
        path, version = f"requests/{had['id']}", had["version"]
        if had["state"] == "waiting":
            body = {"words": "On Thursdays, from next week on."}
            self._request = await self._post(
                "answer a request", f"{path}/answer", body, at.leader, version
            )
            return
        self._request = {}
        await self._post("close a request", f"{path}/close", {}, version=version)

    @property
    def _any(self) -> Place:
        return self._random.choice(self._places)


#: How many in a hundred are for what.
_SHARES: dict[Callable[[Worker], Coroutine[Any, Any, None]], int] = {
    Worker._one_cycle: 27,
    Worker._cycles: 12,
    Worker._chart: 14,
    Worker._portfolio: 6,
    Worker._who: 8,
    Worker._comments: 6,
    Worker._requests: 6,
    Worker._add_point: 9,
    Worker._go_on: 8,
    Worker._comment: 2,
    Worker._ask_for: 2,
}
assert sum(_SHARES.values()) == 100
