"""The chart page of a measure, without a script: its view, its figures, and what is done beside it."""

import csv
import io
import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from pdsa import Role
from pdsa.charts import ChartKind
from tests.api.sample import AIM, MEASURE
from tests.pages.chart_school import PAGE, Read, a_school, above, ilt, said, teacher, with_groups
from tests.security.house import Browser

POINT = "/points/room-a-2017-10-13"


async def opened(browser: Browser, path: str, status: int = 200) -> Read:
    response = await browser.get(path)
    assert response.status_code == status, response.text
    return Read(response.text)


def spreadsheet(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


async def test_a_teacher_reads_the_chart_in_words_and_in_a_table(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        page = await opened(await teacher(here), PAGE)

    assert "rose from 40% to 64% between 13 October 2017 and 9 March 2018" in page.text
    first = next(row for row in page.rows if row[0] == "Correct 13 October 2017")
    assert first[1:4] == ["22", "55", "40%"]
    last = next(row for row in page.rows if row[0] == "Correct 9 March 2018")
    assert last[7] == "in a run of 8 above the centre line"


@pytest.mark.parametrize(
    "path",
    [
        PAGE,
        f"{PAGE}?by=classroom",
        f"{PAGE}?kind=nonsense",
        POINT,
        f"{POINT}/remove",
        f"{PAGE}/points?on=2017-10-13",
    ],
)
async def test_a_page_gives_each_id_once_labels_its_fields_and_keeps_its_headings_in_order(
    sqlite_url: str, path: str
) -> None:
    async with a_school(sqlite_url) as here:
        response = await (await teacher(here)).get(path)

    page = Read(response.text)
    assert len(page.ids) == len({*page.ids})
    assert {name for name in page.fields if name in page.ids} <= page.labels
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert len(response.content) < 100_000


async def test_an_address_reproduces_its_view_in_page_picture_and_table(sqlite_url: str) -> None:
    view = "?kind=i&rules=nelson&by=classroom&phases=none&freeze=2017-12-22&axis=week"
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        response = await browser.get(PAGE + view)
        address = re.search(r'id="address"[^>]*value="([^"]+)"', response.text)
        assert address is not None
        again = await browser.get(said(address[1]).partition("8000")[2] or said(address[1]))
        svg = await browser.get(f"{PAGE}/chart.svg{view}")
        table = spreadsheet((await browser.get(f"{PAGE}/points.csv{view}")).content)

    assert said(address[1]).endswith(PAGE + view)
    figure = r"(?s)<figure.*?</figure>"
    assert re.search(figure, again.text)[0] == re.search(figure, response.text)[0]  # type: ignore[index]
    for option in ("kind", "rules", "by", "phases", "axis"):
        chosen = re.search(rf'(?s)<select id="{option}".*?</select>', response.text)
        assert chosen is not None
        wanted = re.search(rf"{option}=(\w+)", view)
        assert wanted is not None
        assert f'value="{wanted[1]}" selected' in chosen[0]
    assert "Room A (veteran teacher)" in svg.text
    assert "Room B (early-career teacher)" in svg.text
    assert {row[0] for row in table[1:]} == {
        "Room A (veteran teacher)",
        "Room B (early-career teacher)",
    }


async def test_files_are_named_after_the_measure_and_tell_what_the_table_tells(
    sqlite_url: str,
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        await here.admin.patch(
            f"measures/{MEASURE}",
            json={"name": "=Évaluación: “uso”"},
            headers={"If-Match": "*"},
        )

        page = await opened(browser, PAGE)
        svg = await browser.get(f"{PAGE}/chart.svg")
        file = await browser.get(f"{PAGE}/points.csv")

    table = spreadsheet(file.content)
    assert table[0] == page.rows[0]
    assert table[1][:4] == ["2017-10-13", "22", "55", "40.0"]
    assert len(table) == 1 + sum(bool(re.match(r"Correct \d+ \w+ 20", row[0])) for row in page.rows)
    for response, end in ((svg, "svg"), (file, "csv")):
        named = response.headers["Content-Disposition"]
        assert f'filename="=Evaluacion uso.{end}"'.replace("=E", "E") in named
        assert quote("Évaluación") in named.partition("filename*=UTF-8''")[2]
    assert svg.headers["Content-Type"].startswith("image/svg+xml")
    assert "style-src 'unsafe-inline'" in svg.headers["Content-Security-Policy"]
    assert "<style>" in svg.text
    assert "'=Évaluación" not in file.text


async def test_a_spreadsheet_takes_nothing_for_a_formula(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        await here.admin.patch(
            "units/room-a", json={"name": "=HYPERLINK(1)"}, headers={"If-Match": "*"}
        )

        file = await browser.get(f"{PAGE}/points.csv?by=classroom")

    assert spreadsheet(file.content)[1][0] == "'=HYPERLINK(1)"


async def test_a_picture_as_png_comes_or_the_page_says_kindly_that_there_is_none(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        drawn = await browser.get(f"{PAGE}/chart.png?by=classroom")
        monkeypatch.setattr("api.png.find_spec", lambda name: None)
        without = await browser.get(f"{PAGE}/chart.png?by=classroom")

    if drawn.status_code == 200:
        assert drawn.content.startswith(b"\x89PNG")
        assert ".png" in drawn.headers["Content-Disposition"]
    assert without.status_code == 406
    assert f'href="{PAGE}/chart.svg?by=classroom"' in without.text


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("freeze=2030-01-01", "freeze", "a day between the first and the last point"),
        ("rebase=2018-01-12,soon", "rebase", "days with commas between"),
        ("kind=wheel", "kind", "a kind of chart from the list"),
        ("kind=p&rules=making_data_count", "kind", "Making Data Count reads an XmR chart"),
        ("by=student_group", "by", "there are no figures by student group"),
        ("screen=maybe", "screen", "one of the list"),
    ],
)
async def test_what_cannot_be_drawn_is_refused_beside_its_option_and_what_fits_is_shown(
    sqlite_url: str, query: str, field: str, words: str
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        refused = await browser.get(f"{PAGE}?{query}")
        file = await browser.get(f"{PAGE}/points.csv?{query}")

    assert refused.status_code == 422
    page = Read(refused.text)
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', refused.text)
    assert words in page.text
    assert "rose from 40% to 64%" in page.text
    assert file.status_code == 303
    assert file.headers["Location"] == f"{PAGE}?{query}"


@pytest.mark.parametrize("kind", [*ChartKind])
async def test_every_kind_of_chart_has_its_picture_and_its_table(
    sqlite_url: str, kind: ChartKind
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        page = await opened(browser, f"{PAGE}?kind={kind}")

    dates = [row for row in page.rows if re.match(r"Correct \d+ \w+ 20", row[0])]
    assert len(dates) == 18
    assert {len(row) for row in dates} == {len(page.rows[0])}


async def test_a_measure_without_figures_says_so_and_takes_the_first(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        made = await here.admin.make(
            "measures", aim_id=AIM, name="Visits", kind="process", unit="count"
        )
        path = f"/measures/{made['id']}"

        empty = await opened(browser, path)
        file = await browser.get(f"{path}/points.csv")
        svg = await browser.get(f"{path}/chart.svg")
        added = await browser.submit(
            path, f"{path}/points", **{"point/on": "2018-03-16", "point/value": "3"}
        )
        page = await opened(browser, path)

    assert "There is no figure yet." in empty.text
    assert "no data yet" in empty.text
    assert "no data yet" in svg.text
    assert len(spreadsheet(file.content)) == 1
    assert added.status_code == 303
    assert ["Correct 16 March 2018", "3"] in [row[:2] for row in page.rows]


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


async def test_a_year_of_figures_by_classroom_stays_a_small_page(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        first = date(2018, 4, 2)
        for room in ("room-a", "room-b"):
            sent = [
                {
                    "on": str(first + timedelta(days=day)),
                    "numerator": day % 20,
                    "denominator": 25,
                    "classroom_id": room,
                }
                for day in range(300)
            ]
            await here.admin.post(f"{PAGE[1:]}/points/batch", json={"points": sent})

        page = await opened(browser, f"{PAGE}?by=classroom")
        file = spreadsheet((await browser.get(f"{PAGE}/points.csv?by=classroom")).content)

    dates = [row for row in page.rows if row[0].startswith("Correct ")]
    assert len(dates) <= 400
    assert "earliest days are left out here; the download has them all." in page.text
    assert len(file) == 1 + 36 + 600


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
        page = await opened(browser, PAGE)

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


async def test_a_proposed_phase_is_begun_by_a_person_with_a_reason_and_taken_out_again(
    database_url: str,
) -> None:
    fields = {"phase/kind": "rebase", "phase/on": "2018-01-19"}
    reason = "The frame hangs on the wall since."
    async with a_school(database_url) as here:
        browser = await teacher(here)
        proposed = await opened(browser, PAGE)

        silent = await browser.submit(PAGE, f"{PAGE}/phases", **fields)
        made = await browser.submit(PAGE, f"{PAGE}/phases", **fields, **{"phase/reason": reason})
        twice = await browser.submit(PAGE, f"{PAGE}/phases", **fields, **{"phase/reason": "Again"})
        page = await opened(browser, PAGE)
        without = await opened(browser, f"{PAGE}?phases=none")
        (phase,) = (await here.admin.get(f"{PAGE[1:]}/phases")).json()["items"]
        removed = await browser.submit(PAGE, f"/phases/{phase['id']}/remove")
        after = await opened(browser, PAGE)

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

        page = await opened(browser, f"{PAGE}?rebase=2018-01-19")

        assert "Tried out." in page.text
        assert "Phase" in page.rows[0]
        assert (await here.admin.get(f"{PAGE[1:]}/phases")).json()["items"] == []


async def test_above_the_team_classrooms_are_seen_once_they_are_published(
    database_url: str,
) -> None:
    async with a_school(database_url) as here:
        team, school = await teacher(here), await ilt(here)

        closed = await opened(school, PAGE)
        refused = await school.get(f"{PAGE}?by=classroom")
        published = await team.submit(
            PAGE,
            f"{PAGE}/publications",
            **{"publish/through": "2018-03-09", "publish/to": "school", "publish/reason": "Ready."},
        )
        split = await opened(school, f"{PAGE}?by=classroom")
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

        page = await opened(district, path + view)
        svg = await district.get(f"{path}/chart.svg{view}")
        file = spreadsheet((await district.get(f"{path}/points.csv{view}")).content)
        team = await opened(await teacher(here), path + view)

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


async def test_a_measure_by_group_says_gaps_and_gains(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        path = await with_groups(here)

        page = await opened(await teacher(here), path)

    assert "English learner:" in page.text
    assert "behind all students" in page.text


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
        for_team, for_school = await opened(team, PAGE), await opened(school, PAGE)

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


async def test_the_page_speaks_spanish(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        page = await opened(browser, f"{PAGE}?lang=es")
        file = spreadsheet((await browser.get(f"{PAGE}/points.csv?lang=es")).content)

    assert "13 de octubre de 2017" in page.text
    for english in ("The figures", "Centre line", "Link to this view", "Add a figure", "Comments"):
        assert english not in page.text
    assert file[0][0] == "Fecha"
