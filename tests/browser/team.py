"""A team of its own for each test, with what its test begins from."""

from typing import Any

from tests.browser.site import Site


class Team:
    """A team with two classrooms, an aim, a change idea and a measure."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.id: str = site.make("units", kind="team", name="Grade 5 sample team")["id"]
        self.rooms = [
            site.make("units", kind="classroom", name=name, parent_id=self.id)["id"]
            for name in ("Room A", "Room B")
        ]
        self.aim: str = site.make(
            "aims", unit_id=self.id, title="Academic discourse", what="are engaged in discourse"
        )["id"]
        self.idea: str = site.make("change-ideas", aim_id=self.aim, title="Exit ticket")["id"]
        self.measure: str = site.make(
            "measures",
            aim_id=self.aim,
            name="Frame use",
            kind="process",
            unit="percentage",
            definition="Tickets whose reflection uses the frame, of those handed in.",
        )["id"]

    def cycle(self, **plan: Any) -> str:
        """A cycle in Plan; its id."""
        made = self.site.make(
            "cycles",
            aim_id=self.aim,
            change_idea_id=self.idea,
            title="Exit ticket in both rooms",
            plan={"data": [{"measure_id": self.measure}]} | plan,
        )
        return str(made["id"])

    def in_do(self, *, on: str = "2026-01-05", last_day: str = "2026-01-09", **plan: Any) -> str:
        """A cycle in Do, of a week: its tally has few cells."""
        id = self.cycle(first_day=on, last_day=last_day, **plan)
        self.move(id, "start-do", on=on)
        return id

    def in_study(self, **plan: Any) -> str:
        """A cycle in Study."""
        id = self.in_do(**plan)
        self.move(id, "study", on="2026-02-16", study={"learned": ""})
        return id

    def move(self, id: str, verb: str, **body: Any) -> None:
        """Make a move of a cycle."""
        version = self.site.get(f"cycles/{id}")["version"]
        headers = {"If-Match": f'"{version}"'}
        response = self.site.api.post(f"cycles/{id}/{verb}", json=body, headers=headers)
        assert response.is_success, response.text

    def stored(self, id: str) -> Any:
        """A cycle as the store has it."""
        return self.site.get(f"cycles/{id}")

    def points(self) -> dict[tuple[str, str | None], tuple[int | None, int | None]]:
        """The tally as the store has it, by day and classroom."""
        found: dict[tuple[str, str | None], tuple[int | None, int | None]] = {}
        for each in self.site.get(f"measures/{self.measure}/points?limit=200")["items"]:
            found[each["on"], each["classroom_id"]] = (each["numerator"], each["denominator"])
        return found

    def member(self, name: str = "Ana") -> Any:
        """A teacher of the team who has signed in."""
        return self.site.signed_in("facilitator", self.id, name)
