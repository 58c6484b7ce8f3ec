"""A measure as a page shows it: everything beside its chart, as whoever asks is given it."""

from datetime import date

from msgspec import Struct
from sqlalchemy import Connection

from api.store import comments, names, publications
from api.store.access import By, audience_of, can, steps_for
from api.store.elements import find
from api.store.kinds import AIM, UNIT
from api.store.phases import ChartMatter, chart_matter
from api.store.units import classrooms_of
from pdsa.aim import Aim
from pdsa.feedback import Comment, may_speak
from pdsa.measure import DataPoint, SplitBy, groups_of
from pdsa.privacy import Publication
from pdsa.units import Action, Audience, Unit

#: As many comments and publications as a page shows.
_MOST = 200


class Seen(Struct, frozen=True, kw_only=True):
    """A measure with its aim and team, and what whoever asks may do there.

    ``rooms`` are the team's classrooms to choose from, ``people`` the names of those who
    commented and, for the team, of those who made phases or published.
    """

    matter: ChartMatter
    aim: Aim
    team: Unit
    audience: Audience
    may_log: bool
    may_publish: bool
    may_speak: bool
    publications: tuple[Publication, ...]
    comments: tuple[Comment, ...]
    rooms: dict[str, str]
    people: dict[str, str]

    @property
    def of_team(self) -> bool:
        """Whether whoever asks is of the team."""
        return self.audience is Audience.team

    @property
    def possible(self) -> frozenset[SplitBy]:
        """By what the figures can be split that whoever asks is given."""
        return possible(self.matter)

    @property
    def points(self) -> tuple[DataPoint, ...]:
        """The single points, by date; for the team alone."""
        return self.matter.given.points if self.of_team else ()

    @property
    def days(self) -> list[date]:
        """The days that have figures, the latest first; withheld ones too."""
        given = self.matter.given
        found = {point.on for point in given.points} | {on for on, _, _ in given.withheld}
        return sorted(found | {on for on, _, _ in given.bands}, reverse=True)


def possible(matter: ChartMatter) -> frozenset[SplitBy]:
    """By what the figures of a measure can be split, as they are given."""
    given, found = matter.given, set[SplitBy]()
    keys = [*given.withheld, *given.bands]
    rooms = (point.classroom_id for point in given.points)
    if any(rooms) or any(room for _, _, room in keys):
        found.add(SplitBy.classroom)
    if groups_of(given.points) or any(group for _, group, _ in keys):
        found.add(SplitBy.student_group)
    return frozenset(found)


def seen_of(conn: Connection, by: By, measure_id: str) -> Seen:
    """A measure as ``by`` sees it; run it as a snapshot. Raises ``NotVisible``."""
    matter = chart_matter(conn, by, measure_id)
    aim, place = find(conn, AIM, matter.measure.aim_id)
    may_log = can(conn, by, Action.log, place.home)
    published, _ = publications.page_of(conn, by, measure_id, (), _MOST)
    said, _ = comments.page_of(
        conn, by, aim.id, cycle=None, measure=measure_id, on=None, after=(), limit=_MOST
    )
    audience = audience_of(conn, by, place.home)
    acted = {each.said_by for each in said}  # whoever speaks signs it; who acted the team knows
    if audience is Audience.team:
        acted |= {each.made_by for each in matter.phases}
        acted |= {each.published_by for each in published}
    return Seen(
        matter=matter,
        aim=aim,
        team=find(conn, UNIT, aim.unit_id)[0],
        audience=audience,
        may_log=may_log,
        may_publish=can(conn, by, Action.publish, place.home),
        may_speak=may_speak(by.principal, steps_for(conn, by, place.home), on=by.on),
        publications=tuple(published),
        comments=tuple(said),
        rooms=rooms_of(conn, aim.unit_id) if may_log else {},
        people=names.of_people(conn, acted),
    )


def rooms_of(conn: Connection, team_id: str) -> dict[str, str]:
    """The classrooms of a team by id, in the order of their names."""
    return {room.id: room.name for room in classrooms_of(conn, team_id)}
