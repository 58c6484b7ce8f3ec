"""Help costs nothing but click, and every command is in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import cli
from tests.cli.command import Within

HEAVY = ("litestar", "sqlalchemy", "alembic", "jinja2", "rich", "uvicorn", "msgspec")


def test_help_lists_every_command_with_what_it_does(tmp_path: Path) -> None:
    said = Within(tmp_path).works("--help")

    for name, command in cli.commands.items():
        assert f"  {name} " in said
        assert command.get_short_help_str(limit=200).split(",")[0][:30] in said


@pytest.mark.parametrize("words", ["--help", "--version", "serve --help"])
def test_help_loads_none_of_the_heavy_libraries(words: str) -> None:
    program = (
        "import sys\nfrom api.cli import cli\n"
        f"try:\n    cli({words.split()!r})\nexcept SystemExit:\n    pass\n"
        f"print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ""


def test_help_makes_no_files(tmp_path: Path) -> None:
    Within(tmp_path).works("--help")

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_command_line_is_exit_code_2(tmp_path: Path) -> None:
    here = Within(tmp_path)

    for words in (["dance"], ["import"], ["serve", "--fast"], ["export"], ["export", "--all"]):
        done = here.run(*words)

        assert done.returncode == 2, words
        assert "Usage:" in done.stderr


def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path) -> None:
    for name, value in (("port", "http"), ("database", "mysql://x:hunter2@y/z"), ("pool", "0")):
        line = Within(tmp_path, **{name: value}).fails("migrate")

        assert line.startswith(f"pdsa: PDSA_{name.upper()}: ")
        assert "hunter2" not in line
    assert list(tmp_path.iterdir()) == []


def test_python_m_api_is_the_same_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api", "--version"], capture_output=True, text=True
    )

    assert done.stdout == Within(tmp_path).works("--version")
