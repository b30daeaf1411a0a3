# SPDX-License-Identifier: Apache-2.0
"""Shapefiles: up to five files of one name, of which any but the first may be missing."""

import codecs
import re
import struct
from pathlib import Path

from gis.encodings import guess_encoding, samples
from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

LOSSLESS = "ISO-8859-1"
"""Every byte is a character and comes back: texts are read so, and decoded here once their encoding is known."""
MARK = "\ufffd"
LANGUAGE_BYTES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x58: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
"""Byte 29 of a .dbf. 0x57 is "ANSI": whatever the writer's Windows had, so it is not in the list of what is
believed.
"""
UNSURE_LANGUAGE_BYTES = frozenset({0x00, 0x57})


def prepare() -> list[str]:
    """GDAL with its Shapefile driver alone."""
    return gdal.keep_only("ESRI Shapefile")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001
    """One Shapefile as one layer, named by the parent."""
    read_one(path, "", sender, options)


def read_one(path: Path, name: str, sender: Sender, options: ReadOptions) -> None:
    """The Shapefile at `path`, its parts beside it under the same stem in lower case, as the layer `name`."""
    _check_length(path, sender, name)
    if not path.with_suffix(".shx").exists():
        from pyogrio import set_gdal_config_options

        set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        sender.issue("shx_rebuilt", "note", layer=name)
    if not path.with_suffix(".dbf").exists():
        sender.issue("dbf_missing", "doubt", layer=name)
    found = gdal.read_layer(path, None, encoding=LOSSLESS)
    encoding, how, shown = _encoding(path, found, options)
    fields = [(_text(field.encode(LOSSLESS), encoding), kind) for field, kind in found.fields]
    columns = [
        [_text(value.encode(LOSSLESS, "replace"), encoding) if isinstance(value, str) else value for value in column]
        for column in found.columns
    ]
    damaged = sum(isinstance(value, str) and MARK in value for column in columns for value in column)
    damaged += sum(MARK in field for field, _ in fields)
    if damaged:
        sender.issue("text_undecodable", "doubt", layer=name, encoding=encoding, values=damaged)
    if how == "assumed" and shown:
        sender.issue("encoding_assumed", "doubt", layer=name, encoding=encoding, samples=shown)
    projection = path.with_suffix(".prj")
    definition = projection.read_bytes()[:20_000].decode("utf-8", "replace").strip() if projection.exists() else ""
    crs = (definition, "file") if definition else (None, "absent")
    layer = sender.layer(name, fields, crs=crs, encoding=(encoding, how, shown))
    # Record numbers count from 1 in every dialogue that shows them; GDAL counts from 0.
    sender.rows(layer, [fid + 1 for fid in found.fids], found.geometries, columns)


def _check_length(path: Path, sender: Sender, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(28)
    if len(head) < 28:
        raise FileRefused("file_damaged")
    claimed, actual = struct.unpack(">i", head[24:28])[0] * 2, path.stat().st_size
    if claimed > actual or claimed < 100:
        raise FileRefused("shapefile_length", claimed_bytes=claimed, actual_bytes=actual)
    if claimed < actual:
        sender.issue("shapefile_tail", "doubt", layer=name, claimed_bytes=claimed, actual_bytes=actual)


def _encoding(path: Path, found: gdal.GdalLayer, options: ReadOptions) -> tuple[str, str, list[str]]:
    texts = [field.encode(LOSSLESS) for field, _ in found.fields]
    texts += [v.encode(LOSSLESS, "replace") for column in found.columns for v in column if isinstance(v, str)]
    if options.encoding:
        return options.encoding, "asked", samples(texts, options.encoding)
    declared = _declared(path)
    if declared:
        return declared, "declared", []
    encoding, shown = guess_encoding(texts)
    return encoding, "assumed", shown


def _declared(path: Path) -> str | None:
    """What the .cpg file or the table's language byte says, when it says something Python knows."""
    page = path.with_suffix(".cpg")
    if page.exists():
        said = page.read_bytes()[:40].decode("ascii", "replace").strip().strip("\ufeff")
        number = re.fullmatch(r"(?:ANSI[ _-]*|OEM[ _-]*|CP[ _-]*|WINDOWS[ _-]*)?(\d{3,4}|65001)", said, re.IGNORECASE)
        name = (
            "utf-8"
            if number and number[1] == "65001"
            else f"cp{number[1]}"
            if number
            else re.sub(r"^8859", "iso8859", said)
        )
        try:
            return codecs.lookup(name).name
        except LookupError:
            return None
    table = path.with_suffix(".dbf")
    if not table.exists():
        return None
    with table.open("rb") as file:
        head = file.read(32)
    language = head[29] if len(head) == 32 else 0
    return None if language in UNSURE_LANGUAGE_BYTES else LANGUAGE_BYTES.get(language)


def _text(raw: bytes, encoding: str) -> str:
    # A text cut in the middle of a character by the 254 bytes of a field ends in a replacement mark.
    return raw.decode(encoding, errors="replace")
