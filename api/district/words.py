"""The words of a synthetic district: subjects, what their teams work on, and what they try.

All of it is made up; what teams try are activities that many schools use.
"""

from msgspec import Struct


class Focus(Struct, frozen=True, kw_only=True):
    """What a team works on: the aim, how it is counted, and changes with what counts each."""

    title: str
    what: str
    indicator: str
    definition: str
    drivers: tuple[str, str]
    ideas: tuple[tuple[str, str, str], ...]  #: title, activity, measure of the process


class Subject(Struct, frozen=True, kw_only=True):
    """A subject with what its teams work on."""

    code: str
    name: str
    focuses: tuple[Focus, ...]


SUBJECTS = (
    Subject(
        code="mathematics",
        name="mathematics",
        focuses=(
            Focus(
                title="Reasoning in words",
                what="explain their reasoning in words",
                indicator="students whose exit ticket gives a reason",
                definition="Tickets that say why the answer holds, of all tickets handed in.",
                drivers=("Students have the language they need", "Tasks ask for a reason"),
                ideas=(
                    (
                        "Exit ticket with a sentence frame",
                        "exit ticket",
                        "Students who use the frame",
                    ),
                    ("Number talk twice a week", "number talk", "Students who speak in the talk"),
                    (
                        "Partners retell a solution",
                        "partner talk",
                        "Pairs that retell the solution",
                    ),
                    (
                        "Tasks with two solutions",
                        "problem-based lesson",
                        "Students who compare both",
                    ),
                ),
            ),
            Focus(
                title="Fluency with fractions",
                what="place fractions on a number line",
                indicator="students who place four of five fractions rightly",
                definition="Students with four or five of five right, of all who took the check.",
                drivers=("Students see fractions as numbers", "Practice is spread over weeks"),
                ideas=(
                    ("Choral count by fractions", "choral count", "Students who join the count"),
                    (
                        "Number line on every desk",
                        "representation",
                        "Students who use the number line",
                    ),
                    (
                        "Two minutes of spaced practice",
                        "retrieval practice",
                        "Students who finish the practice",
                    ),
                ),
            ),
            Focus(
                title="Staying with a problem",
                what="work on a hard problem for ten minutes",
                indicator="students who are at work after ten minutes",
                definition="Students at work when the timer rings, of all in the room.",
                drivers=("Students know what to do when stuck", "Mistakes are worth something"),
                ideas=(
                    (
                        "A list of ways to begin",
                        "problem-based lesson",
                        "Students who use the list",
                    ),
                    (
                        "Favourite mistake of the day",
                        "examining student work",
                        "Students who mend it",
                    ),
                    ("Think alone, then in a pair", "partner talk", "Students who write alone"),
                ),
            ),
        ),
    ),
    Subject(
        code="english",
        name="English language arts",
        focuses=(
            Focus(
                title="Evidence from the text",
                what="support a claim with evidence from the text",
                indicator="students whose paragraph cites the text",
                definition="Paragraphs with a citation that fits, of all paragraphs collected.",
                drivers=("Students find evidence quickly", "Claims are discussed aloud"),
                ideas=(
                    ("Highlight before writing", "close reading", "Students who highlight"),
                    ("Claim and evidence cards", "discussion", "Students who match the cards"),
                    (
                        "Paragraph frame, then none",
                        "sentence frame",
                        "Students who write without it",
                    ),
                ),
            ),
            Focus(
                title="Academic discourse",
                what="take part in academic discourse",
                indicator="students who build on what another said",
                definition="Students heard to build on another's words, of all in the room.",
                drivers=("Everybody has something to say", "Talk has a routine"),
                ideas=(
                    ("Talking chips", "discussion", "Students who use all their chips"),
                    (
                        "Sentence starters on the wall",
                        "sentence frame",
                        "Students who use a starter",
                    ),
                ),
            ),
        ),
    ),
    Subject(
        code="science",
        name="science",
        focuses=(
            Focus(
                title="Models that explain",
                what="draw a model that explains what they saw",
                indicator="students whose model names a cause",
                definition="Models with at least one cause, of all models collected.",
                drivers=("Students revise their models", "Phenomena are puzzling"),
                ideas=(
                    ("Model before and after", "modelling", "Students who revise their model"),
                    ("Gallery walk with notes", "feedback", "Students who leave a note"),
                ),
            ),
        ),
    ),
    Subject(
        code="history",
        name="history",
        focuses=(
            Focus(
                title="Weighing sources",
                what="say how far a source can be trusted",
                indicator="students who give two reasons",
                definition="Answers with two reasons that fit, of all answers.",
                drivers=("Students ask who wrote it and why", "Sources disagree"),
                ideas=(
                    ("Two sources side by side", "sourcing", "Students who compare both"),
                    ("Who, when and why first", "sourcing", "Students who note all three"),
                ),
            ),
        ),
    ),
)

GRADES = ("K", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")

MISSING = ("Assembly: no tally.", "Substitute teacher: not collected.", "Tally lost.", "")
LEARNED = (
    "We saw more students take part once the routine was known; some waited to be called on.",
    "The first two lessons were slow, then it took four minutes. Students asked for it.",
    "It helped those who were at ease already. The others copied from the board.",
    "Nothing changed that we could see in the tallies. The task was too easy to tell.",
    "One classroom took it up and the other hardly did. We heard why from two students.",
)
INTENDED = (
    "We will shorten the start and hope that more students will take part.",
    "Next time we are going to tally in every lesson and then compare.",
)
HAPPENED = (
    "Done in every lesson of the window but one, when there was a drill.",
    "We kept to the plan and shortened the start after the second day.",
    "Two of us taught it as planned, one changed the order.",
    "It was carried out, with fewer students than planned because of absences.",
)
REASONS = {
    "adopt": "The tallies rose and stayed up, and it costs no extra time.",
    "adapt": "It worked in part: students need another way into it.",
    "abandon": "It took ten minutes and the tallies did not move.",
    "expand": "It held in one classroom; the next ones are ready to try it.",
}
STOPPED = (
    "The unit ended earlier than planned.",
    "Testing weeks came in between.",
    "The colleague who led it is on leave.",
)
BARRIERS = ("", "", "", "A device cart was missing.", "The period was cut for an assembly.")
EQUITY = (
    "English learners should gain, and faster than all students.",
    "Students with disabilities should gain, and faster than all students.",
    "African American students should gain, and faster than all students.",
)
STOPPED_AIM = (
    "The school chose another priority for the year.",
    "The team was regrouped after the first semester.",
)
