# SPDX-License-Identifier: Apache-2.0
"""MapInfo tables: TAB with its .dat, .map and .id, or MIF with its .mid."""

import re
from pathlib import Path

from gis.encodings import guess_encoding
from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits

LOSSLESS = "ISO-8859-1"
"""Every byte is a character and comes back: texts are read so, and decoded here."""
CHARSET = re.compile(r"charset\s+\"?(\w+)", re.IGNORECASE)
UNSAID = frozenset({"neutral"})


def prepare() -> list[str]:
    """GDAL with its MapInfo driver alone."""
    return gdal.keep_only("MapInfo File")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001 one layer; the parent counts
    """The table as one layer, named by the parent. Raises FileRefused."""
    found = gdal.read_layer(path, None, encoding=LOSSLESS)
    texts = [name.encode(LOSSLESS) for name, _ in found.fields]
    texts += [v.encode(LOSSLESS, "replace") for column in found.columns for v in column if isinstance(v, str)]
    encoding, how, samples = _encoding(path, texts, options)
    if how == "assumed" and samples:
        sender.issue("encoding_assumed", "doubt", layer="", encoding=encoding, samples=samples)

    def text(value: object) -> object:
        return value.encode(LOSSLESS, "replace").decode(encoding, "replace") if isinstance(value, str) else value

    fields = [(str(text(name)), kind) for name, kind in found.fields]
    crs = (found.crs, "file") if found.crs else (None, "absent")
    layer = sender.layer("", fields, crs=crs, encoding=(encoding, how, samples))
    sender.rows(layer, found.fids, found.geometries, [[text(value) for value in column] for column in found.columns])


def _encoding(path: Path, texts: list[bytes], options: ReadOptions) -> tuple[str, str, list[str]]:
    if options.encoding:
        return options.encoding, "asked", []
    said = CHARSET.search(path.read_bytes()[:4000].decode("latin-1"))
    if said and said[1].lower() not in UNSAID and _is_utf8(texts):
        return "utf-8", "declared", []  # GDAL has made UTF-8 of the alphabet that the file names
    encoding, samples = guess_encoding(texts)
    return encoding, "assumed", samples


def _is_utf8(texts: list[bytes]) -> bool:
    try:
        b"\n".join(texts).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
