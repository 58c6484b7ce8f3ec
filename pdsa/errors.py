"""Everything that can go wrong in the domain, as one tree.

::

    PdsaError
    ├── InvalidValue          a value that cannot be (also a ValueError): field, value, rule
    ├── Circle                a graph or lineage that runs in a circle (also a ValueError): path
    ├── UnknownElement        an id that names nothing here: kind, id, field
    ├── IllegalMove           a cycle cannot do this now: cycle, stage, status, move, legal
    │   └── PredictionLocked  ... because the prediction was locked when Do started
    ├── IllegalTurn           a request cannot be moved so now: request, state, move, legal
    ├── AccessError
    │   ├── NotVisible        the principal may not know of it: kind, id
    │   └── NotAllowed        it may see but not do this: action, unit
    └── DocumentError         an interchange document is refused: pointer, rule
        ├── MalformedDocument not JSON, or a value of the wrong type or out of its limits
        ├── InconsistentDocument  a value against a rule of the domain
        ├── UnknownVersion    a format or version that this library does not read
        ├── UnknownField      a field that the format does not have
        └── DanglingId        an id that names nothing in the document, or names two things

Each error carries facts (attributes), never an HTTP status, and says in its message what would
have been right. Messages and rules are said in the language that is in force where the error is raised.
"""

from collections.abc import Iterable, Sequence

from pdsa.words import mark, say, say_name


class PdsaError(Exception):
    """The root of the tree; catch it to catch everything that this library raises on purpose."""


class InvalidValue(PdsaError, ValueError):
    """A value that cannot be: ``field`` (JSON pointer without the leading slash), ``value``, ``rule``."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        self.field, self.value, self.rule = field, value, say(rule)
        said = mark("{field}: {rule} (got {value})")
        super().__init__(say(said, field=field, rule=self.rule, value=_short(value)))


class Circle(PdsaError, ValueError):
    """A driver graph or a lineage that runs in a circle; ``path`` begins and ends with one id."""

    def __init__(self, what: str, path: Sequence[str]) -> None:
        self.what = what
        self.path = tuple(path[list(path).index(path[-1]) :])  # without the way into the circle
        said = mark("{what} runs in a circle: {path}")
        super().__init__(say(said, what=say(what), path=" -> ".join(self.path)))


class UnknownElement(PdsaError):
    """An id that names nothing here, or something that belongs elsewhere."""

    def __init__(self, kind: str, id: str, *, field: str = "", within: str = "") -> None:
        self.kind, self.id, self.field, self.within = kind, id, field, within
        said = mark("no {kind} {id} in {within}") if within else mark("no {kind} {id}")
        super().__init__(say(said, kind=say(kind), id=repr(id), within=say(within)))


class IllegalMove(PdsaError):
    """A move that the cycle cannot make from the stage it is in.

    ``cycle`` its id, ``title``, ``stage`` and ``status``, the ``move`` that was asked for, and
    ``legal``: the moves that it can make now.
    """

    def __init__(
        self,
        *,
        cycle: str,
        title: str,
        stage: str,
        status: str,
        move: str,
        legal: Iterable[str],
        why: str = "",
    ) -> None:
        self.cycle, self.title, self.stage, self.status = cycle, title, stage, status
        self.move, self.legal, self.why = move, tuple(legal), why
        said = mark(
            "cycle {title} ({cycle}) is {status} in {stage} and cannot {move}; legal now: {legal}"
        )
        if why:
            said = mark(
                "cycle {title} ({cycle}) is {status} in {stage} and cannot {move}: {why}; legal "
                "now: {legal}"
            )
        super().__init__(
            say(
                said,
                title=repr(title),
                cycle=cycle,
                status=say_name(status),
                stage=say_name(stage.capitalize()),
                move=say_name(move),
                why=say(why),
                legal=_listed(self.legal),
            )
        )


class PredictionLocked(IllegalMove):
    """A prediction was locked when Do started; a later change is an amendment."""


class IllegalTurn(PdsaError):
    """A turn that a request cannot take in the state it is in.

    ``request`` its id, ``title`` and ``state``, the ``move`` that was asked for, and ``legal``: the
    moves that can be made now.
    """

    def __init__(
        self,
        *,
        request: str,
        title: str,
        state: str,
        move: str,
        legal: Iterable[str],
        why: str = "",
    ) -> None:
        self.request, self.title, self.state = request, title, state
        self.move, self.legal, self.why = move, tuple(legal), why
        said = mark(
            "request {title} ({request}) is {state} and takes no {move}; legal now: {legal}"
        )
        if why:
            said = mark(
                "request {title} ({request}) is {state} and takes no {move}: {why}; legal now: "
                "{legal}"
            )
        super().__init__(
            say(
                said,
                title=repr(title),
                request=request,
                state=say_name(state),
                move=say_name(move),
                why=say(why),
                legal=_listed(self.legal),
            )
        )


class AccessError(PdsaError):
    """What a principal may not see or do."""


class NotVisible(AccessError):
    """The principal may not know whether this exists."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(say("no {kind} {id}", kind=say(kind), id=repr(id)))


class NotAllowed(AccessError):
    """The principal may see this but not do what it asked for."""

    def __init__(self, action: str, unit: str) -> None:
        self.action, self.unit = action, unit
        said = mark("only an administrator of the whole server may {action} here")
        if unit:
            said = mark("you may not {action} in unit {unit}: ask its facilitator for a role")
        super().__init__(say(said, action=say(action), unit=unit))


class DocumentError(PdsaError):
    """An interchange document is refused; ``pointer`` is RFC 6901, ``rule`` what would be right."""

    def __init__(self, pointer: str, rule: str) -> None:
        self.pointer, self.rule = pointer, say(rule)
        place = pointer or say("(the document)")
        super().__init__(f"{place}: {self.rule}")


class MalformedDocument(DocumentError):
    """Not JSON, or a value of the wrong type or out of its limits."""


class InconsistentDocument(DocumentError):
    """Well formed, but against a rule of the domain."""


class UnknownVersion(DocumentError):
    """A format or a version of it that this library does not read."""


class UnknownField(DocumentError):
    """A field that the format does not have; nothing is dropped silently."""


class DanglingId(DocumentError):
    """An id that names nothing in the document, or one that is given twice."""


def _listed(moves: Sequence[str]) -> str:
    return ", ".join(map(say_name, moves)) or say("nothing more")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


#: What errors name: kinds of elements, where they were looked for, states, moves and actions.
_NAMES = (
    # Translators: what was looked for, as in “no cycle 'cycle-1' in this inquiry”.
    mark("aim"),
    mark("change idea"),
    mark("comment"),
    mark("cycle"),
    mark("driver"),
    mark("driver or change idea"),
    mark("grant"),
    mark("inquiry"),
    mark("item"),
    mark("measure"),
    mark("person"),
    mark("phase"),
    mark("point"),
    mark("prediction"),
    mark("problem"),
    mark("question"),
    mark("request"),
    mark("theory"),
    mark("unit"),
    # Translators: where it was looked for.
    mark("this inquiry"),
    mark("this unit"),
    mark("this cycle"),
    mark("the theory"),
    # Translators: whether a cycle goes on, and what may be asked of a request.
    mark("running"),
    mark("completed"),
    mark("stopped"),
    mark("waiting"),
    mark("answered"),
    mark("closed"),
    # Translators: what a cycle or a request can do; infinitives.
    mark("revise plan"),
    mark("start do"),
    mark("record"),
    mark("amend"),
    mark("study"),
    mark("act"),
    mark("step back"),
    mark("branch"),
    mark("stop"),
    mark("raise"),
    mark("answer"),
    mark("pass up"),
    mark("close"),
    mark("reopen"),
    # Translators: what somebody may not do in a unit; infinitives.
    mark("see"),
    mark("log"),
    mark("publish"),
    mark("assess"),
    mark("invite"),
    mark("administer"),
    mark("raise a request"),
    mark("answer a request"),
    mark("pass up a request"),
    mark("close a request"),
    mark("reopen a request"),
    mark("give yourself a role"),
    mark("comment on a single classroom"),
    mark("read the view log"),
    mark("take back what somebody else said"),
)
