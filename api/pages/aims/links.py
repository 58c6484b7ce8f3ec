"""The fields of a driver diagram: what stands in them, and the theory that they make.

Each driver and each idea has a row for everything that it moves, named by both ids
(``links/<source>/<target>/strength``), and an empty one to link it to something else.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from api.pages.aims.forms import required
from api.pages.converting import converted
from pdsa.errors import Circle, InvalidValue
from pdsa.ids import AimId
from pdsa.theory import Driver, Link, Strength, Theory
from pdsa.words import say

#: The row of a link that is not there yet.
NEW = "new"
#: As long as a text can be.
_LONG = 10_000
#: Fields that say what to do, and are nobody's text.
_ASIDE = frozenset({"note"})


def theory_values(theory: Theory | None) -> dict[str, str]:
    """What stands in the fields of a theory."""
    found: dict[str, str] = {}
    if theory is None:
        return found
    for driver in theory.drivers:
        found[f"drivers/{driver.id}/text"] = driver.text
        found[f"drivers/{driver.id}/description"] = driver.description
    for link in theory.links:
        at = f"links/{link.source}/{link.target}"
        found[f"{at}/strength"] = link.strength.value
        found[f"{at}/rationale"] = link.rationale
    return found


def as_linked(sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was sent as the fields of a theory, and where in the form each new link stands.

    A driver that is taken out takes its links along; a row for something new is named by both ids.
    """
    gone = {name.split("/")[1] for name, text in sent.items() if name.endswith("/remove") and text}
    found, places = {}, {}
    for name, text in sent.items():
        parts = name.split("/")
        if name in _ASIDE or parts[-1] == "remove":
            continue
        if parts[0] == "links" and parts[2:3] == [NEW]:
            if parts[3:] == ["target"] and text:
                at = f"links/{parts[1]}/{text}"
                if not sent.get(f"{at}/strength"):
                    row = f"links/{parts[1]}/{NEW}"
                    found[f"{at}/strength"] = sent.get(f"{row}/strength") or Strength.strong.value
                    found[f"{at}/rationale"] = sent.get(f"{row}/rationale", "")
                    places[at] = row
            continue
        found.setdefault(name, text)
    for name in found:
        parts = name.split("/")
        if gone & set(parts[1:-1]):
            found[name] = ""
    return found, places


def theory_of(
    values: Mapping[str, str],
    aim_id: str,
    *,
    on: date,
    note: str,
    places: Mapping[str, str],
    version: int = 1,
) -> Theory:
    """The theory that the fields make; links of what is not there any more are none.

    Raises ``InvalidValue`` with the field of the form, for a circle with one of its links.
    """
    if len(note) > _LONG:
        raise InvalidValue("note", note, say("at most {n} characters", n=_LONG))
    drivers = []
    for id in _ids(values, "drivers"):
        at = f"drivers/{id}"
        row = {name: values.get(f"{at}/{name}", "") for name in ("text", "description")}
        if any(row.values()):
            required(values, f"{at}/text", say("the driver a text, or take it out"))
            drivers.append(converted({"id": id, **row}, Driver, at))
    there = {aim_id, *(each.id for each in drivers)}
    was_driver = set(_ids(values, "drivers"))
    links = []
    for source in _ids(values, "links"):
        if source in was_driver and source not in there:
            continue
        for target in _ids(values, f"links/{source}"):
            at = f"links/{source}/{target}"
            strength = values.get(f"{at}/strength", "")
            if not strength or target not in there:
                continue
            place = places.get(at, at)
            if source == target:
                rule = say("something else than itself: nothing moves itself")
                raise InvalidValue(f"{place}/target", target, rule)
            rationale = values.get(f"{at}/rationale", "")
            row = {"source": source, "target": target, "strength": strength}
            links.append(converted(row | {"rationale": rationale}, Link, place))
    try:
        return Theory(
            aim_id=AimId(aim_id),
            on=on,
            drivers=tuple(drivers),
            links=tuple(links),
            note=note,
            version=version,
        )
    except Circle as error:
        raise _circle(error, drivers, places) from error


def _circle(error: Circle, drivers: Iterable[Driver], places: Mapping[str, str]) -> InvalidValue:
    """A circle as what is wrong with one of its links: a new one, if there is one among them."""
    texts: dict[str, str] = {each.id: each.text for each in drivers}
    pairs = list(zip(error.path, error.path[1:], strict=False))
    links = [f"links/{source}/{target}" for source, target in pairs]
    at = next((link for link in links if link in places), links[-1])
    field = f"{places[at]}/target" if at in places else f"{at}/strength"
    way = " → ".join(f"“{texts.get(id, id)}”" for id in error.path)
    return InvalidValue(
        field, list(error.path), say("links that do not run in a circle: {way}", way=way)
    )


def _ids(values: Mapping[str, str], below: str) -> list[str]:
    """The ids that stand right below a name, in the order of the form."""
    start = f"{below}/"
    found = (name[len(start) :].split("/") for name in values if name.startswith(start))
    return list(dict.fromkeys(parts[0] for parts in found if len(parts) > 1))
