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
    parts: tuple[str, ...] = ()
    """Suffixes of files of the same stem that belong to it, of which all but its own may be missing."""


GEOPACKAGE = Kind("geopackage", (".gpkg",), "GPKG")
GEOJSON = Kind("geojson", (".geojson", ".json"))
# .qpj, .sbn, .xml and the rest may name other things and are left.
SHAPEFILE = Kind("shapefile", (".shp",), "ESRI Shapefile", (".shp", ".shx", ".dbf", ".prj", ".cpg"))
ZIPPED = Kind("zip", (".zip",), "ESRI Shapefile")
DRAWING = Kind("dxf", (".dxf",))
CSV_TABLE = Kind("csv", (".csv", ".tsv", ".txt"))
XLSX_TABLE = Kind("xlsx", (".xlsx",))
FLATGEOBUF = Kind("flatgeobuf", (".fgb",), "FlatGeobuf")
KML = Kind("kml", (".kml",), "LIBKML")
KMZ = Kind("kmz", (".kmz",), "LIBKML")
GEODATABASE = Kind("geodatabase", (".gdb",), "OpenFileGDB")
MAPINFO = Kind("mapinfo", (".tab", ".mif"), "MapInfo File", (".tab", ".dat", ".map", ".id", ".mif", ".mid"))
GEOPARQUET = Kind("geoparquet", (".parquet", ".geoparquet"))
# Updates are numbered from .001 on, as many as a cell has had since its edition.
CHART = Kind("s57", (".000",), "S57", tuple(f".{number:03d}" for number in range(100)))
LANDXML = Kind("landxml", (".xml", ".landxml"))
MODEL = Kind("inp", (".inp",))
ACTIVITIES = Kind("iati", (".xml",))
KINDS = (
    GEOPACKAGE, GEOJSON, SHAPEFILE, ZIPPED, DRAWING, CSV_TABLE, XLSX_TABLE, MODEL, ACTIVITIES,
    FLATGEOBUF, KML, KMZ, GEODATABASE, MAPINFO, GEOPARQUET, CHART, LANDXML,
)  # fmt: skip

RASTER = Kind("geotiff", (".tif", ".tiff"), None, (".tif", ".tiff", ".tfw", ".tifw", ".tiffw", ".prj"))
"""No kind of plan: gis.rasters looks at it. Named here for those who take files in."""
ARRIVING = (*KINDS, RASTER)
TIFF_HEADS = frozenset({b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"})
"""First bytes, classic and big."""

KNOWN_STRANGERS = (
    (b"%PDF", "kind_pdf"),
    (b"\x89PNG", "kind_image"),
    (b"\xff\xd8\xff", "kind_image"),
    (b"II*\x00", "kind_image"),
    (b"MM\x00*", "kind_image"),
    (b"\xd0\xcf\x11\xe0", "kind_old_office"),
    (b"Rar!", "kind_archive"),
    (b"7z\xbc\xaf", "kind_archive"),
    (b"\x1f\x8b", "kind_archive"),
    (b"\xff\xfe\xff\x0eS\x00k\x00e\x00t", "kind_sketchup"),
    (b"ISO-10303-21", "kind_ifc"),
)
"""Files that arrive often and are not read; naming them lets the answer say what to save instead."""
STRANGERS_BY_NAME = {
    ".qgz": "kind_project", ".qgs": "kind_project", ".mxd": "kind_project", ".aprx": "kind_project", ".lyr": "kind_project", ".lyrx": "kind_project",
    ".doc": "kind_document", ".docx": "kind_document", ".ppt": "kind_document", ".pptx": "kind_document", ".xls": "kind_old_office",
    ".png": "kind_image", ".jpg": "kind_image", ".jpeg": "kind_image", ".gif": "kind_image", ".bmp": "kind_image", ".webp": "kind_image", ".heic": "kind_image",
    ".ecw": "kind_raster", ".sid": "kind_raster", ".jp2": "kind_raster", ".img": "kind_raster", ".asc": "kind_raster", ".vrt": "kind_raster", ".hgt": "kind_raster",
    ".pdf": "kind_pdf", ".rvt": "kind_bim", ".rfa": "kind_bim", ".ifc": "kind_ifc", ".dgn": "kind_dgn", ".dwf": "kind_pdf", ".mdb": "kind_database", ".sqlite": "kind_database",
}  # fmt: skip
"""What their bytes do not tell from other things: a project names data and holds none."""
AUTOCAD_RELEASES = {
    b"AC1009": "R12", b"AC1012": "R13", b"AC1014": "R14", b"AC1015": "2000", b"AC1018": "2004", b"AC1021": "2007",
    b"AC1024": "2010", b"AC1027": "2013", b"AC1032": "2018",
}  # fmt: skip
"""A DWG begins with the release of the format, named after the AutoCAD that brought it."""

TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(path: Path) -> Kind:
    """The kind of the file at `path`. Raises FileRefused when its name or its content is no kind that is read."""
    suffix = path.suffix.lower()
    if path.is_dir():
        if suffix in GEODATABASE.suffixes:
            return GEODATABASE
        raise FileRefused("file_missing")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    refuse_strangers(head, suffix)
    if not head:
        raise FileRefused("file_empty")
    kinds = [kind for kind in KINDS if suffix in kind.suffixes]
    if not kinds:
        raise FileRefused("kind_unknown", suffix=suffix[:12], read=[s for k in KINDS for s in k.suffixes])
    kind = next((kind for kind in kinds if CONTENT[kind.name](head, path)), None)
    if kind is None:
        raise FileRefused("content_not_as_named", suffix=suffix)
    return kind


def refuse_strangers(head: bytes, suffix: str, *, rasters: bool = False) -> None:
    """Raises FileRefused for the first bytes of a file that is known and not read: no more of it need be sent.

    `rasters`: a TIFF that is named so may come.
    """
    if rasters and suffix in RASTER.suffixes and head[:4] in TIFF_HEADS:
        return
    if re.match(rb"AC1[0-9.]", head):
        raise FileRefused("dwg_not_read", release=AUTOCAD_RELEASES.get(head[:6], head[:6].decode("latin-1")))
    stranger = next((name for magic, name in KNOWN_STRANGERS if head.startswith(magic)), None)
    stranger = stranger or STRANGERS_BY_NAME.get(suffix) or ("kind_html" if _is_page(head) else None)
    if stranger and head:
        raise FileRefused(stranger)


def parts_of(suffix: str) -> tuple[str, ...]:
    """The suffixes of what belongs to a file of this suffix; none for a file that is one."""
    return next((kind.parts for kind in ARRIVING if suffix in kind.suffixes), ())


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


def _is_flatgeobuf(head: bytes, _: Path) -> bool:
    return head[:3] == b"fgb" and head[4:7] == b"fgb" and head[3] == 3


def _is_kml(head: bytes, _: Path) -> bool:
    return re.match(r"\s*<(\?xml|!--|(\w+:)?kml\b)", _text(head)) is not None and "kml" in _text(head)


def _is_mapinfo(head: bytes, _: Path) -> bool:
    return re.match(r"\s*(!table|version\s+\d+)\b", _text(head), re.IGNORECASE) is not None


def _is_geoparquet(head: bytes, _: Path) -> bool:
    return head.startswith(b"PAR1")


def _is_landxml(head: bytes, _: Path) -> bool:
    return re.match(r"\s*<", _text(head)) is not None and "LandXML" in _text(head)


def _is_chart(head: bytes, _: Path) -> bool:
    # ISO 8211: the first record describes the others ("L"), and a chart's names the field of its cell.
    return re.match(rb"\d{5}[1-3 ]L", head) is not None and b"DSID" in head


def _is_page(head: bytes) -> bool:
    """A web page, which is what a download link that has expired gives under any name."""
    return re.match(r"\s*<(!doctype\s+html|html\b)", _text(head), re.IGNORECASE) is not None


def _is_activities(head: bytes, _: Path) -> bool:
    return re.search(r"<(iati-activities)[\s>]", _text(head)) is not None


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
    "flatgeobuf": _is_flatgeobuf,
    "kml": _is_kml,
    "kmz": _is_zip,
    "mapinfo": _is_mapinfo,
    "geoparquet": _is_geoparquet,
    "s57": _is_chart,
    "iati": _is_activities,
    "landxml": _is_landxml,
}
