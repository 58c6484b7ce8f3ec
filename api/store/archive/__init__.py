"""Archives: a whole database at one moment, in one file that either engine takes back.

An archive is a ZIP of one JSON Lines file per table and a manifest (schema, counts, digests).
"""

from api.store.archive.errors import BadArchive, ChangedSince, Differs, InUse, Occupied
from api.store.archive.manifest import Manifest, read_manifest
from api.store.archive.move import move
from api.store.archive.restore import check, restore
from api.store.archive.writing import backup

__all__ = [
    "BadArchive",
    "ChangedSince",
    "Differs",
    "InUse",
    "Manifest",
    "Occupied",
    "backup",
    "check",
    "move",
    "read_manifest",
    "restore",
]
