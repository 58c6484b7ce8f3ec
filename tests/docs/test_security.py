"""docs/security.md: every item has its row, and every test and file that a row names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ITEMS = [
    "1.2.4",
    "1.2.10",
    "1.3.6",
    "2.2.1",
    "2.2.2",
    "2.3.3",
    "2.4.1",
    "3.3.1",
    "3.3.4",
    "3.4.3",
    "3.4.4",
    "3.5.1",
    "4.1.1",
    "4.1.3",
    "5.2.3",
    "5.3.2",
    "6.8.1",
    "7.2.3",
    "7.2.4",
    "7.4.1",
    "7.4.2",
    "8.2.1",
    "8.2.2",
    "8.2.3",
    "8.3.2",
    "8.4.1",
    "10.2.1",
    "10.5.1",
    "10.5.2",
    "10.5.3",
    "10.5.4",
    "11.4.2",
    "13.4.2",
    "14.2.1",
    "14.3.2",
    "15.3.3",
    "15.4.2",
    "16.2.1",
    "16.2.5",
    "16.3.2",
    "16.5.1",
    "16.5.4",
]
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
    for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]
}


@cache
def functions_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {each.name for each in tree.body if isinstance(each, kinds)}


def test_every_item_has_one_row_and_no_other_has_one() -> None:
    assert list(ROWS) == ITEMS
    assert len(re.findall(r"^\| \d+\.\d+\.\d+ \|", PAGE, re.MULTILINE)) == len(ITEMS)


@pytest.mark.parametrize("item", ITEMS)
def test_what_a_row_names_is_there(item: str) -> None:
    asks, met_in, shown_by = ROWS[item]

    assert asks
    assert met_in
    named = re.findall(r"`(tests/[\w/]+\.py)::([\w-]+)`", shown_by)
    assert named
    for file, test in named:
        assert test in functions_in(ROOT / file), f"{file}::{test}"
    for place in re.findall(r"`((?:api|pdsa)/[\w/.]*)(?:::[\w.]+)?`", met_in):
        assert (ROOT / place).exists(), place


def test_the_words_are_our_own() -> None:
    assert "Verify that" not in PAGE
