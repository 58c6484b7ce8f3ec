"""Silences: findings that a team has decided to leave as they are, each with its reason."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from pdsa.errors import InvalidValue
from pdsa.ids import AimId, PersonId, Reason, Ref, SilenceId, Version

#: The code of a finding: ``PLN101``.
Code = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]{3}[0-9]{3}$(?![\s\S])",
        description="The code of a finding: three capital letters and three digits.",
    ),
]


class Silence(Struct, frozen=True):
    """A finding that the team of an aim does not want to be shown, and why.

    Without ``element_id`` the code is silenced for the whole inquiry, with it for that element
    alone (the id of the aim, of a cycle, a measure ...). ``made_by`` and ``made_on`` say who did it
    and when. A silence hides a finding and changes nothing else: not a fidelity profile, not a
    progress level.

    Raises ``InvalidValue`` for a blank reason.
    """

    id: Ref[SilenceId]
    aim_id: Ref[AimId]
    code: Code
    reason: Reason
    element_id: Ref[str] | None = None
    made_by: Ref[PersonId] | None = None
    made_on: date | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise InvalidValue("reason", self.reason, "say why: the next reader will ask")
