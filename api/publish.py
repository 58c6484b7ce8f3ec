"""Writes the published descriptions: ``python -m api.publish`` (``make schema``)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from api import reference_text
from api.app import create_app
from api.openapi import document
from api.settings import Settings
from pdsa.charts import measure_charts, svg
from pdsa.interchange import VERSION, loads, schema
from pdsa.measure import SplitBy
from pdsa.reference import sacramento

DOCS = Path(__file__).parents[1] / "docs"
INQUIRY = DOCS / "schema" / f"inquiry-{VERSION}.schema.json"
OPENAPI = DOCS / "schema" / "openapi.json"
REFERENCE = DOCS / "reference"
PICTURES = DOCS / "pictures"


def published() -> dict[Path, bytes]:
    """Each published file with what it should hold."""
    app = create_app(Settings())
    described = document(app)
    return {
        INQUIRY: msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n",
        OPENAPI: msgspec.json.format(described, indent=1) + b"\n",
        REFERENCE / "findings.md": reference_text.findings().encode(),
        REFERENCE / "errors.md": reference_text.errors().encode(),
        REFERENCE / "settings.md": reference_text.settings().encode(),
        REFERENCE / "roles.md": reference_text.roles().encode(),
        REFERENCE / "operations.md": reference_text.operations(
            msgspec.json.decode(described)
        ).encode(),
        REFERENCE / "pages.md": reference_text.pages(app).encode(),
        **{PICTURES / f"{name}.svg": svg.encode() for name, svg in _pictures()},
    }


def _pictures() -> Iterator[tuple[str, str]]:
    """The sample inquiry in pictures, for README and the guides."""
    inquiry = loads(sacramento())
    names = {room.id: room.name for room in inquiry.classrooms}
    (measure,) = inquiry.measures
    for name, by in (("chart", None), ("classrooms", SplitBy.classroom)):
        charts = measure_charts(
            measure,
            inquiry.points,
            by=by,
            names=names,
            cycles=inquiry.cycles,
            calendar=inquiry.calendar,
        )
        yield name, svg.chart(charts[0]) if by is None else svg.multiples(charts)
    yield (
        "driver-diagram",
        svg.driver_diagram(inquiry.theory[-1], aim=inquiry.aim, ideas=inquiry.change_ideas),
    )


if __name__ == "__main__":
    for path, content in published().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
