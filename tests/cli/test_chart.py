"""`pdsa chart`: a picture and a reading from a file."""

import struct
import subprocess
import sys

import pytest

from pdsa.charts import chart
from tests.cli.charts import (
    COUNTED,
    SHARES,
    SVG,
    TICKETS,
    VALUES,
    a_file,
    days,
    drawn,
    picture,
    points,
    shares_file,
    values_file,
    y,
)
from tests.cli.command import PDSA, Installation

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
