from pdsa import Decision, Status, dumps, findings, loads, ramp
from pdsa.reference import MODEL_DAY, model


def test_the_model_inquiry_is_written_as_the_library_writes_one() -> None:
    inquiry = loads(model())

    assert dumps(inquiry, indent=2).encode() + b"\n" == model()
    assert "ample" in inquiry.team.name


def test_no_rule_has_anything_to_say_about_the_model_inquiry() -> None:
    assert findings(loads(model()), on=MODEL_DAY) == ()


def test_the_model_inquiry_grew_one_idea_and_gave_up_another() -> None:
    inquiry = loads(model())

    steps = ramp(inquiry.cycles[0].change_idea_id, inquiry.cycles)
    decisions = [step.decision for step in steps.steps]
    assert steps.grows
    assert decisions == [Decision.adapt, Decision.expand, Decision.adopt]
    assert Decision.abandon in {c.act.decision for c in inquiry.cycles if c.act}
    assert [c.status for c in inquiry.cycles].count(Status.running) == 1
    assert inquiry.calendar is not None
    assert inquiry.calendar.is_instructional(MODEL_DAY)
