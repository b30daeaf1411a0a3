# SPDX-License-Identifier: Apache-2.0
"""The catalogue as the map shows it: looks, legends, groups, in the reader's language."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from api.service import Service
from gis.rasters.judging import COARSE_M
from gis.rasters.shading import SLOPE_COLOURS, SLOPE_LIMITS, level_colours, level_limits
from layers import browsing
from layers.declaration import Catalogue, Field, Layer
from layers.rasters.asking import range_statement, rasters_statement
from layers.tiles import ATTRIBUTES_FROM_ZOOM, around
from web.browse import DrawingEntry
from web.cartography import classes_of, drawing_of
from web.legend import (
    STATUS_LOOKS,
    UNKNOWN,
    Colouring,
    Drawn,
    Geometry,
    Look,
    MapClass,
    MapLayer,
    scale_classes,
)
from web.texts import Lang, number, texts

Codes = dict[str, dict[str, dict[Lang, str]]]
CHARGE = "LYD/m²"
"""Unit of the number that plots can also be coloured by."""


YEARS = ("start_year", "end_year")
EVERYWHERE = {"west": -180.0, "south": -90.0, "east": 180.0, "north": 90.0}


@dataclass(frozen=True)
class Register:
    """What pages need to know of the register beside its objects; true for one set of versions."""

    versions: dict[str, int]
    summary: dict[str, dict[str, Any]]
    codes: Codes
    limits: dict[str, list[float]]
    years: dict[str, tuple[int, int]]
    """First and last year of layers whose tiles carry `start_year` and `end_year`."""
    zone: dict[Lang, str]
    illustrative: bool
    drawings: tuple[dict[str, Any], ...] = ()
    """Reference drawings on the map, as `browsing.drawings_statement` tells them."""
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Lowest and highest of each layer of rasters that holds heights, in metres."""
    rasters: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)
    """Of each layer of rasters all its rasters, as `rasters_statement` tells them."""
    seen: "dict[str, _Seen]" = field(default_factory=dict)
    """By layer, what the above is made of."""

    def titled(self, codelist: str | None, code: object, lang: Lang) -> str:
        """A code in words; the code itself when its list does not know it."""
        return self.codes.get(codelist or "", {}).get(str(code), {}).get(lang, str(code))


_kept: dict[object, Register] = {}
_then: "OrderedDict[object, Register]" = OrderedDict()
KEPT_MOMENTS = 8
"""Of the past, the registers that are looked at just now."""


async def register_of(service: Service) -> Register:
    """The register as it stands. Only versions are asked each time; the rest is kept until one of them changes."""
    row = await service.row(browsing.versions_statement())
    versions: dict[str, int] = row[0] if row else {}
    # The address too: copies of one register bear one id.
    key = (service.settings.database_url, service.installation.id, id(service.catalogue))
    if service.moment is not None:
        return await _register_then(service, (*key, *service.moment.binds().values()), versions)
    kept = _kept.get(key)
    if kept is None or kept.versions != versions:
        kept = await _read(service, versions, kept.seen if kept else {})
        _kept[key] = kept
    return kept


async def _register_then(service: Service, key: tuple[object, ...], versions: dict[str, int]) -> Register:
    """As it stood at the moment that is asked for."""
    kept = _then.pop(key, None)
    if kept is None or kept.versions != versions:
        kept = await _read(service, versions, {})
    _then[key] = kept
    if len(_then) > KEPT_MOMENTS:
        _then.popitem(last=False)
    return kept


@dataclass(frozen=True)
class _Seen:
    """What one layer holds at one version."""

    version: int | None
    summary: dict[str, Any]
    limits: list[float] | None
    years: tuple[int, int] | None
    range_m: tuple[float, float] | None = None
    rasters: tuple[dict[str, Any], ...] = ()


async def _read(service: Service, versions: dict[str, int], before: "dict[str, _Seen]") -> Register:
    """Only layers that have changed are looked at again."""
    seen = {}
    for layer in service.catalogue.public:
        known = before.get(layer.id)
        same = known is not None and known.version == versions.get(layer.id)
        seen[layer.id] = known if known and same else await _look(service, layer, versions.get(layer.id))
    codes = await service.row(browsing.codes_statement())
    zone = await service.row(browsing.zone_statement())
    drawings = await service.row(browsing.drawings_statement(service.catalogue))
    lists = codes[0] if codes and codes[0] else {}
    return Register(
        versions=versions,
        summary={layer_id: each.summary for layer_id, each in seen.items()},
        codes={
            name: {code: {"ar": ar, "en": en} for code, (ar, en) in entries.items()} for name, entries in lists.items()
        },
        limits={layer_id: each.limits for layer_id, each in seen.items() if each.limits is not None},
        years={layer_id: each.years for layer_id, each in seen.items() if each.years is not None},
        zone={"ar": zone[0], "en": zone[1]} if zone else {"ar": "مرسى", "en": "Marsa"},
        illustrative=any(each.summary.get("illustrative") for each in seen.values()),
        drawings=tuple(drawings[0]) if drawings else (),
        seen=seen,
        ranges={layer_id: each.range_m for layer_id, each in seen.items() if each.range_m is not None},
        rasters={layer_id: each.rasters for layer_id, each in seen.items() if each.rasters},
    )


async def _look(service: Service, layer: Layer, version: int | None) -> _Seen:
    summary = await service.row(browsing.summary_statement(layer))
    limits, years = None, None
    for charge in layer.tile_fields:
        if charge.unit == CHARGE:
            row = await service.row(browsing.limits_statement(layer, charge.name))
            limits = sorted({value for value in (row[0] or [] if row else []) if value is not None})
    if is_timed(layer):
        row = await service.row(browsing.years_statement(layer, *YEARS))
        years = (row[0], row[1]) if row and row[0] is not None else None
    range_m: tuple[float, float] | None = None
    rasters: tuple[dict[str, Any], ...] = ()
    if layer.styles:
        row = await service.row(range_statement(layer))
        range_m = (row[0][0], row[0][1]) if row and row[0] else None
        row = await service.row(rasters_statement(layer), EVERYWHERE)
        rasters = tuple(row[0]) if row else ()
    return _Seen(version, summary[0] if summary else {}, limits, years, range_m, rasters)


def is_timed(layer: Layer) -> bool:
    """Whether the map can show the layer's objects of one year."""
    return set(YEARS) <= {field.name for field in layer.tile_fields}


def map_layers(catalogue: Catalogue, register: Register, lang: Lang) -> tuple[MapLayer, ...]:
    """All public layers in the order in which they are drawn; empty ones have nothing to show and are left out."""
    shown = [layer for layer in catalogue.public if register.summary.get(layer.id, {}).get("box")]
    return tuple(_map_layer(layer, place, register, lang) for place, layer in enumerate(shown))


def _map_layer(layer: Layer, place: int, register: Register, lang: Lang) -> MapLayer:
    geometry = geometry_of(layer)
    drawing = drawing_of(layer.id, place, geometry, layer.drawn_with)
    summary = register.summary[layer.id]
    return MapLayer(
        id=layer.id,
        title=layer.title.said_in(lang),
        group=layer.group,
        geometry=geometry,
        zooms=(max(layer.zooms.start, drawing.first_zoom), min(layer.zooms.stop - 1, drawing.last_zoom or 20)),
        version=register.versions.get(layer.id, 0),
        look=drawing.look,
        colourings=tuple(_colourings(layer, place, geometry, register, lang)),
        labels=_labels(layer, lang),
        label_zoom=16 if layer.kept is not None else drawing.label_zoom,
        label_size=13 if drawing.base else 12,
        shown=drawing.shown,
        interactive=drawing.interactive,
        base=drawing.base,
        bounds=around(summary["box"]),
        drawn_with=layer.drawn_with,
        detail_zoom=ATTRIBUTES_FROM_ZOOM if layer.kept is not None else None,
        drawn=tuple(_drawn(layer, register, lang)),
        sources=tuple(said_of(each, register, lang) for each in register.rasters.get(layer.id, ())),
    )


def _drawn(layer: Layer, register: Register, lang: Lang) -> Iterator[Drawn]:
    """Styles of a layer of rasters with the legends of their classes."""
    for style in layer.styles:
        classes: tuple[MapClass, ...] = ()
        if style.id == "slope":
            classes = _ranges(SLOPE_LIMITS, SLOPE_COLOURS, "%", lang)
        range_m = register.ranges.get(layer.id)
        if style.id == "levels" and range_m:
            limits = level_limits(*range_m)
            classes = _ranges(limits, level_colours(limits), {"ar": "م", "en": "m"}[lang], lang)
        yield Drawn(style.id, style.title.said_in(lang), classes)


def _ranges(limits: tuple[float, ...], colours: tuple[str, ...], unit: str, lang: Lang) -> tuple[MapClass, ...]:
    less, more = {"ar": ("أقل من", "فأكثر"), "en": ("under", "and more")}[lang]
    digits = 0 if all(limit == round(limit) for limit in limits) else 1
    titles = [
        f"{less} {number(limits[0], digits)} {unit}",
        *(f"\u2068{number(low, digits)} – {number(high, digits)}\u2069 {unit}" for low, high in pairwise(limits)),
        f"{number(limits[-1], digits)} {unit} {more}",
    ]
    return tuple(MapClass(title, Look(colour, alpha=1, width=0)) for title, colour in zip(titles, colours, strict=True))


def said_of(raster: dict[str, Any], register: Register, lang: Lang) -> str:
    """What a raster is worth: title, day, cell, datum, accuracy, and whether it is for design."""
    t = texts("map", lang)
    accuracy = raster["accuracy_m"]
    parts = [
        f"{raster[f'title_{lang}']} ({raster['taken_on']})",
        f"{t['terrain_cell']} {number(raster['resolution_m'], 0 if raster['resolution_m'] >= 10 else 1)} {t['metres']}",
        *([register.titled("vertical_datum", raster["vertical_datum"], lang)] if raster["vertical_datum"] else []),
        f"{t['terrain_accuracy']} ±{number(accuracy, 2)} {t['metres']}" if accuracy else t["terrain_accuracy_unknown"],
    ]
    if raster["resolution_m"] >= COARSE_M:
        parts.append(t["terrain_coarse"])
    if raster["illustrative"]:
        parts.append(t["terrain_illustrative"])
    return " · ".join(parts)


def geometry_of(layer: Layer) -> Geometry:
    """Which pane a layer is drawn on. Mixed shapes lie on top, where points are not hidden."""
    kind = layer.geometry_kind.removeprefix("MULTI")
    return "polygon" if kind == "POLYGON" else "line" if kind == "LINESTRING" else "point"


def _labels(layer: Layer, lang: Lang) -> tuple[str, ...]:
    if layer.label is None:
        return ()
    stem = layer.label.removesuffix("_ar").removesuffix("_en")
    return tuple(dict.fromkeys((f"{stem}_{lang}", layer.label))) if stem != layer.label else (layer.label,)


def _colourings(layer: Layer, place: int, geometry: Geometry, register: Register, lang: Lang) -> list[Colouring]:
    if layer.colour_by is None:
        return []
    first = layer.by_name[layer.colour_by]
    found = [_by_code(layer, first, place, geometry, register, lang)]
    if layer.kept is not None and first.codelist == "public_status" and len(layer.tile_fields) > 2:
        found += [
            _by_code(layer, field, place, geometry, register, lang)
            for field in layer.tile_fields
            if field.codelist and field.name != layer.colour_by
        ]
        found += [_by_charge(layer, field, register, lang) for field in layer.tile_fields if field.unit == CHARGE]
    return [colouring for colouring in found if colouring.classes]


def _by_code(layer: Layer, field: Field, place: int, geometry: Geometry, register: Register, lang: Lang) -> Colouring:
    codes = {code: titles[lang] for code, titles in register.codes.get(field.codelist or "", {}).items()}
    if field.codelist == "public_status":
        classes = tuple(MapClass(title, STATUS_LOOKS.get(code, UNKNOWN), code=code) for code, title in codes.items())
    else:
        drawing = drawing_of(layer.id, place, geometry, layer.drawn_with)
        drawing = replace(drawing, coloured=drawing.coloured or field.name != layer.colour_by)
        classes = classes_of(drawing, codes, geometry, layer.id if field.name == layer.colour_by else "")
    # A legend explains what is on the map: codes that no object has would only be words.
    present = register.summary[layer.id]["codes"].get(field.name) or []
    return Colouring(field.name, field.title.said_in(lang), tuple(each for each in classes if each.code in present))


def _by_charge(layer: Layer, field: Field, register: Register, lang: Lang) -> Colouring:
    limits = register.limits.get(layer.id, [])
    title = texts("map", lang)["colour_charge"]
    unit = {"ar": "د.ل/م²", "en": "LYD/m²"}[lang]
    less = {"ar": "أقل من", "en": "under"}[lang]
    more = {"ar": "فأكثر", "en": "and more"}[lang]
    if not limits:
        return Colouring(field.name, title, ())
    titles = [
        f"{less} {number(limits[0], 2)} {unit}",
        *(f"\u2068{number(low, 2)} – {number(high, 2)}\u2069 {unit}" for low, high in pairwise(limits)),
        f"{number(limits[-1], 2)} {unit} {more}",
    ]
    return Colouring(field.name, title, scale_classes(limits, titles))


GROUPS: tuple[tuple[str, dict[Lang, str], bool], ...] = (
    ("land", {"ar": "الأراضي", "en": "Land"}, True),
    ("port", {"ar": "الميناء", "en": "Port"}, True),
    ("networks", {"ar": "الشبكات", "en": "Networks"}, True),
    ("projects", {"ar": "المشروعات", "en": "Projects"}, True),
    ("plan", {"ar": "المخطط", "en": "Plan"}, False),
    ("drawings", {"ar": "رسومات مرجعية", "en": "Reference drawings"}, False),
    ("terrain", {"ar": "التضاريس والصور", "en": "Terrain and imagery"}, False),
    ("base", {"ar": "الأساس", "en": "Base"}, False),
)
"""What people look for first stands first; whether the group is open at first."""


def grouped(layers: tuple[MapLayer, ...], lang: Lang) -> list[dict[str, object]]:
    """Layers by group for the list; companions are listed with what they are drawn with."""
    return [
        {"id": group, "title": titles[lang], "open": is_open, "layers": listed}
        for group, titles, is_open in GROUPS
        if (listed := [layer for layer in layers if layer.group == group and layer.drawn_with is None])
    ]


def drawing_entries(register: Register, lang: Lang) -> tuple[DrawingEntry, ...]:
    """Each drawing by its title, with the address that shows it."""
    return tuple(
        DrawingEntry(
            each["import_id"],
            each["title"],
            each["features"],
            (each["box"][0], each["box"][1], each["box"][2], each["box"][3]),
            urlencode({"drawing": each["import_id"], "lang": lang}),
        )
        for each in register.drawings
    )


def attributions(catalogue: Catalogue, layers: tuple[MapLayer, ...], register: Register) -> list[str]:
    """Whose data is on the map."""
    of_layers = [catalogue[layer.id].attribution for layer in layers]
    of_rasters = [raster["attribution"] for layer in layers for raster in register.rasters.get(layer.id, ())]
    return list(dict.fromkeys(said for said in (*of_layers, *of_rasters) if said))
