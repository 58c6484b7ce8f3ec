"""Rules about a portfolio of tests, and about work that waits."""

from collections.abc import Iterator

from pdsa.cycle import Cycle
from pdsa.interchange import Inquiry
from pdsa.review.finding import Hit, Severity
from pdsa.review.portfolio import FEWEST_FAILED, FEWEST_HELD, HEALTHY, of_tests, rests_since
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import is_open
from pdsa.words import say, say_name

_GUIDE = "Langley et al., The Improvement Guide, ch. 8"


@rule(
    "SYS101",
    Severity.advice,
    "Nearly every test succeeded",
    of=Inquiry,
    own=True,
    why="Of tests that teach something, 25 to 50 percent show no improvement; where all succeed, "
    "either the tests were sure to, or what failed was not written down.",
    source=_GUIDE,
)
def all_succeeded(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """The completed cycles whose record tells whether they showed improvement.

    A test showed none where a prediction of improvement did not hold and none held, or where the
    change was abandoned without any such result; mixed results are not counted. Found where even the upper end of the 95% Wilson interval of the share without improvement
    is below 25 percent: with no such test at all, that takes 12. With fewer it is silent.
    """
    if len(inquiry.cycles) < FEWEST_HELD:
        return
    tests = of_tests(record)
    if tests.interval()[1] < HEALTHY[0] and (hit := tests.failing_hit()):
        yield hit


@rule(
    "SYS102",
    Severity.note,
    "Hardly any test succeeded",
    of=Inquiry,
    own=True,
    why="Where more than half of the tests show no improvement, the theory behind them is worth "
    "another look.",
    source=_GUIDE,
)
def few_succeeded(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """The same tests as in SYS101.

    Found where the lower end of the 95% Wilson interval of the share without improvement is above
    50 percent: with no success at all, that takes 4 tests.
    """
    if len(inquiry.cycles) < FEWEST_FAILED:
        return
    tests = of_tests(record)
    if tests.interval()[0] > HEALTHY[1] and (hit := tests.failing_hit()):
        yield hit


@rule(
    "SYS103",
    Severity.note,
    "A cycle has come to rest",
    of=Cycle,
    when=is_open,
    why="A cycle is short on purpose; one that waits for weeks loses what was seen, and keeps the "
    "next one from starting.",
    source="Reed & Card 2016, BMJ Qual Saf 25:147",
)
def stalled(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """A running cycle in Plan or Do in which nothing was done while more than 10 days were taught.

    Done is what the record dates: the plan, a move, a data point, and in Do a figure of a measure
    that the plan collects. A planned last day that is still to come is waited for. Breaks and
    holidays do not count, and without a school calendar the rule is silent. Of a cycle that waits
    in Study or Act for its decision, ACT101 speaks.
    """
    since = rests_since(record, cycle)
    if since is not None:
        days = record.school_days_since(since)
        yield Hit(
            field="stage",
            message=say(
                "The cycle “{title}” has been in {stage} without a word since {day}, {days} school "
                "days ago.",
                title=cycle.title,
                stage=say_name(cycle.stage.capitalize()),
                day=since,
                days=days,
            ),
            next=say("Take it up in the next meeting, or stop it and say why."),
        )
