"""What became of predictions, over HTTP: proposed from the figures, confirmed by the team."""

from typing import Any

import msgspec
import pytest

from pdsa import (
    IllegalMove,
    InvalidValue,
    NotAllowed,
    NotVisible,
    Role,
    loads,
)
from pdsa.reference import sacramento
from pdsa.review import Record
from pdsa.review.calibration import calibration
from pdsa.review.evidence import evidence
from tests.api.client import Client, at, refused, serving
from tests.api.sample import CYCLE, IDEA, PREDICTION, TEAM, plain, with_sample
from tests.api.school import a_school

LEDGER, EVIDENCE, SCALE = (
    f"cycles/{CYCLE}/{name}" for name in ("predictions", "evidence", "scale")
)
CONFIRM = f"{LEDGER}/{PREDICTION}/confirm"
CONDITIONS, CALIBRATION = f"change-ideas/{IDEA}/conditions", f"teams/{TEAM}/calibration"
SVG = {"Accept": "image/svg+xml"}
HELD: dict[str, Any] = {"on": "2018-03-16", "outcome": "held", "observed": 64}


async def in_study(client: Client) -> int:
    """The sample's cycle, back in Study; its version."""
    back = {"to": "study", "on": "2018-03-16", "reason": "We look at Room B once more."}
    return int((await client.move(f"cycles/{CYCLE}/step-back", 1, **back))["version"])


async def test_the_ledger_shows_what_the_figures_say_beside_what_the_team_says(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        share, gap = (await client.get(LEDGER)).json()

        assert share["proposal"] == {
            "outcome": "held",
            "observed": 64,
            "basis": "“Sentence-frame use on exit tickets” was 64% on 9 March 2018, the last "
            "figure in the test; 60% to 80% was predicted.",
        }
        assert (share["result"]["outcome"], share["agrees"]) == ("held", True)
        assert (gap["proposal"]["outcome"], gap["agrees"]) == ("cannot_tell", None)


async def test_a_confirmed_proposal_stands_in_the_study_and_leaves_the_others(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        version = await in_study(client)
        before = (await client.get(f"cycles/{CYCLE}")).json()

        response = await client.post(
            CONFIRM, json=HELD | {"observed": 64.5, "note": "32 of 50."}, headers=at(version)
        )

        cycle = response.json()
        share, gap = cycle["study"]["results"]
        assert (response.status_code, response.headers["ETag"]) == (200, f'"{version + 1}"')
        assert share == {
            "prediction_id": PREDICTION,
            "outcome": "held",
            "observed": 64.5,
            "note": "32 of 50.",
            "on": HELD["on"],
        }
        assert gap == before["study"]["results"][1]
        assert cycle["study"] | {"results": []} == before["study"] | {"results": []}
        (latest, *_) = (await client.get(f"activity?element={CYCLE}&limit=1")).json()["items"]
        assert (latest["verb"], latest["version"]) == ("study", version + 1)


async def test_the_same_confirmed_twice_is_one_change(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        version = await in_study(client)
        said = HELD | {"note": "We counted again."}
        await client.move(CONFIRM, version, **said)

        again = await client.move(CONFIRM, version + 1, **said)

        assert again["version"] == version + 1


async def test_results_are_settled_in_study_on_the_version_that_was_read(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        refused(await client.post(CONFIRM, json=HELD, headers=at(1)), 409, IllegalMove)
        version = await in_study(client)
        before = await client.record()

        refused(await client.post(CONFIRM, json=HELD), 428)
        refused(await client.post(CONFIRM, json=HELD, headers=at(version - 1)), 412)
        other = CONFIRM.replace(PREDICTION, "prediction-9")
        refused(await client.post(other, json=HELD, headers=at(version)), 404, NotVisible)
        early = HELD | {"on": "2017-10-13"}
        refused(
            await client.post(CONFIRM, json=early, headers=at(version)),
            422,
            InvalidValue,
            pointer="/on",
        )
        for field, value in (("outcome", "perhaps"), ("prediction_id", "x"), ("observed", "64")):
            sent = await client.post(CONFIRM, json=HELD | {field: value}, headers=at(version))
            refused(sent, 400, pointer=f"/{field}")
        assert await client.record() == before


async def test_evidence_scale_and_conditions_are_what_the_library_says(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        inquiry = loads(sacramento())

        rests_on = (await client.get(EVIDENCE)).json()
        scale = (await client.get(SCALE)).json()
        matrix = (await client.get(CONDITIONS)).json()

        assert rests_on == plain(
            evidence(Record(inquiry, inquiry.aim.deadline), inquiry.cycles[0])  # type: ignore[arg-type]
        )
        assert (scale["scale"], scale["next_size"]) == ("large", 10)
        assert scale["missing"] == ["belief", "failure_cost", "readiness"]
        assert matrix["sentences"][0].startswith("Not yet tested: teacher's experience (experien")


async def test_calibration_takes_every_cycle_of_the_team_and_of_no_other(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await with_sample(client, 2)

        found = (await client.get(CALIBRATION)).json()

        assert found == plain(calibration(loads(sacramento()).cycles))
        assert (found["count"], found["held"]) == (2, 1)
        assert found["brier"] == pytest.approx((0.3**2 + 0.6**2) / 2)


async def test_calibration_is_a_picture_for_whoever_asks_for_one(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        picture = await client.get(f"{CALIBRATION}?theme=dark&width=400", headers=SVG)

        assert picture.headers["content-type"].startswith("image/svg+xml")
        assert 'width="400"' in picture.text
        assert "70% to 79% sure: 1 of 1 prediction held" in picture.text
        refused(await client.get(CALIBRATION, headers={"Accept": "text/html"}), 406)
        refused(await client.get(f"{CALIBRATION}?width=10", headers=SVG), 400)


@pytest.mark.parametrize("path", [LEDGER, EVIDENCE, SCALE, CONDITIONS, CALIBRATION])
async def test_what_judges_single_cycles_is_for_the_team_and_its_coach_alone(
    database_url: str, path: str
) -> None:
    async with a_school(database_url) as client:
        for role, unit in ((Role.member, TEAM), (Role.coach, TEAM)):
            assert (await (await client.somebody(role, unit)).get(path)).status_code == 200
        for role, unit in (
            (Role.leader, "school"),
            (Role.ilt_member, "school"),
            (Role.administrator, "district"),
            (Role.viewer, None),
        ):
            refused(await (await client.somebody(role, unit)).get(path), 403, NotAllowed)
        stranger = await client.somebody(Role.member, "school")
        refused(await stranger.get(path), 404, NotVisible)


async def test_a_leader_confirms_nothing(database_url: str) -> None:
    async with a_school(database_url) as client:
        version = await in_study(client)
        leader = await client.somebody(Role.leader, "school")

        refused(await leader.post(CONFIRM, json=HELD, headers=at(version)), 403, NotAllowed)


async def test_a_school_that_has_no_cycles_of_its_own_has_nothing_scored(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        facilitator = await client.somebody(Role.facilitator, "school")

        found = (await facilitator.get("teams/school/calibration")).json()

        assert (found["count"], found["brier"]) == (0, None)
        assert msgspec.json.encode(found["bins"])
