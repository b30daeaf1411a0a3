# SPDX-License-Identifier: Apache-2.0
"""Our own copy of a file, under a name of ours, in a folder of its own."""

import hashlib
from pathlib import Path

from gis.reading.kinds import SHAPEFILE, Kind, kind_of
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Of a Shapefile what is read; .qpj, .sbn, .xml and the rest may name other things and are left."""
CHUNK = 1 << 20


def stage(given: Path, folder: Path, limits: Limits) -> tuple[Kind, Path, str, int]:
    """Copies `given` (and a Shapefile's parts) into `folder`: its kind, the copy, SHA-256, size in bytes.

    Raises FileRefused for what is no plain file, too large, or of no kind that is read.
    """
    if not given.is_file():
        raise FileRefused("file_missing")
    if given.stat().st_size > limits.file_bytes:
        raise FileRefused("file_too_large", size_bytes=given.stat().st_size, most_bytes=limits.file_bytes)
    kind = kind_of(given)
    parts = {given.suffix.lower(): given}
    if kind is SHAPEFILE:
        parts |= {
            other.suffix.lower(): other
            for other in sorted(given.parent.iterdir())
            if other.stem.casefold() == given.stem.casefold() and other.suffix.lower() in PARTS and other.is_file()
        }
    digest, size = hashlib.sha256(), 0
    for suffix in sorted(parts):
        size += _copy(parts[suffix], folder / f"given{suffix}", digest, limits.file_bytes - size)
    return kind, folder / f"given{given.suffix.lower()}", digest.hexdigest(), size


def _copy(source: Path, target: Path, digest: "hashlib._Hash", most_bytes: int) -> int:
    copied = 0
    with source.open("rb") as read, target.open("xb") as written:
        while chunk := read.read(CHUNK):
            copied += len(chunk)
            if copied > most_bytes:
                raise FileRefused("file_too_large", size_bytes=copied, most_bytes=most_bytes)
            digest.update(chunk)
            written.write(chunk)
    target.chmod(0o400)
    return copied
