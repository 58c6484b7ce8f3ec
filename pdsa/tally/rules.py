"""What is said to a team when a tally cannot be read or written, each sentence in one place.

A rule reads after "Give ..."; a reason says of a cell, a line or a column why it stands aside.
"""

from pdsa.measure import Measure, MeasureUnit
from pdsa.words import mark, say

# -- What a cell may say ---------------------------------------------------------------------

MAX_COUNT, MAX_AMOUNT = 1_000_000_000, 1e12

LONG_CELL = mark("one figure in a cell, in a few characters")
FORMULA = mark("the figure itself, not a formula: paste the values only")
SPREADSHEET_ERROR = mark("a figure; the spreadsheet shows an error of its own here")
COLON = mark("how many of how many with a slash, as in 10/25: a colon is for times of the day")
DATE = mark(
    "how many of how many, as in 10 of 25: this is a date, which spreadsheets make of 10/25 unless the cell is formatted as text"
)
SMALL_DIGITS = mark("plain digits, as in 1/2 or 10")
THOUSANDS = mark("a number without thousands separators, as in 1200 or 1.2")
NUMBER = mark("a number, such as 64")
NEGATIVE = mark("0 or more")
WHOLE_COUNTS = mark("whole numbers on both sides of the slash, as in 10/25")


def large_count() -> str:
    """Of a count that no classroom has."""
    return say("counts of at most {most}", most=f"{MAX_COUNT:,}")


def large_amount() -> str:
    """Of a value that no measure has."""
    return say("a number between -{most} and {most}", most=f"{MAX_AMOUNT:,.0f}")


NO_PERCENTAGE = mark("a figure without a percent sign: this measure is no percentage")


def figure_wanted(measure: Measure) -> str:
    """What a cell of this measure takes."""
    if measure.unit is MeasureUnit.percentage:
        return say(
            "how many of how many, as in 10/25, a percentage, as in 40%, or a dash for missing"
        )
    if measure.unit is MeasureUnit.rate:
        return say(
            "how many of how many, as in 10/25, a rate, as in 3.5 per {per}, or a dash for missing",
            per=measure.per,
        )
    if measure.unit is MeasureUnit.count_:
        return say("one number, as in 12, or a dash for missing")
    return say("one number, as in 12 or 3.5, or a dash for missing")


def of_how_many(measure: Measure) -> str:
    """Of a number that stands alone, with nobody to say of how many."""
    if measure.unit is MeasureUnit.percentage:
        return say(
            "of how many, too: the number of all after a slash, as in 10/25, or 40% for a percentage"
        )
    return say("of how many, too: the number of all after a slash, as in 10/25")


def over_size(size: int) -> str:
    """Of a number that stands alone and is more than were last counted in its classroom."""
    return say(
        "at most {size}, as many as were last counted in this classroom, or of how many, as in"
        " 10/25, or 40% for a percentage",
        size=size,
    )


def at_most(size: int) -> str:
    """Of a numerator over its denominator."""
    return say("at most {size} of {size}: the first number is a part of the second", size=size)


def base_of_rate(measure: Measure) -> str:
    """Of a rate on another base than that of its measure."""
    return say("a rate per {per}, the base of this measure", per=measure.per)


# -- What a grid holds -----------------------------------------------------------------------

MAX_DAYS = 400

WHOLE_TEAM = mark("Whole team")
SEVERAL_POINTS = mark(
    "several figures stand here; the cell shows them pooled: change each by itself"
)
OTHER_CYCLE = mark("this figure belongs to another cycle: change it there")
NOT_OF_THE_TEAM = mark("no figures are added here: give them by classroom of the team")
NO_SUCH_CELL = mark("a day and a classroom of the grid")


# -- What can be pasted ----------------------------------------------------------------------

MAX_CHARACTERS, MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 100_000, 1000, 1000, 50_000

NOT_TEXT = mark("text as a spreadsheet copies it, without control characters")
UNCLOSED_QUOTE = mark("a table in which every quotation mark is closed")
NOTHING_PASTED = mark("a block with at least one cell that is not empty")
TWO_READINGS = mark(
    "a block that fits in one way only: this one could be read in more, so add a first row with the names of the classrooms and a first column with the dates"
)


def no_fit(rows: int, columns: int, *, days: int, classrooms: int) -> str:
    """Of a block whose shape is not that of the grid."""
    return say(
        "a block of {days} days and {classrooms} classrooms, or one with the dates and the names of"
        " the classrooms at its sides: this one has {rows} rows and {columns} columns",
        days=days,
        classrooms=classrooms,
        rows=rows,
        columns=columns,
    )


def unknown_date(text: str) -> str:
    return say("“{text}” is no day of the grid (write 2018-01-12, 1/12 or Jan 12)", text=text)


def two_dates(text: str) -> str:
    return say("“{text}” may be more than one day of the grid: write the year, too", text=text)


def repeated_date(text: str) -> str:
    return say("“{text}” names a day that stands there more than once", text=text)


def unknown_classroom(text: str) -> str:
    if not text:
        return say("no classroom stands over it")
    return say("“{text}” is no classroom of the grid", text=text)


def repeated_classroom(text: str) -> str:
    return say("“{text}” names a classroom that stands there more than once", text=text)


def two_classrooms(text: str) -> str:
    return say("“{text}” is the name of more than one classroom of the grid", text=text)


NO_DATE = mark("no date stands beside it")
HALF_A_PAIR = mark("one of its two numbers is not there")


def too_many_days() -> str:
    """Of a grid that is longer than a school year with all its days."""
    return say(
        "at most {most} days in one grid: write the first and last day of the test into its plan",
        most=MAX_DAYS,
    )


def long_text() -> str:
    """Of a block that is too long to be read."""
    return say("at most {most} characters: paste a part of the table", most=f"{MAX_CHARACTERS:,}")


def large_table() -> str:
    """Of a block that is larger than any grid."""
    return say(
        "at most {rows} rows, {columns} columns and {cells} cells",
        rows=f"{MAX_ROWS:,}",
        columns=f"{MAX_COLUMNS:,}",
        cells=f"{MAX_CELLS:,}",
    )
