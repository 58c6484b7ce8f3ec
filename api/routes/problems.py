"""Problems of practice with their evidence."""

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, Limit, TextFilter, UnitFilter
from api.store import elements, lists
from api.store.kind import Place
from api.store.kinds import PROBLEM
from pdsa.problem import Problem


@draft(Problem)
class ProblemDraft(Struct):
    """A new problem of practice."""


@change(Problem, without=("unit_id",))
class ProblemChange(Struct):
    """A merge patch of a problem; evidence is replaced as a whole."""


@get("/problems", operation_id="problems_list", tags=["problems"])
async def problems_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    text: TextFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Problem]]:
    """Problems of practice."""
    after = from_cursor(cursor, str)
    return await desk.page(lists.problems, unit=unit, text=text, after=after, limit=limit)


@post("/problems", operation_id="problems_create", tags=["problems"])
async def problems_create(
    data: JSONBody[ProblemDraft], desk: NamedDependency[Desk]
) -> Response[Problem]:
    """Write down a problem of practice."""
    problem = build(Problem, data, id=new_id())
    return await desk.create(
        "problems", elements.add, PROBLEM, problem, Place(problem.unit_id, None)
    )


@get("/problems/{problem_id:str}", operation_id="problems_get", tags=["problems"])
async def problems_get(problem_id: Id, desk: NamedDependency[Desk]) -> Response[Problem]:
    """One problem of practice."""
    return await desk.show(elements.tell, PROBLEM, problem_id)


@patch(
    "/problems/{problem_id:str}", operation_id="problems_change", tags=["problems"], if_match=True
)
async def problems_change(
    problem_id: Id, data: JSONBody[ProblemChange], desk: NamedDependency[Desk]
) -> Response[Problem]:
    """Change a problem of practice."""
    return await desk.change(
        elements.change, PROBLEM, problem_id, desk.version(), lambda each: patched(each, data)
    )


ROUTES = [problems_list, problems_create, problems_get, problems_change]
