"""New ids: UUIDv7, so that ids made later sort later, in one process even when its clock goes back."""

import uuid_utils


def new_id() -> str:
    """A fresh UUIDv7 in its usual text form."""
    return str(uuid_utils.uuid7())
