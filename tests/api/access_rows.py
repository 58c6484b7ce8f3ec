"""What each operation asks of whoever sends it: one row for each, against which it is held."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from pdsa.units import Action


class Where(StrEnum):
    """What an operation is about, and so what is said to whoever may not."""

    anybody = "anybody"  #: needs no credentials
    everybody = "everybody"  #: whoever has valid ones
    listed = "listed"  #: a list: everybody sees what they may see
    element = "element"  #: an id in the path: 404 out of sight, 403 without the right
    team_element = "team element"  #: an id in the path: 404 for whoever is not of the team
    team_log = (
        "team log"  #: an id in the path: 404 out of sight, 403 for whoever is not of the team
    )
    asked = "asked"  #: a request: 404 for whoever is neither of the team nor where it has got to
    placed = "placed"  #: the body names the unit: 404 out of sight, 403 without the right
    referring = "referring"  #: the body names what is out of sight as if it were not there: 422
    server = "server"  #: the place above all units
    person = "person"  #: a person: only administrators of the whole server know of them
    session = "session"  #: one's own account: never by a token


class Row(Struct, frozen=True):
    """What an operation needs, and where; ``id`` and ``body`` make its request one that is done."""

    where: Where
    action: Action = Action.see
    other: Action | None = None  # or this one
    ids: Mapping[str, str] = {}
    body: Any = None
    query: str = ""


_SEE, _LOG, _ADMINISTER = Action.see, Action.log, Action.administer
_ELEMENT, _TEAM, _SESSION = Where.element, Where.team_element, Where.session
_DOING, _PLANNED, _STUDIED = ({"cycle_id": f"{stage}-{{n}}"} for stage in ("do", "plan", "study"))
_SERVER = Row(Where.server, _ADMINISTER)

ROWS: Mapping[str, Row] = {
    "health_live": Row(Where.anybody),
    "health_ready": Row(Where.anybody),
    "metrics": Row(Where.anybody),  # whoever has its own token
    "session_begin": Row(Where.anybody, body={}),  # a password would be looked at, slowly
    "password_resets_ask": Row(Where.anybody),
    "me_get": Row(Where.everybody),
    "inquiries_schema": Row(Where.everybody),
    "session_get": Row(_SESSION),
    "session_end": Row(_SESSION),
    "me_sessions": Row(_SESSION),
    "me_sessions_end": Row(_SESSION),
    "me_sessions_end_others": Row(_SESSION),
    "me_password": Row(_SESSION),
    "me_tokens": Row(_SESSION),
    "me_tokens_create": Row(_SESSION),
    "me_tokens_revoke": Row(_SESSION),
    "people_account": Row(Where.person),
    "people_account_disable": Row(_SESSION),
    "people_account_enable": Row(_SESSION),
    "people_account_unlink": Row(_SESSION),
    "people_tokens": Row(_SESSION),
    "people_tokens_create": Row(_SESSION),
    "people_tokens_revoke": Row(_SESSION),
    "invitations_send": Row(_SESSION),
    "people_list": _SERVER,
    "people_create": _SERVER,
    "security_events_list": _SERVER,
    "people_get": Row(Where.person),
    "people_change": Row(Where.person),
    # units, roles
    "units_list": Row(Where.listed),
    "units_create": Row(
        Where.referring,
        _ADMINISTER,
        body={"kind": "team", "name": "Another", "parent_id": "team-grade-5"},
    ),
    "units_get": Row(_ELEMENT),
    "units_change": Row(_ELEMENT, _ADMINISTER, _LOG, body={"name": "Another name"}),
    "grants_list": Row(Where.listed),
    "grants_create": Row(
        Where.placed,
        Action.invite,
        body={"person_id": "person-former", "role": "coach", "unit_id": "team-grade-5"},
    ),
    "grants_get": Row(_ELEMENT),
    "grants_change": Row(_ELEMENT, Action.invite, body={"ends_on": "2031-01-10"}),
    "grants_remove": Row(_ELEMENT, Action.invite),
    "calendars_list": Row(Where.listed),
    "calendars_create": Row(Where.placed, _ADMINISTER),
    "calendars_get": Row(_ELEMENT),
    "calendars_change": Row(_ELEMENT, _ADMINISTER),
    # the inquiry
    "problems_list": Row(Where.listed),
    "problems_create": Row(Where.placed, _LOG),
    "problems_get": Row(_ELEMENT),
    "problems_change": Row(_ELEMENT, _LOG),
    "aims_list": Row(Where.listed),
    "aims_create": Row(Where.placed, _LOG),
    "aims_get": Row(_ELEMENT),
    "aims_change": Row(_ELEMENT, _LOG, body={"baseline": 30}),
    "aims_statement": Row(_ELEMENT),
    "aims_stop": Row(_ELEMENT, _LOG, body={"reason": "Another team took it on."}),
    "aims_resume": Row(_ELEMENT, _LOG),
    "aims_review": Row(_ELEMENT),
    "cycles_review": Row(Where.team_log),
    "aims_fidelity": Row(Where.team_log),
    "change_ideas_fidelity": Row(Where.team_log),
    "cycles_fidelity": Row(Where.team_log),
    "teams_fidelity": Row(_ELEMENT),
    "units_fidelity": Row(_ELEMENT),
    "teams_portfolio": Row(Where.team_log),
    "units_portfolio": Row(_ELEMENT),
    "units_roll_up": Row(_ELEMENT),
    "units_equity": Row(_ELEMENT),
    "units_months": Row(_ELEMENT),
    "units_ideas": Row(_ELEMENT),
    "units_changes": Row(_ELEMENT),
    "reviews_of_document": Row(Where.anybody),
    "theories_get": Row(_ELEMENT),
    "theories_list": Row(_ELEMENT),
    "theories_diff": Row(_ELEMENT),
    "theories_put": Row(_ELEMENT, _LOG, body={"on": "2031-01-10", "drivers": [], "links": []}),
    "change_ideas_list": Row(Where.listed),
    "change_ideas_create": Row(Where.referring, _LOG),
    "change_ideas_get": Row(_ELEMENT),
    "change_ideas_change": Row(_ELEMENT, _LOG),
    "change_ideas_lineage": Row(_ELEMENT),
    "change_ideas_ramp": Row(_ELEMENT),
    "measures_list": Row(Where.listed),
    "measures_create": Row(Where.referring, _LOG),
    "measures_get": Row(_ELEMENT),
    "measures_change": Row(_ELEMENT, _LOG),
    "measures_series": Row(_ELEMENT),
    "measures_chart": Row(_ELEMENT),
    "measures_equity": Row(_ELEMENT),
    "points_list": Row(_ELEMENT),
    "points_create": Row(_ELEMENT, _LOG),
    "points_create_many": Row(_ELEMENT, _LOG),
    "points_get": Row(_TEAM),
    "points_change": Row(_TEAM, _LOG),
    "points_remove": Row(_TEAM, _LOG),
    "phases_list": Row(_ELEMENT),
    "phases_create": Row(
        _ELEMENT, _LOG, body={"kind": "rebase", "on": "2018-01-26", "reason": "In print now."}
    ),
    "phases_get": Row(_TEAM),  # the sample's is a classroom's
    "phases_change": Row(_TEAM, _LOG),
    "phases_remove": Row(_TEAM, _LOG),
    "cycles_list": Row(Where.listed),
    "cycles_create": Row(Where.referring, _LOG),
    "cycles_get": Row(_ELEMENT),
    "cycles_change": Row(_ELEMENT, _LOG, body={"title": "In both rooms"}),
    "cycles_start_do": Row(_ELEMENT, _LOG, ids=_PLANNED),
    "cycles_record": Row(_ELEMENT, _LOG, ids=_DOING),
    "cycles_amend": Row(
        _ELEMENT,
        _LOG,
        ids=_DOING,
        body={
            "prediction_id": "prediction-share",
            "on": "2018-03-12",
            "reason": "It went faster.",
            "confidence": 85,
        },
    ),
    "cycles_study": Row(
        _ELEMENT, _LOG, ids=_DOING, body={"on": "2018-03-12", "study": {"learned": "It spread."}}
    ),
    "cycles_act": Row(_ELEMENT, _LOG, ids=_STUDIED),
    "cycles_step_back": Row(
        _ELEMENT, _LOG, ids=_DOING, body={"to": "plan", "on": "2018-03-12", "reason": "A tally."}
    ),
    "cycles_stop": Row(
        _ELEMENT, _LOG, ids=_DOING, body={"on": "2018-03-12", "reason": "The unit ended."}
    ),
    "cycles_branch": Row(
        _ELEMENT,
        _LOG,
        ids=_DOING,
        body={"title": "Spoken first", "on": "2018-03-12", "reason": "Room B."},
    ),
    "cycles_predictions": Row(Where.team_log),
    "cycles_confirm": Row(
        _ELEMENT,
        _LOG,
        ids=_STUDIED | {"prediction_id": "prediction-share-{n}"},
        body={"on": "2018-03-12", "outcome": "held", "observed": 64},
    ),
    "cycles_evidence": Row(Where.team_log),
    "cycles_scale": Row(Where.team_log),
    "change_ideas_conditions": Row(Where.team_log),
    "teams_calibration": Row(Where.team_log),
    # its review
    "silences_list": Row(_ELEMENT),
    "silences_create": Row(_ELEMENT, _LOG),
    "silences_get": Row(_TEAM),
    "silences_change": Row(_TEAM, _LOG),
    "silences_remove": Row(_TEAM, _LOG),
    "levels_list": Row(_ELEMENT),
    "levels_create": Row(_ELEMENT, Action.assess, body={"voice": "coach", "level": 2.5}),
    "levels_get": Row(_ELEMENT),
    "levels_remove": Row(_ELEMENT, _ADMINISTER),  # or whoever said it, here nobody who asks
    "aims_progress": Row(_ELEMENT),
    # the feedback loop
    "requests_list": Row(Where.listed),
    "requests_create": Row(Where.referring, _LOG),
    "requests_get": Row(Where.asked),
    "requests_age": Row(Where.asked),
    "requests_answer": Row(Where.asked, Action.assess),
    "requests_pass_up": Row(Where.asked, Action.assess),
    "requests_close": Row(Where.asked, Action.publish),
    "requests_reopen": Row(Where.asked, Action.publish, ids={"request_id": "request-answered-{n}"}),
    "comments_list": Row(_ELEMENT),
    "comments_create": Row(_ELEMENT, _LOG, Action.assess),
    "comments_get": Row(_TEAM),  # the sample's is a classroom's
    "comments_remove": Row(_TEAM, _ADMINISTER),  # or whoever said it, here nobody who asks
    # what leaves the team
    "publications_list": Row(_ELEMENT),
    "publications_get": Row(_ELEMENT),
    "publications_create": Row(_ELEMENT, Action.publish),
    "publications_withdraw": Row(_ELEMENT, Action.publish),
    "views_list": Row(Where.team_log),
    "activity_list": Row(Where.listed),
    "inquiries_export": Row(_ELEMENT),
    "inquiries_import": Row(Where.referring, _ADMINISTER, query="?under=team-grade-5-{n}"),
}
