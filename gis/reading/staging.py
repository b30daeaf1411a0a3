# SPDX-License-Identifier: Apache-2.0
"""Our own copy of a file, under a name of ours, in a folder of its own."""

import hashlib
from pathlib import Path

from gis.reading.kinds import GEODATABASE, Kind, kind_of
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

CHUNK = 1 << 20


def stage(given: Path, folder: Path, limits: Limits) -> tuple[Kind, Path, str, int]:
    """Copies `given` (and the parts that belong to it) into `folder`: its kind, the copy, SHA-256, size in bytes.

    Raises FileRefused for what is neither a plain file nor a geodatabase's folder, too large, or of no kind that is read.
    """
    if given.is_dir() and kind_of(given) is GEODATABASE:
        return _stage_folder(given, folder, limits)
    if not given.is_file():
        raise FileRefused("file_missing")
    if given.stat().st_size > limits.file_bytes:
        raise FileRefused("file_too_large", size_bytes=given.stat().st_size, most_bytes=limits.file_bytes)
    kind = kind_of(given)
    parts = {given.suffix.lower(): given}
    if kind.parts:
        parts |= {
            other.suffix.lower(): other
            for other in sorted(given.parent.iterdir())
            if other.stem.casefold() == given.stem.casefold() and other.suffix.lower() in kind.parts and other.is_file()
        }
    digest, size = hashlib.sha256(), 0
    for suffix in sorted(parts):
        size += _copy(parts[suffix], folder / f"given{suffix}", digest, limits.file_bytes - size)
    return kind, folder / f"given{given.suffix.lower()}", digest.hexdigest(), size


def _stage_folder(given: Path, folder: Path, limits: Limits) -> tuple[Kind, Path, str, int]:
    """A geodatabase is a folder of plain files: copied in the order of their names, each name and its bytes digested."""
    copy = folder / f"given{GEODATABASE.suffixes[0]}"
    copy.mkdir(mode=0o755)
    digest, size = hashlib.sha256(), 0
    files = sorted(path for path in given.iterdir() if path.is_file() and not path.is_symlink())
    if not files or len(files) > limits.archive_members:
        raise FileRefused(
            "no_layers" if not files else "archive_too_many", members=len(files), most=limits.archive_members
        )
    for number, path in enumerate(files):
        digest.update(path.name.encode("utf-8", "surrogateescape"))
        name = path.name if path.name.isascii() and path.name.isprintable() else f"{number}.other"
        size += _copy(path, copy / name, digest, limits.file_bytes - size)
    return GEODATABASE, copy, digest.hexdigest(), size


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
