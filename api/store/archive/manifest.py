"""What an archive says of itself: where it is from, and what must come out of it again."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zlib import error as ZlibError

import msgspec
from msgspec import Struct

from api.store.archive.errors import BadArchive

FORMAT = "pdsa-tracker archive 1"
NAME = "manifest.json"


class KeptTable(Struct, frozen=True):
    """A table: its columns, in the order of each line, and how many rows of what digest."""

    name: str
    columns: tuple[str, ...]
    rows: int
    digest: str

    @property
    def member(self) -> str:
        return f"{self.name}.jsonl"


class Manifest(Struct, frozen=True):
    """The last member of an archive: one that was cut off has none."""

    format: str
    program: str
    schema: str
    engine: str
    taken_at: datetime
    tables: tuple[KeptTable, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def contents(self) -> dict[str, tuple[int, str]]:
        """Rows and digest of each table, whatever the order of tables and of rows."""
        return {table.name: (table.rows, table.digest) for table in self.tables}


def read_manifest(file: Path) -> Manifest:
    """The manifest of an archive. Raises ``BadArchive``."""
    with opened(file) as (_, manifest):
        return manifest


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and its manifest. Raises ``BadArchive``, also for what is read of it later."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(NAME), type=Manifest)
            if manifest.format != FORMAT:
                raise BadArchive(file, f"is another kind of file ({manifest.format})")
            yield archive, manifest
    except FileNotFoundError as error:
        raise BadArchive(file, "is not there") from error
    except KeyError as error:
        raise BadArchive(file, "is no backup of this program") from error
    except msgspec.DecodeError as error:
        raise BadArchive(file, f"is no backup of this program ({error})") from error
    except (zipfile.BadZipFile, ZlibError, EOFError) as error:
        raise BadArchive(file, f"is cut off, damaged or no backup ({error})") from error
