"""PNG in a process of its own: resvg keeps Python's lock while it draws, and nobody else is served.

At most two at a time; a large picture takes seconds and some hundred megabytes.
"""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from pdsa.errors import InvalidValue

SECONDS = 30
_DRAW = """
import sys
from pdsa.charts.png import png
from pdsa.errors import InvalidValue
try:
    sys.stdout.buffer.write(png(sys.stdin.buffer.read().decode()))
except InvalidValue as error:
    sys.exit(error.field)
"""
_WAITING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="png")


class NoPng(Exception):
    """This machine draws no PNG: there is no resvg, or no font."""


async def to_png(picture: str, width: int) -> bytes:
    """The picture of this width as PNG, with two pixels for each of CSS.

    Raises ``InvalidValue`` for one that is too large, and ``NoPng`` on a machine without resvg or
    without fonts.
    """
    if find_spec("resvg_py") is None:
        raise NoPng
    return await asyncio.get_running_loop().run_in_executor(_WAITING, _drawn, picture, width)


def _drawn(picture: str, width: int) -> bytes:
    path = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-c", _DRAW],
            input=picture.encode(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path},
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise _too_large(width) from None
    if done.returncode == 0:
        return done.stdout
    field = done.stderr.decode(errors="replace").strip()
    if field == "fonts":
        raise NoPng
    if field == "scale":
        raise _too_large(width)
    raise RuntimeError(f"no PNG: {field}")


def _too_large(width: int) -> InvalidValue:
    return InvalidValue("width", width, "less, or SVG: this picture is too large for a PNG")
