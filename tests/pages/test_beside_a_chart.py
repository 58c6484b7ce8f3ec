"""What is done beside a chart: phases, publications, comments; and who is given what of it."""

import re

from pdsa import Role
from tests.pages.chart_school import (
    PAGE,
    POINT,
    a_school,
    above,
    ilt,
    read,
    said,
    spreadsheet,
    teacher,
    with_groups,
)


async def test_a_proposed_phase_is_begun_by_a_person_with_a_reason_and_taken_out_again(
    database_url: str,
) -> None:
    fields = {"phase/kind": "rebase", "phase/on": "2018-01-19"}
    reason = "The frame hangs on the wall since."
    async with a_school(database_url) as here:
        browser = await teacher(here)
        proposed = await read(browser, PAGE)

        silent = await browser.submit(PAGE, f"{PAGE}/phases", **fields)
        made = await browser.submit(PAGE, f"{PAGE}/phases", **fields, **{"phase/reason": reason})
        twice = await browser.submit(PAGE, f"{PAGE}/phases", **fields, **{"phase/reason": "Again"})
        page = await read(browser, PAGE)
        without = await read(browser, f"{PAGE}?phases=none")
        (phase,) = (await here.admin.get(f"{PAGE[1:]}/phases")).json()["items"]
        removed = await browser.submit(PAGE, f"/phases/{phase['id']}/remove")
        after = await read(browser, PAGE)

    assert "Begin a new phase on 19 January 2018" in proposed.text
    assert silent.status_code == 422
    assert "a reason: others will read the chart" in said(silent.text)
    assert made.status_code == 303
    assert twice.status_code == 422
    assert "one phase a day" in said(twice.text)
    assert f"New phase from 19 January 2018 : {reason} Ana Ruiz, 10 January 2031" in page.text
    assert "Phase" in page.rows[0]
    assert "Phase" not in without.rows[0]
    assert removed.status_code == 303
    assert reason not in after.text


async def test_what_is_tried_out_is_stored_nowhere(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        page = await read(browser, f"{PAGE}?rebase=2018-01-19")

        assert "Tried out." in page.text
        assert "Phase" in page.rows[0]
        assert (await here.admin.get(f"{PAGE[1:]}/phases")).json()["items"] == []


async def test_above_the_team_classrooms_are_seen_once_they_are_published(
    database_url: str,
) -> None:
    async with a_school(database_url) as here:
        team, school = await teacher(here), await ilt(here)

        closed = await read(school, PAGE)
        refused = await school.get(f"{PAGE}?by=classroom")
        published = await team.submit(
            PAGE,
            f"{PAGE}/publications",
            **{"publish/through": "2018-03-09", "publish/to": "school", "publish/reason": "Ready."},
        )
        split = await read(school, f"{PAGE}?by=classroom")
        file = spreadsheet((await school.get(f"{PAGE}/points.csv?by=classroom")).content)
        (publication,) = (await here.admin.get(f"{PAGE[1:]}/publications")).json()["items"]
        withdrawn = await team.submit(PAGE, f"/publications/{publication['id']}/withdraw")
        again = await school.get(f"{PAGE}?by=classroom")

    assert "40%" in closed.text
    assert "Room A" not in closed.text
    assert "by classroom" not in closed.text
    assert not {"add", "point/on", "phase/kind", "publish/to"} & {*closed.ids}
    assert refused.status_code == 422
    assert "Room A" not in refused.text
    assert published.status_code == 303
    assert "Room A (veteran teacher)" in split.text
    assert "Every classroom through 9 March 2018, for the school: Ready." in split.text
    assert "Ana Ruiz" not in split.text
    assert file[1][0] == "Room A (veteran teacher)"
    assert withdrawn.status_code == 303
    assert again.status_code == 422


async def test_above_the_school_a_withheld_figure_is_said_to_be_so_everywhere(
    database_url: str,
) -> None:
    async with a_school(database_url) as here:
        path = await with_groups(here)
        district = await above(here)
        view = "?by=student_group"

        page = await read(district, path + view)
        svg = await district.get(f"{path}/chart.svg{view}")
        file = spreadsheet((await district.get(f"{path}/points.csv{view}")).content)
        team = await read(await teacher(here), path + view)

    assert "withheld: too few students" in {cell for row in page.rows for cell in row}
    assert "too few students" in page.text
    assert "too few students" in svg.text
    hidden = [row for row in file if row[0] == "Students with disabilities"]
    assert hidden
    assert {row[2] for row in hidden} == {"withheld: too few students"}
    assert "Numerator" not in file[0]
    for text in (page.text, svg.text, str(file)):
        assert not re.search(r"14(\.3)?%|28\.6%|29%", text)  # one and two of seven students
    assert "14.3%" in team.text


async def test_a_comment_is_for_the_team_unless_it_is_shared(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        team, school = await teacher(here), await ilt(here)
        where = f"{PAGE}/comments"

        empty = await team.submit(PAGE, where, **{"comment/on": "2018-03-09"})
        own = {"comment/on": "2018-03-09", "comment/text": "Half of us were away."}
        await team.submit(PAGE, where, **own)
        shared = {"comment/on": "2018-03-02", "comment/text": "See the wall!"}
        await team.submit(PAGE, where, **shared, **{"comment/shared": "1"})
        asked = await school.submit(
            PAGE, where, **{"comment/on": "2018-03-09", "comment/text": "Well done."}
        )
        for_team, for_school = await read(team, PAGE), await read(school, PAGE)

    assert empty.status_code == 422
    assert asked.status_code == 303
    assert "Half of us were away." in for_team.text
    assert "Half of us were away." not in for_school.text
    for each in (for_team, for_school):
        assert "See the wall!" in each.text
        assert "Well done. Ivo Lee, 10 January 2031 · for all who see the aim" in each.text


async def test_whoever_may_not_is_refused_and_whoever_may_not_see_finds_nothing(
    sqlite_url: str,
) -> None:
    async with a_school(sqlite_url) as here:
        school = await ilt(here)
        outsider = await here.signed_in(
            Role.member, "other-team", email="else@example.org", name="Eli Stone"
        )
        nobody = await here.browser()
        _, sent = await school.filled(PAGE, f"{PAGE}/comments")

        posts = {
            path: (await school.post(path, data={**sent, **fields})).status_code
            for path, fields in {
                f"{PAGE}/points": {"point/value": "64"},
                f"{PAGE}/phases": {
                    "phase/kind": "rebase",
                    "phase/on": "2018-01-19",
                    "phase/reason": "So.",
                },
                f"{PAGE}/publications": {"publish/through": "2018-01-19", "publish/to": "school"},
                POINT: {"on": "2018-01-19"},
                f"{POINT}/remove": {"version": "1"},
            }.items()
        }
        strange = [
            (await outsider.get(path)).status_code
            for path in (PAGE, f"{PAGE}/chart.svg", f"{PAGE}/points.csv", POINT, f"{POINT}/remove")
        ]
        unknown = await nobody.get(PAGE)

    assert posts == {
        f"{PAGE}/points": 403,
        f"{PAGE}/phases": 403,
        f"{PAGE}/publications": 403,
        POINT: 404,
        f"{POINT}/remove": 404,
    }
    assert set(strange) == {404}
    assert unknown.status_code == 303
    assert unknown.headers["Location"].startswith("/sign-in")


async def test_no_form_of_another_site_changes_anything(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        answers = [
            (await browser.post(path, data={"phase/kind": "rebase"})).status_code
            for path in (
                f"{PAGE}/points",
                f"{PAGE}/phases",
                f"{PAGE}/publications",
                f"{PAGE}/comments",
                POINT,
                f"{POINT}/remove",
            )
        ]

    assert set(answers) == {403}
