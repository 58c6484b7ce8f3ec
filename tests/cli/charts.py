"""Files to draw charts of with `pdsa chart`, and what comes of them."""

import json
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

from tests.cli.command import Installation

TICKETS = Path(__file__).parents[2] / "examples" / "data" / "exit_tickets.csv"
COUNTED = ("--y", "used_frame", "--n", "tickets")
SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2017, 10, 13)
VALUES = [20 + i * 7 % 5 for i in range(15)]
SHARES = [(12 + i * 5 % 7, 25 + i % 4) for i in range(15)]


def days(number: int = 15) -> list[date]:
    return [FIRST + timedelta(weeks=i) for i in range(number)]


def a_file(here: Installation, text: str | bytes, name: str = "data.csv") -> str:
    body = text.encode() if isinstance(text, str) else text
    (here.folder / name).write_bytes(body)
    return name


def values_file(here: Installation) -> str:
    rows = "".join(f"{on},{v}\n" for on, v in zip(days(), VALUES, strict=True))
    return a_file(here, f"date,value\n{rows}")


def shares_file(here: Installation) -> str:
    rows = "".join(f"{on},{a},{b}\n" for on, (a, b) in zip(days(), SHARES, strict=True))
    return a_file(here, f"date,numerator,denominator\n{rows}")


def drawn(here: Installation, *words: str | Path, text: bytes = b"") -> list[dict[str, object]]:
    """The numbers of the charts."""
    here.works("chart", *words, "--to", "numbers.json", text=text)
    found: list[dict[str, object]] = json.loads((here.folder / "numbers.json").read_bytes())
    return found


def points(here: Installation, text: str | bytes, *words: str) -> dict[str, list[object]]:
    """The points of the only chart of a file."""
    (found,) = drawn(here, a_file(here, text), *words)
    columns: dict[str, list[object]] = found["chart"]["points"]  # type: ignore[index]
    return columns


def y(here: Installation, text: str | bytes, *words: str) -> list[object]:
    return points(here, text, *words)["y"]


def picture(here: Installation, name: str) -> ET.Element:
    return ET.fromstring((here.folder / name).read_bytes())  # noqa: S314
