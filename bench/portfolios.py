"""Portfolios beside peers over the same district, and how they grow with it.

    python bench/portfolios.py [--scale 0.25] [--database URL] [--seconds 4] [--rounds 3]
        [--connections 4] [--peer-python PYTHON] [--only "of a school"]

D asks the points each time (FastAPI, SQLAlchemy's ORM session, pydantic); F sends the bare
statements over the rows that ours keeps. Ours checks who asks and what they are given. The answers
are compared first: the same aims, latest figures and levels. Needs wrk.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "serving"))

import servers as processes  # noqa: E402
from endpoints import Asked, Endpoint  # noqa: E402
from run import measured, told  # noqa: E402
from servers import ROOT, Server, servers  # noqa: E402

from api.district import district  # noqa: E402
from api.district.load import load  # noqa: E402
from api.store import elements, engine, schema, tokens  # noqa: E402
from api.store.access import OPERATOR, By  # noqa: E402
from api.store.elements import Place  # noqa: E402
from api.store.kinds import GRANT, PERSON  # noqa: E402
from pdsa.ids import GrantId, PersonId, UnitId  # noqa: E402
from pdsa.units import Grant, Person, Role  # noqa: E402

UNITS = {
    "portfolio of a school": "lausd-school-0001",
    "portfolio of a local district": "lausd-local-1",
    "portfolio of all": "lausd",
}


async def seeded(url: str, scale: float) -> str:
    """A district in a new database, looked at today: the server has nothing to look at beside."""
    await schema.migrate_async(url)
    async with engine.connect(url) as database:
        await load(database, district(1, scale), By(OPERATOR, datetime.now(UTC)))
    return url


async def token(url: str, role: Role) -> str:
    """A token of somebody with a role everywhere: a facilitator is team to every unit."""
    by = By(OPERATOR, datetime.now(UTC))

    def made(conn: Any) -> str:
        person = Person(PersonId(f"watcher-{by.at:%H%M%S%f}-{role}"), "Sample watcher")
        elements.add(conn, by, PERSON, person, Place(None, None))
        unit = None if role is Role.facilitator else UnitId("lausd")
        grant = Grant(GrantId(f"{person.id}-grant"), person.id, role, unit)
        elements.add(conn, by, GRANT, grant, Place(unit, None))
        return tokens.new_token(conn, by, person.id, "benchmark")

    async with engine.connect(url) as database:
        return await database.write(made)


def endpoints(token: str) -> list[Endpoint]:
    found = [
        Endpoint(
            name,
            lambda _, unit=unit: [Asked(f"/api/v1/units/{unit}/portfolio?limit=50", token)],  # type: ignore[misc]
            (10, 10, 0.5),
        )
        for name, unit in UNITS.items()
    ]
    path = "/api/v1/units/lausd/months?kind=school"
    return [
        *found,
        Endpoint("roll-up of all schools by month", lambda _: [Asked(path, token)], (10, 10, 0.5)),
    ]


def compared(running: dict[str, Server], every: list[Endpoint], folder: Path) -> None:
    """Ends the program where servers tell other aims, figures or months."""
    for endpoint in every:
        (asked,) = endpoint.asked([])
        whole = asked.path.replace("limit=50", "limit=200")
        bodies = {}
        for name, server in running.items():
            with httpx.Client(timeout=300) as client:
                headers = {"Authorization": f"Bearer {asked.token}"}
                response = client.get(server.url + whole, headers=headers)
                if response.status_code != 200:
                    said = (folder / f"{name}.log").read_text()[-3000:]
                    raise SystemExit(f"{endpoint.name}: {name} answers {response.text}\n{said}")
                bodies[name] = _known(response.json())
        for name in running:
            shared = bodies["ours"].keys() & bodies[name].keys()
            if len(bodies[name]) != len(bodies["ours"]) or not shared:
                raise SystemExit(f"{endpoint.name}: {name} has other rows than ours")
            for key in shared:
                if bodies["ours"][key] != bodies[name][key]:
                    one, other = bodies["ours"][key], bodies[name][key]
                    raise SystemExit(f"{endpoint.name}, {key}: ours {one}, {name} {other}")


def _known(body: Any) -> dict[Any, Any]:
    if isinstance(body, list):
        return {(each["unit_id"], each["month"]): each["points"] for each in body if each["points"]}
    return {
        each["aim_id"]: (
            each["latest_on"],
            *(None if each[k] is None else round(each[k], 6) for k in ("latest", "level")),
        )
        for each in body["items"]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--database")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--peer-python", default=str(ROOT / ".venv-bench/bin/python"))
    parser.add_argument("--only", default="", help="portfolios with this in their name")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    processes.MODULES |= {"D": "orm_portfolio", "F": "bare_portfolio"}
    try:
        url = given.database or asyncio.run(
            seeded(f"sqlite:///{folder / 'district.db'}", given.scale)
        )
        who = asyncio.run(token(url, Role.facilitator))
        asked = [each for each in endpoints(who) if given.only in each.name]
        kind = url.partition(":")[0]
        with servers(url, folder, "ours,D,F", given.peer_python, {}) as running:
            compared(running, asked, folder)
            print(f"== {kind}, scale {given.scale:g}: the same aims and figures")
            for endpoint in asked:
                found = measured(running, endpoint, [], folder, given, given.connections)
                told(f"{kind}, {endpoint.name}", found, (10, 0.5))
            for server in running.values():
                print(f"  {server.name:<7}{server.peak():>6.0f} MB at most")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
