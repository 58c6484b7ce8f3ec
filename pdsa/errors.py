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
have been right.
"""

from collections.abc import Iterable, Sequence


class PdsaError(Exception):
    """The root of the tree; catch it to catch everything that this library raises on purpose."""


class InvalidValue(PdsaError, ValueError):
    """A value that cannot be: ``field`` (JSON pointer without the leading slash), ``value``, ``rule``."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        self.field, self.value, self.rule = field, value, rule
        super().__init__(f"{field}: {rule} (got {_short(value)})")


class Circle(PdsaError, ValueError):
    """A driver graph or a lineage that runs in a circle; ``path`` begins and ends with one id."""

    def __init__(self, what: str, path: Sequence[str]) -> None:
        self.what = what
        self.path = tuple(path[list(path).index(path[-1]) :])  # without the way into the circle
        super().__init__(f"{what} runs in a circle: {' -> '.join(self.path)}")


class UnknownElement(PdsaError):
    """An id that names nothing here, or something that belongs elsewhere."""

    def __init__(self, kind: str, id: str, *, field: str = "", within: str = "") -> None:
        self.kind, self.id, self.field, self.within = kind, id, field, within
        super().__init__(f"no {kind} {id!r}" + (f" in {within}" if within else ""))


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
        can = ", ".join(name.replace("_", " ") for name in self.legal) or "nothing more"
        super().__init__(
            f"cycle {title!r} ({cycle}) is {status} in {stage.capitalize()} and cannot "
            f"{move.replace('_', ' ')}" + (f": {why}" if why else "") + f"; legal now: {can}"
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
        can = ", ".join(name.replace("_", " ") for name in self.legal) or "nothing more"
        super().__init__(
            f"request {title!r} ({request}) is {state} and takes no "
            f"{move.replace('_', ' ')}" + (f": {why}" if why else "") + f"; legal now: {can}"
        )


class AccessError(PdsaError):
    """What a principal may not see or do."""


class NotVisible(AccessError):
    """The principal may not know whether this exists."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"no {kind} {id!r}")


class NotAllowed(AccessError):
    """The principal may see this but not do what it asked for."""

    def __init__(self, action: str, unit: str) -> None:
        self.action, self.unit = action, unit
        super().__init__(
            f"you may not {action} in unit {unit}: ask its facilitator for a role"
            if unit
            else f"only an administrator of the whole server may {action} here"
        )


class DocumentError(PdsaError):
    """An interchange document is refused; ``pointer`` is RFC 6901, ``rule`` what would be right."""

    def __init__(self, pointer: str, rule: str) -> None:
        self.pointer, self.rule = pointer, rule
        super().__init__(f"{pointer or '(the document)'}: {rule}")


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


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
