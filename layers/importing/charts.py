# SPDX-License-Identifier: Apache-2.0
"""A chart's object classes as rows of our port layers: which class feeds which, and its attributes in our words.

What a chart does not say stays empty, with "unknown" beside it; nothing is measured on it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gis.reading import FileField, FileLayer, Issue, Reading

Said = dict[str, Any]
"""One object's attributes by acronym."""
Row = dict[str, Any]
UNNAMED = ("بلا اسم", "Unnamed")
CONDITIONS = {"1": "under_construction", "2": "ruined", "5": "planned"}
NOT_IN_USE = "4"
QUALITIES = {"1": "surveyed", "10": "maintained"}
"""By QUASOU; a depth of any other quality, or of none given, is "reported"."""
COLOURS = {"1": "white", "3": "red", "4": "green", "6": "yellow"}
CHARACTERS = {
    1: "F", 2: "Fl", 3: "LFl", 4: "Q", 5: "VQ", 6: "UQ", 7: "Iso", 8: "Oc", 9: "IQ", 10: "IVQ", 11: "IUQ", 12: "Mo",
    13: "FFl", 25: "Q+LFl", 26: "VQ+LFl", 27: "UQ+LFl", 28: "Al",
}  # fmt: skip
"""Abbreviations of light characters by LITCHR, as charts print them."""
AIDS = {
    "LIGHTS": "light", "BCNLAT": "beacon_lateral", "BCNCAR": "beacon_cardinal", "BCNSPP": "beacon_special",
    "BCNISD": "beacon_isolated_danger", "BCNSAW": "beacon_safe_water", "BOYLAT": "buoy_lateral", "BOYCAR": "buoy_cardinal",
    "BOYSPP": "buoy_special", "BOYISD": "buoy_isolated_danger", "BOYSAW": "buoy_safe_water",
}  # fmt: skip
ROCK, CONCRETE, MASONRY, METAL = "3", "2", "1", "7"
QUAY_CATEGORIES = frozenset({4, 6, 15, 16})
"""CATSLC: pier, wharf, wharf of solid face, wharf of open face."""
OPEN_FACE = 16
BREAKWATER_CATEGORIES = frozenset({1, 3})
"""CATSLC: breakwater, mole."""
WAREHOUSE = "15"
CRANES = {2: "gantry", 4: "mobile"}


def _codes(value: Any) -> list[str]:
    """A list attribute, "3,2"."""
    return [code.strip() for code in str(value).split(",") if code.strip()] if value not in {None, ""} else []


def _named(said: Said) -> Row:
    english, arabic = said.get("OBJNAM") or None, said.get("NOBJNM") or None
    conditions = [CONDITIONS[code] for code in _codes(said.get("CONDTN")) if code in CONDITIONS]
    idle = "not_in_use" if NOT_IN_USE in _codes(said.get("STATUS")) else "unknown"
    return {
        "code": said["LNAM"],
        "name_ar": arabic or english or UNNAMED[0],
        "name_en": english or arabic or UNNAMED[1],
        "status": conditions[0] if conditions else idle,
    }


def _deep(said: Said) -> Row:
    """DRVAL1 below chart datum; 0 and what dries is no depth a ship can use."""
    depth = said.get("DRVAL1")
    if not isinstance(depth, int | float) or depth <= 0:
        return {"depth_m": None, "depth_quality": "unknown"}
    given = [QUALITIES[code] for code in _codes(said.get("QUASOU")) if code in QUALITIES]
    return {"depth_m": depth, "depth_quality": given[0] if given else "reported"}


def _long(said: Said) -> Row:
    length = said.get("HORLEN")
    known = isinstance(length, int | float) and length > 0
    return {"length_m": length if known else None, "length_quality": "reported" if known else "unknown"}


def _positive(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and value > 0 else None


def _quay(said: Said) -> Row | None:
    if said.get("CATSLC") not in QUAY_CATEGORIES:
        return None
    natures = _codes(said.get("NATCON"))
    steel = "sheet_piles" if METAL in natures else "unknown"
    structure = "open_piles" if said["CATSLC"] == OPEN_FACE else steel
    return {**_named(said), **_long(said), "structure": structure, "width_m": _positive(said.get("HORWID"))}


def _breakwater(said: Said) -> Row | None:
    if said.get("CATSLC") not in BREAKWATER_CATEGORIES:
        return None
    made = {ROCK: "rubble", CONCRETE: "armour", MASONRY: "vertical"}
    structures = [made[code] for code in _codes(said.get("NATCON")) if code in made]
    return {
        **_named(said),
        **_long(said),
        "structure": (structures or ["unknown"])[0],
        "crest_width_m": _positive(said.get("HORWID")),
    }


def _berth(said: Said) -> Row:
    depth = _deep(said)
    if depth["depth_quality"] == "surveyed":
        # A surveyed depth needs the day of its survey, which a chart does not give for a berth.
        depth["depth_quality"] = "reported"
    return {**_named(said), **depth}


def _basin(said: Said) -> Row:
    return {**_named(said), **_deep(said)}


def _warehouse(said: Said) -> Row | None:
    return {**_named(said), "kind": "general"} if WAREHOUSE in _codes(said.get("FUNCTN")) else None


def _silo(said: Said) -> Row | None:
    return _named(said) if said.get("CATSIL") == 1 else None


def _crane(said: Said) -> Row:
    return {
        **_named(said),
        "kind": CRANES.get(said.get("CATCRN"), "fixed"),  # type: ignore[arg-type]
        "swl_t": _positive(said.get("LIFCAP")),
        "outreach_m": _positive(said.get("RADIUS")),
        "air_height_m": _positive(said.get("VERCLR")),
    }


def _light(said: Said) -> Row:
    character = CHARACTERS.get(said.get("LITCHR") or 0)
    if character:
        group, period = said.get("SIGGRP") or "", said.get("SIGPER")
        character += "" if group in {"()", "(1)"} else str(group)
        character += f" {period:g}s" if isinstance(period, int | float) else ""
    sector: list[float] = [
        angle % 360 for angle in (said.get("SECTR1"), said.get("SECTR2")) if isinstance(angle, int | float)
    ]
    whole = len(sector) == 2
    return {
        "light_colour": next((COLOURS[code] for code in _codes(said.get("COLOUR")) if code in COLOURS), None),
        "light_character": character,
        "range_nm": _positive(said.get("VALNMR")),
        "height_m": _positive(said.get("HEIGHT")),
        "sector_from_deg": sector[0] if whole else None,
        "sector_to_deg": sector[1] if whole else None,
    }


def _aid(said: Said) -> Row:
    light = said["class"] == "LIGHTS"
    return {**_named(said), "kind": AIDS[said["class"]], **(_light(said) if light else _light(said.get("carries", {})))}


FEEDS: dict[str, tuple[tuple[str, ...], Callable[[Said], Row | None]]] = {
    "quays": (("SLCONS",), _quay),
    "breakwaters": (("SLCONS",), _breakwater),
    "berths": (("BERTHS",), _berth),
    "basins": (("DRGARE",), _basin),
    "warehouses": (("BUISGL",), _warehouse),
    "silos": (("SILTNK",), _silo),
    "cranes": (("CRANES",), _crane),
    "navigation_aids": (tuple(AIDS), _aid),
}
"""Which object classes a layer takes, and how; None: this object is something else."""


def charted(reading: Reading, layer_id: str | None, *, alone: bool = True) -> Reading:
    """The reading with what a layer of the port takes of it, under our names. Another target sees the chart as it is.

    `alone`: no other layer takes its share of the chart in the same run, so what stays out is told here.
    """
    if reading.kind != "s57" or layer_id not in FEEDS:
        return reading
    classes, made_of = FEEDS[layer_id]
    ours = [layer for layer in reading.layers if layer.name in classes]
    merged = _on_their_marks(ours) if layer_id == "navigation_aids" else {}
    layers, issues = [], []
    for layer in ours:
        points = _points_of_berths(layer) if layer_id == "berths" else []
        fed, found = _fed(layer, made_of, merged)
        layers += [fed] if len(fed) else []
        issues += [*points, *(issue for issue in found if alone or issue.code != "chart_other_category")]
    if not alone:
        return replace(reading, layers=tuple(layers), issues=(*reading.issues, *issues))
    others = sorted({layer.name for layer in reading.layers} - set(classes))
    issues.append(
        Issue("chart_classes", "note", facts={"taken": sorted(layer.name for layer in ours), "others": others})
    )
    kept = [issue for issue in reading.issues if issue.layer is None or issue.layer in {layer.name for layer in layers}]
    if not layers:
        issues.append(Issue("chart_has_none", "fault", facts={"classes": list(classes)}))
    return replace(reading, layers=tuple(layers), issues=(*kept, *issues))


def left_in_chart(reading: Reading) -> list[Issue]:
    """What no layer of the port takes of a chart that goes to all of them: classes, and categories of classes."""
    taken = {name for classes, _ in FEEDS.values() for name in classes}
    ours = sorted({layer.name for layer in reading.layers} & taken)
    others = sorted({layer.name for layer in reading.layers} - taken)
    issues = [Issue("chart_classes", "note", facts={"taken": ours, "others": others})]
    for layer in reading.layers:
        makers = [made_of for classes, made_of in FEEDS.values() if layer.name in classes]
        left = [said for said in _objects(layer) if makers and not any(made_of(said) for made_of in makers)]
        if left:
            categories = sorted(
                {str(said.get("CATSLC") or said.get("FUNCTN") or said.get("CATSIL") or "") for said in left}
            )
            facts = {"number": len(left), "categories": categories}
            issues.append(Issue("chart_other_category", "note", layer.name, facts=facts))
    return issues


def _points_of_berths(layer: FileLayer) -> list[Issue]:
    """A chart often gives a berth as a point: a name without a length, which no line along a quay can be made of."""
    issues = []
    for i, shape in enumerate(layer.geometries):
        if shape is not None and shape.geom_type == "Point":
            name = str(layer.columns.get("OBJNAM", [""] * len(layer))[i] or "") or str(layer.columns["LNAM"][i])
            issues.append(
                Issue("berth_is_point", "doubt", layer.name, layer.refs[i], (shape.x, shape.y), {"name": name})
            )
    return issues


def _objects(layer: FileLayer) -> list[Said]:
    return [
        {"class": layer.name, **{name: column[i] for name, column in layer.columns.items()}} for i in range(len(layer))
    ]


def _on_their_marks(layers: list[FileLayer]) -> dict[str, Said | None]:
    """Which light a beacon or buoy carries, by both names. A mark with several lights keeps them apart: each has its sector."""
    lights = {said["LNAM"]: said for layer in layers if layer.name == "LIGHTS" for said in _objects(layer)}
    found: dict[str, Said | None] = {}
    for layer in layers:
        for said in _objects(layer):
            carried = [ref for ref in _codes(said.get("LNAM_REFS")) if ref in lights]
            if layer.name != "LIGHTS" and len(carried) == 1:
                found[said["LNAM"]] = lights[carried[0]]
                found[carried[0]] = None
    return found


def _fed(
    layer: FileLayer, made_of: Callable[[Said], Row | None], merged: dict[str, Said | None]
) -> tuple[FileLayer, list[Issue]]:
    rows: list[Row] = []
    keep = np.zeros(len(layer), dtype=np.bool_)
    others: Counter[str] = Counter()
    for i, said in enumerate(_objects(layer)):
        if layer.name == "LIGHTS" and said["LNAM"] in merged:
            continue
        row = made_of({**said, "carries": merged.get(said["LNAM"]) or {}})
        if row is None:
            others[str(said.get("CATSLC") or said.get("FUNCTN") or said.get("CATSIL") or "")] += 1
            continue
        keep[i] = True
        rows.append(row)
    columns: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            columns[name].append(value)
    fields = tuple(
        FileField(name, "number" if name.endswith(("_m", "_t", "_nm", "_deg")) else "text") for name in columns
    )
    issues = []
    if others:
        issues.append(
            Issue(
                "chart_other_category",
                "note",
                layer.name,
                facts={"number": others.total(), "categories": sorted(others)},
            )
        )
    unnamed = sum(row["name_en"] == UNNAMED[1] for row in rows)
    if unnamed:
        issues.append(Issue("chart_unnamed", "note", layer.name, facts={"number": unnamed}))
    return replace(layer.taking(keep), fields=fields, columns=dict(columns)), issues
