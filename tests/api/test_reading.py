"""What every reading operation does: ETags, 304, and lists that are walked page by page."""

from typing import Any

from api.problems import BadParameter, NotAcceptable, UnknownCursor
from api.store import accounts
from pdsa import Role
from tests.api.client import ORIGIN, Client, at, operator, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, MEASURE, with_sample

#: Those of a signed-in person are in tests/security.
READS = [e for e in CONTRACT.operations if e.method == "GET" and not e.by_session]
PORTFOLIOS = ("units_portfolio", "units_changes")  # tests/api/test_portfolio.py walks them
LISTS = [each for each in READS if each.pages and each.id not in PORTFOLIOS]


async def full_house(client: Client) -> dict[str, str]:
    """At least four elements of every kind."""
    ids = await with_sample(client)
    await (await client.somebody(Role.viewer, None)).get(f"aims/{AIM}")
    for number in range(2, 5):
        await with_sample(client, number)
        await client.somebody(Role.viewer, ids["unit_id"], f"Viewer {number}")
        theory = {"on": f"2018-0{number}-01", "note": f"Version {number}"}
        done = await client.put(f"aims/{AIM}/theory", json=theory, headers=at(number - 1))
        assert done.status_code == 200
        phase = {"kind": "rebase", "on": f"2018-0{number}-01", "reason": "We began anew."}
        await client.make(f"measures/{MEASURE}/phases", **phase)
        await client.make(f"measures/{MEASURE}/publications", through=f"2017-0{number}-01")
        await client.make(f"aims/{AIM}/silences", code=f"MEA10{number}", reason="Soon.")
        await client.make(f"aims/{AIM}/levels", voice="team", level=2, on=f"2018-0{number}-01")
        await client.make(f"aims/{AIM}/comments", text=f"Week {number}.")
        from_above = await client.somebody(Role.viewer, None)
        assert (await from_above.get(f"aims/{AIM}")).status_code == 200
    return ids


async def walk(client: Client, url: str) -> list[list[Any]]:
    """The items of each page, as the links lead."""
    pages = []
    following: str | None = url
    while following is not None:
        response = await client.get(following)
        assert response.status_code == 200, response.text
        page = response.json()
        pages.append(page["items"])
        following = response.links.get("next", {}).get("url")
        assert (following is None) == (page["next"] is None)
    return pages


async def test_every_list_is_walked_by_its_links_without_a_gap_or_a_double(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ids = await full_house(client)

        for operation in LISTS:
            url = operation.url(**ids)
            whole = [item for page in await walk(client, f"{url}?limit=200") for item in page]
            pages = await walk(client, f"{url}?limit=3")

            assert [item for page in pages for item in page] == whole, operation.id
            assert len(pages) > 1, operation.id
            assert {len(page) for page in pages[:-1]} == {3}
    assert {each.id for each in LISTS} == {
        each.id for each in READS if each.id.endswith("_list")
    }, "a list is one that has pages, and is called one"


async def test_a_filter_stays_on_every_page(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await full_house(client)

        pages = await walk(client, f"activity?limit=5&aim={ids['aim_id']}")

        assert len(pages) > 2
        assert {item["aim_id"] for page in pages for item in page} == {ids["aim_id"]}


async def test_what_comes_in_between_is_neither_lost_nor_seen_twice(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        first = await client.get(f"measures/{MEASURE}/points?limit=30")
        seen = first.json()["items"]

        early = await client.make(f"measures/{MEASURE}/points", on="2017-09-01", value=10)
        late = await client.make(f"measures/{MEASURE}/points", on="2018-06-01", value=90)
        rest = await walk(client, first.links["next"]["url"])

        ids = [each["id"] for each in [*seen, *(item for page in rest for item in page)]]
        assert len(ids) == len(set(ids)) == 37
        assert late["id"] in ids
        assert early["id"] not in ids


async def test_every_reading_has_a_strong_etag_and_answers_304_to_it(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        await client.database.write(accounts.create, operator(), client.person_id, None)

        for operation in READS:
            url = operation.url(**ids)
            first = await client.get(url)
            assert first.status_code == 200, operation.id
            etag = first.headers["ETag"]
            assert etag.startswith('"'), operation.id
            for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
                again = await client.get(url, headers={"If-None-Match": known})

                assert again.status_code == 304, (operation.id, known)
                assert again.headers["ETag"] == etag
                assert again.content == b""
            other = await client.get(url, headers={"If-None-Match": '"other"'})
            assert other.status_code == 200
            # What concerns persons is kept by no cache at all.
            assert other.headers["Cache-Control"] in ("private, no-cache", "no-store")
            assert "Authorization" in other.headers["Vary"]


async def test_the_etag_of_an_element_is_its_version(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        path = f"measures/{MEASURE}"
        assert (await client.get(path)).headers["ETag"] == '"1"'

        changed = await client.patch(path, json={"name": "Frames"}, headers=at(1))

        assert changed.headers["ETag"] == '"2"'
        stale = await client.get(path, headers={"If-None-Match": '"1"'})
        assert (stale.status_code, stale.headers["ETag"]) == (200, '"2"')


async def test_a_series_has_another_etag_as_csv(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        path = f"measures/{MEASURE}/series"

        json = await client.get(path)
        csv = await client.get(path, headers={"Accept": "text/csv"})

        assert json.headers["ETag"] != csv.headers["ETag"]
        assert csv.headers["Content-Type"].startswith("text/csv")
        assert csv.text.splitlines()[:2] == [
            "part,on,value,numerator,denominator,withheld",
            ",2017-10-13,40.0,22,55,",
        ]
        refused(await client.get(path, headers={"Accept": "image/png"}), 406, NotAcceptable)
        refused(await client.get(path, headers={"Accept": "text/csv;q=0"}), 406, NotAcceptable)


async def test_a_parameter_that_cannot_be_is_named(database_url: str) -> None:
    wrong = {
        "units?limit=0": "limit",
        "units?limit=201": "limit",
        "units?limit=ten": "limit",
        "units?limit=1&limit=2": "limit",
        "units?unit=a/b": "unit",
        "units?text=%00": "text",
        "units?text=": "text",
        f"units?text={'x' * 201}": "text",
        "units?cursor=*": "cursor",
        "aims?due_from=2018-02-30": "due_from",
        "cycles?stage=dream": "stage",
        "cycles?status=null": "status",
        f"measures/{MEASURE}/series?by=moon": "by",
        f"aims/{AIM}/theory/diff?first=2018-01-01": "last",
        "units/%00": "unit_id",
        f"units/{'x' * 65}": "unit_id",
    }
    async with serving(database_url) as client:
        await with_sample(client)

        for path, parameter in wrong.items():
            refused(await client.get(path), 400, parameter=parameter)


async def test_a_cursor_of_somebody_elses_making_is_refused(database_url: str) -> None:
    cursors = ("x", "bnVsbA", "WzFd", "W10", "WyJhIiwiYiJd", "gIA", "WyJcdTAwMDAiXQ")
    async with serving(database_url) as client:
        for path in ("units", "activity"):
            for cursor in cursors:
                response = await client.get(f"{path}?cursor={cursor}")

                refused(response, 422, UnknownCursor, parameter="cursor")


async def test_a_text_is_found_in_whatever_case_and_wildcards_are_letters(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        for name in ("50% Club", "500 Club", "A_b", "Axb"):
            await client.make("units", kind="team", name=name)

        async def names(text: str) -> list[str]:
            found = await client.get("units", params={"text": text})
            return sorted(each["name"] for each in found.json()["items"])

        assert await names("club") == ["50% Club", "500 Club"]
        assert await names("50%") == ["50% Club"]
        assert await names("a_B") == ["A_b"]


async def test_a_link_leads_back_to_the_same_origin(database_url: str) -> None:
    async with serving(database_url) as client:
        await full_house(client)

        link = (await client.get("units?limit=1&text=room")).links["next"]["url"]

        assert link.startswith("/api/v1/units?")
        assert "text=room" in link
        assert (await client.get(f"{ORIGIN}{link}")).status_code == 200


async def test_a_parameter_that_a_list_does_not_have_is_refused(database_url: str) -> None:
    async with serving(database_url) as client:
        response = await client.get("cycles?aim_id=aim-discourse")

        refused(response, 400, BadParameter, parameter="aim_id")
