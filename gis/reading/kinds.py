# SPDX-License-Identifier: Apache-2.0
"""What a file says it is by its name, and what its first bytes say it is. Both must agree.

The name is never handed to a reader: the copy that is read has a name of ours.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from gis.reading.refusals import FileRefused

HEAD_BYTES = 4096


@dataclass(frozen=True)
class Kind:
    """A format that is read. `driver` is the one GDAL driver its child keeps, None where GDAL is not used."""

    name: str
    suffixes: tuple[str, ...]
    driver: str | None = None


GEOPACKAGE = Kind("geopackage", (".gpkg",), "GPKG")
GEOJSON = Kind("geojson", (".geojson", ".json"))
SHAPEFILE = Kind("shapefile", (".shp",), "ESRI Shapefile")
ZIPPED = Kind("zip", (".zip",), "ESRI Shapefile")
DRAWING = Kind("dxf", (".dxf",))
CSV_TABLE = Kind("csv", (".csv", ".tsv", ".txt"))
XLSX_TABLE = Kind("xlsx", (".xlsx",))
MODEL = Kind("inp", (".inp",))
KINDS = (GEOPACKAGE, GEOJSON, SHAPEFILE, ZIPPED, DRAWING, CSV_TABLE, XLSX_TABLE, MODEL)

KNOWN_STRANGERS = (
    (b"AC10", "dwg"),
    (b"AC1.", "dwg"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)
"""Files that arrive often and are not read; naming them lets the answer say what to save instead."""

TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(path: Path) -> Kind:
    """The kind of the file at `path`. Raises FileRefused when its name or its content is no kind that is read."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    stranger = next((name for magic, name in KNOWN_STRANGERS if head.startswith(magic)), None)
    if stranger:
        raise FileRefused("kind_not_read", found=stranger)
    if not head:
        raise FileRefused("file_empty")
    suffix = path.suffix.lower()
    kind = next((kind for kind in KINDS if suffix in kind.suffixes), None)
    if kind is None:
        raise FileRefused("kind_unknown", suffix=suffix[:12], read=[s for k in KINDS for s in k.suffixes])
    if not CONTENT[kind.name](head, path):
        raise FileRefused("content_not_as_named", suffix=suffix)
    return kind


def _is_geopackage(head: bytes, _: Path) -> bool:
    # Version 1.2 and later put the version into user_version (60) and "GPKG" at 68; earlier ones "GP10", "GP11".
    return head.startswith(b"SQLite format 3\x00") and head[68:72] in {b"GPKG", b"GP10", b"GP11"}


def _is_geojson(head: bytes, _: Path) -> bool:
    return _text(head).lstrip()[:1] in {"{", "["}


def _is_shapefile(head: bytes, _: Path) -> bool:
    return head[:4] == b"\x00\x00\x27\x0a" and len(head) >= 100


def _is_zip(head: bytes, path: Path) -> bool:
    return head.startswith(b"PK\x03\x04") and zipfile.is_zipfile(path)


def _is_drawing(head: bytes, _: Path) -> bool:
    if head.startswith(b"AutoCAD Binary DXF\r\n\x1a\x00"):
        return True
    # Pairs of lines: a group code, a value. Comments (999) may come before the first section.
    return re.match(r"\s*(999\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\b", _text(head)) is not None


def _is_table(head: bytes, _: Path) -> bool:
    text = _text(head).lstrip()
    return not text.startswith(("<", "{", "[")) and "\x00" not in text


def _is_model(head: bytes, _: Path) -> bool:
    # Comments may fill the head; else the first line that says something opens a section.
    lines = _text(head).splitlines()[: -1 if len(head) == HEAD_BYTES else None]
    said = next((line.lstrip() for line in lines if line.strip() and not line.lstrip().startswith(";")), "[")
    return said.startswith("[") and b"\x00" not in head[2:]


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


CONTENT = {
    "geopackage": _is_geopackage,
    "geojson": _is_geojson,
    "shapefile": _is_shapefile,
    "zip": _is_zip,
    "dxf": _is_drawing,
    "csv": _is_table,
    "xlsx": _is_zip,
    "inp": _is_model,
}
