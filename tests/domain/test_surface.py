import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

import pdsa

ROOT = Path(pdsa.__file__).parent
MODULES = sorted(path.relative_to(ROOT.parent) for path in ROOT.rglob("*.py"))


def test_all_holds_exactly_the_public_names() -> None:
    for name in pdsa._LATER:
        getattr(pdsa, name)
    public = {
        name
        for name, value in vars(pdsa).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    assert set(pdsa.__all__) == public
    assert len(pdsa.__all__) == len(public)


def test_charts_are_loaded_when_they_are_asked_for() -> None:
    code = (
        "import sys, pdsa; before = 'pdsa.charts.control' in sys.modules; pdsa.chart('run', []);"
        "print(before, 'pdsa.charts.control' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert said.split() == ["False", "True"]
    with pytest.raises(AttributeError, match="no attribute 'run_chart'"):
        pdsa.run_chart  # type: ignore[attr-defined]  # noqa: B018


def test_tallies_are_loaded_when_they_are_asked_for() -> None:
    code = (
        "import sys, pdsa; before = 'pdsa.tally' in sys.modules; pdsa.read_cell;"
        "print(before, 'pdsa.tally' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert said.split() == ["False", "True"]


def test_every_public_name_says_what_it_is() -> None:
    values = [getattr(pdsa, name) for name in pdsa.__all__]

    undocumented = [
        value.__name__
        for value in values
        if getattr(value, "__module__", "").startswith("pdsa") and not value.__doc__
    ]

    assert undocumented == []


def test_importing_pdsa_loads_the_standard_library_and_msgspec_alone() -> None:
    paths = [str(ROOT.parent), str(Path(msgspec.__file__).parent.parent)]
    code = (
        f"import sys; sys.path[:0] = {paths!r}; import msgspec; own = set(sys.modules); import pdsa;"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - own}))"
    )

    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(loaded) - sys.stdlib_module_names - {"msgspec"} == {"pdsa"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_reaches_beyond_the_standard_library_and_msgspec(module: Path) -> None:
    tree = ast.parse((ROOT.parent / module).read_text("utf-8"))

    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {
        "msgspec",
        "pdsa",
    }


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_looks_at_the_clock_or_rolls_dice(module: Path) -> None:
    tree = ast.parse((ROOT.parent / module).read_text("utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }

    assert not attributes & {"today", "now", "utcnow", "uuid4", "urandom"}
    assert not imported & {"time", "random", "secrets", "uuid"}
