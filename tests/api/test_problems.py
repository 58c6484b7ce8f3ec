"""One table turns every error into one shape; nothing else ever leaves the server."""

import importlib
import logging
import pkgutil
from collections.abc import Iterator

import msgspec
import pytest

import api
import pdsa
from api.problems import STATUSES, problem_of, slug
from api.store import lists
from api.store.errors import StoreUnavailable
from pdsa import InvalidValue, PdsaError
from tests.api.client import Client, refused, serving

#: Raised by commands and at start only; no request can meet them.
NEVER_ANSWERED = {
    "BadSetting",
    "Refused",
    "PortTaken",
    "NoNetwork",
    "OtherDistrict",
    "MakerLost",
    "UnitsMoved",
    "Unnamed",
}


def every_error() -> Iterator[type[PdsaError]]:
    """Every class under ``PdsaError`` in both packages."""
    for package in (pdsa, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    pending: list[type[PdsaError]] = [PdsaError]
    for error in pending:
        pending += [each for each in error.__subclasses__() if each not in pending]
    return (each for each in pending if each.__module__.split(".")[0] in ("pdsa", "api"))


def test_every_error_has_a_status_of_its_own_or_of_a_parent_below_the_root() -> None:
    found = list(every_error())

    for error in found:
        if error is PdsaError or error.__name__ in NEVER_ANSWERED:
            continue
        nearest = next(each for each in error.__mro__ if each in STATUSES)
        assert nearest is not PdsaError, f"{error.__name__} is missing in api.problems.STATUSES"
    assert {each.__name__ for each in found} >= NEVER_ANSWERED
    assert set(STATUSES) <= set(found)


def test_every_error_has_a_name_of_its_own_and_says_what_it_means() -> None:
    slugs = [slug(error) for error in STATUSES]

    assert len(set(slugs)) == len(slugs)
    for error, (status, title) in STATUSES.items():
        assert error.__doc__, error
        assert title[0].isupper()
        assert 400 <= status < 600


def test_a_value_that_breaks_a_rule_is_named_by_pointer() -> None:
    problem, headers = problem_of(InvalidValue("plan/size", -1, "0 or more"), "/here")

    assert (problem.status, problem.type) == (422, "/problems#invalid-value")
    assert [(each.pointer, each.message) for each in problem.errors or []] == [
        ("/plan/size", "0 or more")
    ]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("error", [RuntimeError("password=hunter2"), KeyError("hunter2")])
async def test_a_bug_is_answered_without_details_and_logged_with_them(
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(lists, "units", broken)
    async with serving(sqlite_url) as client:
        with caplog.at_level(logging.ERROR, logger="api"):
            response = await client.get("units")

    problem = refused(response, 500)
    assert "hunter2" not in response.text
    assert problem["type"] == "about:blank"
    (logged,) = caplog.records
    assert logged.getMessage() == "GET /api/v1/units failed"
    assert logged.exc_info is not None
    assert logged.exc_info[1] is error


async def test_a_stored_value_that_cannot_be_read_is_a_bug_and_not_the_clients_fault(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object, **__: object) -> None:
        msgspec.json.decode(b'{"a": "x"}', type=dict[str, int])

    monkeypatch.setattr(lists, "units", unreadable)
    async with serving(sqlite_url) as client:
        refused(await client.get("units"), 500)


async def test_a_database_that_does_not_answer_is_503_and_says_when_to_come_back(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise StoreUnavailable("disk I/O error on /var/lib/secret.db")

    monkeypatch.setattr(lists, "units", down)
    async with serving(sqlite_url) as client:
        response = await client.get("units")

    refused(response, 503, StoreUnavailable)
    assert response.headers["Retry-After"] == "1"
    assert "secret" not in response.text


async def test_every_type_of_a_problem_leads_to_its_explanation(database_url: str) -> None:
    async with serving(database_url) as client:
        page = (await client.get("/problems")).text

        for kind in await types_met(client):
            path, _, anchor = kind.partition("#")
            assert path == "/problems"
            assert f'id="{anchor}"' in page


async def types_met(client: Client) -> set[str]:
    """The types of a few problems that are easy to meet."""
    nobody = await client.nobody()
    answers = [
        await nobody.get("me"),
        await client.get("units/nothing"),
        await client.post("units", json={"kind": "team"}),
        await client.post("units", json={"kind": "team", "name": "x", "colour": "red"}),
        await client.post("units", json={"kind": "team", "name": "x", "parent_id": "y"}),
        await client.post("units", content="x", headers={"Content-Type": "text/plain"}),
    ]
    return {answer.json()["type"] for answer in answers}
