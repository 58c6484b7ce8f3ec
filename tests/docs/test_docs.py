"""The documentation is true: its examples run, its links lead somewhere, and nothing is left out."""

import asyncio
import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.app import create_app
from api.cli import cli
from api.problems import STATUSES, slug
from api.publish import published
from api.settings import Settings
from api.settings_shown import help_texts
from pdsa import PdsaError
from pdsa.reference import sacramento
from pdsa.review import RULES
from tests.api.server import serving_process

ROOT = Path(__file__).parents[2]
GUIDE, REFERENCE = ROOT / "docs" / "guide", ROOT / "docs" / "reference"
OPERATIONS = ROOT / "docs" / "operations.md"
PAGES = [
    page
    for page in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        ROOT / "examples" / "README.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    )
    if page.exists()
]
PUBLISHED = published()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """Each fenced block with its language."""
    return [(found[1], found[2]) for found in FENCE.finditer(text)]


# -- Python ----------------------------------------------------------------------------------


def only_python(text: str) -> str:
    """The text with every line outside its ``python`` blocks left empty, so that line numbers stay."""
    kept: list[str] = []
    at = 0
    for found in FENCE.finditer(text):
        if found[1] == "python":
            kept += ["\n" * text.count("\n", at, found.start(2)), found[2]]
            at = found.end(2)
    return "".join(kept)


WITH_PYTHON = [page for page in PAGES if ">>>" in only_python(read(page))]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name)
def test_the_python_of_a_page_does_what_the_page_shows(page: Path) -> None:
    examples = doctest.DocTestParser().get_doctest(
        only_python(read(page)), {}, name(page), str(page), 0
    )
    said: list[str] = []

    doctest.DocTestRunner().run(examples, out=said.append)

    assert not said, "".join(said)


def test_the_readme_and_the_guides_show_python_that_runs() -> None:
    assert {"README.md", "docs/guide/library.md", "docs/guide/interchange.md"} <= set(
        map(name, WITH_PYTHON)
    )


def test_output_that_the_readme_shows_is_what_the_script_prints() -> None:
    shown = re.findall(
        r"<!-- output of (\S+) -->\n```text\n(.*?)```", read(ROOT / "README.md"), re.DOTALL
    )
    for script, output in shown:
        done = subprocess.run(
            [sys.executable, ROOT / script],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert output.strip() in done.stdout


# -- The shell -------------------------------------------------------------------------------


@pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash and curl are not here"
)
async def test_the_commands_of_the_api_guide_answer_what_it_shows(
    sqlite_url: str, tmp_path: Path
) -> None:
    found = blocks(read(GUIDE / "api.md"))
    commands = [
        (text, found[i + 1][1] if found[i + 1 : i + 2] and found[i + 1][0] == "text" else "")
        for i, (language, text) in enumerate(found)
        if language == "sh"
    ]
    end = "\n-- end of a block --\n"
    script = "\n".join(f"{text}\nprintf '%s' {shlex.quote(end)}" for text, _ in commands)

    async with serving_process(sqlite_url) as served:
        async with served.client() as http:
            body = {"Content-Type": "application/json"}
            sample = await http.post("/api/v1/inquiries", content=sacramento(), headers=body)
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=os.environ | {"URL": served.url, "TOKEN": served.token},
            capture_output=True,
            encoding="utf-8",
        )

    assert sample.status_code == 201
    assert (done.returncode, done.stderr) == (0, "")
    answers = done.stdout.split(end)[:-1]
    assert len(answers) == len(commands) > 10
    for (command, expected), answer in zip(commands, answers, strict=True):
        at = 0
        for line in expected.splitlines():
            at = answer.find(line, at) + len(line)
            assert at >= len(line), (
                f"{line!r} is not, in this place, in what this answers:\n{command}\n{answer}"
            )
        if not expected:
            assert "/problems#" not in answer, f"{command}\n{answer}"


def command_lines() -> list[tuple[str, list[str]]]:
    """What follows ``pdsa`` on every line of a shell block that calls it."""
    calls = re.compile(r"^(?:\$ )?(?:\S*/)?pdsa (.+)$", re.MULTILINE)
    return [
        (name(page), shlex.split(line, comments=True))
        for page in PAGES
        for language, text in blocks(read(page))
        if language in ("sh", "console")
        for line in calls.findall(text)
    ]


def test_every_command_line_in_the_docs_is_one_that_pdsa_takes() -> None:
    lines = command_lines()

    assert len(lines) > 8
    for page, (command, *arguments) in lines:
        assert command in cli.commands, (page, command)
        cli.commands[command].make_context(command, arguments)  # raises for a wrong one


# -- Links -----------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_a_page_leads_to_something_that_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", read(page)))

    for target in targets:
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_the_table_of_contents_names_every_page() -> None:
    contents = read(ROOT / "docs" / "README.md")

    for folder in (GUIDE, REFERENCE):
        for page in folder.glob("*.md"):
            assert f"({page.relative_to(ROOT / 'docs')})" in contents


# -- Nothing is left out ---------------------------------------------------------------------


@pytest.mark.parametrize("path", PUBLISHED, ids=name)
def test_what_is_published_is_what_the_code_says(path: Path) -> None:
    assert path.read_bytes() == PUBLISHED[path], "run `make schema`"


def test_every_route_is_documented() -> None:
    told = read(REFERENCE / "operations.md") + read(REFERENCE / "pages.md")

    for route in create_app(Settings()).routes:
        path = re.sub(r":\w+}", "}", route.path)
        if path.startswith(("/static/", "/api/v1/openapi.json/")):
            continue
        assert f"`{path}`" in told
        for handler in getattr(route, "route_handlers", ()):
            if handler.operation_id is not None and handler.include_in_schema:
                assert f"`{handler.operation_id}`" in told


def test_every_setting_is_documented() -> None:
    for page in (REFERENCE / "settings.md", OPERATIONS):
        for variable, _, _ in help_texts():
            assert f"| `{variable}` |" in read(page)
        assert "`PDSA_CONFIG`" in read(page)


def test_every_error_that_can_be_answered_is_documented() -> None:
    told = read(REFERENCE / "errors.md")
    raised, pending = set(STATUSES), [PdsaError]
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        if error.__module__ in ("pdsa.errors", "api.store.errors", "api.problems"):
            raised.add(error)

    for error in raised:
        assert f"| `{error.__name__}` |" in told
        assert f"| `{slug(error)}` |" in told


def test_every_finding_is_documented() -> None:
    told = read(REFERENCE / "findings.md")

    for rule in RULES.values():
        assert f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity} | {rule.title} |" in told
        assert f"## {rule.code}\n" in told


def test_every_command_is_documented() -> None:
    told = read(OPERATIONS)

    for command in cli.commands:
        assert f"pdsa {command}" in told


def test_no_page_names_a_path_of_somebodys_machine() -> None:
    for page in PAGES:
        assert not re.search(r"(?<![\w.])/(home|root|Users|work)/", read(page)), name(page)
