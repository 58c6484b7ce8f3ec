"""New ids: UUIDv7, so that ids made later sort later, whatever the clock of the machine does.

Within a process they do so by themselves; ``begin_after`` lets them do so after a restart.
"""

import uuid_utils

#: How many bits of an id follow its moment, which is in milliseconds.
_AFTER_MOMENT = 80
#: No clock is as wrong as this, by which half of all moments have passed.
_FAR_AWAY = 1 << 47

_ahead = 0  # how many milliseconds the moments of new ids are ahead of the clock


def new_id() -> str:
    """A fresh UUIDv7 in its usual text form."""
    made = uuid_utils.uuid7()
    if _ahead:
        made = uuid_utils.UUID(int=made.int + (_ahead << _AFTER_MOMENT))
    return str(made)


def begin_after(id: str) -> None:
    """Let all new ids of this process sort after ``id``, even where it is of a moment yet to come.

    An id of another form is nothing to go by.
    """
    global _ahead
    try:
        last = uuid_utils.UUID(id)
    except ValueError:
        return
    moment = last.int >> _AFTER_MOMENT
    if last.version == 7 and moment < _FAR_AWAY:
        now = uuid_utils.uuid7().int >> _AFTER_MOMENT
        _ahead = max(_ahead, moment + 1 - now)
