"""A portfolio of tests: whether they fail as often as they should, and what waits for somebody.

Who only tests what is sure to work learns little. Of a healthy portfolio 25 to 50 percent of the
tests show no improvement (Langley et al., The Improvement Guide, ch. 8). A handful of tests says
nothing about that, so each share is judged by the ends of its Wilson interval.
"""

from collections.abc import Iterable
from datetime import date
from itertools import count

from msgspec import Struct

from pdsa.cycle import Cycle, Status
from pdsa.errors import InvalidValue
from pdsa.interchange import Inquiry
from pdsa.review.finding import Finding, Hit
from pdsa.review.interval import wilson
from pdsa.review.record import Record
from pdsa.review.registry import RULES, finding
from pdsa.review.success import showed_improvement
from pdsa.stages import Stage
from pdsa.words import mark, say

_RUNNING, _COMPLETED = Status.running, Status.completed

#: The share of tests that show no improvement in a healthy portfolio (The Improvement Guide, ch. 8).
HEALTHY = (0.25, 0.5)
#: The fewest tests of which anything can be said, where none failed and where all did.
FEWEST_HELD = next(n for n in count(1) if wilson(0, n)[1] < HEALTHY[0])
FEWEST_FAILED = next(n for n in count(1) if wilson(n, n)[0] > HEALTHY[1])
#: A running cycle has stalled when more days than these were taught since anything was done in it:
#: two weeks, in which a team that meets every other week has met once.
STALLED_AFTER = 10


class Portfolio(Struct, frozen=True, kw_only=True):
    """Counts of a portfolio; two of them add up.

    ``tests`` are completed cycles of which the record tells whether they showed improvement,
    ``without`` those that showed none, ``untold`` the others. ``running`` and ``stalled`` count
    cycles that go on, ``unchanged`` ideas tested over and over without a change (ACT106),
    ``measures`` and ``unused`` the measures, and those collected that no Study cites (MEA107).
    """

    inquiries: int = 0
    tests: int = 0
    without: int = 0
    untold: int = 0
    running: int = 0
    stalled: int = 0
    unchanged: int = 0
    measures: int = 0
    unused: int = 0

    def __add__(self, other: "Portfolio") -> "Portfolio":
        names = self.__struct_fields__
        return Portfolio(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def interval(self) -> tuple[float, float]:
        """Between which shares of tests without improvement the portfolio's own lies (95%)."""
        return wilson(self.without, self.tests)

    def failing_hit(self) -> Hit | None:
        """What there is to say where nearly every test succeeded, or hardly any did."""
        low, high = self.interval()
        shown = self.tests - self.without
        if high < HEALTHY[0]:
            said = mark(
                "{shown} of {tests} tests showed improvement; of healthy tests 25 to 50 in 100 do "
                "not, and here it is at most {share}, as far as so few can tell."
            )
            if not self.without:
                said = mark(
                    "All {tests} tests showed improvement; of healthy tests 25 to 50 in 100 do not, "
                    "and here it is at most {share}, as far as so few can tell."
                )
            return Hit(
                message=say(said, shown=shown, tests=self.tests, share=f"{100 * high:.0f}"),
                next=say(
                    "Test something of which you are less sure, or ask whether the predictions are "
                    "ones that could fail."
                ),
            )
        if low > HEALTHY[1]:
            said = mark(
                "{shown} of {tests} tests showed improvement; of healthy tests 25 to 50 in 100 do "
                "not, and here it is at least {share}, as far as so few can tell."
            )
            if not shown:
                said = mark(
                    "None of {tests} tests showed improvement; of healthy tests 25 to 50 in 100 do "
                    "not, and here it is at least {share}, as far as so few can tell."
                )
            return Hit(
                message=say(said, shown=shown, tests=self.tests, share=f"{100 * low:.0f}"),
                next=say(
                    "Look at the theory again, and test the next idea smaller and with those who "
                    "know the work best."
                ),
            )
        return None


def of_tests(record: Record) -> Portfolio:
    """The tests of an inquiry, alone."""
    completed = [each for each in record.inquiry.cycles if each.status is _COMPLETED]
    told = [showed_improvement(record, each) for each in completed]
    return Portfolio(
        tests=len(told) - told.count(None), without=told.count(False), untold=told.count(None)
    )


def rests_since(record: Record, cycle: Cycle) -> date | None:
    """The day since which a running cycle has stalled, or ``None`` where it has not.

    Days are school days: breaks and holidays stall nobody, and without a calendar nothing is said.
    """
    last = waits_since(record, cycle)
    if last is None or not record.taught_since(last, more_than=STALLED_AFTER):
        return None
    return last


def waits_since(record: Record, cycle: Cycle) -> date | None:
    """The last day on which anything was done in a running cycle; ``None`` for another.

    A test whose planned last day is still to come waits for that day.
    """
    if cycle.status is not _RUNNING:
        return None
    days = [record.last_activity(cycle)]
    if cycle.stage in (Stage.plan, Stage.do):
        days.append(cycle.plan.last_day)
    if cycle.stage is Stage.do:
        days += [record.dates(measure_id).last() for measure_id in record.collected(cycle)]
    return max((day for day in days if day is not None), default=None)


def portfolio(inquiries: Iterable[Inquiry], *, on: date) -> Portfolio:
    """The portfolio of many inquiries on a day, read one after another."""
    total = Portfolio()
    for inquiry in inquiries:
        total += of_record(Record(inquiry, on))
    return total


def of_record(record: Record) -> Portfolio:
    """The portfolio of one inquiry."""
    cycles, measures = record.inquiry.cycles, record.inquiry.measures
    unchanged, unused = RULES["ACT106"].hits, RULES["MEA107"].hits
    running = [cycle for cycle in cycles if cycle.status is _RUNNING]
    return of_tests(record) + Portfolio(
        inquiries=1,
        running=len(running),
        stalled=sum(rests_since(record, cycle) is not None for cycle in running),
        unchanged=sum(any(True for _ in unchanged(record, cycle)) for cycle in cycles),
        measures=len(measures),
        unused=sum(any(True for _ in unused(record, measure)) for measure in measures),
    )


def portfolio_findings(total: Portfolio, *, unit_id: str) -> tuple[Finding, ...]:
    """What the tests of a whole unit show together (SYS101, SYS102).

    Raises ``InvalidValue`` for a count below 0 or more tests without improvement than tests.
    """
    if not 0 <= total.without <= total.tests:
        rule = say("0 to {most}, the number of tests", most=total.tests)
        raise InvalidValue("without", total.without, rule)
    hit = total.failing_hit()
    if hit is None:
        return ()
    code = "SYS101" if total.interval()[1] < HEALTHY[0] else "SYS102"
    return (finding(RULES[code], hit, "unit", unit_id),)
