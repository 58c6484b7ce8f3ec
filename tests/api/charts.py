"""Charts as the library makes them and as the API answers them, and points for them."""

import struct
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import Any

import httpx
import msgspec

from pdsa import (
    MeasureChart,
    measure_charts,
)
from tests.api.client import Client
from tests.api.sample import AIM, MEASURE, PHASE, inquiry, with_phase

CHART = f"measures/{MEASURE}/chart"
SVG, PNG = {"Accept": "image/svg+xml"}, {"Accept": "image/png"}
SAMPLE = with_phase(inquiry(), PHASE)
ROOMS = {room.id: room.name for room in SAMPLE.classrooms}
STARTED = date(2017, 10, 13)


def computed(**options: Any) -> tuple[MeasureChart, ...]:
    """The charts that the library makes of the sample."""
    options = {"names": ROOMS, "phases": SAMPLE.phases, "cycles": SAMPLE.cycles} | options
    return measure_charts(SAMPLE.measures[0], SAMPLE.points, calendar=SAMPLE.calendar, **options)


async def numbers(client: Client, path: str = CHART) -> tuple[MeasureChart, ...]:
    """The charts that the API answers."""
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=tuple[MeasureChart, ...])


def drawn(response: httpx.Response) -> ET.Element:
    """The root of a picture."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314


def described(response: httpx.Response) -> str:
    """What a picture says in words."""
    return drawn(response).findtext("{http://www.w3.org/2000/svg}desc", "")


def size(response: httpx.Response) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", response.content[16:24])
    return width, height


async def a_measure(client: Client, **facts: Any) -> str:
    """A new measure of the sample's aim."""
    facts = {"name": "Minutes", "kind": "process", "unit": "mean"} | facts
    made: str = (await client.make("measures", aim_id=AIM, **facts))["id"]
    return made


async def with_points(client: Client, measure: str, points: list[dict[str, Any]]) -> None:
    """Log points, as many as a request may hold at a time."""
    for start in range(0, len(points), 500):
        body = {"points": points[start : start + 500]}
        response = await client.post(f"measures/{measure}/points/batch", json=body)
        assert response.is_success, response.text


def daily(number: int, **facts: Any) -> list[dict[str, Any]]:
    return [
        {"on": str(STARTED + timedelta(days=i)), "value": 20 + i * 7 % 5, **facts}
        for i in range(number)
    ]
