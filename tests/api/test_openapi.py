"""The description: valid, published as it is, and with examples that are right."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import msgspec
import pytest

import api.routes
from api.app import create_app
from api.examples import EXAMPLES
from api.openapi import document
from api.publish import DOCS, published
from api.settings import Settings
from tests.api.client import serving
from tests.api.contract import CONTRACT


def every(name: str, value: Any) -> Iterator[Any]:
    """Every value under a name, at any depth."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            yield from every(name, each)
    elif isinstance(value, list):
        for each in value:
            yield from every(name, each)


def commands() -> dict[str, Any]:
    """The structs that clients send, by name."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(api.routes.__path__, "api.routes."):
        found |= vars(importlib.import_module(module.name))
    return found


def test_what_is_published_is_what_the_code_says() -> None:
    for path, content in published().items():
        assert path.read_bytes() == content, f"{path.relative_to(DOCS.parent)}: run `make schema`"


def test_the_description_is_the_same_from_every_start() -> None:
    assert document(create_app(Settings())) == document(create_app(Settings(port=9)))


def test_every_reference_leads_somewhere() -> None:
    for ref in every("$ref", CONTRACT.document):
        at = CONTRACT.document
        for part in ref.removeprefix("#/").split("/"):
            at = at[part]


def test_every_schema_is_a_json_schema() -> None:
    for name, schema in CONTRACT.document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        for pattern in every("pattern", schema):
            assert re.compile(pattern), name


def test_the_description_has_the_shape_of_openapi_3_1() -> None:
    described = CONTRACT.document

    assert described["openapi"].startswith("3.1.")
    assert {"title", "version", "license"} <= set(described["info"])
    for operation in CONTRACT.operations:
        parameters = operation.described["parameters"]
        assert sorted(operation.names) == sorted(
            each["name"] for each in parameters if each["in"] == "path"
        )
        assert len({(each["in"], each["name"]) for each in parameters}) == len(parameters)
        assert all(each["required"] for each in parameters if each["in"] == "path")
        assert all(each["schema"] for each in parameters)
        for status, answer in operation.described["responses"].items():
            assert re.fullmatch(r"[2-5]\d\d", status)
            assert "$ref" in answer or answer["description"]


def test_every_operation_has_a_readable_name_of_its_own_and_says_what_it_does() -> None:
    names = [each.id for each in CONTRACT.operations]

    assert len(set(names)) == len(names)
    for operation in CONTRACT.operations:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation.id), operation.id
        assert operation.described["summary"], operation.id
        assert operation.described["tags"], operation.id


def test_every_object_says_that_it_has_no_other_fields() -> None:
    for name, schema in CONTRACT.document["components"]["schemas"].items():
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_is_read_by_its_type_and_fits_its_schema(name: str) -> None:
    type_ = commands()[name]
    schema = {"$ref": f"#/components/schemas/{name}"}

    for example in EXAMPLES[name]:
        content = msgspec.json.encode(example)
        assert msgspec.json.decode(content, type=type_)
        CONTRACT.validate(content, schema)


async def test_the_description_is_given_out_without_a_token(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        nobody = await client.nobody()

        response = await nobody.get("/api/v1/openapi.json")

        assert response.headers["Content-Type"].startswith("application/json")
        assert response.json() == CONTRACT.document
        assert (await nobody.get("/health/live")).json() == {"status": "live"}
