"""The record of an inquiry with what its review looks up again and again, worked out once."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from pdsa.cycle import Cycle, Move, Status
from pdsa.ids import ChangeIdeaId
from pdsa.interchange import Inquiry
from pdsa.measure import SeriesPoint
from pdsa.prediction import Prediction
from pdsa.ramp import Ramp, as_begun, each_after, in_order, ramp
from pdsa.review.figures import Figures
from pdsa.review.unchanged import unchanged
from pdsa.scale import SCALES
from pdsa.stages import Decision, Stage
from pdsa.theory import Theory
from pdsa.units import CLASSROOM, Audience

_RUNNING, _COMPLETED, _STUDY = Status.running, Status.completed, Move.study
_OPEN, _DO, _KEPT = (Stage.plan, Stage.do), Stage.do, (Decision.adopt, Decision.expand)


class Record(Figures):
    """An inquiry as it stands on a day; what is asked for twice is worked out once.

    Data points that are dated later are left out; of cycles it knows what the inquiry says of them.
    ``audience`` is who the record was given to: whoever is not of the team may have been given less
    than there is, so that no rule may say to them that something is lacking.
    ``measures`` and ``cycles`` are by id. Nothing here judges: rules, fidelity, levels and the ledger
    do.
    """

    def __init__(self, inquiry: Inquiry, on: date, *, audience: Audience = Audience.team) -> None:
        super().__init__(inquiry, on)
        self.audience = audience
        self.cycles: dict[str, Cycle] = {each.id: each for each in inquiry.cycles}
        self.theory: Theory | None = inquiry.theory[-1] if inquiry.theory else None
        self._places: dict[str, frozenset[str | None]] = {}
        self._taught: dict[date, int] = {}
        self._windows: dict[str, tuple[date, date] | None] = {}
        self._predictions: dict[str, tuple[Prediction, ...]] = {}

    @cached_property
    def followers(self) -> Mapping[str, tuple[Cycle, ...]]:
        """The cycles that follow each cycle."""
        found: dict[str, tuple[Cycle, ...]] = {}
        for cycle in self.inquiry.cycles:
            if cycle.follows is not None:
                found[cycle.follows] = (*found.get(cycle.follows, ()), cycle)
        return found

    @cached_property
    def ramps(self) -> Mapping[str, Ramp]:
        """The ramp of each change idea that a cycle tests, by the idea's id."""
        return {idea: ramp(idea, cycles) for idea, cycles in self.in_order.items()}

    @cached_property
    def in_order(self) -> Mapping[ChangeIdeaId, Sequence[Cycle]]:
        """The cycles on each change idea in the order of its ramp."""
        own: dict[ChangeIdeaId, list[Cycle]] = {}
        for cycle in self.inquiry.cycles:
            own.setdefault(cycle.change_idea_id, []).append(cycle)
        return {idea: in_order(cycles) for idea, cycles in own.items()}

    @cached_property
    def _step_before(self) -> Mapping[str, str]:
        return {
            cycle.id: earlier.id
            for cycles in self.in_order.values()
            for earlier, cycle in each_after(cycles)
        }

    def using(self, measure_id: str) -> Sequence[Cycle]:
        """The cycles that predict or collect a measure, or in which points of it were recorded."""
        return self._users.get(measure_id, ())

    @cached_property
    def _users(self) -> Mapping[str, Sequence[Cycle]]:
        found: dict[str, list[Cycle]] = {}
        for cycle in self.inquiry.cycles:
            spoken = {measure_id for _, measure_id in cycle.measure_ids()}
            for measure_id in spoken.union(self.recorded(cycle.id)):
                found.setdefault(measure_id, []).append(cycle)
        return found

    @cached_property
    def studied(self) -> tuple[date | None, frozenset[str], str]:
        """What the Studies of all ended cycles use: the day the last of them ended, the measures of
        the predictions that have a result, and all that was said in them.
        """
        last: date | None = None
        about: set[str] = set()
        said: list[str] = []
        for cycle in self.inquiry.cycles:
            study = cycle.study
            if study is None or cycle.ended_on is None:
                continue
            last = cycle.ended_on if last is None else max(last, cycle.ended_on)
            with_result = {result.prediction_id for result in study.results}
            for prediction in cycle.plan.predictions():
                if prediction.id in with_result:
                    about.update(prediction.measure_ids())
            said += [study.learned, study.surprises, *(result.note for result in study.results)]
        return last, frozenset(about), "\n".join(filter(None, said))

    def before(self, cycle: Cycle) -> Cycle | None:
        """The one it follows, else the latest on its change idea that began before it."""
        if cycle.follows in self.cycles:
            return self.cycles[cycle.follows]
        return self.cycles.get(self._step_before.get(cycle.id, ""))

    @cached_property
    def tested_before(self) -> frozenset[str]:
        """The cycles before which a test of their change idea began, or one of its origin at all."""
        begun = {each.change_idea_id for each in self.inquiry.cycles if each.started_on is not None}
        origins = {each.id: each.adapted_from for each in self.inquiry.change_ideas}
        found: set[str] = set()
        for idea, cycles in self.in_order.items():
            tested = origins[idea] in begun
            for cycle in as_begun(cycles):
                if tested:
                    found.add(cycle.id)
                tested = tested or cycle.started_on is not None
        return frozenset(found)

    def after(self, cycle: Cycle) -> tuple[Cycle, ...]:
        """The cycles that follow it, else the one on its change idea that it is the one before of."""
        step = self.cycles.get(self._step_after.get(cycle.id, ""))
        return self.followers.get(cycle.id, ()) or (
            (step,) if step is not None and self.before(step) is cycle else ()
        )

    @cached_property
    def _step_after(self) -> Mapping[str, str]:
        return {before: cycle_id for cycle_id, before in self._step_before.items()}

    @cached_property
    def unchanged(self) -> Mapping[str, int]:
        """How many tests of an idea stand unchanged at the end of its ramp, by the last one's id.

        As far as the record says (``pdsa.review.unchanged``).
        """
        rows = (unchanged(cycles, self.classrooms_in) for cycles in self.in_order.values())
        return {last.id: count for last, count in filter(None, rows)}

    def goes_on(self, cycle: Cycle) -> bool:
        """Whether a next cycle is there: one after it, or a later one on an idea adapted from its own."""
        if self.after(cycle):
            return True
        later = self._adapted_on.get(cycle.change_idea_id)
        return later is not None and later >= _first_day(cycle)

    @cached_property
    def _adapted_on(self) -> Mapping[str, date]:
        """The first day of the last cycle on an idea that was adapted from each idea."""
        origins = {each.id: each.adapted_from for each in self.inquiry.change_ideas}
        found: dict[str, date] = {}
        for cycle in self.inquiry.cycles:
            origin = origins.get(cycle.change_idea_id)
            if origin is not None:
                found[origin] = max(found.get(origin, date.min), _first_day(cycle))
        return found

    def predictions(self, cycle: Cycle) -> tuple[Prediction, ...]:
        """All predictions of a cycle's plan."""
        found = self._predictions.get(cycle.id)
        if found is None:
            found = self._predictions[cycle.id] = cycle.plan.predictions()
        return found

    def window(self, cycle: Cycle) -> tuple[date, date] | None:
        """The days in which the test ran, both included; ``None`` before Do.

        From the first Do to the first Study after the last return to Do, else to the end of the
        cycle, else to the day of the review.
        """
        if cycle.id not in self._windows:
            self._windows[cycle.id] = self._window_of(cycle)
        return self._windows[cycle.id]

    def _window_of(self, cycle: Cycle) -> tuple[date, date] | None:
        if cycle.started_on is None:
            return None
        if cycle.stage in _OPEN and cycle.status is _RUNNING:
            return cycle.started_on, self.on
        studied: date | None = None
        for made in cycle.moves:
            if made.from_stage is not made.to_stage and made.to_stage is _DO:
                studied = None
            elif made.move is _STUDY and made.from_stage is _DO:
                studied = made.on
        last = studied or cycle.ended_on or cycle.plan.last_day or self.on
        return cycle.started_on, max(last, cycle.started_on)

    def in_window(self, cycle: Cycle, measure_id: str) -> tuple[SeriesPoint, ...]:
        """The figures of a measure in the days of the test that are not missing."""
        window = self.window(cycle)
        if window is None or measure_id not in self.measures:
            return ()
        start, stop = self.dates(measure_id).between(*window)
        return self.known(measure_id)[start:stop]

    def has_data(self, cycle: Cycle, measure_id: str) -> bool:
        """Whether a measure has data of a test: recorded in it, or dated in its days.

        Of the whole team, of a classroom or of a student group; a missing point is none.
        """
        window = self.window(cycle)
        if window is not None:
            days = self.days_of(measure_id)
            at = bisect_left(days, window[0])
            if at < len(days) and days[at] <= window[1]:
                return True
        return self.recorded(cycle.id).get(measure_id, False)

    def collected(self, cycle: Cycle) -> tuple[str, ...]:
        """The measures whose data are a cycle's: those its plan collects, and those recorded in it."""
        planned = dict.fromkeys(each.measure_id for each in cycle.plan.data)
        recorded = self.recorded(cycle.id)
        return (*planned, *sorted(each for each in recorded if each not in planned))

    @cached_property
    def classrooms(self) -> frozenset[str]:
        """The classrooms of the team; what else lies between team and classroom is none."""
        return frozenset(each.id for each in self.inquiry.classrooms if each.kind == CLASSROOM)

    def classrooms_in(self, cycle: Cycle) -> frozenset[str]:
        """The classrooms with data in the test: recorded in it, or of its measures in its days."""
        return frozenset(place for place in self.places_in(cycle) if place is not None)

    def places_in(self, cycle: Cycle) -> frozenset[str | None]:
        """The same, and ``None`` where data of the test are of the whole team."""
        places = self._places.get(cycle.id)
        if places is None:
            places = self._places[cycle.id] = self._places_in(cycle)
        return places

    def _places_in(self, cycle: Cycle) -> frozenset[str | None]:
        found = {
            p.classroom_id for p in self.points_in(cycle.id) if p.denominator or p.value is not None
        }
        if not found and (window := self.window(cycle)) is not None:
            found = {
                p.classroom_id
                for measure_id in self.collected(cycle)
                for p in self.points_of(measure_id)
                if not p.missing and window[0] <= p.on <= window[1]
            }
        return frozenset(found)

    @cached_property
    def places_before(self) -> Mapping[str, frozenset[str | None]]:
        """The places with data in the tests that began before each one on its change idea.

        Of more than a few not all, but always more than one.
        """
        found: dict[str, frozenset[str | None]] = {}
        for cycles in self.in_order.values():
            seen: frozenset[str | None] = frozenset()
            for cycle in as_begun(cycles):
                found[cycle.id] = seen
                if len(seen) < 2:
                    seen |= self.places_in(cycle)
        return found

    def last_activity(self, cycle: Cycle) -> date | None:
        """The last day on which the record says that something was done in a cycle."""
        days = [day for day in (cycle.planned_on, cycle.started_on, cycle.ended_on) if day]
        days += [move.on for move in cycle.moves[-1:]]
        days += [point.on for point in self.points_in(cycle.id)]
        return max(days, default=None)

    def taught_since(self, day: date, *, more_than: int) -> bool:
        """Whether more days than ``more_than`` were taught after ``day``; no, without a calendar."""
        if (self.on - day).days <= more_than:
            return False
        return (self.school_days_since(day) or 0) > more_than

    def school_days_since(self, day: date) -> int | None:
        """How many days were taught after ``day`` up to the review; ``None`` without a calendar."""
        calendar = self.inquiry.calendar
        if calendar is None:
            return None
        taught = self._taught.get(day)
        if taught is None:
            taught = calendar.instructional_days(day + timedelta(days=1), self.on)
            self._taught[day] = taught
        return taught


def _first_day(cycle: Cycle) -> date:
    return cycle.started_on or cycle.planned_on or date.max


def adopted(cycle: Cycle) -> bool:
    """Whether the cycle was completed by keeping the change: *adopt* or *expand*."""
    return cycle.status is _COMPLETED and cycle.act is not None and cycle.act.decision in _KEPT


def extent(cycle: Cycle) -> tuple[int, int] | None:
    """How large the test is, to be compared with another: scale, then size; ``None`` if not said."""
    scale = cycle.plan.scale
    return None if scale is None else (SCALES.index(scale), cycle.plan.size or 0)
