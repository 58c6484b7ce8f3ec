"""The code as a whole, as trees to look through."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def name_of(file: Path) -> str:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its name."""
    return {
        name_of(file): ast.parse(file.read_text(encoding="utf-8"))
        for package in ("api", "pdsa")
        for file in (ROOT / package).rglob("*.py")
    }


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots(tree: ast.AST) -> set[str]:
    """The packages that a module imports something of."""
    return {name.partition(".")[0] for name in imported(tree)}


def reached(module: str) -> set[str]:
    """The modules of the program that a module imports, first or last, at its top or in a function."""
    found: set[str] = set()
    left = [module]
    while left:
        name = left.pop()
        if name in modules() and name not in found:
            found.add(name)
            left += [name.rpartition(".")[0], *imported(modules()[name])]
    return found


def called(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            yield name, node


def within(module: str, allowed: set[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in allowed)
