"""The inquiry of ``exit_tickets.py`` through a running server: requests and JSON, nothing of pdsa.

    make run                                          # in one terminal
    .venv/bin/pip install httpx
    .venv/bin/python examples/exit_tickets_http.py    # in another

``PDSA_URL`` names the server (http://127.0.0.1:8000). The token comes from ``PDSA_TOKEN``, or from
the file ``admin-token`` in the folder ``PDSA_DATA`` (pdsa-data), where the first start keeps it.
Each run makes a team of its own, so it can run as often as you like beside other data. Which
figures are published and which were made up stands in ``data/README.md``.
"""

import csv
import os
import sys
import textwrap
import uuid
from pathlib import Path
from typing import Any

import httpx

TALLIES = Path(__file__).parent / "data" / "exit_tickets.csv"
PLANNED, FIRST_DAY, LAST_DAY = "2017-10-06", "2017-10-13", "2018-03-09"
STUDIED, DECIDED = "2018-03-14", "2018-03-16"

Element = dict[str, Any]

# -- Talking to the server -----------------------------------------------------------------


class Refused(Exception):
    """The server refused a request; ``problem`` says why (RFC 9457), the same shape for all."""

    def __init__(self, problem: Element) -> None:
        self.problem = problem
        super().__init__(f"{problem['title']}: {problem['detail']}")


class Api:
    """The few habits that a client of this API needs."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request; the answer as Python data. Raises ``Refused``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.http.request(method, f"/api/v1/{path}", json=body, headers=sent)
        if "json" not in answer.headers.get("content-type", ""):
            raise Refused({"title": "Not JSON", "detail": "is that pdsa-tracker?"})
        if not answer.is_success:
            raise Refused(answer.json())
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """Make something new. Sent again under the same key, it would still be made once."""
        return self.ask("POST", path, body, Idempotency_Key=str(uuid.uuid4()))

    def move(self, cycle: Element, verb: str, **body: Any) -> Any:
        """Move a cycle on from the version that we have seen; if somebody was quicker: 412."""
        etag = f'"{cycle["version"]}"'
        return self.ask("POST", f"cycles/{cycle['id']}/{verb}", body, If_Match=etag)


# -- Who, why, and how the team knows ------------------------------------------------------


def make_team(api: Api) -> tuple[Element, dict[str, Element]]:
    """The team with its school year, and its classrooms by the label in the CSV file."""
    team = api.post("units", kind="team", name="Sample team: grade 5 mathematics")
    # An administrator sets units up; whoever logs the team's work holds a role in the team.
    me = api.ask("GET", "me")["person_id"]
    api.post("grants", person_id=me, role="facilitator", unit_id=team["id"])
    year = {"name": "2017-18 (illustrative)", "first_day": "2017-08-31", "last_day": "2018-06-14"}
    breaks = [
        {"name": name, "first_day": first, "last_day": last, "kind": "break"}
        for name, first, last in (
            ("Thanksgiving week", "2017-11-20", "2017-11-24"),
            ("Winter break", "2017-12-25", "2018-01-05"),
            ("Spring break", "2018-03-26", "2018-03-30"),
        )
    ]
    api.post("calendars", unit_id=team["id"], **year, closures=breaks)
    rooms = {
        label: api.post("units", kind="classroom", name=f"{label} ({who})", parent_id=team["id"])
        for label, who in (("Room A", "veteran teacher"), ("Room B", "early-career teacher"))
    }
    return team, rooms


def make_aim(api: Api, team: Element) -> tuple[Element, Element]:
    """The problem of practice and the aim. Nobody has measured discourse: there is no baseline."""
    lenses = [  # one source alone would show the problem through one lens
        {"source": "student_work", "summary": "Many show a result, few how they found it."},
        {"source": "empathy_interview", "summary": "They do not know which words to use."},
    ]
    title = "Students seldom put their mathematical reasoning into words"
    problem = api.post("problems", unit_id=team["id"], title=title, evidence=lenses)
    aim = api.post(
        "aims",
        unit_id=team["id"],
        problem_id=problem["id"],
        title="Academic discourse in two fifth-grade classrooms",
        population="students in the two fifth-grade classrooms",
        what="are engaged in academic discourse",
        indicator="share of lesson time in academic discourse",
        target=51,
        deadline="2018-06-14",
    )
    return problem, aim


def make_theory(api: Api, aim: Element) -> tuple[Element, Element]:
    """The change idea, the driver diagram around it, and the measure that the team collects."""
    idea = api.post(
        "change-ideas",
        aim_id=aim["id"],
        title="Exit ticket with a sentence frame",
        description="Before they leave, students reflect on the lesson on an exit ticket. A "
        "sentence frame prompts them to use academic language and to attend to precision.",
    )
    theory = {
        "on": PLANNED,
        "drivers": [
            {"id": "words", "text": "Students have words for reasoning"},
            {"id": "habit", "text": "Students explain in every lesson"},
        ],
        "links": [  # each is a hypothesis, and some are believed more than others
            {"source": idea["id"], "target": "words"},
            {"source": idea["id"], "target": "habit", "strength": "weak"},
            {"source": "words", "target": aim["id"]},
            {"source": "habit", "target": aim["id"]},
        ],
    }
    # The first version: if there is a diagram already, this is refused and overwrites nothing.
    api.ask("PUT", f"aims/{aim['id']}/theory", theory, If_None_Match="*")
    measure = api.post(
        "measures",
        aim_id=aim["id"],
        name="Sentence-frame use on exit tickets",
        kind="process",
        unit="percentage",
        definition="Of the students who hand in an exit ticket that day, those whose reflection "
        "uses the sentence frame. A frame that was left unfinished does not count.",
        collected_by="each teacher, in their own classroom",
        frequency="every Friday",
    )
    return idea, measure


def send_tallies(api: Api, measure: Element, rooms: dict[str, Element], cycle: Element) -> None:
    """Every tally of the file in one request: all are stored, or none."""
    with TALLIES.open(encoding="utf-8", newline="") as file:
        points = [
            {
                "on": row["date"],
                "numerator": int(row["used_frame"]) if row["used_frame"] else None,
                "denominator": int(row["tickets"]) if row["tickets"] else None,
                "classroom_id": rooms[row["classroom"]]["id"],
                "cycle_id": cycle["id"],
                "note": row["note"],
            }
            for row in csv.DictReader(file)
        ]
    api.post(f"measures/{measure['id']}/points/batch", points=points)


# -- One cycle: Plan, Do, Study, Act -------------------------------------------------------


def plan_cycle(api: Api, aim: Element, idea: Element, measure: Element) -> Element:
    """The cycle in Plan, with what the team expects before it has any data."""
    share = {
        "expectation": {"kind": "range", "measure_id": measure["id"], "low": 60, "high": 80},
        "confidence": 70,
        "reason": "In the interviews students asked for words, and the frame offers some.",
    }
    gap = {
        "expectation": {"kind": "text", "text": "The two rooms end within 10 points of each other"},
        "confidence": 60,
        "reason": "Both use the same ticket, and we plan the lessons together.",
    }
    asked = "Will students use the sentence frame by 9 March, in both classrooms?"
    plan = {
        "objective": "Find out where students take up the frame, and where they do not.",
        "questions": [{"text": asked, "predictions": [share, gap]}],
        "data": [{"measure_id": measure["id"], "who": "each teacher", "when": "every Friday"}],
        "first_day": FIRST_DAY,
        "last_day": LAST_DAY,
    }
    on = {"aim_id": aim["id"], "change_idea_id": idea["id"], "planned_on": PLANNED}
    return dict(api.post("cycles", **on, title="Exit ticket in both classrooms", plan=plan))


def tell_refusal(api: Api, cycle: Element) -> None:
    """Once Do has started, the plan cannot be rewritten to fit the data."""
    other = {"plan": {"objective": "A plan that fits the first tickets"}}
    try:
        api.ask("PATCH", f"cycles/{cycle['id']}", other, If_Match=f'"{cycle["version"]}"')
    except Refused as refusal:
        legal = ", ".join(refusal.problem["legal"])
        say(
            "Another plan after Do started is refused", refusal.problem["detail"], f"legal: {legal}"
        )


def study_and_decide(api: Api, cycle: Element, observed: float) -> Element:
    """What happened, held against each prediction, and what becomes of the idea."""
    share, gap = cycle["plan"]["questions"][0]["predictions"]
    study = {
        "results": [
            {"prediction_id": share["id"], "outcome": "held", "observed": observed},
            {"prediction_id": gap["id"], "outcome": "did_not_hold"},
        ],
        "learned": "More students use the frame than at the start, most of them in Room A. The "
        "tallies do not tell why. They count tickets, and our aim is about discourse.",
    }
    act = {
        "decision": "adapt",
        "reason": "Students took up the frame in Room A, and fewer did in Room B.",
        "next_plan": "For two weeks in Room B, students say the frame to a partner before they "
        "write; both teachers plan this and watch it together. In both rooms we begin to measure "
        "the share of lesson time in academic discourse.",
    }
    happened = "We gave the ticket on 18 Fridays; on three of them one classroom was elsewhere."
    cycle = api.move(cycle, "record", as_planned="partly", what_happened=happened)
    cycle = api.move(cycle, "study", on=STUDIED, study=study)
    return dict(api.move(cycle, "act", on=DECIDED, act=act))


# -- Telling it ----------------------------------------------------------------------------


def say(heading: str, *paragraphs: str) -> None:
    """Print a heading and paragraphs under it."""
    print(f"\n{heading}")
    for text in paragraphs:
        print(textwrap.fill(text, 92, initial_indent="  ", subsequent_indent="    "))


def show(percent: float | None) -> str:
    """A percentage in words."""
    return "no data" if percent is None else f"{percent:.1f}".removesuffix(".0") + "%"


def tell(api: Api) -> None:
    """Make the inquiry, step by step, and print what the server makes of it."""
    team, rooms = make_team(api)
    problem, aim = make_aim(api, team)
    idea, measure = make_theory(api, aim)
    cycle = plan_cycle(api, aim, idea, measure)
    cycle = api.move(cycle, "start-do", on=FIRST_DAY)

    print(f"{team['name']}\nTallies and wording are illustrative: see examples/data/README.md.")
    say("Problem of practice", f"{problem['title']}.")
    say("Aim", api.ask("GET", f"aims/{aim['id']}/statement")["sentence"])
    say("Change idea", idea["description"])
    tell_refusal(api, cycle)

    send_tallies(api, measure, rooms, cycle)
    (chart,) = api.ask("GET", f"measures/{measure['id']}/chart")
    say("Chart of both rooms together", chart["choice"]["why"], chart["reading"])
    parts = api.ask("GET", f"measures/{measure['id']}/series?by=classroom")
    values = {part["part"]: [point["value"] for point in part["points"]] for part in parts}
    ends = []
    for room in rooms.values():
        first, *_, last = map(show, values[room["id"]])
        ends.append(f"{room['name']}: {first} on the first day, {last} on the last.")
    say("Each room", *ends)

    act = study_and_decide(api, cycle, observed=chart["chart"]["points"]["y"][-1])["act"]
    say(f"Decision: {act['decision']}", act["reason"], f"Next: {act['next_plan']}")
    # The server reviews as of today, so it also sees that the deadline has passed (AIM105).
    findings = api.ask("GET", f"aims/{aim['id']}/review")
    say("What the review finds", *(f"{each['code']}  {each['message']}" for each in findings))


def read_token() -> str:
    """The token of the environment, or the one that the first start of the server kept."""
    file = Path(os.environ.get("PDSA_DATA") or "pdsa-data") / "admin-token"
    try:
        token = (os.environ.get("PDSA_TOKEN") or file.read_text(encoding="ascii")).strip()
        token.encode("ascii")
    except (OSError, UnicodeError):
        sys.exit(f"No token: set PDSA_TOKEN, or run this where {file} can be read.")
    return token


def main() -> None:
    """Tell the inquiry, or say in one line why not."""
    url = os.environ.get("PDSA_URL") or "http://127.0.0.1:8000"
    headers = {"Authorization": f"Bearer {read_token()}"}
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=30) as http:
            tell(Api(http))
    except (httpx.TransportError, httpx.InvalidURL) as error:
        sys.exit(f"No server answers at {url} ({error}): `make run` starts one.")
    except Refused as refusal:
        sys.exit(f"The server at {url} refused. {refusal}")


if __name__ == "__main__":
    main()
