"""Identifiers and the few text types that every element of an inquiry is made of.

Ids are opaque strings, one ``NewType`` per concept, and always given in from outside: the server
makes UUIDv7, a notebook may use any 1 to 64 letters, digits, dots, dashes and underscores.

The limits in ``Meta`` are *editorial*: msgspec enforces them when JSON is decoded and not when a
struct is built in Python, so they may be loosened later but never tightened (docs/decisions/0002).
"""

from typing import Annotated, NewType, TypeVar

from msgspec import Meta

UnitId = NewType("UnitId", str)
PersonId = NewType("PersonId", str)
GrantId = NewType("GrantId", str)
CalendarId = NewType("CalendarId", str)
ProblemId = NewType("ProblemId", str)
AimId = NewType("AimId", str)
DriverId = NewType("DriverId", str)
ChangeIdeaId = NewType("ChangeIdeaId", str)
MeasureId = NewType("MeasureId", str)
PointId = NewType("PointId", str)
PhaseId = NewType("PhaseId", str)
PublicationId = NewType("PublicationId", str)
SilenceId = NewType("SilenceId", str)
LevelId = NewType("LevelId", str)
RequestId = NewType("RequestId", str)
CommentId = NewType("CommentId", str)
CycleId = NewType("CycleId", str)
QuestionId = NewType("QuestionId", str)
PredictionId = NewType("PredictionId", str)

T = TypeVar("T")

#: ``Ref[AimId]`` is an id as it may appear in JSON.
Ref = Annotated[
    T,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?![\s\S])",
        description="An id: a letter or digit, then up to 63 letters, digits, dots, dashes or underscores.",
    ),
]

# C0 and C1 controls, bidirectional embeddings, overrides and isolates (Unicode TR #36, 3.2).
_CONTROLS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_CONTROLS_BUT_LINES = (
    r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
)

#: One line that names something: 1-200 characters, not blank, no control or override characters.
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=rf"^[^\S{_CONTROLS}]*[^\s{_CONTROLS}][^{_CONTROLS}]*$(?![\s\S])",
        description="One line, 1-200 characters, not blank; no control or direction-override characters.",
    ),
]
#: One line that may be empty: up to 500 characters.
Line = Annotated[
    str,
    Meta(
        max_length=500,
        pattern=rf"^[^{_CONTROLS}]*$(?![\s\S])",
        description="One line of up to 500 characters.",
    ),
]
#: What a team writes, in paragraphs: up to 10,000 characters, may be empty.
Text = Annotated[
    str,
    Meta(
        max_length=10_000,
        pattern=rf"^[^{_CONTROLS_BUT_LINES}]*$(?![\s\S])",
        description="Up to 10,000 characters; line breaks and tabs are kept.",
    ),
]
#: A text that must say something: a reason, a question.
Reason = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=10_000,
        pattern=rf"^[^\S{_CONTROLS_BUT_LINES}]*[^\s{_CONTROLS_BUT_LINES}]"
        rf"[^{_CONTROLS_BUT_LINES}]*$(?![\s\S])",
        description="1-10,000 characters, not blank.",
    ),
]
#: A word that is data, not code: the kind of a unit, the code of a student group.
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$(?![\s\S])",
        description="A letter, then up to 39 letters, digits, dashes or underscores.",
    ),
]
#: A grade as schools in the USA count them: pre-kindergarten, transitional kindergarten, K, 1 to 12.
Grade = Annotated[
    str,
    Meta(
        pattern=r"^(?:PK|TK|K|[1-9]|1[0-2])$(?![\s\S])",
        description="PK, TK, K, or a number from 1 to 12.",
    ),
]
#: A month of the calendar.
Month = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$(?![\s\S])",
        description="A month as in 2024-09: the year, a dash, and two digits from 01 to 12.",
    ),
]
#: A number of students, lessons or events.
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
#: A value on a measure's scale. JSON has no NaN and no infinity; ``finite`` refuses them in Python.
Amount = Annotated[float, Meta(ge=-1e12, le=1e12)]
#: How sure somebody is, in percent.
Confidence = Annotated[int, Meta(ge=0, le=100)]
#: Counts the changes of an element; becomes its ETag.
Version = Annotated[int, Meta(ge=1, le=2_000_000_000)]

#: What each pattern asks for, in words, for the message of a refusal.
PATTERNS: dict[str | None, str | None] = {
    meta.pattern: meta.description
    for kind in (Ref, Name, Line, Text, Reason, Slug, Grade, Month)
    for meta in getattr(kind, "__metadata__", ())
}
