"""Single figures on pages: added, corrected and taken out by their team."""

from tests.pages.chart_school import PAGE, POINT, a_school, ilt, read, said, teacher


async def test_the_points_of_a_day_are_told_apart_for_the_team(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser, school = await teacher(here), await ilt(here)

        day = await browser.get(f"{PAGE}/points?on=2017-10-13")
        strange = await school.get(f"{PAGE}/points?on=2017-10-13")
        none = await browser.get(f"{PAGE}/points?on=never")

    assert "Room A (veteran teacher) : 12 of 29" in said(day.text)
    assert f'href="{POINT}"' in day.text
    for other in (strange, none):
        assert (other.status_code, other.headers["Location"]) == (303, PAGE)


async def test_a_figure_is_added_and_what_is_wrong_is_said_beside_its_field(
    database_url: str,
) -> None:
    async with a_school(database_url) as here:
        browser = await teacher(here)
        sent = {
            "point/on": "2018-03-16",
            "point/numerator": "31",
            "point/denominator": "29",
            "point/classroom_id": "room-a",
            "point/note": "A trip in the morning.",
        }

        refused = await browser.submit(PAGE, f"{PAGE}/points", **sent)
        nothing = await browser.submit(PAGE, f"{PAGE}/points", **{"point/on": "2018-03-16"})
        added = await browser.submit(PAGE, f"{PAGE}/points", **{**sent, "point/numerator": "21"})
        page = await read(browser, PAGE)

    assert refused.status_code == 422
    assert "at most the denominator (29)" in said(refused.text)
    assert 'id="point/numerator" name="point/numerator" aria-describedby="wrong"' in refused.text
    assert 'value="31"' in refused.text
    assert "A trip in the morning." in refused.text
    assert nothing.status_code == 422
    assert added.status_code == 303
    assert added.headers["Location"] == f"{PAGE}#day-2018-03-16"
    row = next(row for row in page.rows if row[0] == "Correct 16 March 2018")
    assert row[1:3] == ["21", "29"]


async def test_a_figure_is_corrected_in_its_fields_alone(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        before = (await here.admin.get(POINT[1:])).json()
        fields = {
            "on": "2017-10-13",
            "numerator": "14",
            "denominator": "29",
            "classroom_id": "room-a",
        }

        saved = await browser.submit(POINT, **fields)
        refused = await browser.submit(POINT, **{**fields, "value": "48"})
        after = (await here.admin.get(POINT[1:])).json()

    assert saved.status_code == 303
    assert {**before, "numerator": 14, "version": 2} == after
    assert refused.status_code == 422
    assert "either counts or a value" in said(refused.text)
    assert 'value="48"' in refused.text


async def test_two_who_correct_one_figure_lose_nothing(database_url: str) -> None:
    fields = {"on": "2017-10-13", "numerator": "12", "denominator": "29", "classroom_id": "room-a"}
    async with a_school(database_url) as here:
        browser = await teacher(here)
        where, mine = await browser.filled(POINT, **{**fields, "numerator": "14"})
        where, noted = await browser.filled(POINT, **{**fields, "note": "Counted twice."})

        await here.admin.patch(POINT[1:], json={"numerator": 15}, headers={"If-Match": "*"})
        together = await browser.post(where, data=noted)
        differs = await browser.post(where, data=mine)
        after = (await here.admin.get(POINT[1:])).json()

    assert together.status_code == 303
    assert differs.status_code == 409
    assert 'value="14"' in differs.text
    assert "Somebody else wrote here meanwhile" in said(differs.text)
    assert (after["numerator"], after["note"]) == (15, "Counted twice.")


async def test_a_figure_is_taken_out_after_asking_and_not_once_it_has_changed(
    sqlite_url: str,
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        where, asked = await browser.filled(f"{POINT}/remove")
        await here.admin.patch(POINT[1:], json={"numerator": 15}, headers={"If-Match": "*"})

        late = await browser.post(where, data=asked)
        removed = await browser.submit(f"{POINT}/remove")
        gone = await browser.get(POINT)

    assert late.status_code == 409
    assert "15 of 29" in said(late.text)
    assert removed.status_code == 303
    assert removed.headers["Location"] == PAGE
    assert gone.status_code == 404
