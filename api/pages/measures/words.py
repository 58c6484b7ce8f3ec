"""What is refused on the page of a measure, beside the field of the form that it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from pdsa.errors import InvalidValue, UnknownElement
from pdsa.words import say


@contextmanager
def refused_at(form: str) -> Iterator[None]:
    """What the domain refuses within the block is refused at a field of the form."""
    at = f"{form}/" if form else ""
    try:
        yield
    except InvalidValue as error:
        if at and error.field.startswith(at):
            raise
        rule = say("Please look again: {rule}.", rule=error.rule)
        raise InvalidValue(f"{at}{error.field}", error.value, rule) from error
    except UnknownElement as error:
        rule = say("Please look again: this one is not known here.")
        raise InvalidValue(f"{at}{error.field}", error.id, rule) from error
