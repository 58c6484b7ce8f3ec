"""The review of a document is the review of the same record in the store."""

from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from sqlalchemy import Connection

import pdsa
from api.store import inquiries, reviews
from api.store.engine import connect
from pdsa import Audience, Inquiry, Role, findings
from pdsa.reference import sacramento
from pdsa.review import Record, cycle_findings, progress, standing
from tests.builders import AIM, TEAM, a_level, a_measure, a_silence, an_inquiry
from tests.store.strategies import inquiries_of_a_team
from tests.store.world import ADMIN, AT, EAST, by, in_order, look, taken_back

TODAY = AT.date()


async def stored(url: str, document: Inquiry) -> Inquiry:
    def there_and_back(conn: Connection) -> Inquiry:
        inquiries.add_inquiry(conn, ADMIN, document, None)
        return inquiries.get_inquiry(conn, ADMIN, document.aim.id)

    async with connect(url, readers=1) as database:
        return await taken_back(database, there_and_back)


def assert_reviewed_alike(document: Inquiry, found: Inquiry) -> None:
    for silenced in (False, True):
        reviews = [findings(each, on=TODAY, silenced=silenced) for each in (document, found)]
        assert reviews[0] == reviews[1]
    for cycle in document.cycles:
        own = [cycle_findings(each, cycle.id, on=TODAY) for each in (document, found)]
        assert own[0] == own[1]
    assert standing(Record(document, TODAY)) == standing(Record(found, TODAY))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(inquiry=inquiries_of_a_team())
async def test_any_document_is_reviewed_as_the_same_record_in_the_store(
    database_url: str, inquiry: Inquiry
) -> None:
    document = pdsa.loads(pdsa.dumps(in_order(inquiry)))

    assert_reviewed_alike(document, await stored(database_url, document))


async def test_the_order_of_a_document_changes_no_finding_and_no_level(database_url: str) -> None:
    document = an_inquiry(
        measures=(a_measure(), a_measure(id="a-measure", definition="", name="Talk")),
        silences=(a_silence("b", code="MEA101"), a_silence("a")),
    )

    found = await stored(database_url, document)

    assert [each.id for each in found.measures] != [each.id for each in document.measures]
    one, other = (
        {(each.code, each.id, each.field) for each in findings(inquiry, on=TODAY)}
        for inquiry in (document, found)
    )
    assert one == other != set()
    assert progress(Record(document, TODAY)).level == progress(Record(found, TODAY)).level


async def test_the_sample_is_reviewed_alike_with_what_its_people_say(database_url: str) -> None:
    sample = pdsa.loads(sacramento())
    silence = a_silence(aim_id=sample.aim.id, code="AIM103", element_id=sample.aim.id)
    said = [
        a_level(f"level-{voice}", voice=voice, aim_id=sample.aim.id, level=3.0)
        for voice in sorted(pdsa.Voice)
    ]
    document = replace(sample, silences=(silence,), levels=tuple(said))

    found = await stored(database_url, document)

    assert (found.silences, found.levels) == ((silence,), tuple(said))
    assert_reviewed_alike(document, found)


async def test_what_is_stored_stands_as_the_record_that_whoever_asks_is_given(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        for role, unit, to in (
            (Role.member, TEAM, Audience.team),
            (Role.leader, EAST, Audience.school),
            (Role.leader, "district", Audience.above),
        ):
            who = by(role, unit)

            given, audience = await look(database, reviews.of_aim, who, AIM)

            assert audience is to
            found = standing(Record(given, who.on, audience=to))
            assert found.team == a_level()
            assert bool(given.silences) is (to is Audience.team)
            assert any("withheld" in note for note in found.computed.notes) is (
                to is not Audience.team
            )
