"""The published description as tests use it: which operations there are, and what they may answer."""

import hashlib
import re
from functools import cached_property
from typing import Any

import httpx
import jsonschema
import msgspec
from msgspec import Struct

from api.app import create_app
from api.openapi import document
from api.settings import Settings
from pdsa.reference import sacramento

#: The day for every date that a test does not care about; it lies within the sample inquiry.
SOME_DAY = "2018-03-16"
#: Operations that read a whole interchange document.
DOCUMENTS = ("inquiries_import", "reviews_of_document")


class Operation(Struct, frozen=True, kw_only=True):
    """One operation of the API, as it is described."""

    id: str
    method: str
    path: str
    described: dict[str, Any]

    @property
    def reads(self) -> dict[str, Any] | None:
        """The schema of the body, if there is one."""
        content = self.described.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema

    @property
    def needs_version(self) -> bool:
        return any(each["name"] == "If-Match" for each in self.described["parameters"])

    @property
    def public(self) -> bool:
        """Whether it takes no credentials: signing in, asking for a new password."""
        return self.described.get("security") == []

    @property
    def by_session(self) -> bool:
        """Whether it takes a person who is signed in, and no token."""
        ways = self.described.get("security") or [{"token": []}]
        return not any("token" in way for way in ways)

    @property
    def pages(self) -> bool:
        """Whether it answers with a page of a list."""
        return any(each["name"] == "cursor" for each in self.described["parameters"])

    @property
    def names(self) -> list[str]:
        """The names of the ids in the path."""
        return re.findall(r"{(\w+)}", self.path)

    def url(self, **ids: str) -> str:
        """The URL with these ids, and some value for every query parameter that must be given."""
        query = {
            each["name"]: SOME_DAY
            for each in self.described["parameters"]
            if each["in"] == "query" and each.get("required")
        }
        return str(httpx.URL(self.path.format(**ids), params=query))


class Contract:
    """The description of the API."""

    def __init__(self) -> None:
        self._validators: dict[str, Any] = {}
        self._fitting: set[tuple[str, bytes]] = set()

    @cached_property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.json.decode(document(create_app(Settings())))
        return found

    @cached_property
    def operations(self) -> list[Operation]:
        return [
            Operation(
                id=described["operationId"], method=method.upper(), path=path, described=described
            )
            for path, methods in self.document["paths"].items()
            for method, described in methods.items()
        ]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Operation]]:
        return [
            (re.compile(re.sub(r"{\w+}", "[^/]+", each.path)), each) for each in self.operations
        ]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a request asks for; a word in a path goes before an id."""
        found = [
            each
            for pattern, each in self._patterns
            if each.method == method and pattern.fullmatch(path) is not None
        ]
        return min(found, key=lambda each: len(each.names), default=None)

    def named(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A schema, followed through its reference."""
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def check(self, response: httpx.Response) -> None:
        """Fail for an answer that its operation is not described to give."""
        request = response.request
        operation = self.find(request.method, request.url.path)
        if operation is None or response.status_code == 500:
            return
        answers = operation.described["responses"]
        said = f"{operation.id} answered {response.status_code}: {response.text[:300]}"
        assert str(response.status_code) in answers, f"{said}, which is not described"
        answer = answers[str(response.status_code)]
        if "$ref" in answer:
            name = answer["$ref"].rpartition("/")[2]
            answer = self.document["components"]["responses"][name]
        content = answer.get("content")
        if content is None:
            assert response.content == b"", said
            return
        media_type = response.headers["content-type"].partition(";")[0]
        assert media_type in content, f"{said}, as {media_type}"
        if media_type.endswith("json"):
            self.validate(response.content, content[media_type]["schema"])

    def validate(self, content: bytes, schema: dict[str, Any]) -> None:
        """Fail for an answer that does not fit a schema of the description."""
        key = str(schema)
        answer = key, hashlib.blake2b(content, digest_size=16).digest()
        if answer in self._fitting:  # most answers come again and again
            return
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = jsonschema.Draft202012Validator(whole)
        self._validators[key].validate(msgspec.json.decode(content))
        self._fitting.add(answer)

    def body(self, operation: Operation) -> Any:
        """A body that the operation takes: its first example, or a patch that changes nothing."""
        if operation.reads is None:
            return None
        if operation.id in DOCUMENTS:
            return msgspec.json.decode(sacramento())
        schema = self.named(operation.reads)
        if not schema.get("required"):
            return {}
        assert schema.get("examples"), f"{schema['title']} has no example in api/examples.py"
        return schema["examples"][0]


CONTRACT = Contract()
