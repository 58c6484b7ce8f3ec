"""What can be wrong with an archive, or with where it is to go."""

from pathlib import Path

from api.store.errors import StoreError


class BadArchive(StoreError):
    """A file that is no archive, or not a whole one."""

    def __init__(self, file: Path, cause: str) -> None:
        self.file, self.cause = file, cause
        super().__init__(f"{file} {cause}; nothing was changed")


class Occupied(StoreError):
    """The database holds something, and nobody said that it may be replaced."""

    def __init__(self, tables: dict[str, int]) -> None:
        self.tables = tables
        told = ", ".join(f"{rows:,} {name}" for name, rows in sorted(tables.items())[:3])
        super().__init__(
            f"the database there holds something ({told}): --replace puts this in its place "
            "and keeps the old one aside; nothing was changed"
        )


class InUse(StoreError):
    """The database file is open in another process."""

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__(f"{file} is in use: stop the server first; nothing was changed")


class Differs(StoreError):
    """What came out is not what went in, by table."""

    def __init__(self, tables: list[str]) -> None:
        self.tables = tables
        super().__init__(
            f"what was restored differs from what was kept ({', '.join(tables)}): "
            "it was not put in place"
        )


class ChangedSince(StoreError):
    """The database was written to while it was moved."""

    def __init__(self, tables: list[str]) -> None:
        self.tables = tables
        super().__init__(
            f"the database was written to while it was moved ({', '.join(tables)}), so that the "
            "copy lacks something: stop the server and move again with --replace"
        )
