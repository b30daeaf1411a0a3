# SPDX-License-Identifier: Apache-2.0
"""DXF drawings: every drawing layer is a layer, blocks are taken apart, nothing is placed that the drawing does not place itself.

Coordinates stay the drawing's numbers, except under GEODATA, which says where on earth they are. Units go along as a fact.
"""

import json
import logging
import re
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
from ezdxf import recover
from ezdxf.audit import AuditError, Auditor
from ezdxf.document import Drawing
from ezdxf.entities import DXFEntity, Insert
from ezdxf.entities.geodata import GeoData
from ezdxf.math import Matrix44

from gis.arcs import FIELD as ARCS
from gis.encodings import guess_encoding
from gis.reading.archives import shown
from gis.reading.child.mending import mended
from gis.reading.child.outlines import Outlines
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

METRES = {"in": 0.0254, "ft": 0.3048, "us-ft": 1200 / 3937, "mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0}
"""Metres in one unit, by the names of `ReadOptions.units`."""
UNITS = {1: "in", 2: "ft", 4: "mm", 5: "cm", 6: "m", 7: "km", 21: "us-ft"}
"""$INSUNITS codes that a plan is drawn in; 0 is "unitless"."""
DECIDED = frozenset(
    {"INSERT", "DIMENSION", "LEADER", "MLINE", "MULTILEADER", "ARC_DIMENSION", "LARGE_RADIAL_DIMENSION"}
)
"""Taken apart into what they show."""
ARABIC_ENOUGH = 3
"""Letters that make it likely that a Western header is wrong."""
FIELDS = ("entity", "text", "tag", "block", "handle")


@dataclass
class Layer:
    """What is found on one drawing layer."""

    refs: list[str] = field(default_factory=list)
    geometries: list[bytes | None] = field(default_factory=list)
    rows: list[tuple[str, str | None, str | None, str | None, str, str | None]] = field(default_factory=list)
    curves: int = 0
    arcs: int = 0


def prepare() -> list[str]:
    """ezdxf is loaded with this module."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """All that is drawn in model space. Raises FileRefused when nothing is, or the drawing cannot be repaired."""
    cut = _cut_short(path)
    document, auditor = _opened(path, sender, cut=cut)
    if cut:
        sender.issue("drawing_cut_short", "doubt")
    if auditor.errors or auditor.fixes:
        sender.issue("entities_repaired", "doubt", repaired=len(auditor.errors) + len(auditor.fixes))
    if any(error.code == AuditError.INVALID_BLOCK_REFERENCE_CYCLE for error in [*auditor.errors, *auditor.fixes]):
        sender.issue("block_in_itself", "doubt")
    matrix, crs = _placement(document, sender)
    unit = options.units or UNITS.get(int(document.header.get("$INSUNITS", 0) or 0))
    if crs[0] is None and unit is None:
        sender.issue("units_unknown", "doubt")
    found = _Reading(sender, limits, Outlines(matrix, chord=0.001 / METRES.get(unit or "m", 1.0)))
    found.take(document)
    if not found.layers:
        _refuse_empty(found, cut=cut)
    for kind, number in sorted(found.left_out.items()):
        sender.issue("entities_left_out", "doubt", entity=kind, number=number)
    encoding = _texts(document, found, sender, options)
    for name, layer in sorted(found.layers.items()):
        facts = {"units": unit, "placed_by": "geodata" if crs[0] else None, **_state(document, name)}
        if layer.curves:
            sender.issue("curves_made_lines", "note", layer=name, number=layer.curves)
        if layer.arcs:
            sender.issue("arcs_kept", "note", layer=name, number=layer.arcs)
        # Only where there are arcs has a layer a field for them.
        fields = (*FIELDS, ARCS) if layer.arcs else FIELDS
        columns = list(zip(*layer.rows, strict=True))[: len(fields)]
        number = sender.layer(name, [(name, "text") for name in fields], crs=crs, encoding=encoding, facts=facts)
        sender.rows(number, layer.refs, layer.geometries, columns)


class _Complaints(logging.Handler):
    """What ezdxf says while loading; it drops the second entity of one handle with no more than a word here."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.twice = False

    def emit(self, record: logging.LogRecord) -> None:
        self.twice |= "non-unique entity handle" in record.getMessage()


def _cut_short(path: Path) -> bool:
    """Whether the mark is missing that every drawing ends with."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return not file.read().rstrip(b"\x00\x1a \t\r\n").endswith(b"EOF")


def _opened(path: Path, sender: Sender, *, cut: bool) -> tuple[Drawing, Auditor]:
    """The drawing, in recover mode. A second try is made on a mended copy."""
    damaged = "drawing_cut" if cut else "drawing_damaged"
    if path.read_bytes()[:18] == b"AutoCAD Binary DXF":
        return _opened_binary(path, damaged)
    complaints = _Complaints()
    logging.getLogger("ezdxf").addHandler(complaints)
    try:
        opened = recover.readfile(path)
    except (IndexError, ezdxf.DXFError, UnicodeDecodeError, OSError):
        opened = None
    if opened is None or complaints.twice:
        try:
            opened = recover.readfile(mended(path))
        except (IndexError, KeyError, ValueError, AttributeError, ezdxf.DXFError, OSError) as error:
            raise FileRefused(damaged) from error
        sender.issue("drawing_repaired", "doubt")
    return opened


def _opened_binary(path: Path, damaged: str) -> tuple[Drawing, Auditor]:
    """The binary form, which recover mode does not know."""
    try:
        document = ezdxf.readfile(path)
        return document, document.audit()
    except (IndexError, KeyError, ValueError, AttributeError, struct.error, ezdxf.DXFError, OSError) as error:
        raise FileRefused(damaged) from error


def _placement(document: Drawing, sender: Sender) -> tuple[Matrix44 | None, tuple[str | None, str]]:
    """From drawing numbers to the system that GEODATA names, and that system."""
    geodata = document.modelspace().get_geodata()
    if not isinstance(geodata, GeoData):
        return None, (None, "absent")
    try:
        matrix, epsg = geodata.get_crs_transformation()
    except (ezdxf.DXFError, ValueError, ZeroDivisionError):
        sender.issue("geodata_unclear", "doubt")
        return None, (None, "absent")
    return matrix, (f"EPSG:{epsg}", "file")


def _state(document: Drawing, name: str) -> dict[str, bool]:
    """Whether the layer was switched off in the drawing: leftovers often are."""
    if not document.layers.has_entry(name):
        return {"hidden": False}
    layer = document.layers.get(name)
    return {"hidden": bool(layer.is_off() or layer.is_frozen())}


def _refuse_empty(found: "_Reading", *, cut: bool) -> None:
    if cut:
        raise FileRefused("drawing_cut")
    if found.images:
        raise FileRefused("drawing_of_images", images=len(found.images), names=found.images[:5])
    raise FileRefused("drawing_empty", left_out=dict(found.left_out))


def _texts(document: Drawing, found: "_Reading", sender: Sender, options: ReadOptions) -> tuple[str, str, list[str]]:
    """Drawings before 2007 name their alphabet, and often the wrong one: Arabic under a Western header is said."""
    if document.dxfversion >= "AC1021":
        return "utf-8", "standard", []
    declared = document.encoding
    texts = [row[1] for layer in found.layers.values() for row in layer.rows if row[1]]
    try:
        # Bytes that the declared alphabet does not have came in as surrogates, and go out as the bytes they were.
        raw = [text.encode(declared, "surrogateescape") for text in texts]
    except UnicodeEncodeError:
        # Letters beyond the alphabet came in by escapes (\U+0633): who writes those does not need another alphabet.
        raw = []
    guessed, samples = guess_encoding(raw)
    arabic = sum("\u0621" <= letter <= "\u064a" for sample in samples for letter in sample)
    wanted = options.encoding or (guessed if guessed != declared and arabic >= ARABIC_ENOUGH else declared)
    if wanted == declared:
        return declared, "declared", []
    for layer in found.layers.values():
        layer.rows = [(e, _again(t, declared, wanted), *rest) for e, t, *rest in layer.rows]  # type: ignore[misc]
    if options.encoding:
        return wanted, "asked", samples
    sender.issue("encoding_assumed", "doubt", encoding=wanted, declared=declared, samples=samples)
    return wanted, "assumed", samples


def _again(text: str | None, declared: str, wanted: str) -> str | None:
    if not text:
        return text
    try:
        return text.encode(declared, "surrogateescape").decode(wanted, "replace")
    except UnicodeEncodeError:
        return text


class _Reading:
    """Walks through the drawing and keeps what can be a feature."""

    def __init__(self, sender: Sender, limits: Limits, outlines: Outlines) -> None:
        self._sender, self._limits, self._outlines = sender, limits, outlines
        self._visited = 0
        self.layers: dict[str, Layer] = {}
        self.left_out: Counter[str] = Counter()
        self.images: list[str] = []

    def take(self, document: Drawing) -> None:
        for entity in document.modelspace():
            handle = str(entity.dxf.get("handle", "") or "?")
            for number, (part, block, layer) in enumerate(self._parts(entity, (), str(entity.dxf.get("layer", "0")))):
                self._keep(part, block, layer, handle, number)

    def _parts(
        self, entity: DXFEntity, inside: tuple[str, ...], layer: str
    ) -> Iterator[tuple[DXFEntity, str | None, str]]:
        """The entity, or what it shows when taken apart, with the innermost block's name and the layer it stands on."""
        self._visited += 1
        if self._visited > self._limits.drawing_entities:
            raise FileRefused("drawing_too_large", most=self._limits.drawing_entities)
        kind = entity.dxftype()
        if kind not in DECIDED:
            yield entity, inside[-1] if inside else None, layer
            return
        name = str(entity.dxf.get("name", "")) if isinstance(entity, Insert) else kind
        if name in inside or len(inside) >= self._limits.block_depth:
            self._sender.issue("block_in_itself", "doubt", block=shown(name))
            return
        if isinstance(entity, Insert):
            yield from ((attribute, name, _layer(attribute, layer)) for attribute in entity.attribs)
            block = entity.block()
            if block is None or block.block is None or block.block.is_xref:
                self.left_out["INSERT" if block is None else "XREF"] += 1
                return
        for part in self._taken_apart(entity):
            if kind != "INSERT" and part.dxftype() == "POINT":
                continue  # What a dimension measures from, never printed.
            yield from self._parts(part, (*inside, name), _layer(part, layer))

    def _taken_apart(self, entity: Any) -> Iterator[DXFEntity]:
        singles = entity.multi_insert() if isinstance(entity, Insert) and entity.mcount > 1 else [entity]
        try:
            for single in singles:
                yield from single.virtual_entities()
        except (ezdxf.DXFError, ArithmeticError, AttributeError, IndexError, TypeError, ValueError):
            # A dimension without its picture, a block scaled to nothing.
            self.left_out[entity.dxftype()] += 1

    def _keep(self, entity: DXFEntity, block: str | None, layer_name: str, handle: str, number: int) -> None:
        kind = entity.dxftype()
        ref = handle if number == 0 else f"{handle}/{number}"
        if kind == "IMAGE":
            self._image(entity, ref)
            return
        try:
            outline = self._outlines.of(entity)
        except (ezdxf.DXFError, ArithmeticError, AttributeError, IndexError, TypeError, ValueError):
            outline = None
        if outline is None:
            if kind not in {"ATTDEF", "SEQEND", "VIEWPORT"}:
                self.left_out[kind] += 1
            return
        if outline.text is not None and not outline.text.strip():
            return
        layer = self.layers.setdefault(shown(layer_name), Layer())
        layer.refs.append(ref)
        layer.geometries.append(outline.geometry)
        told = json.dumps([arc.as_json() for arc in outline.arcs]) if outline.arcs else None
        layer.rows.append((kind, outline.text, outline.tag, shown(block) if block else None, ref, told))
        layer.arcs += len(outline.arcs)
        layer.curves += outline.curved

    def _image(self, entity: Any, ref: str) -> None:
        definition = entity.image_def
        given = str(definition.dxf.get("filename", "")) if definition is not None else ""
        # The last part of the name alone: the folders are of the sender's machine.
        name = shown(re.split(r"[\\/]", given)[-1])
        x, y = self._outlines.placed(np.array([tuple(entity.dxf.insert)[:2]]))[0]
        self.images.append(name)
        self._sender.issue("image_not_read", "doubt", ref=ref, place=(float(x), float(y)), name=name)


def _layer(part: DXFEntity, outer: str) -> str:
    """Layer 0 inside a block means the layer that the block stands on."""
    own = str(part.dxf.get("layer", "0"))
    return outer if own == "0" else own
