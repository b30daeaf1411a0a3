# SPDX-License-Identifier: Apache-2.0
"""KML: each folder is a layer. What it points at elsewhere (network links, pictures, styles) is counted and left."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

LEFT = (
    ("network_links_left", rb"<(?:\w+:)?NetworkLink\b"),
    ("overlays_left", rb"<(?:\w+:)?(?:Ground|Screen|Photo)Overlay\b"),
    ("models_left", rb"<(?:\w+:)?Model\b"),
)
OF_EVERY_PLACEMARK: dict[str, set[Any]] = {
    "id": {None, ""}, "timestamp": {None}, "begin": {None}, "end": {None}, "altitudeMode": {None, ""}, "tessellate": {None, -1, 0},
    "extrude": {None, -1, 0}, "visibility": {None, -1, 1}, "drawOrder": {None}, "icon": {None, ""}, "description": {None, ""},
}  # fmt: skip
"""Columns that GDAL makes of every KML, and the values that say nothing."""


def prepare() -> list[str]:
    """GDAL with its KML driver alone."""
    return gdal.keep_only("LIBKML")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001 the parent counts
    """Every folder with placemarks. Raises FileRefused for a document that declares entities, or holds no placemark."""
    raw = path.read_bytes()
    # Without NULs, so that the same letters are found in UTF-16.
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", raw.replace(b"\x00", b""), re.IGNORECASE):
        raise FileRefused("xml_entities")
    for code, what in LEFT:
        if times := len(re.findall(what, raw)):
            sender.issue(code, "doubt", times=times)
    found = 0
    for name in gdal.layers_of(path):
        if options.layer not in {None, name}:
            continue
        layer = gdal.read_layer(path, name)
        kept = [
            at for at, (field, _) in enumerate(layer.fields)
            if not set(layer.columns[at]) <= OF_EVERY_PLACEMARK.get(field, set())
        ]  # fmt: skip
        found += 1
        number = sender.layer(
            "" if name == path.stem else name, [layer.fields[at] for at in kept], crs=("OGC:CRS84", "standard")
        )
        columns = [[_text(value) for value in layer.columns[at]] for at in kept]
        sender.rows(number, layer.fids, layer.geometries, columns)
    if not found and options.layer is None:
        raise FileRefused("no_layers")


def _text(value: Any) -> Any:
    """Descriptions are often pages: their words, line by line."""
    if not isinstance(value, str) or not re.search(r"<\w+[^>]*>", value):
        return value
    words = _Words()
    words.feed(value)
    words.close()
    return "\n".join(line for line in ("".join(words.said)).splitlines() if line.strip())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the signature is HTMLParser's
        self._silent += tag in ("script", "style")
        self.said.append(" " if tag in ("td", "th") else "\n" if tag in ("br", "p", "tr", "li", "div") else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)
