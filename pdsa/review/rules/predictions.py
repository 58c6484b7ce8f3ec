"""Rules about predictions: what the team says of one beside what the figures say."""

from collections.abc import Iterator

from pdsa.cycle import Cycle
from pdsa.prediction import Outcome
from pdsa.review.finding import Hit, Severity
from pdsa.review.ledger import contradicted
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import has_results
from pdsa.words import mark, say


@rule(
    "STU104",
    Severity.note,
    "A result says the opposite of the figures",
    of=Cycle,
    when=has_results,
    why="The figures may miss what the team saw, or the team what the figures show; either is worth "
    "a word, because the next prediction builds on it.",
    source="Langley et al., The Improvement Guide, ch. 5 (Study compares the data with the prediction)",
)
def against_the_figures(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """Compares each result that *held* or *did not hold* with what the figures of the test say
    (``pdsa.review.ledger.proposal``).

    Silent when the result's note says something, when the team or the figures cannot tell, and for
    predictions in words.
    """
    if cycle.study is None:
        return
    for i, proposed in contradicted(record, cycle):
        if cycle.study.results[i].outcome is Outcome.held:
            said = mark(
                "The cycle “{title}” says that a prediction held, and the figures read otherwise: "
                "{figures}"
            )
        else:
            said = mark(
                "The cycle “{title}” says that a prediction did not hold, and the figures read "
                "otherwise: {figures}"
            )
        yield Hit(
            field=f"study/results/{i}/note",
            message=say(said, title=cycle.title, figures=proposed.basis),
            next=say(
                "Look at the figures together once more; if the result stays, say why in its note."
            ),
        )
