"""What is said to a team when a tally cannot be read or written, each sentence in one place.

A rule reads after "Give ..."; a reason says of a cell, a line or a column why it stands aside.
"""

from pdsa.measure import Measure, MeasureUnit

# -- What a cell may say ---------------------------------------------------------------------

MAX_COUNT, MAX_AMOUNT = 1_000_000_000, 1e12

LONG_CELL = "one figure in a cell, in a few characters"
FORMULA = "the figure itself, not a formula: paste the values only"
SPREADSHEET_ERROR = "a figure; the spreadsheet shows an error of its own here"
COLON = "how many of how many with a slash, as in 10/25: a colon is for times of the day"
DATE = (
    "how many of how many, as in 10 of 25: this is a date, which spreadsheets make of 10/25 unless"
    " the cell is formatted as text"
)
SMALL_DIGITS = "plain digits, as in 1/2 or 10"
THOUSANDS = "a number without thousands separators, as in 1200 or 1.2"
NEGATIVE = "0 or more"
WHOLE_COUNTS = "whole numbers on both sides of the slash, as in 10/25"
LARGE_COUNT = f"counts of at most {MAX_COUNT:,}"
LARGE_AMOUNT = f"a number between -{MAX_AMOUNT:,.0f} and {MAX_AMOUNT:,.0f}"
NO_PERCENTAGE = "a figure without a percent sign: this measure is no percentage"


def figure_wanted(measure: Measure) -> str:
    """What a cell of this measure takes."""
    if measure.unit is MeasureUnit.percentage:
        return "how many of how many, as in 10/25, a percentage, as in 40%, or a dash for missing"
    if measure.unit is MeasureUnit.rate:
        rate = f"3.5 per {measure.per}"
        return f"how many of how many, as in 10/25, a rate, as in {rate}, or a dash for missing"
    example = "12" if measure.unit is MeasureUnit.count_ else "12 or 3.5"
    return f"one number, as in {example}, or a dash for missing"


def of_how_many(measure: Measure) -> str:
    """Of a number that stands alone, with nobody to say of how many."""
    share = ", or 40% for a percentage" if measure.unit is MeasureUnit.percentage else ""
    return f"of how many, too: the number of all after a slash, as in 10/25{share}"


def over_size(size: int) -> str:
    """Of a number that stands alone and is more than were last counted in its classroom."""
    return (
        f"at most {size}, as many as were last counted in this classroom, or of how many, as in"
        " 10/25, or 40% for a percentage"
    )


def at_most(size: int) -> str:
    """Of a numerator over its denominator."""
    return f"at most {size} of {size}: the first number is a part of the second"


def base_of_rate(measure: Measure) -> str:
    """Of a rate on another base than that of its measure."""
    return f"a rate per {measure.per}, the base of this measure"


# -- What a grid holds -----------------------------------------------------------------------

MAX_DAYS = 400

WHOLE_TEAM = "Whole team"
TOO_MANY_DAYS = (
    f"at most {MAX_DAYS} days in one grid: write the first and last day of the test into its plan"
)
SEVERAL_POINTS = "several figures stand here; the cell shows them pooled: change each by itself"
OTHER_CYCLE = "this figure belongs to another cycle: change it there"
NOT_OF_THE_TEAM = "no figures are added here: give them by classroom of the team"
NO_SUCH_CELL = "a day and a classroom of the grid"


# -- What can be pasted ----------------------------------------------------------------------

MAX_CHARACTERS, MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 100_000, 1000, 1000, 50_000

NOT_TEXT = "text as a spreadsheet copies it, without control characters"
LONG_TEXT = f"at most {MAX_CHARACTERS:,} characters: paste a part of the table"
LARGE_TABLE = f"at most {MAX_ROWS:,} rows, {MAX_COLUMNS:,} columns and {MAX_CELLS:,} cells"
UNCLOSED_QUOTE = "a table in which every quotation mark is closed"
NOTHING_PASTED = "a block with at least one cell that is not empty"
TWO_READINGS = (
    "a block that fits in one way only: this one could be read in more, so add a first row with the"
    " names of the classrooms and a first column with the dates"
)


def no_fit(rows: int, columns: int, *, days: int, classrooms: int) -> str:
    """Of a block whose shape is not that of the grid."""
    return (
        f"a block of {days} days and {classrooms} classrooms, or one with the dates and the names of"
        f" the classrooms at its sides: this one has {rows} rows and {columns} columns"
    )


def unknown_date(text: str) -> str:
    return f"“{text}” is no day of the grid (write 2018-01-12, 1/12 or Jan 12)"


def two_dates(text: str) -> str:
    return f"“{text}” may be more than one day of the grid: write the year, too"


def repeated_date(text: str) -> str:
    return f"“{text}” names a day that stands there more than once"


def unknown_classroom(text: str) -> str:
    return f"“{text}” is no classroom of the grid" if text else "no classroom stands over it"


def repeated_classroom(text: str) -> str:
    return f"“{text}” names a classroom that stands there more than once"


def two_classrooms(text: str) -> str:
    return f"“{text}” is the name of more than one classroom of the grid"


NO_DATE = "no date stands beside it"
HALF_A_PAIR = "one of its two numbers is not there"
