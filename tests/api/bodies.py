"""Bodies made from the schemas of the description: every field filled, at every depth."""

from collections.abc import Iterator
from typing import Any

from tests.api.contract import CONTRACT, DOCUMENTS, SOME_DAY, Operation


def filled(schema: dict[str, Any], pick: int = 0) -> Any:
    """A value with every field and one item in every list; ``pick`` chooses among alternatives."""
    if "$ref" in schema:
        return filled(CONTRACT.named(schema), pick)
    if "anyOf" in schema:
        kinds = [each for each in schema["anyOf"] if each.get("type") != "null"]
        return filled(kinds[pick % len(kinds)], pick)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: filled(each, pick) for name, each in schema["properties"].items()}
        case "array":
            return [filled(schema["items"], pick)]
        case "string":
            days = {"date": SOME_DAY, "date-time": f"{SOME_DAY}T12:00:00Z"}
            if schema.get("pattern", "").startswith("^[A-Z]{3}"):
                return "AIM101"  # the code of a finding
            if schema.get("pattern", "").startswith("^(?:PK"):
                return "5"  # a grade
            return days.get(schema.get("format", ""), "a")
        case "boolean":
            return True
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case _:
            raise AssertionError(f"what is {schema}?")


def bodies(operation: Operation) -> Iterator[Any]:
    """A filled body of an operation for each alternative of what lies in it."""
    assert operation.reads is not None
    if operation.id in DOCUMENTS:  # its parts must belong together
        yield CONTRACT.body(operation)
        return
    seen: list[Any] = []
    for pick in range(5):
        body = filled(operation.reads, pick)
        if body not in seen:
            seen.append(body)
            yield body


def objects(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a body with its JSON pointer."""
    if isinstance(value, dict):
        yield pointer, value
        for name, each in value.items():
            yield from objects(each, f"{pointer}/{name}")
    elif isinstance(value, list):
        for i, each in enumerate(value[:1]):
            yield from objects(each, f"{pointer}/{i}")
