# SPDX-License-Identifier: Apache-2.0
"""Starts the child that reads a file, bounds it, and believes nothing it says."""

import contextlib
import functools
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import gis
from gis.reading.answer import Answer
from gis.reading.archives import checked_members, unpack
from gis.reading.found import Reading, ReadOptions
from gis.reading.kinds import (
    CHART,
    CSV_TABLE,
    GEODATABASE,
    KINDS,
    KML,
    KMZ,
    MAPINFO,
    SHAPEFILE,
    XLSX_TABLE,
    ZIPPED,
    Kind,
    kind_of,
)
from gis.reading.limits import Limits, Walls
from gis.reading.refusals import FileRefused
from gis.reading.staging import stage
from gis.reading.tables import with_places
from gis.reading.wire import HEAD

OUR_ROOT = str(Path(gis.__file__).parent.parent)
# -I: no user site, no PYTHON* variables, no current folder on the path; so the root is given by hand.
BOOT = "import sys; sys.path.append(sys.argv[1]); from gis.reading.child.main import main; main(sys.argv[2])"
PIECE = 1 << 20
NOBODY = 65534
TABLES = frozenset({CSV_TABLE, XLSX_TABLE})


def read(
    path: Path,
    options: ReadOptions | None = None,
    *,
    limits: Limits | None = None,
    walls: Walls | None = None,
    progress: Callable[[int], None] | None = None,
) -> Reading:
    """Everything in a file, read by a child process and validated here. `progress` hears how many features have come;
    what it raises ends the reading.

    Raises FileRefused when the file as a whole cannot be read; faults of single features are issues of the reading.
    """
    options, limits, walls = options or ReadOptions(), limits or Limits(), walls or Walls()
    with tempfile.TemporaryDirectory(prefix="marsa-read-") as folder:
        kind, copy, sha256, size = stage(path, Path(folder), limits)
        if kind in {ZIPPED, XLSX_TABLE, KMZ}:
            members = checked_members(copy, limits)
            if kind is ZIPPED:
                kind, copy = _alone(members, copy, limits)
            elif kind is KMZ:
                copy = _document(members, copy, limits)
        answer = Answer(limits)
        with _child(kind, copy, options, limits, walls) as frames:
            for header, body in frames:
                answer.take(header, body)
                if progress is not None:
                    progress(answer.features)
        original = _original(copy, limits) if answer.kept.tables else b""
        reading = answer.reading(kind.name, sha256, size, only=options.layer, label=path.stem, original=original)
    return with_places(reading, options) if kind in TABLES else reading


def _original(copy: Path, limits: Limits) -> bytes:
    """The file whole, for what is kept beside its tables. The child cannot have changed it: it may write its own files only."""
    if copy.stat().st_size > limits.original_bytes:
        raise FileRefused("file_too_large", size_bytes=copy.stat().st_size, most_bytes=limits.original_bytes)
    return copy.read_bytes()


def _alone(members: list[zipfile.ZipInfo], copy: Path, limits: Limits) -> tuple[Kind, Path]:
    """What an archive holds where it is no Shapefile: a geodatabase's folder, or one file with its parts. A plan is often
    zipped for the mail.
    """
    if any(member.filename.lower().endswith(".shp") for member in members):
        return ZIPPED, copy
    databases = {folder for member in members if (folder := _geodatabase_of(member))}
    if len(databases) == 1:
        return GEODATABASE, _unpacked_folder(copy, [m for m in members if _geodatabase_of(m) in databases], limits)
    suffixes = {suffix for kind in KINDS if kind not in {ZIPPED, SHAPEFILE, CSV_TABLE} for suffix in kind.suffixes} | {
        ".csv"
    }
    found = [member for member in members if Path(member.filename).suffix.lower() in suffixes]
    if len(found) > 1:
        # Many formats come with a description in XML beside them.
        found = [member for member in found if not member.filename.lower().endswith(".xml")]
    if len(found) != 1:
        return ZIPPED, copy
    stem, suffix = Path(found[0].filename).with_suffix(""), Path(found[0].filename).suffix.lower()
    parts = CHART.parts if suffix in CHART.suffixes else MAPINFO.parts
    for member in members:
        part = Path(member.filename)
        if part.with_suffix("") == stem and (part.suffix.lower() == suffix or part.suffix.lower() in parts):
            unpack(copy, member, copy.parent / f"inside{part.suffix.lower()}", limits)
    inside = copy.parent / f"inside{suffix}"
    kind = kind_of(inside)
    if kind is XLSX_TABLE:
        checked_members(inside, limits)
    return kind, inside


def _geodatabase_of(member: zipfile.ZipInfo) -> str | None:
    """The folder of a geodatabase that a member of an archive lies in."""
    folder = PurePosixPath(member.filename).parent
    return str(folder) if folder.suffix.lower() in GEODATABASE.suffixes else None


def _unpacked_folder(copy: Path, members: list[zipfile.ZipInfo], limits: Limits) -> Path:
    folder = copy.parent / f"inside{GEODATABASE.suffixes[0]}"
    folder.mkdir(mode=0o755)
    for number, member in enumerate(members):
        name = PurePosixPath(member.filename).name
        unpack(copy, member, folder / (name if name.isascii() and name.isprintable() else f"{number}.other"), limits)
    return folder


def _document(members: list[zipfile.ZipInfo], copy: Path, limits: Limits) -> Path:
    """The document of a KMZ: the first KML at its root, as the format says. Pictures beside it are left."""
    documents = [member for member in members if member.filename.lower().endswith(".kml")]
    if not documents:
        raise FileRefused("no_layers")
    document = min(documents, key=lambda member: (member.filename.count("/"), members.index(member)))
    inside = copy.parent / "inside.kml"
    unpack(copy, document, inside, limits)
    if kind_of(inside) is not KML:
        raise FileRefused("content_not_as_named", suffix=".kmz")
    return inside


@contextlib.contextmanager
def _child(
    kind: Kind, copy: Path, options: ReadOptions, limits: Limits, walls: Walls
) -> Iterator[Iterator[tuple[dict[str, Any], bytes]]]:
    """The frames of a child at work on `copy`; leaving ends its whole group."""
    order = {"kind": kind.name, "path": str(copy), "options": asdict(options)}
    with at_work(BOOT, order, copy.parent, limits, walls) as frames:
        yield frames


@contextlib.contextmanager
def at_work(
    boot: str, order: dict[str, Any], folder: Path, limits: Limits, walls: Walls
) -> Iterator[Iterator[tuple[dict[str, Any], bytes]]]:
    """The frames of a child that carries out an order in a folder of ours, which becomes its own; leaving ends its group.

    `boot`: the program, which takes our root and the order as its arguments.
    """
    with _trap() as port:
        order |= {"limits": asdict(limits), "no_sockets": walls.no_sockets, "trap_port": port}
        command = [sys.executable, "-I", "-c", boot, OUR_ROOT, json.dumps(order)]
        if walls.own_network and can_unshare():
            command = [str(shutil.which("unshare")), "--map-current-user", "--net", "--", *command]
        if reader_identity():
            for ours in (folder, *folder.rglob("*")):
                os.chown(ours, NOBODY, NOBODY)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # What libraries print may quote the file, or another: nobody reads it.
            stderr=subprocess.DEVNULL,
            env=clean_environment(folder),
            cwd=folder,
            start_new_session=True,
            close_fds=True,
            **reader_identity(),
        )
        try:
            yield _frames(process, limits)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()


def clean_environment(folder: Path) -> dict[str, str]:
    """A clean one, without any secret, and closed for GDAL wherever it can be."""
    return {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "GDAL_NUM_THREADS": "1",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_PAM_ENABLED": "NO",
        "GDAL_CACHEMAX": "64",
        "GDAL_VRT_ENABLE_PYTHON": "NO",
        "GDAL_HTTP_PROXY": "127.0.0.1:1",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{noext}",
        "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
        "PROJ_NETWORK": "OFF",
    }


@functools.cache
def can_unshare() -> bool:
    """Whether this kernel and this container let us make an empty network namespace."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "--map-current-user", "--net", "true"]
    return subprocess.run(command, capture_output=True, check=False, **reader_identity()).returncode == 0


@functools.cache
def reader_identity() -> dict[str, Any]:
    """Root's child is nobody, where nobody can read our program: what only root may read, no file can make it read.

    Whoever is not root stays who they are: they can become no other.
    """
    if os.geteuid() != 0:
        return {}
    nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    code = "import sys; sys.path.append(sys.argv[1]); import gis.reading.child.main"
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        probe = subprocess.run(
            [sys.executable, "-I", "-c", code, OUR_ROOT],
            capture_output=True,
            check=False,
            env=environment,
            cwd="/",
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
    except OSError:
        return {}
    return nobody if probe.returncode == 0 else {}


@contextlib.contextmanager
def _trap() -> Iterator[int]:
    """A listening port on loopback. A child that can reach it could reach anything, and refuses to work."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        yield listening.getsockname()[1]


def _frames(process: "subprocess.Popen[bytes]", limits: Limits) -> Iterator[tuple[dict[str, Any], bytes]]:
    deadline = time.monotonic() + limits.wall_s
    left = limits.answer_bytes
    pipe = cast(IO[bytes], process.stdout).fileno()
    while head := _exactly(pipe, HEAD.size, deadline, process):
        header_bytes, body_bytes = HEAD.unpack(head)
        left -= header_bytes + body_bytes
        if header_bytes > limits.header_bytes or left < 0:
            raise FileRefused("answer_too_large", most_bytes=limits.answer_bytes)
        header = json.loads(_exactly(pipe, header_bytes, deadline, process), parse_constant=_no_constant)
        body = _exactly(pipe, body_bytes, deadline, process) if body_bytes else b""
        yield header, body
        if header["frame"] in {"end", "refused"}:
            return
    raise _why_it_died(process)


def _no_constant(name: str) -> None:
    raise FileRefused("reader_failed", what=name)


def _exactly(pipe: int, wanted: int, deadline: float, process: "subprocess.Popen[bytes]") -> bytes:
    """`wanted` bytes of the pipe; nothing when it ended before the first. Raises FileRefused when time is up or it
    breaks off.
    """
    pieces = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(pieces) < wanted:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise FileRefused("reading_too_slow")
            piece = os.read(pipe, min(PIECE, wanted - len(pieces)))
            if not piece and pieces:
                raise _why_it_died(process)
            if not piece:
                return b""
            pieces += piece
    return bytes(pieces)


def _why_it_died(process: "subprocess.Popen[bytes]") -> FileRefused:
    try:
        code = process.wait(5)
    except subprocess.TimeoutExpired:
        return FileRefused("reader_failed", what="silent")
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return FileRefused("reading_too_slow")
    return FileRefused("reader_died")
