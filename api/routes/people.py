"""People and their roles. Accounts and sign-in are not here: a person is who a token stands for."""

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, IdFilter, Limit, TextFilter, UnitFilter
from api.store import elements, lists
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from pdsa.units import Grant, Person, Principal


@draft(Person)
class PersonDraft(Struct):
    """A new person; never a student."""


@change(Person, without=("service",))
class PersonChange(Struct):
    """A merge patch of a person; whether it is a service is said when it is added."""


@draft(Grant)
class GrantDraft(Struct):
    """A role for a person, on a unit and all under it, or on the whole server."""


@change(Grant, without=("person_id", "role", "unit_id"))
class GrantChange(Struct):
    """A merge patch of a role: other days. To give another role, end this one."""


class Me(Principal, frozen=True, kw_only=True):
    """Who you are, the roles you hold, what your token may do at most, and how you signed in."""

    signed_in_by: str


@get("/me", operation_id="me_get", tags=["people"], anew=True)
async def me_get(desk: NamedDependency[Desk]) -> Response[Me]:
    """Who you are, and the roles you hold."""
    who = desk.by.principal
    return desk.answer(
        Me(
            person_id=who.person_id,
            name=who.name,
            grants=who.grants,
            scopes=who.scopes,
            signed_in_by=desk.request.auth.how,
        )
    )


@get("/people", operation_id="people_list", tags=["people"])
async def people_list(
    desk: NamedDependency[Desk],
    text: TextFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Person]]:
    """People, for an administrator of the whole server."""
    return await desk.page(lists.people, text=text, after=from_cursor(cursor, str), limit=limit)


@post("/people", operation_id="people_create", tags=["people"])
async def people_create(
    data: JSONBody[PersonDraft], desk: NamedDependency[Desk]
) -> Response[Person]:
    """Add a person."""
    person = build(Person, data, id=new_id())
    return await desk.create("people", elements.add, PERSON, person, Place(None, None))


@get("/people/{person_id:str}", operation_id="people_get", tags=["people"])
async def people_get(person_id: Id, desk: NamedDependency[Desk]) -> Response[Person]:
    """One person."""
    return await desk.show(elements.tell, PERSON, person_id)


@patch("/people/{person_id:str}", operation_id="people_change", tags=["people"], if_match=True)
async def people_change(
    person_id: Id, data: JSONBody[PersonChange], desk: NamedDependency[Desk]
) -> Response[Person]:
    """Change a person's name or address."""
    return await desk.change(
        elements.change, PERSON, person_id, desk.version(), lambda each: patched(each, data)
    )


@get("/grants", operation_id="grants_list", tags=["people"])
async def grants_list(
    desk: NamedDependency[Desk],
    person: IdFilter = None,
    unit: UnitFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Grant]]:
    """Roles given in the units that you may see."""
    after = from_cursor(cursor, str)
    return await desk.page(lists.grants, person=person, unit=unit, after=after, limit=limit)


@post("/grants", operation_id="grants_create", tags=["people"])
async def grants_create(data: JSONBody[GrantDraft], desk: NamedDependency[Desk]) -> Response[Grant]:
    """Give a person a role."""
    grant = build(Grant, data, id=new_id())
    place = Place(grant.unit_id, None)
    return await desk.create("grants", elements.add, GRANT, grant, place)


@get("/grants/{grant_id:str}", operation_id="grants_get", tags=["people"])
async def grants_get(grant_id: Id, desk: NamedDependency[Desk]) -> Response[Grant]:
    """One role."""
    return await desk.show(elements.tell, GRANT, grant_id)


@patch("/grants/{grant_id:str}", operation_id="grants_change", tags=["people"], if_match=True)
async def grants_change(
    grant_id: Id, data: JSONBody[GrantChange], desk: NamedDependency[Desk]
) -> Response[Grant]:
    """Change the days from and to which a role holds."""
    return await desk.change(
        elements.change, GRANT, grant_id, desk.version(), lambda each: patched(each, data)
    )


@delete(
    "/grants/{grant_id:str}",
    operation_id="grants_remove",
    tags=["people"],
    if_match=True,
    status_code=204,
)
async def grants_remove(grant_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """End a role at once; that it was given stays in the activity."""
    return await desk.remove(elements.remove, GRANT, grant_id, desk.version())


ROUTES = [
    me_get,
    people_list,
    people_create,
    people_get,
    people_change,
    grants_list,
    grants_create,
    grants_get,
    grants_change,
    grants_remove,
]
