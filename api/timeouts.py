"""How long PostgreSQL may take: known to the settings, which load nothing of a database."""

from msgspec import Struct


class Timeouts(Struct, frozen=True, kw_only=True):
    """How long PostgreSQL and the way to it may take, in seconds; 0 for any time."""

    statement: float = 0
    lock: float = 0
    idle: float = 0
    connect: float = 10
    pool: float = 30
