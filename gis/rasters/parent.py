# SPDX-License-Identifier: Apache-2.0
"""Starts the children that read an operator's raster and write our copy of it, and believes nothing they say."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.rasters.beside import with_beside
from gis.rasters.found import CHECKING, MAKING, PICTURE_SIDE, Made, Preparation, RasterFacts
from gis.rasters.header import Header, checked_header
from gis.reading.limits import Limits, Walls
from gis.reading.parent import at_work
from gis.reading.refusals import FileRefused

BOOT = "import sys; sys.path.append(sys.argv[1]); from gis.rasters.child.main import main; main(sys.argv[2])"
CHUNK = 1 << 20
Progress = Callable[[str, int, int], None]
"""step ("looking", "reading", "writing", "measuring"), done, of how many. What it raises ends the work."""


@dataclass(frozen=True)
class Looked:
    """A file as its header declares it and as the child found it. `size` in bytes."""

    header: Header
    facts: RasterFacts
    sha256: str
    size: int
    picture: NDArray[np.float32] | None = field(default=None, compare=False)
    """Bands × rows × columns: a small picture, NaN where there is nothing."""


def look(
    path: Path, *, progress: Progress = lambda *_: None, limits: Limits = CHECKING, walls: Walls | None = None
) -> Looked:
    """What a GeoTIFF is. Raises FileRefused.

    Of what lies beside it only a world file and a .prj are heeded, by ourselves: the copy that GDAL opens lies alone, so
    that .aux.xml, .ovr and the rest are never looked at.
    """
    with tempfile.TemporaryDirectory(prefix="marsa-raster-") as folder:
        copy, sha256, size = _staged(path, Path(folder), limits)
        declared = checked_header(copy)
        order = {"task": "look", "path": str(copy), "read": [folder]}
        picture = None
        with at_work(BOOT, order, Path(folder), limits, walls or Walls()) as frames:
            for header, body in frames:
                if header["frame"] == "refused":
                    raise FileRefused(str(header["code"]), **dict(header["facts"]))
                if header["frame"] == "progress":
                    progress(str(header["step"]), int(header["done"]), int(header["of"]))
                try:
                    if header["frame"] == "picture":
                        picture = _picture(header["shape"], body)
                    if header["frame"] == "facts":
                        facts = with_beside(RasterFacts.believed(header["facts"]), path)
                        return Looked(declared, facts, sha256, size, picture)
                except (KeyError, TypeError, ValueError) as error:
                    raise FileRefused("reader_failed", what="facts") from error
    raise FileRefused("reader_died")


def _picture(shape: Any, body: bytes) -> NDArray[np.float32]:
    """Raises TypeError or ValueError for what is none."""
    bands, rows, columns = (int(number) for number in shape)
    if bands not in (1, 3) or not (0 < rows <= PICTURE_SIDE and 0 < columns <= PICTURE_SIDE):
        raise ValueError(shape)
    return np.frombuffer(body, dtype="<f4").reshape(bands, rows, columns)


def make(
    path: Path, wanted: Preparation, folder: Path, *, progress: Progress = lambda *_: None, limits: Limits = MAKING
) -> tuple[Made, str]:
    """Writes our copy into `folder` under its own SHA-256, which is returned; it appears there whole or not at all.

    Raises FileRefused.
    """
    with tempfile.TemporaryDirectory(prefix="marsa-raster-") as work:
        copy, _, _ = _staged(path, Path(work), limits)
        checked_header(copy)
        target = Path(work) / "made.tif"
        order = {"task": "make", "path": str(copy), "target": str(target), "write": [work], **asdict(wanted)}
        made = _made(order, Path(work), limits, progress)
        if not target.is_file():
            raise FileRefused("reader_died")
        size = target.stat().st_size
        return Made(**made, size_bytes=size), _moved(target, folder)


def _made(order: dict[str, object], work: Path, limits: Limits, progress: Progress) -> dict[str, Any]:
    said: dict[str, Any] | None = None
    with at_work(BOOT, order, work, limits, Walls()) as frames:
        for header, _ in frames:
            if header["frame"] == "refused":
                raise FileRefused(str(header["code"]), **dict(header["facts"]))
            if header["frame"] == "progress":
                progress(str(header["step"]), int(header["done"]), int(header["of"]))
            if header["frame"] == "made":
                heights = {n: None if header[n] is None else float(header[n]) for n in ("lowest_m", "highest_m")}
                said = {**{name: int(header[name]) for name in ("width", "height", "bands")}, **heights}
    if said is None:
        raise FileRefused("reader_died")
    return said


def _staged(path: Path, folder: Path, limits: Limits) -> tuple[Path, str, int]:
    """Our own copy under our own name, with its SHA-256 and size in bytes."""
    if not path.is_file():
        raise FileRefused("file_missing")
    if path.stat().st_size > limits.file_bytes:
        raise FileRefused("file_too_large", size_bytes=path.stat().st_size, most_bytes=limits.file_bytes)
    target, digest, size = folder / "given.tif", hashlib.sha256(), 0
    with path.open("rb") as read, target.open("xb") as written:
        while chunk := read.read(CHUNK):
            size += len(chunk)
            if size > limits.file_bytes:
                raise FileRefused("file_too_large", size_bytes=size, most_bytes=limits.file_bytes)
            digest.update(chunk)
            written.write(chunk)
    if not size:
        raise FileRefused("file_empty")
    target.chmod(0o400)
    return target, digest.hexdigest(), size


def _moved(made: Path, folder: Path) -> str:
    """Into `folder` under its digest, by a rename within it: a reader sees all of it or nothing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with made.open("rb") as read:
        sha256 = hashlib.file_digest(read, "sha256").hexdigest()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".making-", delete=False) as written:
        try:
            with made.open("rb") as read:
                shutil.copyfileobj(read, written, CHUNK)
            written.flush()
            os.fsync(written.fileno())
            owner = folder.stat()
            Path(written.name).chmod(0o400)
            if os.geteuid() == 0:
                os.chown(written.name, owner.st_uid, owner.st_gid)
            Path(written.name).rename(folder / f"{sha256}.tif")
        except BaseException:
            Path(written.name).unlink(missing_ok=True)
            raise
    return sha256
