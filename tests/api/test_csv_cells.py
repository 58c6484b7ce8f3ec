"""CSV that a spreadsheet opens: what begins like a formula is text."""

import csv
import io

import pytest

from api.csv_cells import cell, table


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d"])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(first: str) -> None:
    assert cell(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("value", [-3.5, 0, None, True, "room-a", "", "a=1", "'quoted"])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert cell(value) is value


def test_quotes_commas_and_lines_stay_in_their_cell() -> None:
    rows = [["a,b", 'say "yes"', "two\nlines", -1.5], ["=HYPERLINK(1)", None, "", 0]]

    made = table(["a", "b", "c", "d"], rows).decode()

    head, one, other = csv.reader(io.StringIO(made))
    assert head == ["a", "b", "c", "d"]
    assert one == ["a,b", 'say "yes"', "two\nlines", "-1.5"]
    assert other == ["'=HYPERLINK(1)", "", "", "0"]
