"""D's pydantic models: what it is sent and what it answers.

The parts of a cycle lie in the database as JSON text: pydantic parses it as it checks it (``Json``),
which is the quickest way that it has.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, model_validator


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Expectation(BaseModel):
    model_config = ConfigDict(extra="allow")

    kind: Literal["direction", "value", "range", "category", "text"]


class Amendment(BaseModel):
    on: date
    reason: str
    expectation: Expectation | None = None
    confidence: int | None = None


class Prediction(BaseModel):
    id: str
    expectation: Expectation
    confidence: int | None = None
    reason: str = ""
    made_on: date | None = None
    locked_on: date | None = None
    amendments: list[Amendment] = []


class Question(BaseModel):
    id: str
    text: str
    predictions: list[Prediction] = []


class Task(BaseModel):
    what: str
    who: str = ""
    when: str = ""
    where: str = ""


class DataCollection(BaseModel):
    measure_id: str
    who: str = ""
    when: str = ""
    how: str = ""


class Condition(BaseModel):
    name: str
    value: str = ""


class Plan(BaseModel):
    objective: str = ""
    questions: list[Question] = []
    tasks: list[Task] = []
    data: list[DataCollection] = []
    scale: str | None = None
    size: int | None = None
    size_of: str = ""
    belief: str | None = None
    failure_cost: str | None = None
    readiness: str | None = None
    conditions: list[Condition] = []
    first_day: date | None = None
    last_day: date | None = None


class Do(BaseModel):
    as_planned: str | None = None
    what_happened: str = ""
    unexpected: str = ""


class Result(BaseModel):
    prediction_id: str
    outcome: str
    observed: float | None = None
    note: str = ""
    on: date | None = None


class Study(BaseModel):
    results: list[Result] = []
    learned: str = ""
    surprises: str = ""


class Act(BaseModel):
    decision: str | None = None
    reason: str = ""
    conditions: str = ""
    next_plan: str = ""
    no_next_reason: str = ""


class Move(BaseModel):
    move: str
    on: date
    from_stage: str
    to_stage: str
    reason: str = ""


class CycleOut(Out):
    id: str
    aim_id: str
    change_idea_id: str
    title: str
    purpose: str
    stage: str
    status: str
    planned_on: date | None
    started_on: date | None
    ended_on: date | None
    follows: str | None
    branched_from: str | None
    plan: Json[Plan]
    do: Json[Do] | None
    study: Json[Study] | None
    act: Json[Act] | None
    moves: Json[list[Move]]
    version: int


class CyclePage(BaseModel):
    items: list[CycleOut]
    next: str | None = None


Count = Annotated[int, Field(ge=0)]


class PointDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: date
    numerator: Count | None = None
    denominator: Count | None = None
    value: float | None = None
    classroom_id: str | None = None
    student_group: str | None = None
    cycle_id: str | None = None
    note: str = ""

    @model_validator(mode="after")
    def counts_or_value(self) -> Any:
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("give numerator and denominator, or neither")
        if self.numerator is not None and self.value is not None:
            raise ValueError("give either counts or a value, not both")
        if self.numerator and self.denominator == 0:
            raise ValueError("the denominator is above 0")
        return self


class PointDrafts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    points: Annotated[list[PointDraft], Field(min_length=1, max_length=1000)]


class PointOut(Out):
    id: str
    measure_id: str
    on: date
    numerator: int | None
    denominator: int | None
    value: float | None
    classroom_id: str | None
    student_group: str | None
    cycle_id: str | None
    note: str
    version: int
