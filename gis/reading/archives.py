# SPDX-License-Identifier: Apache-2.0
"""Archives are judged by their directory before anything is unpacked, and again while it is."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

CHUNK = 1 << 20
NESTED = (".zip", ".kmz", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar")


def checked_members(path: Path, limits: Limits, *, nested: tuple[str, ...] = NESTED) -> list[zipfile.ZipInfo]:
    """The files of a zip archive, every one of them harmless by the directory's own word.

    Raises FileRefused: a name that leaves the folder, a link or device, two of one name, an archive inside,
    a password, more or larger files than `limits` allow, entries that lie over each other, a broken directory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise FileRefused("archive_broken") from error
    if len(members) > limits.archive_members:
        raise FileRefused("archive_too_many", members=len(members), most=limits.archive_members)
    for member in members:
        _check_member(member, nested)
    names = [member.filename.casefold() for member in members]
    if len(set(names)) != len(names):
        raise FileRefused("archive_duplicate_names")
    _check_sizes(members, path.stat().st_size, limits)
    _check_no_overlap(members)
    return [member for member in members if not member.is_dir()]


def _check_member(member: zipfile.ZipInfo, nested: tuple[str, ...]) -> None:
    # `orig_filename` is the name as stored: zipfile cuts at NUL and turns the platform's separator.
    name = member.orig_filename
    pure = PurePosixPath(name)
    if "\\" in name or "\x00" in name or ":" in name or pure.is_absolute() or ".." in pure.parts:
        raise FileRefused("archive_unsafe_name", name=shown(name))
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise FileRefused("archive_not_a_file", name=shown(name))
    if member.flag_bits & 0x1:
        raise FileRefused("archive_encrypted")
    if pure.suffix.lower() in nested:
        raise FileRefused("archive_nested", name=shown(name))


def _check_sizes(members: list[zipfile.ZipInfo], packed_bytes: int, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    # Small archives may compress well; a bomb is both dense and large.
    dense = unpacked > packed_bytes * limits.archive_ratio and unpacked > 20 * CHUNK
    if unpacked > limits.unpacked_bytes or dense:
        raise FileRefused("archive_too_large", unpacked_bytes=unpacked)


def _check_no_overlap(members: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes are how a small archive unpacks to petabytes."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise FileRefused("archive_overlapping")
        end = member.header_offset + 30 + member.compress_size


def unpack(path: Path, member: zipfile.ZipInfo, to: Path, limits: Limits) -> None:
    """Writes one member to `to`, never more than its directory entry promised."""
    written = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as packed, to.open("xb") as unpacked:
            while chunk := packed.read(CHUNK):
                written += len(chunk)
                if written > min(member.file_size, limits.unpacked_bytes):
                    raise FileRefused("archive_too_large", unpacked_bytes=written)
                unpacked.write(chunk)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, zlib.error) as error:
        raise FileRefused("archive_broken") from error


def shown(name: str) -> str:
    """A name from a file as it may be printed: short, no control or direction characters."""
    return "".join(c if c.isprintable() else "�" for c in name)[:80]
