"""The chart page of a measure, without a script: its view, its table, and its files."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from pdsa.charts import ChartKind
from tests.api.sample import AIM, MEASURE
from tests.pages.chart_school import (
    PAGE,
    POINT,
    Read,
    a_school,
    read,
    said,
    spreadsheet,
    teacher,
    with_groups,
)


async def test_a_teacher_reads_the_chart_in_words_and_in_a_table(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        page = await read(await teacher(here), PAGE)

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

        page = await read(browser, PAGE)
        svg = await browser.get(f"{PAGE}/chart.svg")
        file = await browser.get(f"{PAGE}/points.csv")

    table = spreadsheet(file.content)
    counts = {"How many": "Numerator", "of how many": "Denominator"}
    assert table[0] == [counts.get(head, head) for head in page.rows[0]]
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

        page = await read(browser, f"{PAGE}?kind={kind}")

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

        empty = await read(browser, path)
        file = await browser.get(f"{path}/points.csv")
        svg = await browser.get(f"{path}/chart.svg")
        added = await browser.submit(
            path, f"{path}/points", **{"point/on": "2018-03-16", "point/value": "3"}
        )
        page = await read(browser, path)

    assert "There is no figure yet." in empty.text
    assert "no data yet" in empty.text
    assert "no data yet" in svg.text
    assert len(spreadsheet(file.content)) == 1
    assert added.status_code == 303
    assert ["Correct 16 March 2018", "3"] in [row[:2] for row in page.rows]


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

        page = await read(browser, f"{PAGE}?by=classroom")
        file = spreadsheet((await browser.get(f"{PAGE}/points.csv?by=classroom")).content)

    dates = [row for row in page.rows if row[0].startswith("Correct ")]
    assert len(dates) <= 400
    assert "earliest days are left out here; the download has them all." in page.text
    assert len(file) == 1 + 36 + 600


async def test_a_measure_by_group_says_gaps_and_gains(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        path = await with_groups(here)

        page = await read(await teacher(here), path)

    assert "English learner:" in page.text
    assert "behind all students" in page.text


async def test_the_page_speaks_spanish(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        page = await read(browser, f"{PAGE}?lang=es")
        file = spreadsheet((await browser.get(f"{PAGE}/points.csv?lang=es")).content)
        grouped = await read(browser, f"{await with_groups(here)}?by=student_group")

    assert "13 de octubre de 2017" in page.text
    for english in ("The figures", "Centre line", "Link to this view", "Add a figure", "Comments"):
        assert english not in page.text
    for english in ("English learner", "Students with disabilities", "Hispanic or Latino"):
        assert english not in page.text
    assert file[0][0] == "Fecha"
    assert "English learner" not in grouped.text
    assert "aprendiz de inglés" in grouped.text
