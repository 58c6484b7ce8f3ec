"""Generated requests against the served description, all checks on, on both databases.

What schemathesis may take for right is in schemathesis.toml; ``make soak`` runs the long one.
"""

import pytest

from api.problems import BadParameter, UnknownCursor
from api.store.errors import StaleVersion
from pdsa import UnknownElement, UnknownVersion
from pdsa.reference import sacramento
from tests.api.client import at, refused, serving
from tests.api.contract import DOCUMENTS
from tests.api.fuzzing_run import fuzz
from tests.api.sample import AIM, IDEA, MEASURE, TEAM, with_sample
from tests.api.server import Served, serving_process

#: What the quick run leaves to the other phases and to the long one: bodies that vary in hundreds of
#: ways, passwords, which take their time, and what only a browser may, which is refused to a token.
LONG = (
    *(f"--exclude-operation-id={id}" for id in (*DOCUMENTS, "cycles_create")),
    *(f"--exclude-tag={tag}" for tag in ("session", "tokens", "accounts")),
)


@pytest.mark.parametrize(
    "database_url", ["postgresql", pytest.param("sqlite", marks=pytest.mark.slow)], indirect=True
)
async def test_generated_requests(database_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Half of it on each database, the quicker one with the slow tests; the long one all on both."""
    async with serving_process(database_url) as served:
        await load_sample(served)
        if database_url.startswith("sqlite"):
            await fuzz(served, "--seed=1", "--phases=coverage", "--mode=positive", *LONG)
        else:
            await fuzz(served, "--seed=1", "--phases=examples,fuzzing,stateful", "--max-examples=2")
        assert served.process.returncode is None
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.soak
async def test_five_minutes(database_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    async with serving_process(database_url) as served:
        await load_sample(served)
        report = await fuzz(served, "--max-time=300", "--continue-on-failure")
        assert served.process.returncode is None
    assert "Traceback" not in capfd.readouterr().err
    with capfd.disabled():
        print(f"\n{database_url.partition(':')[0]}\n{report}")  # noqa: T201


async def load_sample(served: Served) -> None:
    """Store the inquiry that schemathesis.toml refers to."""
    async with served.client() as http:
        response = await http.post(
            "/api/v1/inquiries",
            content=sacramento(),
            headers={"Content-Type": "application/json"},
        )
        assert response.status_code == 201, response.text


# -- what was found, and stays mended ------------------------------------------------------------


async def test_a_unit_is_not_moved_under_nothing(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        response = await client.patch(
            f"units/{TEAM}", json={"parent_id": "nothing"}, headers=at("1")
        )

        refused(response, 422, UnknownElement, pointer="/parent_id")


async def test_a_number_without_a_fraction_is_a_count_however_it_is_written(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        response = await client.post(
            f"measures/{MEASURE}/points",
            content='{"on": "2018-01-12", "numerator": 12.0, "denominator": 29.00, "note": "3.0"}',
            headers={"Content-Type": "application/json"},
        )

        made = response.json()
        assert (made["numerator"], made["denominator"], made["note"]) == (12, 29, "3.0")


async def test_an_idempotency_key_has_no_space(database_url: str) -> None:
    async with serving(database_url) as client:
        body = {"name": "Sample facilitator"}

        response = await client.post("people", json=body, headers={"Idempotency-Key": "a b"})

        refused(response, 400, BadParameter, parameter="Idempotency-Key")


async def test_a_tag_of_nothing_does_not_make_the_first_theory(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        aim = await client.make("aims", unit_id=TEAM, title="Another aim")
        for tag in ("d", '"0"', 'W/"0"', '"1"'):
            response = await client.put(
                f"aims/{aim['id']}/theory", json={"on": "2018-01-12"}, headers={"If-Match": tag}
            )

            refused(response, 412, StaleVersion)


async def test_a_cursor_beyond_every_number_is_refused(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        response = await client.get(f"aims/{AIM}/theory/versions?cursor=WzFlMTAwXQ")  # [1e100]

        refused(response, 422, UnknownCursor, parameter="cursor")
        response = await client.get(f"aims/{AIM}/theory/versions?cursor=Wzk5OTk5OTk5OTk5OTk5XQ")
        refused(response, 422, UnknownCursor, parameter="cursor")


async def test_options_names_every_method_of_a_path(database_url: str) -> None:
    async with serving(database_url) as client:
        for path, methods in {
            "aims": {"GET", "POST", "OPTIONS"},
            f"change-ideas/{IDEA}": {"GET", "PATCH", "OPTIONS"},
            f"aims/{AIM}/theory": {"GET", "PUT", "OPTIONS"},
            "points/room-a-2017-10-13": {"GET", "PATCH", "DELETE", "OPTIONS"},
        }.items():
            response = await client.options(path)

            assert {*response.headers["Allow"].split(", ")} == methods


async def test_a_document_says_its_format_and_version(database_url: str) -> None:
    async with serving(database_url) as client:
        for field in (b'"format": "pdsa-inquiry",', b'"version": 1,'):
            document = sacramento().replace(field, b"", 1)

            response = await client.post(
                "inquiries", content=document, headers={"Content-Type": "application/json"}
            )

            refused(response, 400, UnknownVersion)
        described = (await client.get("openapi.json")).json()["components"]["schemas"]["Inquiry"]
        assert {"format", "version"} <= {*described["required"]}
