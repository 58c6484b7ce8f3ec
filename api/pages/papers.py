"""One page on paper, as a PDF: of an aim, of a cycle."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Annotated
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy import Connection

from api.pages.desk import PageDesk
from api.pages.stages import stage_names
from api.papers import NoPdf, PaperSize, aim_paper, cycle_paper
from api.problems import Busy
from api.routes.params import Id
from api.store import reviews
from api.store.access import By
from api.store.elements import opened
from api.store.kinds import CYCLE
from pdsa.interchange import Inquiry
from pdsa.units import Audience

#: Schools in California print on Letter.
Paper = Annotated[PaperSize, QueryParameter(description="The size of the page.")]

#: A browser shows a PDF with a viewer of its own, which in Safari a sandbox would keep it from.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_NOT_ASCII = re.compile(r"[^A-Za-z0-9]+")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]+')


@get("/aims/{aim_id:str}/one-page.pdf", include_in_schema=False)
async def aim_page(
    aim_id: Id, desk: NamedDependency[PageDesk], paper: Paper = "letter"
) -> Response[bytes] | Response[str]:
    """An aim on one page, as a PDF to print before a meeting."""
    inquiry, audience = await desk.snapshot(reviews.of_aim, aim_id)
    made = partial(
        aim_paper,
        inquiry,
        audience,
        on=desk.today,
        language=desk.language,
        address=_address(desk, f"/aims/{aim_id}"),
        paper=paper,
    )
    return await _shown(desk, made, inquiry.aim.title)


@get("/cycles/{cycle_id:str}/one-page.pdf", include_in_schema=False)
async def cycle_page(
    cycle_id: Id, desk: NamedDependency[PageDesk], paper: Paper = "letter"
) -> Response[bytes] | Response[str]:
    """A cycle on one page, as a PDF to print before a meeting."""
    title, inquiry, audience = await desk.snapshot(_of_cycle, cycle_id)
    made = partial(
        cycle_paper,
        inquiry,
        cycle_id,
        audience,
        stages=stage_names(inquiry.team),
        on=desk.today,
        language=desk.language,
        address=_address(desk, f"/cycles/{cycle_id}"),
        paper=paper,
    )
    return await _shown(desk, made, title)


def _of_cycle(conn: Connection, by: By, cycle_id: str) -> tuple[str, Inquiry, Audience]:
    """The title of a cycle, its inquiry and the audience that asks; run it as a snapshot."""
    cycle, place = opened(conn, by, CYCLE, cycle_id)
    return cycle.title, *reviews.of_aim(conn, by, place.aim_id or "")


def _address(desk: PageDesk, path: str) -> str:
    return f"{desk.request.app.state.settings.origin}{path}"


async def _shown(
    desk: PageDesk, made: Callable[[], bytes], title: str
) -> Response[bytes] | Response[str]:
    """The paper for a browser to show, or a page that says why there is none. Raises ``Busy``."""
    try:
        body = await desk.work_out(made)
    except NoPdf:
        return desk.show_page("papers/none.html", status=501)
    except TimeoutError:
        raise Busy from None
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"inline; {file_name(title)}",
        "Content-Security-Policy": _POLICY,
    }
    return Response(body, media_type="application/pdf", headers=headers)


def file_name(title: str) -> str:
    """What a file is called after a title, in letters of every browser and in its own (RFC 6266)."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    plain = _NOT_ASCII.sub("-", bare).strip("-")[:80].rstrip("-") or "one-page"
    shown = _NOT_IN_NAMES.sub(" ", title).encode("utf-8", "ignore").decode()
    own = " ".join(shown.split())[:80].strip(" .") or "one-page"
    return f"filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(own, safe='')}.pdf"


PAGES = [aim_page, cycle_page]
