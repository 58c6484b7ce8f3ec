"""An example of each rule: the model inquiry with a few places changed, found and not found."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.reference import MODEL_DAY, rule_examples


class RuleExample(Struct, frozen=True, kw_only=True):
    """What to change in the model inquiry so that a rule finds something, and so that it does not.

    ``fails`` and ``passes`` are values by JSON pointer, each for ``applied`` to
    ``pdsa.reference.model()``; ``on`` is the day of the review.
    """

    fails: dict[str, Any]
    passes: dict[str, Any]
    on: date = MODEL_DAY


def example(code: str) -> RuleExample | None:
    """The example of the rule with this code; ``None`` without one."""
    return _examples(code[:3]).get(code)


def applied(document: bytes, changes: Mapping[str, Any]) -> bytes:
    """A JSON document with the values at some JSON pointers (RFC 6901) replaced.

    ``/-`` at the end of a pointer, or the number after the last element, appends to a list.
    Raises ``InvalidValue`` for a pointer that leads nowhere.
    """
    changed = msgspec.json.decode(document)
    for pointer, value in changes.items():
        *way, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
        at = changed
        try:
            for step in way:
                at = at[int(step)] if isinstance(at, list) else at[step]
            if not isinstance(at, list):
                at[last]  # a field that is not there is a mistake in the example
                at[last] = value
            elif last in ("-", str(len(at))):
                at.append(value)
            else:
                at[int(last)] = value
        except (KeyError, IndexError, TypeError, ValueError):
            raise InvalidValue("changes", pointer, "a place in the document") from None
    return msgspec.json.encode(changed)


@lru_cache(maxsize=32)
def _examples(letters: str) -> dict[str, RuleExample]:
    return msgspec.json.decode(rule_examples(letters) or b"{}", type=dict[str, RuleExample])
