"""Examples of what clients send, and of a chart as they get it, from the worked inquiry.

A test reads each with its type.
"""

from datetime import date
from typing import Any

from msgspec import to_builtins

from pdsa.charts import measure_charts
from pdsa.ids import AimId, MeasureId, PointId
from pdsa.interchange import loads
from pdsa.measure import DataPoint, Measure, MeasureKind, MeasureUnit
from pdsa.reference import sacramento
from pdsa.review.fidelity import inquiry_profile


def _a_chart() -> Any:
    """The chart of the first three Fridays."""
    measure = Measure(
        id=MeasureId("measure-sentence-frame"),
        aim_id=AimId("aim-discourse"),
        name="Students who use the sentence frame",
        kind=MeasureKind.process,
        unit=MeasureUnit.percentage,
        target=60,
    )
    points = [
        DataPoint(
            id=PointId(f"point-{on}"),
            measure_id=measure.id,
            on=on,
            numerator=numerator,
            denominator=denominator,
        )
        for on, numerator, denominator in (
            (date(2017, 10, 13), 22, 55),
            (date(2017, 10, 20), 20, 54),
            (date(2017, 10, 27), 23, 50),
        )
    ]
    (chart,) = measure_charts(measure, points)
    return to_builtins(chart)


def _a_fidelity() -> Any:
    """The profile of the worked inquiry, of one cycle."""
    profile = to_builtins(inquiry_profile(loads(sacramento())))
    return {"unit_id": "team-grade-5", "profile": profile, "withheld": None}


EXAMPLES: dict[str, list[Any]] = {
    "UnitDraft": [{"kind": "team", "name": "Sample team: grade 5 mathematics"}],
    "PersonDraft": [{"name": "Sample facilitator", "email": "facilitator@example.org"}],
    "GrantDraft": [{"person_id": "person-1", "role": "facilitator", "unit_id": "team-grade-5"}],
    "InvitationDraft": [
        {
            "name": "Sample teacher",
            "email": "teacher@example.org",
            "role": "member",
            "unit_id": "team-grade-5",
        }
    ],
    "SignIn": [{"email": "teacher@example.org", "password": "a few words of yours"}],
    "PasswordChange": [
        {"current": "a few words of yours", "password": "a few other words of yours"}
    ],
    "PasswordReset": [{"email": "teacher@example.org"}],
    "TokenDraft": [
        {
            "name": "Weekly export",
            "scopes": [{"access": "read", "unit_id": "team-grade-5"}],
            "expires_at": "2031-01-10T00:00:00Z",
        }
    ],
    "CalendarDraft": [
        {
            "unit_id": "team-grade-5",
            "name": "2017-18",
            "first_day": "2017-08-31",
            "last_day": "2018-06-14",
            "closures": [
                {
                    "name": "Winter break",
                    "first_day": "2017-12-25",
                    "last_day": "2018-01-05",
                    "kind": "break",
                }
            ],
        }
    ],
    "ProblemDraft": [
        {
            "unit_id": "team-grade-5",
            "title": "Students seldom put their reasoning into words",
            "evidence": [{"source": "student_work", "summary": "Answers without explanations."}],
        }
    ],
    "AimDraft": [
        {
            "unit_id": "team-grade-5",
            "title": "Academic discourse",
            "population": "students in the two fifth-grade classrooms",
            "what": "are engaged in academic discourse",
            "indicator": "share of lesson time in academic discourse",
            "target": 51,
            "deadline": "2018-06-14",
        }
    ],
    "AimChange": [{"measured_by": "measure-discourse", "baseline": 30}],
    "TheoryDraft": [
        {
            "on": "2017-10-06",
            "drivers": [{"id": "driver-language", "text": "Students have the language they need"}],
            "links": [
                {"source": "driver-language", "target": "aim-discourse", "strength": "strong"},
                {"source": "idea-exit-ticket", "target": "driver-language", "strength": "weak"},
            ],
        }
    ],
    "ChangeIdeaDraft": [
        {
            "aim_id": "aim-discourse",
            "title": "Exit ticket with a sentence frame",
            "concept": "design_systems_to_avoid_mistakes",
            "math_activity": "exit ticket",
        }
    ],
    "MeasureDraft": [
        {
            "aim_id": "aim-discourse",
            "name": "Sentence-frame use on exit tickets",
            "kind": "process",
            "unit": "percentage",
            "definition": "Tickets whose reflection uses the frame, of all tickets handed in.",
        }
    ],
    "PointDraft": [
        {"on": "2017-10-13", "numerator": 12, "denominator": 29, "classroom_id": "room-a"},
        {"on": "2017-11-17", "classroom_id": "room-b", "note": "Assembly: no tickets."},
    ],
    "PointDrafts": [
        {
            "points": [
                {"on": "2017-10-13", "numerator": 12, "denominator": 29, "classroom_id": "room-a"},
                {"on": "2017-10-13", "numerator": 10, "denominator": 26, "classroom_id": "room-b"},
            ]
        }
    ],
    "PhaseDraft": [
        {
            "kind": "freeze",
            "on": "2017-12-22",
            "reason": "Nine weeks before Room B tried the frame aloud: our baseline.",
        },
        {
            "kind": "rebase",
            "on": "2018-01-12",
            "reason": "Since January every ticket carries the frame in print.",
            "classroom_id": "room-b",
        },
    ],
    "PhaseChange": [{"reason": "Since January the frame is printed on every ticket."}],
    "SilenceDraft": [
        {
            "code": "ACT103",
            "element_id": "cycle-exit-ticket-1",
            "reason": "Room B has a new teacher; it joins the next cycle.",
        }
    ],
    "SilenceChange": [{"reason": "Room B joins the next cycle, in January."}],
    "LevelDraft": [
        {
            "voice": "team",
            "level": 2.5,
            "reason": "One change is tested, and the frame is counted every Friday.",
        }
    ],
    "RequestDraft": [
        {
            "aim_id": "aim-discourse",
            "kind": "barrier",
            "title": "No time to look at exit tickets together",
            "words": "Both planning periods are covered by supervision until March.",
            "cycle_id": "cycle-exit-ticket-1",
        }
    ],
    "Words": [{"words": "From February the two periods fall together."}],
    "WordsOrNone": [{"words": "Thank you: that does."}],
    "CommentDraft": [
        {
            "text": "In this week half of Room B was away on a trip.",
            "measure_id": "measure-sentence-frame",
            "on": "2017-11-17",
        }
    ],
    "CycleDraft": [
        {
            "aim_id": "aim-discourse",
            "change_idea_id": "idea-exit-ticket",
            "title": "Exit ticket in both classrooms",
            "plan": {
                "objective": "See whether students take the sentence frame up.",
                "questions": [
                    {
                        "text": "How many students will use the frame?",
                        "predictions": [
                            {
                                "expectation": {
                                    "kind": "range",
                                    "measure_id": "measure-sentence-frame",
                                    "low": 60,
                                    "high": 80,
                                },
                                "confidence": 70,
                                "reason": "The frame takes away the fear of the first word.",
                            }
                        ],
                    }
                ],
                "data": [{"measure_id": "measure-sentence-frame", "when": "every Friday"}],
                "scale": "large",
            },
        }
    ],
    "StopAim": [{"reason": "The course ends; its next team takes the question on."}],
    "StartDo": [{"on": "2017-10-13"}],
    "Record": [{"as_planned": "partly", "what_happened": "Two assemblies took the exit ticket."}],
    "Compare": [
        {
            "on": "2018-03-12",
            "study": {
                "results": [{"prediction_id": "prediction-1", "outcome": "held", "observed": 64}],
                "learned": "The frame was taken up in one room and hardly in the other.",
            },
        }
    ],
    "Decide": [
        {
            "on": "2018-03-16",
            "act": {"decision": "adapt", "reason": "Room B needs another way into the frame."},
        }
    ],
    "Confirm": [
        {"on": "2018-03-14", "outcome": "held", "observed": 64, "note": "32 of 50 tickets."}
    ],
    "StepBack": [{"to": "plan", "on": "2017-10-20", "reason": "We forgot to plan the tally."}],
    "Stop": [{"on": "2017-11-03", "reason": "The unit ended earlier than planned."}],
    "Branch": [
        {
            "title": "Exit ticket, spoken first",
            "on": "2018-01-12",
            "reason": "Room B wants to try it aloud.",
        }
    ],
    "Amend": [
        {
            "prediction_id": "prediction-1",
            "on": "2017-11-03",
            "reason": "The first weeks went faster than we thought.",
            "confidence": 85,
        }
    ],
    "MeasureChart": [_a_chart()],
    "TeamFidelity": [_a_fidelity()],
}
