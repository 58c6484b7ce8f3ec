"""The API with a streaming replica: it takes work over, and nobody can tell by the answers."""

from collections.abc import Iterator

import pytest

from api.store import schema
from pdsa.units import Role
from tests.api.client import serving
from tests.clusters import Cluster, cluster, replica_of
from tests.databases import in_own_loop

TOKEN = "sample-token-for-metrics"


@pytest.fixture
def primary() -> Iterator[Cluster]:
    with cluster() as made:
        in_own_loop(lambda: schema.migrate_async(made.url()))
        yield made


async def test_whoever_writes_reads_it_and_whoever_lost_a_role_reads_nothing(
    primary: Cluster,
) -> None:
    with replica_of(primary) as standby:
        async with serving(
            primary.url(), replica_url=standby.url(), replica_wait=5000, metrics_token=TOKEN
        ) as client:
            names = []
            for n in range(10):
                unit = await client.make("units", kind="team", name=f"Team {n}")
                names.append(unit["name"])
                listed = (await client.get("units?limit=100")).json()["items"]
                assert sorted(each["name"] for each in listed) == names
            ana = await client.somebody(Role.facilitator, unit["id"])
            assert len((await ana.get("units")).json()["items"]) == 1
            grants = (await client.get(f"grants?person={ana.person_id}")).json()["items"]

            gone = await client.delete(
                f"grants/{grants[0]['id']}", headers={"If-Match": f'"{grants[0]["version"]}"'}
            )

            assert gone.status_code == 204, gone.text
            assert (await ana.get("units")).json()["items"] == []
            told = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert 'pdsa_replica_reads_total{place="replica"} 13.0' in told.text
    assert 'place="behind"' not in told.text
