"""Writes the published descriptions: ``python -m api.publish`` (``make schema``)."""

from pathlib import Path

import msgspec

from api import reference_text
from api.app import create_app
from api.openapi import document
from api.settings import Settings
from pdsa.interchange import VERSION, schema

DOCS = Path(__file__).parents[1] / "docs"
INQUIRY = DOCS / "schema" / f"inquiry-{VERSION}.schema.json"
OPENAPI = DOCS / "schema" / "openapi.json"
REFERENCE = DOCS / "reference"


def published() -> dict[Path, bytes]:
    """Each published file with what it should hold."""
    described = document(create_app(Settings()))
    return {
        INQUIRY: msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n",
        OPENAPI: msgspec.json.format(described, indent=1) + b"\n",
        REFERENCE / "findings.md": reference_text.findings().encode(),
        REFERENCE / "errors.md": reference_text.errors().encode(),
        REFERENCE / "settings.md": reference_text.settings().encode(),
        REFERENCE / "operations.md": reference_text.operations(
            msgspec.json.decode(described)
        ).encode(),
    }


if __name__ == "__main__":
    for path, content in published().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
