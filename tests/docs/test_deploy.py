"""deploy/: what is there fits the program, and is as closed as it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from api.settings import Settings
from api.settings_shown import variable

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "deploy" / "pdsa-tracker.service").read_text(encoding="utf-8")
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
KNOWN = {variable(field.name) for field in msgspec.structs.fields(Settings)} | {"PDSA_CONFIG"}


@pytest.mark.parametrize("text", [UNIT, CONTAINER], ids=["unit", "container"])
def test_every_setting_is_one(text: str) -> None:
    given = {name.removesuffix("_FILE") for name in re.findall(r"PDSA_[A-Z_]+(?==)", text)}

    assert given
    assert given <= KNOWN


def test_the_unit_leaves_time_to_end() -> None:
    (drain,) = re.findall(r"^Environment=PDSA_DRAIN=(\d+)$", UNIT, re.MULTILINE)
    (stop,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)

    assert int(stop) > int(drain) + Settings().grace + 10


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_unit_and_finds_it_closed(tmp_path: Path) -> None:
    unit = tmp_path / "pdsa-tracker.service"
    unit.write_text(
        re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT, flags=re.MULTILINE)
    )

    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    closed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit],
        capture_output=True,
        text=True,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
    assert closed.returncode == 0, closed.stdout


def test_the_image_is_of_a_plain_name_and_runs_as_nobody_special() -> None:
    images = re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE)
    (user,) = re.findall(r"^USER (\d+):\d+$", CONTAINER, re.MULTILINE)

    assert all("/" not in image for image in images)
    assert int(user) > 0
    assert "/health/ready" in CONTAINER


def test_what_is_copied_into_the_image_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists()
