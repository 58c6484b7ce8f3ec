"""Collaborative inquiry as data: aims, theories, change ideas, measures, PDSA cycles, run charts.

Pure Python: the standard library and msgspec, no database, no web, no clock. Dates and ids come in
as arguments; every element is a frozen struct, and a move returns a new one.

The names below stand in the order in which a team works.
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:
    from pdsa.charts import (
        Chart,
        ChartKind,
        MeasureChart,
        chart,
        measure_chart,
        measure_charts,
    )
    from pdsa.equity import (
        Equity,
        Goal,
        GoalProgress,
        GradeScore,
        GroupProgress,
        GroupTally,
        distance_from_standard,
        distance_series,
        equity_of,
        goal_progress,
        group_progress,
        group_tally,
        mean_distance,
    )
    from pdsa.review import Finding, Severity, findings

# isort: off
from pdsa.errors import (
    AccessError,
    Circle,
    DanglingId,
    DocumentError,
    IllegalMove,
    IllegalTurn,
    InconsistentDocument,
    InvalidValue,
    MalformedDocument,
    NotAllowed,
    NotVisible,
    PdsaError,
    PredictionLocked,
    UnknownElement,
    UnknownField,
    UnknownVersion,
)
from pdsa.ids import (
    AimId,
    CalendarId,
    ChangeIdeaId,
    CommentId,
    CycleId,
    DriverId,
    GrantId,
    LevelId,
    MeasureId,
    PersonId,
    PhaseId,
    PublicationId,
    PointId,
    PredictionId,
    ProblemId,
    QuestionId,
    RequestId,
    SilenceId,
    UnitId,
)
from pdsa.units import (
    Access,
    Action,
    Audience,
    Grant,
    Person,
    Principal,
    Role,
    Scope,
    Step,
    Unit,
    UnitTree,
    audience,
    may,
    may_give,
    require,
)
from pdsa.calendar import Closure, ClosureKind, SchoolCalendar
from pdsa.problem import Evidence, EvidenceSource, Problem
from pdsa.measure import (
    Counts,
    DataPoint,
    Direction,
    Measure,
    MeasureKind,
    MeasureUnit,
    Series,
    SeriesPoint,
    SplitBy,
    Withheld,
    check_point,
    series,
    show_amount,
)
from pdsa.phase import Phase, PhaseKind, check_phase
from pdsa.aim import Aim, Milestone, show_date
from pdsa.theory import Driver, Link, Strength, Theory, TheoryDiff, diff, theory_on
from pdsa.change_idea import ChangeConcept, ChangeIdea, lineage
from pdsa.scale import (
    Belief,
    Condition,
    FailureCost,
    Readiness,
    Scale,
    advised_scale,
    next_size,
)
from pdsa.prediction import (
    Amendment,
    Change,
    Expectation,
    ExpectCategory,
    ExpectDirection,
    ExpectRange,
    ExpectText,
    ExpectValue,
    Outcome,
    Prediction,
    PredictionResult,
    Question,
)
from pdsa.stages import (
    Act,
    AsPlanned,
    DataCollection,
    Decision,
    Do,
    Plan,
    Stage,
    Study,
    Task,
)
from pdsa.cycle import Cycle, DatedMove, Move, Purpose, Status
from pdsa.ramp import Ramp, RampStep, check_follows, ramp
from pdsa.silence import Silence
from pdsa.level import Level, Voice
from pdsa.feedback import (
    Age,
    Comment,
    Party,
    Request,
    RequestKind,
    RequestMove,
    RequestState,
    Turn,
    Waiting,
    age,
    may_see_request,
    raise_request,
    require_turn,
)
from pdsa.interchange import Inquiry, dumps, loads, schema

# isort: on

__version__ = "0.1.0"

__all__ = [
    # errors
    "PdsaError",
    "InvalidValue",
    "Circle",
    "UnknownElement",
    "IllegalMove",
    "PredictionLocked",
    "IllegalTurn",
    "AccessError",
    "NotVisible",
    "NotAllowed",
    "DocumentError",
    "MalformedDocument",
    "InconsistentDocument",
    "UnknownVersion",
    "UnknownField",
    "DanglingId",
    # ids
    "UnitId",
    "PersonId",
    "GrantId",
    "CalendarId",
    "ProblemId",
    "AimId",
    "DriverId",
    "ChangeIdeaId",
    "MeasureId",
    "PointId",
    "PhaseId",
    "PublicationId",
    "CycleId",
    "QuestionId",
    "PredictionId",
    "SilenceId",
    "LevelId",
    "RequestId",
    "CommentId",
    # units
    "Unit",
    "UnitTree",
    "Step",
    "Person",
    "Role",
    "Action",
    "Grant",
    "Access",
    "Scope",
    "Principal",
    "Audience",
    "may",
    "may_give",
    "require",
    "audience",
    # calendar
    "SchoolCalendar",
    "Closure",
    "ClosureKind",
    # problem
    "Problem",
    "Evidence",
    "EvidenceSource",
    # aim
    "Aim",
    "Milestone",
    "show_date",
    # theory
    "Theory",
    "Driver",
    "Link",
    "Strength",
    "TheoryDiff",
    "diff",
    "theory_on",
    # change idea
    "ChangeIdea",
    "ChangeConcept",
    "lineage",
    # measure
    "Measure",
    "MeasureKind",
    "MeasureUnit",
    "Direction",
    "Counts",
    "DataPoint",
    "check_point",
    "Series",
    "SeriesPoint",
    "SplitBy",
    "Withheld",
    "series",
    "show_amount",
    # phase
    "Phase",
    "PhaseKind",
    "check_phase",
    # scale of a test
    "Scale",
    "Belief",
    "FailureCost",
    "Readiness",
    "Condition",
    "advised_scale",
    "next_size",
    # prediction
    "Question",
    "Prediction",
    "Expectation",
    "ExpectDirection",
    "ExpectValue",
    "ExpectRange",
    "ExpectCategory",
    "ExpectText",
    "Change",
    "Amendment",
    "Outcome",
    "PredictionResult",
    # cycle
    "Cycle",
    "Purpose",
    "Stage",
    "Status",
    "Plan",
    "Task",
    "DataCollection",
    "Do",
    "AsPlanned",
    "Study",
    "Act",
    "Decision",
    "Move",
    "DatedMove",
    "Ramp",
    "RampStep",
    "ramp",
    "check_follows",
    # charts
    "Chart",
    "ChartKind",
    "chart",
    "MeasureChart",
    "measure_chart",
    "measure_charts",
    # equity
    "Equity",
    "equity_of",
    "GroupProgress",
    "group_progress",
    "GroupTally",
    "group_tally",
    "Goal",
    "GoalProgress",
    "goal_progress",
    "GradeScore",
    "distance_from_standard",
    "mean_distance",
    "distance_series",
    # review
    "Finding",
    "Severity",
    "findings",
    "Silence",
    "Level",
    "Voice",
    # feedback
    "Request",
    "RequestKind",
    "RequestMove",
    "RequestState",
    "Party",
    "Turn",
    "raise_request",
    "require_turn",
    "may_see_request",
    "Age",
    "Waiting",
    "age",
    "Comment",
    # interchange
    "Inquiry",
    "dumps",
    "loads",
    "schema",
]

#: Loaded when first asked for: ``import pdsa`` stays quick.
_LATER = {
    "Chart": "charts",
    "ChartKind": "charts",
    "chart": "charts",
    "MeasureChart": "charts",
    "measure_chart": "charts",
    "measure_charts": "charts",
    "Equity": "equity",
    "equity_of": "equity",
    "GroupProgress": "equity",
    "group_progress": "equity",
    "GroupTally": "equity",
    "group_tally": "equity",
    "Goal": "equity",
    "GoalProgress": "equity",
    "goal_progress": "equity",
    "GradeScore": "equity",
    "distance_from_standard": "equity",
    "mean_distance": "equity",
    "distance_series": "equity",
    "Finding": "review",
    "Severity": "review",
    "findings": "review",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"pdsa.{_LATER[name]}"), name)
    return found
