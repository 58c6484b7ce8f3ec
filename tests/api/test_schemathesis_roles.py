"""Generated requests with a token of each role: nothing of it is had in the other district.

Schemathesis sends them as somebody. What it is given it asks for again without credentials and with
wrong ones (``ignored_auth``); an object that it made, or found in a list, it asks for as whoever
holds the same role in the other district (``object_level_authorization``). It does so once for each
operation, so that the report can say for which it did.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct, field

from pdsa import Role
from tests.api.access_world import TEAMS, Relation, abroad, found_both_districts, of_team, token_of
from tests.api.fuzzing_run import CONFIG, fuzz
from tests.api.server import start
from tests.databases import Databases

CHECKS = (
    "ignored_auth",
    "object_level_authorization",
    "not_a_server_error",
    "status_code_conformance",
    "response_schema_conformance",
)
#: Operations that need none, so that any are as good.
WITHOUT_CREDENTIALS = {"POST /api/v1/password-resets", "POST /api/v1/review"}
_BY_TOKEN = '[auth.openapi.token]\nbearer = "${PDSA_TOKEN}"\n'
_AS_PEERS = '[auth.wfc]\npath = "{path}"\nuser = "{role}"\npeers = ["{role}", "{peer}"]\n'


class Probed(Struct):
    """Operations by what came of them: the record of one run."""

    done: set[str] = field(default_factory=set)  #: for whoever holds the role
    refused: set[str] = field(default_factory=set)  #: without credentials, or with wrong ones
    hidden: set[str] = field(default_factory=set)  #: of an object of theirs, from their peer


@pytest.fixture
def both_districts(request: pytest.FixtureRequest, maker: Databases) -> Iterator[str]:
    url = maker.make(getattr(request, "param", "sqlite"), fill=found_both_districts)
    yield url
    maker.drop(url)


@pytest.mark.slow
async def test_nothing_of_a_facilitator_is_had_elsewhere(
    both_districts: str, tmp_path: Path
) -> None:
    options = ["--seed=1", "--mode=positive", "--max-examples=2"]
    options += [f"--exclude-tag={tag}" for tag in ("session", "tokens", "accounts")]  # no token may

    probed, _ = await run_as(Role.facilitator, both_districts, tmp_path, *options)

    assert len(probed.hidden) >= 18


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("both_districts", ["sqlite", "postgresql"], indirect=True)
async def test_nothing_of_any_role_is_had_elsewhere(
    role: Role, both_districts: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ("--max-examples=5", "--continue-on-failure")

    probed, report = await run_as(role, both_districts, tmp_path, *options)

    assert len(probed.hidden) >= 15
    with capfd.disabled():
        print(  # noqa: T201
            f"\n{both_districts.partition(':')[0]}, {role}: {len(probed.done)} operations done,"
            f" {len(probed.refused)} refused without credentials,"
            f" {len(probed.hidden)} hidden from the peer\n{report}"
        )


async def run_as(role: Role, database_url: str, folder: Path, *options: str) -> tuple[Probed, str]:
    """Run schemathesis with a token of the role; what it probed, and its summary."""
    data = folder / "data"
    data.mkdir()
    (data / "admin-token").write_text(token_of("root"))
    report = folder / "report.ndjson"
    served = await start(database_url, data)
    try:
        summary = await fuzz(
            served,
            f"--checks={','.join(CHECKS)}",
            "--phases=fuzzing,stateful",
            f"--report-ndjson-path={report}",
            *options,
            config=configured(role, folder),
            token=token_of(role),
        )
        assert served.process.returncode is None
    finally:
        await served.stop()
    probed = read(report, role)
    assert probed.done - probed.refused <= WITHOUT_CREDENTIALS
    return probed, summary


def configured(role: Role, folder: Path) -> Path:
    """schemathesis.toml about the own team of the role, with two who must not see each other's."""
    named = {name: token_of(name) for name in (role, abroad(role))}
    auth = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
        for name, token in named.items()
    ]
    path = folder / "auth.json"
    path.write_text(json.dumps({"auth": auth}))
    text = CONFIG.read_text()
    assert _BY_TOKEN in text
    peers = _AS_PEERS.format(path=path, role=role, peer=abroad(role))
    config = folder / "schemathesis.toml"
    config.write_text(of_team(text.replace(_BY_TOKEN, peers), TEAMS[Relation.own][0]))
    return config


def read(report: Path, role: Role) -> Probed:
    """What the run asked for and was answered, from its report."""
    probed = Probed()
    for line in report.read_text().splitlines():
        recorded = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for id, answered in recorded.get("interactions", {}).items():
            case = recorded["cases"][id]["value"]
            operation = f"{case['method']} {case['path']}"
            status = (answered.get("response") or {}).get("status_code")
            if status == 401:
                probed.refused.add(operation)
            elif case.get("auth_identity") == role and status in (200, 201, 202, 204):
                probed.done.add(operation)
            elif case.get("auth_identity") == abroad(role) and status == 404:
                probed.hidden.add(operation)
    return probed
