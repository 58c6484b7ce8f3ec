"""Writes the published descriptions: ``python -m api.publish`` (``make schema``)."""

from pathlib import Path

import msgspec

from api.app import create_app
from api.openapi import document
from api.settings import Settings
from pdsa.interchange import VERSION, schema

ROOT = Path(__file__).parents[1]
INQUIRY = ROOT / "docs" / "schema" / f"inquiry-{VERSION}.schema.json"
OPENAPI = ROOT / "docs" / "schema" / "openapi.json"


def published() -> dict[Path, bytes]:
    """Each published file with what it should hold."""
    described = document(create_app(Settings()))
    return {
        INQUIRY: msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n",
        OPENAPI: msgspec.json.format(described, indent=1) + b"\n",
    }


if __name__ == "__main__":
    for path, content in published().items():
        path.write_bytes(content)
