"""Forms of which a page has many: each names its fields below a place of its own, ``room/ID/name``.

The hidden field ``what`` says which form was sent, ``at`` where its fields stand.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from api.pages.desk import PageDesk
from api.pages.forms import NotSignedIn
from api.security.addresses import canonical
from api.security.errors import CrossSite, NotInDemo
from pdsa.errors import Circle, InvalidValue, NotVisible, PdsaError, UnknownElement
from pdsa.words import say

#: What is told by another page than the one with the form.
ELSEWHERE = (NotSignedIn, NotVisible, CrossSite)
#: Forms about who may come in, and as what: not for the visitors of a demo.
_OF_PEOPLE = frozenset({"invite", "again", "back", "days"})
#: The longest name of something (``pdsa.ids.Name``).
_LONGEST = 200


class Sent:
    """One form as it was sent."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.what, self.at = given.get("what", ""), given.get("at", "")

    @property
    def id(self) -> str:
        """What the form is about: what stands in its place after the first slash."""
        return self.at.partition("/")[2]

    def field(self, name: str) -> str:
        """The name of a field of this form."""
        return f"{self.at}/{name}"

    def text(self, name: str) -> str:
        """What stands in a field, in one line without space around it."""
        return " ".join(self.given.get(self.field(name), "").split())

    def name(self, name: str, rule: str) -> str:
        """A name that must be there. Raises ``InvalidValue`` with the rule."""
        text = self.text(name)
        if not text or len(text) > _LONGEST or not text.isprintable():
            raise InvalidValue(self.field(name), text, rule)
        return text

    def email(self, name: str) -> str:
        """An e-mail address in its canonical form. Raises ``InvalidValue``."""
        return canonical(self.text(name)[:400], self.field(name))

    def day(self, name: str) -> date | None:
        """A day, or none. Raises ``InvalidValue``."""
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            rule = say("a day, such as 2026-09-14")
            raise InvalidValue(self.field(name), text, rule) from None

    def needed_day(self, name: str) -> date:
        """A day that must be there. Raises ``InvalidValue``."""
        found = self.day(name)
        if found is None:
            raise InvalidValue(self.field(name), "", say("a day, such as 2026-09-14"))
        return found

    def wrong(self, name: str, rule: str) -> InvalidValue:
        """That what stands in a field cannot be."""
        return InvalidValue(self.field(name), self.text(name), rule)

    def placed(self, error: PdsaError) -> PdsaError:
        """An error of the domain or the store with the field of this form that it is about."""
        match error:
            case InvalidValue() if not error.field.startswith(f"{self.at}/"):
                return InvalidValue(self._there(error.field), error.value, error.rule)
            case UnknownElement() if error.field:
                rule = say("something that is there")
                return InvalidValue(self._there(error.field), error.id, rule)
            case Circle():
                rule = say("a place that is not below the unit itself")
                return InvalidValue(self._there("parent_id"), "", rule)
        return error

    def _there(self, name: str) -> str:
        field = self.field(name)
        return field if field in self.given else self.at

    def days(self) -> tuple[date | None, date | None]:
        """From and until when a role holds. Raises ``InvalidValue``."""
        starts_on, ends_on = self.day("starts_on"), self.day("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            raise self.wrong("ends_on", say("a last day that is not before the first"))
        return starts_on, ends_on


#: What a form does; the word of what was done.
Act = Callable[[PageDesk, Sent], Awaitable[str]]


async def done(desk: PageDesk, sent: Sent, acts: Mapping[str, Act]) -> str | PdsaError:
    """Do what a form asks for; the word of what was done, or why not.

    Raises what is told by another page than the one with the form.
    """
    if desk.request.app.state.settings.demo and sent.what in _OF_PEOPLE:
        return NotInDemo()
    act = acts.get(sent.what)
    if act is None:
        return InvalidValue("", sent.what, say("one of the forms of this page"))
    try:
        return await act(desk, sent)
    except ELSEWHERE:
        raise
    except PdsaError as error:
        return sent.placed(error)
