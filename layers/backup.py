# SPDX-License-Identifier: Apache-2.0
"""One file that holds an installation: a logical dump of the database, the files folder, and what both must come to.

The file is a tar archive (`register.dump`, `files/…`, `manifest.json` last) followed by one line with the SHA-256 of
everything before it, so that a flipped byte anywhere is found; `tar` ignores that line.
"""

import hashlib
import io
import json
import os
import pwd
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from layers import database
from layers.database import libpq
from layers.digests import TableDigest, digests
from layers.embedded import Cluster
from layers.errors import (
    BackupDamaged,
    BackupFailed,
    BackupTaken,
    ClusterVersion,
    DiskFull,
    FolderNotEmpty,
    NotABackup,
    RestoreDiffers,
)
from layers.postgres import Binaries, clean_environment, installed_binaries, newest_binaries
from layers.publishing import make_roles

FORM = 1
"""Raised when an older Marsa could not read the file."""
DUMP, MANIFEST, FILES = "register.dump", "manifest.json", "files"
MARK = "restoring"
TRAILER = b"\nmarsa backup sha256 "
TRAILER_SIZE = len(TRAILER) + 64 + 1
CHUNK = 1 << 20


@dataclass(frozen=True)
class Part:
    """A member of the archive. `size` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the file holds, and what must come out of it."""

    made_at: str
    installation: str
    srid: int
    revision: str
    postgresql: int
    """Major version that wrote the dump."""
    postgis: str
    parts: tuple[Part, ...]
    tables: Mapping[str, TableDigest]
    form: int = FORM

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """Raises ValueError, TypeError or KeyError for what is no manifest."""
        told: dict[str, Any] = json.loads(content)
        return cls(
            **{
                **told,
                "parts": tuple(Part(**part) for part in told["parts"]),
                "tables": {name: TableDigest(**table) for name, table in told["tables"].items()},
            }
        )


def backup(url: str, files: Path, target: Path) -> Manifest:
    """Writes the backup under another name and moves it to `target` when it is whole and on the disk.

    The database may be in use: everything is as of one instant. `url` must see every row. Raises BackupTaken or
    BackupFailed.
    """
    if target.exists():
        raise BackupTaken(str(target))
    unfinished_target = target.with_name(f"{target.name}.{os.getpid()}.unfinished")
    try:
        with _as_of_now(url) as (connection, snapshot), open(unfinished_target, "xb", opener=_private) as stream:
            hashed = _Hashed(stream)
            manifest = _write_archive(hashed, connection, url, snapshot, files)
            stream.write(TRAILER + hashed.hexdigest().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        unfinished_target.rename(target)
    finally:
        unfinished_target.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return manifest


def restore(source: Path, data: Path, user: str | None = None) -> Manifest:
    """Makes an installation in an empty folder out of a backup, and leaves it at rest.

    `user` is the system user that will own it. The whole file is verified before anything is made. Raises NotABackup,
    BackupDamaged, FolderNotEmpty, ClusterVersion, BackupFailed or RestoreDiffers.
    """
    manifest = verified(source)
    if any(data.iterdir()):
        raise FolderNotEmpty(str(data))
    if newest_binaries().major < manifest.postgresql:
        raise ClusterVersion(manifest.postgresql, [binaries.major for binaries in installed_binaries()])
    mark = data / MARK
    mark.touch()  # what is half made must not be taken for an installation
    cluster = Cluster(data, user)
    cluster.start()
    try:
        with tarfile.open(source) as archive:
            _restore_files(archive, manifest, data, user)
            _restore_database(archive, manifest, cluster)
    finally:
        cluster.stop()
    mark.unlink()
    return manifest


def unfinished(data: Path) -> bool:
    """Whether a restore into the folder was broken off."""
    return (data / MARK).exists()


def verified(source: Path) -> Manifest:
    """The manifest of a file whose every byte was compared with its digests. Raises NotABackup or BackupDamaged."""
    with source.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) < tarfile.BLOCKSIZE + TRAILER_SIZE:
            raise NotABackup(str(source))
        end = stream.seek(-TRAILER_SIZE, os.SEEK_END)
        trailer = stream.read()
        stream.seek(0)
        whole = hashlib.sha256()
        for chunk in _chunks(stream, end):
            whole.update(chunk)
        if trailer != TRAILER + whole.hexdigest().encode() + b"\n":
            # Which of the two it is decides what a person does next.
            stream.seek(0)
            first = stream.read(len(DUMP))
            raise (
                BackupDamaged(str(source))
                if TRAILER[:8] in trailer or first == DUMP.encode()
                else NotABackup(str(source))
            )
    return _verified_parts(source)


# -- writing -----------------------------------------------------------------------------------------------------------


@contextmanager
def _as_of_now(url: str) -> "Iterator[tuple[psycopg.Connection[tuple[object, ...]], str]]":
    """A transaction that sees one instant, and its name, under which pg_dump sees the same."""
    with psycopg.connect(libpq(url)) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        row = connection.execute("select pg_export_snapshot()").fetchone()
        yield connection, str(row[0]) if row else ""


def _write_archive(
    stream: "_Hashed", connection: "psycopg.Connection[tuple[object, ...]]", url: str, snapshot: str, files: Path
) -> Manifest:
    major = connection.info.server_version // 10_000
    with (
        TemporaryDirectory(prefix="marsa-backup-", dir=stream.folder) as scratch,
        tarfile.open(
            fileobj=stream,
            mode="w|",
            format=tarfile.PAX_FORMAT,  # type: ignore[call-overload]
        ) as archive,
    ):
        dump = Path(scratch) / DUMP
        _run(
            _tools(major) / "pg_dump",
            "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}",
            url=url,
        )  # fmt: skip
        held = digests(connection)
        parts = [_add(archive, dump, DUMP)]
        # After the snapshot: a file is written before the row that names it, so none that a row names is missing.
        parts += [_add(archive, path, f"{FILES}/{path.relative_to(files).as_posix()}") for path in _files_in(files)]
        about = connection.execute(
            "select i.id::text, i.srid, v.version_num, postgis_lib_version() "
            "from register.installation i, register.alembic_version v"
        ).fetchone()
        assert about is not None  # noqa: S101 a migrated database has both rows
        manifest = Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            installation=str(about[0]),
            srid=int(str(about[1])),
            revision=str(about[2]),
            postgresql=major,
            postgis=str(about[3]),
            parts=tuple(parts),
            tables=held,
        )
        content = manifest.as_json()
        archive.addfile(_member(MANIFEST, len(content)), io.BytesIO(content))
    return manifest


def _add(archive: tarfile.TarFile, path: Path, name: str) -> Part:
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        reading = _Hashed(stream)
        archive.addfile(_member(name, size), reading)  # exactly `size` bytes, or an error
    return Part(name, size, reading.hexdigest())


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _private(path: str, flags: int) -> int:
    """Everything is in a backup, also what only few may see."""
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Hashed:
    """A stream that keeps the digest of what went through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.folder = Path(stream.name).parent

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        return self._stream.write(content)

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        self._digest.update(content)
        return content

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


# -- reading -----------------------------------------------------------------------------------------------------------


def _verified_parts(source: Path) -> Manifest:
    """The bytes are those that were written; whether a Marsa wrote them, the manifest says."""
    try:
        with tarfile.open(source) as archive:
            member = archive.extractfile(MANIFEST)
            manifest = Manifest.read(member.read() if member else b"")
            if manifest.form != FORM:
                raise NotABackup(str(source))
            for part in manifest.parts:
                _require_safe(source, part.name)
                if _digest_of(archive, part.name) != part.sha256:
                    raise BackupDamaged(str(source))
    except (tarfile.TarError, KeyError, ValueError, TypeError):
        raise NotABackup(str(source)) from None
    return manifest


def _require_safe(source: Path, name: str) -> None:
    """A name in an archive may try to lead out of the folder."""
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts
    if name != DUMP and not (inside and len(path.parts) > 1 and path.parts[0] == FILES):
        raise NotABackup(str(source))


def _digest_of(archive: tarfile.TarFile, name: str) -> str:
    digest = hashlib.sha256()
    with _opened(archive, name) as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _opened(archive: tarfile.TarFile, name: str) -> Iterator[IO[bytes]]:
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    with closing(stream):
        yield stream


def _chunks(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        chunk = stream.read(min(CHUNK, size))
        if not chunk:
            return
        size -= len(chunk)
        yield chunk


def _restore_files(archive: tarfile.TarFile, manifest: Manifest, data: Path, user: str | None) -> None:
    for part in manifest.parts:
        if part.name != DUMP:
            _write_out(archive, part.name, data / part.name, data, user)


def _write_out(archive: tarfile.TarFile, name: str, path: Path, data: Path, user: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _opened(archive, name) as stream, open(path, "xb", opener=_private) as written:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            written.write(chunk)
        os.fsync(written.fileno())
    if user:
        for owned in (path, *path.relative_to(data).parents):
            os.chown(data / owned, *_ids(user))


def _ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def _restore_database(archive: tarfile.TarFile, manifest: Manifest, cluster: Cluster) -> None:
    url = cluster.url()
    with psycopg.connect(libpq(url)) as connection:
        make_roles(connection)
    with TemporaryDirectory(prefix="marsa-restore-") as scratch:
        dump = Path(scratch) / DUMP
        _write_out(archive, DUMP, dump, Path(scratch), None)
        wanted = Path(scratch) / "wanted"
        wanted.write_text("\n".join(_wanted(dump)) + "\n")
        _run(
            newest_binaries() / "pg_restore",
            "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            f"--use-list={wanted}",
            str(dump),
            url=url,
        )  # fmt: skip
    with psycopg.connect(libpq(url)) as connection:
        held = digests(connection)
    differing = sorted(name for name in {*held, *manifest.tables} if held.get(name) != manifest.tables.get(name))
    if differing:
        raise RestoreDiffers(differing)
    # Owners and grants follow from the catalogue, not from the dump; an older register becomes one of this version.
    database.migrate(url)


def _wanted(dump: Path) -> list[str]:
    """Entries of the dump without the register's triggers, which `publish` makes like all that follows from the catalogue.

    PostgreSQL cannot restore those that compare geometries: "is distinct from" cannot be told where to find its operator.
    """
    listed = subprocess.run(
        [newest_binaries() / "pg_restore", "--list", str(dump)],
        capture_output=True, text=True, check=False, env=clean_environment(),
    )  # fmt: skip
    if listed.returncode != 0:
        raise BackupFailed(listed.stderr.strip())
    return [line for line in listed.stdout.splitlines() if not _is_own_trigger(line.split())]


def _is_own_trigger(words: list[str]) -> bool:
    """Words of an entry: number; catalogue and object number; kind; schema; …"""
    return words[3:4] == ["TRIGGER"] and words[4:5] in (["register"], ["published"])


# -- PostgreSQL's own tools --------------------------------------------------------------------------------------------


def _tools(major: int) -> Binaries:
    """The tools of the server's version, or newer ones: older ones refuse."""
    fitting = [binaries for binaries in installed_binaries() if binaries.major >= major]
    if not fitting:
        raise ClusterVersion(major, [binaries.major for binaries in installed_binaries()])
    return fitting[-1]


def _run(*command: str, url: str) -> None:
    words = conninfo_to_dict(libpq(url))
    password = words.pop("password", None)  # a command line can be read by everybody on the machine
    secret = {"PGPASSWORD": str(password)} if password else {}
    done = subprocess.run(
        [command[0], f"--dbname={make_conninfo('', **words)}", *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment() | secret,
    )
    if "No space left on device" in done.stderr:
        raise DiskFull()
    if done.returncode != 0:
        raise BackupFailed(done.stderr.strip().splitlines()[0] if done.stderr.strip() else str(done.returncode))
