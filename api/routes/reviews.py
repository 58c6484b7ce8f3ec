"""Reviews: what would make an inquiry, or one cycle, a better one; nothing here is a grade."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, ParamSpec

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import QueryParameter
from msgspec import Struct

from api.desk import JSON, NO_STORE, Desk, accepted
from api.routes.params import Id
from api.security.client_address import address_of
from api.security.rates import by_address, fields
from api.settings import Settings
from api.store import reviews
from api.store.kinds import CYCLE
from api.store.rates import Limit
from pdsa.interchange import Inquiry
from pdsa.review import Finding, cycle_findings, document_findings, findings
from pdsa.review.formats import sarif
from pdsa.review.portfolio import Portfolio, portfolio, portfolio_findings

P = ParamSpec("P")

SARIF = "application/sarif+json"
#: Bytes of a document that is reviewed without an account; a year of a team has some 100,000.
LARGEST = 1_000_000

_CODES: dict[str, Any] = {
    "min_length": 1,
    "max_length": 200,
    "pattern": r"^[A-Z]{3}[0-9]{0,3}(, ?[A-Z]{3}[0-9]{0,3})*$(?![\s\S])",
}
Select = Annotated[
    str | None,
    QueryParameter(
        **_CODES, description="Beginnings of the codes to show, with commas: AIM,PLN1. Else all."
    ),
]
Ignore = Annotated[
    str | None,
    QueryParameter(**_CODES, description="Beginnings of the codes to leave out, with commas."),
]
Silenced = Annotated[
    bool, QueryParameter(description="Show what the team has silenced, too, with its reason.")
]
On = Annotated[
    date | None, QueryParameter(description="The day on which it is reviewed, instead of today.")
]


class TeamPortfolio(Struct, frozen=True, kw_only=True):
    """The portfolio of a team, the share of its tests without improvement, and what there is to say.

    ``without_improvement`` holds the ends of the 95% Wilson interval of the share, as fractions.
    """

    unit_id: str
    portfolio: Portfolio
    without_improvement: tuple[float, float]
    findings: tuple[Finding, ...]


@get(
    "/aims/{aim_id:str}/review",
    operation_id="aims_review",
    tags=["reviews"],
    produces=(JSON, SARIF),
    refuses=("422",),
)
async def aims_review(
    aim_id: Id,
    desk: NamedDependency[Desk],
    select: Select = None,
    ignore: Ignore = None,
    silenced: Silenced = False,
    on: On = None,
) -> Response[list[Finding]]:
    """What would make this inquiry a better one; nothing here is a grade.

    Findings about single cycles are for the team. With `Accept: application/sarif+json` as SARIF.
    """
    media_type = desk.accepted(JSON, SARIF)
    codes = _settings(desk.request).codes(select, ignore)
    inquiry, audience = await desk.snapshot(reviews.of_aim, aim_id)
    body = await desk.work_out(
        _told,
        media_type,
        findings,
        inquiry,
        on=on or desk.today,
        select=codes.select,
        ignore=codes.ignore,
        silenced=silenced,
        audience=audience,
    )
    return desk.answer(body, media_type)


@get(
    "/cycles/{cycle_id:str}/review",
    operation_id="cycles_review",
    tags=["reviews"],
    produces=(JSON, SARIF),
    refuses=("422",),
)
async def cycles_review(
    cycle_id: Id,
    desk: NamedDependency[Desk],
    select: Select = None,
    ignore: Ignore = None,
    silenced: Silenced = False,
    on: On = None,
) -> Response[list[Finding]]:
    """What would make this cycle a better test, for its team.

    With the measures that it speaks of.
    """
    media_type = desk.accepted(JSON, SARIF)
    codes = _settings(desk.request).codes(select, ignore)
    inquiry = await desk.snapshot(reviews.for_team, CYCLE, cycle_id)
    body = await desk.work_out(
        _told,
        media_type,
        cycle_findings,
        inquiry,
        cycle_id,
        on=on or desk.today,
        select=codes.select,
        ignore=codes.ignore,
        silenced=silenced,
    )
    return desk.answer(body, media_type)


@get("/teams/{unit_id:str}/portfolio", operation_id="teams_portfolio", tags=["reviews"])
async def teams_portfolio(unit_id: Id, desk: NamedDependency[Desk]) -> Response[TeamPortfolio]:
    """A team's tests and work together, for that team: what failed, what rests, what is not used.

    Of healthy tests 25 to 50 percent show no improvement; the interval says what so few can tell.
    """
    inquiries = await desk.snapshot(reviews.inquiries_of_team, unit_id)
    total = await desk.work_out(portfolio, inquiries, on=desk.today)
    low, high = total.interval()
    found = TeamPortfolio(
        unit_id=unit_id,
        portfolio=total,
        without_improvement=(round(low, 4), round(high, 4)),
        findings=portfolio_findings(total, unit_id=unit_id),
    )
    return desk.answer(found)


@post(
    "/review",
    operation_id="reviews_of_document",
    tags=["reviews"],
    reads=Inquiry,
    public=True,
    retries=False,
    status_code=200,
    produces=(JSON, SARIF),
    refuses=("422",),
)
async def reviews_of_document(
    request: Request[Any, Any, Any],
    select: Select = None,
    ignore: Ignore = None,
    silenced: Silenced = False,
    on: On = None,
) -> Response[list[Finding]]:
    """What would make the inquiry of a document a better one, without an account.

    Nothing of it is stored. It may have 1,000,000 bytes. A circle in its driver graph is a finding
    (DRV103), not an error.
    """
    media_type = accepted(request, JSON, SARIF)
    headers = NO_STORE | await _admitted(request)
    codes = _settings(request).codes(select, ignore)
    document = await request.body()
    if len(document) > LARGEST:
        raise RequestEntityTooLarge
    state = request.app.state
    body = await state.guests.run(
        _told,
        media_type,
        document_findings,
        document,
        on=on or state.clock().astimezone(state.zone).date(),
        select=codes.select,
        ignore=codes.ignore,
        silenced=silenced,
    )
    answer: Response[Any] = Response(body, headers=headers, media_type=media_type)
    return answer


async def _admitted(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What is left for this address, as headers. Raises ``TooManyRequests``."""
    amount = _settings(request).reviews_per_minute
    if not amount:
        return {}
    state, address, limit = request.app.state, address_of(request), Limit("reviews", amount, 60)
    mine = by_address(limit, address)
    taken = await state.limiter.require(state.database, mine, limit, state.clock(), address=address)
    return fields(taken)


def _told(
    media_type: str, work: Callable[P, Sequence[Finding]], /, *args: P.args, **kwargs: P.kwargs
) -> bytes:
    """What a review finds, as it is told: thousands of findings are put into words beside the loop."""
    found = work(*args, **kwargs)
    return msgspec.json.encode(sarif(found) if media_type == SARIF else found)


def _settings(request: Request[Any, Any, Any]) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


ROUTES = [aims_review, cycles_review, teams_portfolio, reviews_of_document]
