"""`pdsa chart`: a picture and a reading from a file, as people export it."""

import json
import os
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest

from pdsa.charts import chart
from tests.cli.command import PDSA, Installation, Within

TICKETS = Path(__file__).parents[2] / "examples" / "data" / "exit_tickets.csv"
COUNTED = ("--y", "used_frame", "--n", "tickets")
SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2017, 10, 13)
VALUES = [20 + i * 7 % 5 for i in range(15)]
SHARES = [(12 + i * 5 % 7, 25 + i % 4) for i in range(15)]


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """Where commands are run within this process, which is quicker."""
    return Within(tmp_path)


@pytest.fixture
def apart(tmp_path: Path) -> Installation:
    """Where each command is a process of its own."""
    return Installation(tmp_path)


def days(number: int = 15) -> list[date]:
    return [FIRST + timedelta(weeks=i) for i in range(number)]


def a_file(here: Installation, text: str | bytes, name: str = "data.csv") -> str:
    body = text.encode() if isinstance(text, str) else text
    (here.folder / name).write_bytes(body)
    return name


def values_file(here: Installation) -> str:
    rows = "".join(f"{on},{v}\n" for on, v in zip(days(), VALUES, strict=True))
    return a_file(here, f"date,value\n{rows}")


def shares_file(here: Installation) -> str:
    rows = "".join(f"{on},{a},{b}\n" for on, (a, b) in zip(days(), SHARES, strict=True))
    return a_file(here, f"date,numerator,denominator\n{rows}")


def drawn(here: Installation, *words: str | Path, text: bytes = b"") -> list[dict[str, object]]:
    """The numbers of the charts."""
    here.works("chart", *words, "--to", "numbers.json", text=text)
    found: list[dict[str, object]] = json.loads((here.folder / "numbers.json").read_bytes())
    return found


def points(here: Installation, text: str | bytes, *words: str) -> dict[str, list[object]]:
    """The points of the only chart of a file."""
    (found,) = drawn(here, a_file(here, text), *words)
    columns: dict[str, list[object]] = found["chart"]["points"]  # type: ignore[index]
    return columns


def y(here: Installation, text: str | bytes, *words: str) -> list[object]:
    return points(here, text, *words)["y"]


def picture(here: Installation, name: str) -> ET.Element:
    return ET.fromstring((here.folder / name).read_bytes())  # noqa: S314


# -- what it says and writes -----------------------------------------------------------------------


def test_the_reading_comes_first_then_the_kind_and_why_then_the_file(apart: Installation) -> None:
    said = apart.works("chart", TICKETS, *COUNTED).splitlines()

    assert said == [
        "Exit tickets rose from 40% to 64% between 13 October 2017 and 9 March 2018; the last 8 "
        "points are all above the mean of 51.8%, more than chance would give.",
        "A P chart, since each point is a share of a counted group.",
        "wrote exit_tickets.svg",
    ]
    found = picture(apart, "exit_tickets.svg")
    assert found.findtext(f"{SVG}title") == "Exit tickets"
    assert found.findtext(f"{SVG}desc") == said[0]
    assert "percent" in "".join(found.itertext())


def test_the_numbers_are_those_of_the_library(here: Installation) -> None:
    (of_values,) = drawn(here, values_file(here))
    (of_shares,) = drawn(here, shares_file(here))

    assert of_values["chart"] == plain(chart("i", VALUES, None, days()))
    counted, sizes = zip(*SHARES, strict=True)
    assert of_shares["chart"] == plain(chart("p", counted, sizes, days(), multiply=100))
    assert of_shares["name"] == "Data"


def plain(found: object) -> object:
    import msgspec

    return msgspec.json.decode(msgspec.json.encode(found))


def test_a_png_and_a_wide_picture(here: Installation) -> None:
    here.works("chart", values_file(here), "--to", "slide.PNG", "--width", "1000")
    here.works("chart", "data.csv", "--to", "slide.svg", "--width", "1000", "--theme", "dark")

    image = (here.folder / "slide.PNG").read_bytes()
    found = picture(here, "slide.svg")
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", image[16:24])
    assert (width, height) == (2000, 2 * int(found.get("height", "")))
    assert (found.get("width"), found.get("class")) == ("1000", "pdsa-dark")


def test_standard_input_and_standard_output(here: Installation) -> None:
    text = TICKETS.read_bytes()

    said = here.works("chart", "-", *COUNTED, text=text)
    piped = here.run("chart", "-", *COUNTED, "--to", "-", text=text)

    assert said.endswith("wrote chart.svg\n")
    assert piped.stdout == (here.folder / "chart.svg").read_text()
    assert piped.stderr == said.removesuffix("wrote chart.svg\n")
    assert [file.name for file in here.folder.iterdir()] == ["chart.svg"]


def test_an_earlier_picture_is_replaced_and_the_data_never(here: Installation) -> None:
    name = values_file(here)
    here.works("chart", name)
    before = (here.folder / "data.svg").read_bytes()
    a_file(here, "date,value\n2018-01-12,3\n")

    here.works("chart", name)

    assert (here.folder / "data.svg").read_bytes() != before
    for source in ("data.json", "data.svg"):
        a_file(here, "date,value\n2018-01-12,3\n", source)
        for target in (source, f"./{source}", str(here.folder / source)):
            assert "another file" in here.fails("chart", source, "--to", target)
    assert "another file" in here.fails("chart", "data.svg")
    (here.folder / "link.svg").symlink_to("data.csv")
    assert "another file" in here.fails("chart", name, "--to", "link.svg")
    assert (here.folder / name).read_bytes() == b"date,value\n2018-01-12,3\n"


def test_parts_of_a_file_stand_side_by_side_on_one_scale(here: Installation) -> None:
    said = here.works("chart", TICKETS, *COUNTED, "--by", "Classroom").splitlines()
    rooms = drawn(here, TICKETS, *COUNTED, "--by", "classroom")

    assert [line.split(" rose")[0] for line in said[:2]] == [
        "Exit tickets, Room A",
        "Exit tickets, Room B",
    ]
    assert said[2:] == [
        "A P chart, since each point is a share of a counted group.",
        "wrote exit_tickets.svg",
    ]
    found = picture(here, "exit_tickets.svg")
    assert " ".join(said[:2]) == found.findtext(f"{SVG}desc")
    assert "2 columns" not in "".join(found.itertext())
    assert [room["of"] for room in rooms] == ["Room A", "Room B"]


def test_each_part_says_which_chart_and_why_where_they_differ(here: Installation) -> None:
    rows = "".join(f"{on},A,5\n" for on in days()) + "2018-01-12,,7\n"

    said = here.works("chart", a_file(here, f"date,room,value\n{rows}"), "--by", "room")

    assert "A: An I chart, since" in said
    assert "no room: A run chart, since limits need 12 points or more and there is 1." in said


def test_shares_are_drawn_in_percent_unless_another_factor_is_given(here: Installation) -> None:
    name = shares_file(here)

    percent = here.works("chart", name)
    few = here.works("chart", a_file(here, "x,numerator,denominator\n1,1,3\n2,2,3\n", "few.csv"))
    plain_ones = here.works("chart", name, "--multiply", "1")
    promille = here.works("chart", name, "--multiply", "1000")

    assert "from 48% to" in percent
    assert "rose from 33.3% to 66.7%" in few
    assert "from 0.48 to" in plain_ones
    assert "from 480 to" in promille


def test_a_target_and_a_centre_are_in_the_unit_of_the_picture(here: Installation) -> None:
    (found,) = drawn(here, shares_file(here), "--target", "60", "--cl", "50")

    columns = found["chart"]["points"]  # type: ignore[index]
    assert set(columns["target"]) == {60}
    assert set(columns["cl"]) == {50}
    line = here.fails("chart", "data.csv", "--cl", "140")
    assert line == "pdsa: --cl: a share between 0 and 1 on a P chart (got 140.0)"


def test_phases_freezes_and_ghosts_are_counted_from_1(here: Installation) -> None:
    name = values_file(here)
    (parts,) = drawn(here, name, "--part", "5", "--part", "10")
    (frozen,) = drawn(here, name, "--freeze", "8")
    (both,) = drawn(here, name, "--freeze", "3", "--part", "8")
    (ghost,) = drawn(here, name, "--exclude", "2")

    assert [part["end"] for part in parts["chart"]["parts"]] == [5, 10, 15]  # type: ignore[index]
    assert frozen["chart"]["freeze"] == both["chart"]["freeze"] + 5 == 8  # type: ignore[index]
    assert ghost["chart"]["points"]["include"].index(False) == 1  # type: ignore[index]
    for option in ("--part", "--freeze", "--exclude"):
        for index in ("0", "16", "-1"):
            said = here.fails("chart", name, option, index)
            assert said == f"pdsa: {option}: a point from 1 to 15 (got {index})"


@pytest.mark.parametrize(
    "rules",
    [
        "anhoej",
        "best_box",
        "cut_box",
        "perla",
        "making_data_count",
        "western_electric",
        "nelson",
    ],
)
def test_every_set_of_rules_draws(here: Installation, rules: str) -> None:
    said = here.works("chart", values_file(here), "--rules", rules)

    assert "An I chart, since" in said


@pytest.mark.parametrize("kind", ["run", "i", "mr", "ip", "p", "pp", "u", "up", "xbar", "s"])
def test_every_kind_of_counts_draws(here: Installation, kind: str) -> None:
    said = here.works("chart", TICKETS, *COUNTED, "--kind", kind.upper())

    assert "%" in said.splitlines()[0] or kind in ("u", "up")


@pytest.mark.parametrize("kind", ["run", "i", "mr", "ip", "c", "g", "t", "xbar", "s"])
def test_every_kind_of_values_draws(here: Installation, kind: str) -> None:
    (found,) = drawn(here, values_file(here), "--kind", kind)

    assert found["chart"]["kind"] == kind  # type: ignore[index]
    assert found["choice"]["advised"] == "i"  # type: ignore[index]


def test_values_of_one_day_are_a_subgroup(here: Installation) -> None:
    text = "date,minutes\n2018-01-12,10\n2018-01-12,20\n2018-01-19,12\n2018-01-19,16\n"

    found = points(here, text, "--y", "minutes", "--kind", "xbar")

    assert found["y"] == [15, 14]
    assert found["n"] == [2, 2]
    assert y(here, text, "--y", "minutes") == [15, 14]


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


# -- what it costs ---------------------------------------------------------------------------------


def test_a_chart_loads_no_server_and_no_database(here: Installation) -> None:
    program = (
        "import sys\nfrom api.cli import cli\n"
        f"try:\n    cli(['chart', {values_file(here)!r}])\nexcept SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "print(*sorted(set(sys.modules) & {'litestar', 'sqlalchemy', 'alembic', 'uvicorn', 'rich', "
        "'jinja2', 'resvg_py', 'asyncio'}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=here.folder, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["wrote data.svg", ""]


def test_without_resvg_a_png_says_what_to_install(apart: Installation) -> None:
    name = values_file(apart)
    (apart.folder / "resvg_py.py").write_text("raise ImportError('none apart')\n")
    apart.environ["PYTHONPATH"] = str(apart.folder)

    assert "pip install 'pdsa-tracker[png]'" in apart.fails("chart", name, "--to", "x.png")
    apart.works("chart", name)


def test_a_reader_who_leaves_is_no_failure(apart: Installation) -> None:
    process = subprocess.Popen(
        [PDSA, "chart", values_file(apart), "--to", "-"],
        cwd=apart.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None

    assert process.stdout.read(10) == b"<svg xmlns"
    process.stdout.close()

    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait()
