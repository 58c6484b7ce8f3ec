"""Who comes in by a provider: the same account is the same person, and nobody else."""

from pathlib import Path

from api.store import accounts, sessions
from api.store.principals import digest
from tests.security.district import SESSION, asked, operator, serving
from tests.security.hostile import ISSUER, Hostile, hostile, table

OTHER = "https://other.example"


async def test_the_same_subject_at_another_issuer_is_another_person(
    sqlite_url: str, tmp_path: Path
) -> None:
    both = table() + table("other", OTHER)
    async with serving(sqlite_url, tmp_path, both) as district:
        one, other = hostile(district), Hostile(OTHER)
        other.attached(district, "other")
        one.claims["name"], other.claims["name"] = "Ana", "Ben"
        first, second = await district.browser(), await district.browser()

        await one.sign_in(first)
        await other.sign_in(second, "other")

        assert (await first.who(), await second.who()) == ("Ana", "Ben")


async def test_an_account_that_is_linked_already_is_not_linked_with_somebody_else(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        ana, ben = await district.person("Ana"), await district.person("Ben")
        await district.give_role(ana)
        await district.link(ana, ISSUER, "4711")
        invitation = await district.invitation(ben)
        browser = await district.signed_in(ben)

        linked = await provider.come_back(browser, asked(await browser.link("hostile")))
        invited = await provider.sign_in(await district.browser(), invitation=invitation)

        assert (linked.status_code, invited.status_code) == (403, 403)
        assert await district.identities(ben) == []
        assert await district.refusals() == ["taken", "taken"]


async def test_an_account_is_linked_by_whoever_began_it_from_the_account_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        ana, ben = await district.person("Ana"), await district.person("Ben")
        browser = await district.signed_in(ana)

        unproved = await browser.begin("hostile", link="1", csrf="x")
        nobody = await (await district.browser()).link("hostile")
        sent = asked(await browser.link("hostile"))
        other = await district.signed_in(ben)
        browser.cookies.set(SESSION, other.cookies[SESSION], domain="pdsa.test", path="/")
        changed = await provider.come_back(browser, sent)

        assert (unproved.status_code, nobody.status_code) == (403, 403)
        assert changed.status_code == 403
        assert await district.identities(ana) == await district.identities(ben) == []
        assert await district.refusals() == ["session"]


async def test_an_invitation_lets_in_once(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        invitation = await district.invitation(await district.person("Ana"))
        first, second = await district.browser(), await district.browser()
        one = asked(await first.begin("hostile", invitation=invitation))
        two = asked(await second.begin("hostile", invitation=invitation))

        used = await provider.come_back(first, one)
        provider.claims["sub"] = "4712"
        late = await provider.come_back(second, two)
        again = await (await district.browser()).begin("hostile", invitation=invitation)

        assert (used.status_code, late.status_code, again.status_code) == (303, 403, 403)
        assert await district.refusals() == ["invitation"]


async def test_whoever_is_kept_out_stays_out(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        ana = await district.person("Ana")
        await district.link(ana, ISSUER, "4711")

        def keep_out(conn: object) -> None:
            accounts.create(conn, operator(), ana, "ana@district.example")  # type: ignore[arg-type]
            accounts.disable(conn, operator(), ana)  # type: ignore[arg-type]

        await district.database.write(keep_out)
        refused = await provider.sign_in(await district.browser())

        assert refused.status_code == 403
        assert await district.refusals() == ["disabled"]


async def test_whoever_came_by_the_district_alone_can_be_kept_out(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()
        await provider.sign_in(browser)
        who = (await browser.get("/api/v1/me")).json()

        await district.database.write(accounts.disable, operator(), who["person_id"])

        assert (await browser.get("/api/v1/me")).status_code == 401
        assert (await provider.sign_in(browser)).status_code == 403
        assert await district.refusals() == ["disabled"]


async def test_a_session_knows_by_which_provider_it_began(sqlite_url: str, tmp_path: Path) -> None:
    async with serving(sqlite_url, tmp_path, table()) as district:
        provider = hostile(district)
        browser = await district.browser()
        await provider.sign_in(browser)

        use = await district.database.read(
            sessions.use_of, digest(browser.cookies[SESSION]), operator().at
        )

        assert use is not None
        assert use.signed_in_by == "oidc:hostile"
