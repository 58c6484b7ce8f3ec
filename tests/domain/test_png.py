import struct
import subprocess
import sys
import zlib
from collections import Counter
from typing import NamedTuple

import pytest

from pdsa import InvalidValue
from pdsa.charts import chart
from pdsa.charts import png as module
from pdsa.charts.png import png
from pdsa.charts.svg import chart as draw
from pdsa.charts.svg import driver_diagram
from tests.builders import a_theory, an_aim, an_idea


class Pixels(NamedTuple):
    width: int
    height: int
    colours: Counter[bytes]


def decode(image: bytes) -> Pixels:
    """The pixels of an 8-bit RGBA PNG without interlacing, by the PNG specification."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, width, height = 8, b"", 0, 0
    while at < len(image):
        (length,) = struct.unpack(">I", image[at : at + 4])
        kind, body = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        assert struct.unpack(">I", image[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + body
        )
        if kind == b"IHDR":
            width, height, *form = struct.unpack(">IIBBBBB", body)
            assert form == [8, 6, 0, 0, 0]
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    raw, above, colours = zlib.decompress(data), bytearray(4 * width), Counter[bytes]()
    for y in range(height):
        start = y * (4 * width + 1)
        row = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + 4 * width]), above)
        colours.update(bytes(row[x : x + 4]) for x in range(0, 4 * width, 4))
        above = row
    return Pixels(width, height, colours)


def _unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    for i in range(len(row)):
        a = row[i - 4] if i >= 4 else 0
        b = above[i]
        c = above[i - 4] if i >= 4 else 0
        nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
        row[i] = (row[i] + (0, a, b, (a + b) // 2, nearest)[kind]) % 256
    return row


def a_picture(theme: str = "light") -> str:
    return driver_diagram(a_theory(), aim=an_aim(), ideas=[an_idea()], width=640, theme=theme)


def test_a_picture_comes_out_at_twice_its_size() -> None:
    pixels = decode(png('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'))

    assert (pixels.width, pixels.height) == (60, 40)


@pytest.mark.parametrize(
    ("width", "scale", "across"), [(None, 1, 640), (320, 1, 320), (320, 1.5, 480)]
)
def test_width_and_scale_choose_the_size(width: int | None, scale: float, across: int) -> None:
    pixels = decode(png(a_picture(), width=width, scale=scale))

    assert pixels.width == across


@pytest.mark.parametrize(
    ("theme", "page", "ink"), [("light", "#ffffff", "#1b1f24"), ("dark", "#14171a", "#e8eaed")]
)
def test_the_page_the_lines_and_the_words_are_there(theme: str, page: str, ink: str) -> None:
    pixels = decode(png(a_picture(theme), scale=1))

    (most, _), *_ = pixels.colours.most_common(1)
    assert most == bytes.fromhex(page[1:]) + b"\xff"
    assert pixels.colours[bytes.fromhex(ink[1:]) + b"\xff"] > 300
    assert len(pixels.colours) > 100  # edges of letters are smoothed


def test_words_are_drawn_and_not_only_lines() -> None:
    with_words = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="30"><text y="20" {}>Aim</text></svg>'

    for family in ('font-family="system-ui,sans-serif"', ""):
        pixels = decode(png(with_words.format(family)))
        assert sum(count for colour, count in pixels.colours.items() if colour[3]) > 50


def test_an_automatic_theme_comes_out_light() -> None:
    assert png(a_picture("auto")) == png(a_picture("light"))


def test_a_chart_can_be_a_png_and_the_same_one_gives_the_same_bytes() -> None:
    svg = draw(chart("run", [3, 5, None, 4, 6, 8]), width=480, theme="light")

    assert png(svg) == png(svg)
    assert decode(png(svg, scale=1)).width == 480


@pytest.mark.parametrize(
    ("svg", "options", "field"),
    [
        ("", {}, "svg"),
        ("<svg/>", {}, "svg"),
        ('<svg width="0" height="10"/>', {}, "svg"),
        ('<svg width="100%" height="10"/>', {}, "svg"),
        ('<svg width="10" height="10"><', {}, "svg"),
        (a_picture(), {"width": 0}, "width"),
        (a_picture(), {"scale": 0}, "scale"),
        (a_picture(), {"scale": float("nan")}, "scale"),
        (a_picture(), {"scale": float("inf")}, "scale"),
        (a_picture(), {"width": 4000, "scale": 10}, "scale"),
        ('<svg width="1" height="1000000"/>', {"width": 64_001}, "scale"),
    ],
)
def test_what_cannot_be_drawn_is_refused(svg: str, options: dict[str, float], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        png(svg, **options)  # type: ignore[arg-type]

    assert refused.value.field == field


def test_without_resvg_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)

    with pytest.raises(ImportError, match=r"pip install 'pdsa-tracker\[png\]'"):
        png(a_picture())


def test_a_machine_without_fonts_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fontless:
        @staticmethod
        def svg_to_bytes(**options: object) -> bytes:
            return b"blank"

    monkeypatch.setitem(sys.modules, "resvg_py", Fontless)
    module._family.cache_clear()

    with pytest.raises(InvalidValue, match="fonts-dejavu-core"):
        png(a_picture())
    assert png('<svg width="10" height="10"/>') == b"blank"


def test_resvg_is_loaded_only_when_a_picture_is_drawn() -> None:
    code = "import sys, pdsa.charts.png; print('resvg_py' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout == "False\n"
