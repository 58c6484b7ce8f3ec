"""The sample's team in a school of a district, and what is shown of its figures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from api.store import inquiries, units
from pdsa import Unit
from tests.api.client import Client, operator, serving
from tests.api.sample import AIM, MEASURE, PHASE, inquiry, with_phase, with_words

SERIES = f"measures/{MEASURE}/series"
CHART = f"measures/{MEASURE}/chart"
POINTS = f"measures/{MEASURE}/points?limit=200"
EXPORT = f"aims/{AIM}/inquiry"


@asynccontextmanager
async def a_school(database_url: str, **settings: Any) -> AsyncIterator[Client]:
    """The sample's team in a school of a district, and who runs the server."""
    async with serving(database_url, **settings) as client:
        await client.database.write(_found)
        yield client


def _found(conn: Any) -> None:
    for id, kind, parent in (("district", "district", None), ("school", "school", "district")):
        units.add(conn, operator(), Unit(id, kind, f"The {kind}", parent))  # type: ignore[arg-type]
    found = with_words(with_phase(inquiry(), PHASE))
    inquiries.add_inquiry(conn, operator(), found, "school")


async def figures(client: Client, path: str = SERIES) -> list[Any]:
    return [
        (
            series["part"],
            *((p["value"], p["numerator"], p["denominator"]) for p in series["points"]),
        )
        for series in (await client.get(path)).json()
    ]


async def publish(client: Client, **body: Any) -> dict[str, Any]:
    return await client.make(f"measures/{MEASURE}/publications", **body)
