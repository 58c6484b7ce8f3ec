"""A database that moves to another one, of either engine."""

import tempfile
from pathlib import Path

from api.store.archive import rows
from api.store.archive.errors import ChangedSince
from api.store.archive.loading import differing
from api.store.archive.manifest import Manifest
from api.store.archive.moment import at_one_moment
from api.store.archive.restore import restore
from api.store.archive.writing import backup


def move(url: str, to: str, *, folder: Path, replace: bool = False) -> tuple[Manifest, str | None]:
    """Copy a whole database into another one; what it is, and where an old one there is kept.

    ``folder`` has room for the archive between. Raises as ``backup`` and ``restore`` do, and
    ``ChangedSince`` where something was written meanwhile: the first database stays as it is.
    """
    with tempfile.TemporaryDirectory(prefix=".pdsa-move", dir=folder) as between:
        file = Path(between) / "moved.zip"
        backup(url, file)
        manifest, aside = restore(to, file, replace=replace)
    since = differing(manifest.contents(), at_one_moment(url, rows.contents))
    if since:
        raise ChangedSince(since)
    return manifest, aside
