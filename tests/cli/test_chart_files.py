"""The files that `pdsa chart` reads: columns by their names, and figures as people export them."""

import os
from datetime import timedelta

import pytest

from tests.cli.charts import (
    FIRST,
    SVG,
    VALUES,
    a_file,
    days,
    drawn,
    picture,
    points,
    values_file,
    y,
)
from tests.cli.command import Installation

# -- columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "row", "value", "size"),
    [
        ("Date,Value", "2018-01-12,3", 3, None),
        ("DATE,NUMERATOR,DENOMINATOR", "2018-01-12,3,4", 75, 4),
        ("fecha,valor", "2018-01-12,3", 3, None),
        ("week,count,students", "12,3,4", 75, 4),
        ("date,value,numerator,denominator", "2018-01-12,40.0,3,4", 75, 4),
        ("date,percent,students", "2018-01-12,40,29", 40, None),
        ("date,score,n", "2018-01-12,3,29", 3, None),
        ("date,mean,n", "2018-01-12,2.5,29", 2.5, None),
        ("date,count,n", "2018-01-12,2.5,29", 2.5, None),
        (",date,value,", "17,2018-01-12,3,x", 3, None),
        ("date , the  value\t,value", "2018-01-12,1,3", 3, None),
    ],
)
def test_columns_are_found_by_their_names(
    here: Installation, head: str, row: str, value: float, size: float | None
) -> None:
    found = points(here, f"{head}\n{row}\n")

    assert found["y"] == [value]
    assert found.get("n", []) == ([size] if size else [])


def test_columns_are_named_in_any_case(here: Installation) -> None:
    text = "When,Hits,Of all\n2018-01-12,3,4\n"

    assert y(here, text, "--x", "when", "--y", "HITS", "--n", "of  ALL") == [75]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--y: one of the columns on, frames, room, since none has a usual name"),
        (["--y", "value"], "--y: one of the columns on, frames, room (got 'value')"),
        (["--y", "frames", "--x", "day"], "--x: one of the columns on, frames, room (got 'day')"),
        (["--y", "frames", "--n", "of"], "--n: one of the columns on, frames, room (got 'of')"),
        (["--y", "frames", "--by", "school"], "--by: one of the columns on, frames, room"),
        (["--y", "room"], "line 2, room: a number, or nothing where it is missing (got 'A')"),
        (["--y", "frames", "--n", "room"], "line 2, room: a number"),
        (["--y", "frames", "--kind", "p"], "--n: a P chart needs denominators"),
        (["--y", "frames", "--kind", "pie"], "--kind: one of run, i, mr"),
        (["--y", "frames", "--rules", "mine"], "--rules: one of anhoej, best_box"),
        (["--y", "frames", "--width", "10"], "--width: between 320 and 4000"),
        (["--y", "frames", "--multiply", "0"], "--multiply: a finite number above zero"),
        (["--y", "frames", "--multiply", "-1"], "--multiply: a finite number above zero"),
        (["--y", "frames", "--multiply", "nan"], "--multiply: a finite number under 1e100"),
        (["--y", "frames", "--target", "inf"], "--target: a finite number"),
        (["--y", "frames", "--cl", "nan"], "--cl: a finite number"),
        (["--y", "frames", "--to", "x.pdf"], "--to: a file that ends in .svg, .png, .json, or -"),
        (["--y", "frames", "--to", "x"], "--to: a file that ends in"),
        (["--y", "frames", "--to", "nowhere/x.svg"], "nowhere/x.svg: No such file or directory"),
        (["--y", "frames", "--to", "folder.svg"], "folder.svg: Is a directory"),
        (["--y", "frames", "--rules", "making_data_count", "--kind", "run"], "--kind: i: Making"),
        (["--y", "frames", "--rules", "making_data_count", "--exclude", "1"], "--exclude: none"),
    ],
)
def test_what_cannot_be_asked_for_is_said_in_one_line(
    here: Installation, words: list[str], said: str
) -> None:
    (here.folder / "folder.svg").mkdir()
    name = a_file(here, "on,frames,room\n2018-01-12,3,A\n2018-01-19,4,B\n")

    assert here.fails("chart", name, *words).startswith(f"pdsa: {said}")
    assert sorted(file.name for file in here.folder.iterdir()) == ["data.csv", "folder.svg"]


def test_more_parts_than_one_picture_holds(here: Installation) -> None:
    rows = "".join(f"2018-01-12,{i},{i}\n" for i in range(41))
    name = a_file(here, f"date,room,value\n{rows}")

    assert "--by: 1 to 40 panels (got 41)" in here.fails("chart", name, "--by", "room")
    assert len(drawn(here, name, "--by", "room")) == 41


# -- files as they come ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "date,value\n2018-01-12,12.5\n2018-01-19,1030.25\n",
        "\ufeffdate,value\r\n2018-01-12,12.5\r\n2018-01-19,1030.25\r\n",
        "date;value\n12.01.2018;12,5\n19.1.2018;1.030,25\n",
        "date;value\n2018-01-12;12.5\n2018-01-19;1030.25\n",
        "date\tvalue\n1/12/2018\t12.5\n1/19/2018\t1,030.25\n",
        'date,value\n1/12/2018,12.5\n01/19/2018,"1,030.25"\n',
        '"date","value"\n"2018-01-12","12,5"\n"2018-01-19","1.030,25"\n',
        "date,value\n2018/1/12, 12.5 \n2018/1/19, 1.03025e3 \n",
        "date,value\n2018-01-12T00:00:00,12.5\n1/19/2018 0:00,1030.25\n",
        "date,value,,\n2018-01-12,12.5,,\n,,,\n\n2018-01-19,1030.25,,\n,,,\n",
        "\n\ndate,value\n2018-01-19,1030.25\n2018-01-12,12.5",
        "date,value\r2018-01-12,12.5\r2018-01-19,1030.25\r",
        'date,"some, more; words",value\n2018-01-12,"a\nb",12.5\n2018-01-19,,1030.25\n',
        "date\tvalue\n2018-01-12\t12.5\n2018-01-19\t1030.25\n".encode("utf-16"),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(here: Installation, text: str | bytes) -> None:
    found = points(here, text)

    assert found["x"] == ["2018-01-12", "2018-01-19"]
    assert found["y"] == [12.5, 1030.25]


def test_thousands_of_rows(here: Installation) -> None:
    rows = "".join(f"{FIRST + timedelta(days=i)};{i % 9 * 1000}\n" for i in range(20_000))

    assert len(y(here, f"date;value\n{rows}")) == 20_000


@pytest.mark.parametrize("word", ["", " ", "NA", "n/a", "#N/A", "NaN", "null", "-", "\u2013"])
def test_what_is_missing_is_missing_and_not_zero(here: Installation, word: str) -> None:
    text = f"date,numerator,denominator\n2018-01-12,3,4\n2018-01-19,{word},{word}\n2018-01-26,0,4\n"

    assert y(here, text) == [75, None, 0]


def test_percent_signs_make_percentages(here: Installation) -> None:
    name = a_file(here, "date,share\n2018-01-12,40%\n2018-01-19,\n2018-01-26,62.55 %\n")

    said = here.works("chart", name, "--y", "share")

    assert said.startswith("Data rose from 40% to 62.5% between")
    assert "percent" in "".join(picture(here, "data.svg").itertext())
    mixed = a_file(here, "date,share,n\n2018-01-12,40%,20\n2018-01-19,0.4,20\n", "mixed.csv")
    said = here.fails("chart", mixed, "--y", "share")
    assert said == ("pdsa: line 3, share: a percentage with its sign, like the others (got '0.4')")
    said = here.fails("chart", name, "--y", "share", "--n", "share")
    assert said.startswith("pdsa: --n: no denominators: share holds percentages")


def test_a_column_may_be_without_any_figure(here: Installation) -> None:
    said = here.works("chart", a_file(here, "date,value\n2018-01-12,\n2018-01-19,n/a\n"))

    assert said.startswith("Data: no data yet.\nA run chart, since limits need 12 points")
    without = here.works("chart", a_file(here, "date,value\n,\n,n/a\n,-\n"))
    assert without.startswith("Data: no data yet.")


def test_numbers_names_and_months_on_the_axis(here: Installation) -> None:
    rows = "value\n" + "".join(f"{v}\n" for v in VALUES)

    assert points(here, rows)["x"] == [*range(1, 16)]
    assert points(here, "week,value\n2,7\n1.5,8\n")["x"] == [1.5, 2]
    assert points(here, "month,value\n2018-01,7\n2018-03,8\n")["x"] == ["2018-01-01", "2018-03-01"]
    years = points(here, "x,value\n2010-11,7\n2011-12,8\n")
    assert years["labels"] == ["2010-11", "2011-12"]
    said = here.works("chart", a_file(here, "x,value\nbefore,7\nafter,8\n"))
    assert "lies between 7 and 8 for 2 names" in said
    assert "they have no order in time" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "data.csv: a CSV file whose first line names its columns"),
        ("\n\n", "data.csv: a CSV file whose first line names its columns"),
        (",,\n1,2,3\n", "data.csv: a CSV file whose first line names its columns"),
        ("2018-01-12,12\n2018-01-19,14\n", "data.csv: a CSV file whose first line names"),
        ("date,value\n", "data.csv: at least one row under the names"),
        ("date,value\n,\n", "data.csv: at least one row under the names"),
        ("date,value,Value\n2018-01-12,1,2\n", "data.csv: columns with different names"),
        ("# Notes\n\nOn plans, tests and data.\n", "data.csv: a CSV file whose first line names"),
        ("date,value\n2018-01-12,1\n2018-01-19,1,5\n", "line 3: 2 cells, one for each column"),
        ("date,value\n\n2018-01-12,1\n2018-01-19\n", "line 4: 2 cells, one for each column"),
        ('date,value\n2018-01-12,"1\n', "line 2: a row of CSV"),
        ('date,value\n2018-01-12,"1"2\n', "line 2: a row of CSV"),
        ("date,value\n2018-01-12,12a\n", "line 2, value: a number, or nothing where"),
        ("date,value\n2018-01-12,inf\n", "line 2, value: a number"),
        ("date,value\n2018-01-12,1e999\n", "line 2, value: a number"),
        ("date,value\n2018-01-12,1_000\n", "line 2, value: a number"),
        ("date,value\n2018-01-12,\u0663\n", "line 2, value: a number"),
        ("date,value\n2018-01-12,=1+1\n", "line 2, value: a number"),
        ("date,value\n2018-01-12,1e101\n", "line 2, value: a finite number under 1e100"),
        ('date,note,value\n2018-01-12,"a\nb\nc",1\n2018-01-19,,x\n', "line 5, value: a number"),
        ("date;value\n2018-01-12;1.5\n2018-01-19;2,5\n", "line 2, value: one mark for decimals"),
        ("date;value\n2018-01-12;7\n2018-01-19;1.234\n", "line 3, value: a number without a mark"),
        ("date\tvalue\n2018-01-12\t1,234\n", "line 2, value: a number without a mark"),
        ("date,value\n2018-01-12,1\n,2\n", "line 3, date: where on the axis this value belongs"),
        ("date,value\n2018-01-12,1\nTotal,1\n", "line 3, date: a day such as 2018-01-12, like the"),
        ("date,value\n2018-02-30,1\n", "line 2, date: a day such as 2018-01-12 (got"),
        ("date,value\n1/12/2018,1\n13/1/2018,2\n", "line 3, date: a day as month/day/year, as in"),
        ("date,value\n1/12/18,1\n", "line 2, date: a day as month/day/year, as in the United"),
        ("date,value\n1/12/2018 14:05:33,1\n", "line 2, date: a day without a time of day"),
        ("date,value\n2018-01-12T14:05,1\n", "line 2, date: a day without a time of day"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    here: Installation, text: str, said: str
) -> None:
    assert here.fails("chart", a_file(here, text)).startswith(f"pdsa: {said}")
    assert [file.name for file in here.folder.iterdir()] == ["data.csv"]


def test_what_the_chart_cannot_hold_is_named_with_its_line_and_column(here: Installation) -> None:
    head = "day,room,hits,tickets\n2018-01-12,A,3,4\n\n2018-01-12,B,2,4\n"
    words = ("--y", "hits", "--n", "tickets")

    more = a_file(here, f"{head}2018-01-19,A,3,4\n2018-01-19,B,13,12\n")
    for split in ((), ("--by", "room")):
        assert here.fails("chart", more, *words, "--kind", "p", *split) == (
            "pdsa: line 6, hits: at most its denominator (12); if these are rates, choose "
            "--kind u (got '13')"
        )
    assert "% to" not in here.works("chart", more, *words, "--kind", "u")
    assert "% to" not in here.works("chart", more, *words, "--kind", "run")
    rows = "".join(f"{on},A,3,4\n" for on in days()[1:])
    many = a_file(here, f"{head}{rows}2019-01-19,B,13,12\n", "many.csv")
    assert "line 19, hits: at most" in here.fails("chart", many, *words)
    zero = a_file(here, f"{head}2018-01-19,A,3,0\n", "zero.csv")
    assert "line 5, tickets: above zero, since y is 3" in here.fails("chart", zero, *words)
    less = a_file(here, f"{head}2018-01-19,A,-3,4\n", "less.csv")
    assert "line 5, hits: 0 or more" in here.fails("chart", less, *words, "--kind", "u")


def test_rates_are_no_percentages(here: Installation) -> None:
    rows = "".join(f"{on},{40 + i * 7 % 5},{10 + i % 2}\n" for i, on in enumerate(days()))

    said = here.works("chart", a_file(here, f"date,count,n\n{rows}"))

    assert "from 4 to" in said
    assert "A U chart, since each point is a count over an area of opportunity." in said


def test_files_that_are_none(apart: Installation) -> None:
    (apart.folder / "folder").mkdir()
    a_file(apart, b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe\x00", "book.xlsx")
    a_file(apart, b"date,value\n2018-01-12,\x00\n", "zero.csv")
    a_file(apart, "date,sch\u00fcler\n2018-01-12,1\n".encode("cp1252"), "latin.csv")
    a_file(apart, b"\xff\xfed", "half.csv")

    assert apart.fails("chart", "none.csv") == "pdsa: none.csv: No such file or directory"
    assert apart.fails("chart", "folder") == "pdsa: folder: Is a directory"
    assert "book.xlsx: a CSV file in UTF-8" in apart.fails("chart", "book.xlsx")
    assert "zero.csv: a CSV file, not a binary one" in apart.fails("chart", "zero.csv")
    assert "(in a spreadsheet: save as CSV UTF-8)" in apart.fails("chart", "latin.csv")
    assert "half.csv: a CSV file in UTF-8" in apart.fails("chart", "half.csv")
    assert "standard input: a CSV file whose first line" in apart.fails("chart", "-")


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(here: Installation) -> None:
    (here.folder / values_file(here)).chmod(0)

    assert here.fails("chart", "data.csv") == "pdsa: data.csv: Permission denied"


def test_odd_names_stay_text(apart: Installation) -> None:
    text = 'date,room,value\n2018-01-12,"<b>&\x0b""",3\n2018-01-12,"C\nD",4\n'
    name = a_file(apart, text, "a & <b>.csv")
    (apart.folder / os.fsdecode(b"caf\xe9.csv")).write_text("date,value\n2018-01-12,3\n")

    apart.works("chart", name, "--by", "room", "--to", "x.svg")
    apart.works("chart", os.fsdecode(b"caf\xe9.csv"), "--to", "y.svg")

    assert "<b>&" in "".join(picture(apart, "x.svg").itertext())
    assert picture(apart, "y.svg").findtext(f"{SVG}title") == "Caf?"
    assert apart.works("chart", name, "--name", "Frames").startswith("Frames was")
