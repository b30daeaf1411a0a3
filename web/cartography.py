# SPDX-License-Identifier: Apache-2.0
"""How layers look that a map reader knows from other maps: water blue, power red, roads the colour of sand.

A layer that is not named here gets a colour of the palette by its place in the catalogue, and is drawn all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from web.legend import Geometry, Look, MapClass, Mark, code_look


@dataclass(frozen=True)
class Drawing:
    """How one layer is drawn: its look, whether it is shown at first, and from and until which tile level.

    `coloured`: classes have colours of their own; else the layer keeps its colour, and a class changes the line.
    """

    look: Look
    shown: bool = False
    first_zoom: int = 0
    last_zoom: int | None = None
    coloured: bool = False
    base: bool = False
    interactive: bool = True
    label_zoom: int = 17


def _line(colour: str, width: float = 2.0, dash: tuple[float, ...] = (), casing: str | None = None) -> Look:
    return Look(colour, stroke=colour, width=width, dash=dash, casing=casing, radius=4)


def _area(fill: str, alpha: float, stroke: str, width: float = 1.0, mark: Mark = "plain") -> Look:
    return Look(fill, alpha=alpha, stroke=stroke, width=width, mark=mark, ink=stroke)


_QUIET = Drawing(Look("#ffffff", alpha=0, width=0), base=True, interactive=False)

DRAWINGS: dict[str, Drawing] = {
    # The sea is the page's own ground, and the coast is the edge of the land.
    "sea": replace(_QUIET, look=_area("#d3e6f0", 1, "#d3e6f0", 0)),
    "land": replace(_QUIET, look=_area("#f3f1ea", 1, "#b7b09c"), shown=True),
    "coast": replace(_QUIET, look=_line("#8f876f", 1.2)),
    "main_roads": replace(_QUIET, look=_line("#cdbf9f", 4), shown=True, label_zoom=12),
    "airports": replace(_QUIET, look=Look("#4a5b67", sign="triangle"), shown=True, label_zoom=9),
    "places": replace(_QUIET, look=Look("#4a5b67", radius=3), shown=True, label_zoom=9),
    "zones": Drawing(_area("#0b4f6c", 0.03, "#0b4f6c", 2, "dashed"), shown=True, interactive=False),
    "plan_units": Drawing(_area("#999933", 0.5, "#6d6d3a"), coloured=True),
    "road_reserves": Drawing(_area("#e4dcc8", 1, "#d3c8ab", 0.6), shown=True),
    # From level 13 on the plots themselves say more.
    "blocks": Drawing(_area("#35b597", 0.8, "#43525e"), shown=True, last_zoom=12, coloured=True),
    "customs_fence": Drawing(_line("#7a1f3d", 1.6, (7, 4)), shown=True),
    "customs_gates": Drawing(Look("#7a1f3d", sign="square", radius=4.5), shown=True),
    "constraint_areas": Drawing(_area("#c0392b", 0.16, "#a3261b", 1.2, "diagonal")),
    "control_points": Drawing(Look("#16232e", sign="triangle", radius=6)),
    "boundary_points": Drawing(Look("#16232e", radius=2.5)),
    "boundary_arcs": Drawing(_line("#16232e", 1.6)),
    "basins": Drawing(_area("#b4d3e4", 0.8, "#7fa6bd"), shown=True, label_zoom=15),
    "breakwaters": Drawing(_line("#857d68", 5, (), "#6d664f"), shown=True),
    "quays": Drawing(_line("#0b4f6c", 4, (), "#ffffff"), shown=True),
    "berths": Drawing(_line("#e07b00", 3.5, (), "#ffffff"), shown=True, label_zoom=16),
    # What stands on plots is drawn light: what has become of the land below stays readable.
    "yards": Drawing(_area("#ffffff", 0.22, "#5d5134"), shown=True),
    "warehouses": Drawing(_area("#ffffff", 0.45, "#3d2f1f"), shown=True),
    "silos": Drawing(_area("#fff3c4", 0.7, "#5c4a00"), shown=True),
    "port_gates": Drawing(Look("#0b4f6c", sign="square", radius=4.5), shown=True),
    "cranes": Drawing(Look("#e07b00", sign="triangle", radius=5)),
    "navigation_aids": Drawing(Look("#c2185b", sign="diamond")),
    "road": Drawing(_line("#b3a57f", 1), shown=True),
    "rail": Drawing(_line("#3d3d3d", 2.5, (), "#ffffff")),
    "water": Drawing(_line("#1f78d1", 2.2)),
    "sewer": Drawing(_line("#8a5a2b", 2.2)),
    "storm": Drawing(_line("#2f9c95", 2.2)),
    "power": Drawing(_line("#d62828", 2.2)),
    "telecom": Drawing(_line("#7b3fa0", 2.2)),
    "gas": Drawing(_line("#b58900", 2.2)),
    "fire": Drawing(_line("#e4572e", 2.2)),
    # Somebody's drawing beside the register: outlines over it, in a colour that no class of ours has.
    "reference_areas": Drawing(_area("#d4006e", 0.08, "#d4006e"), shown=True),
    "reference_lines": Drawing(_line("#d4006e", 1.4, (6, 3)), shown=True),
    "reference_points": Drawing(Look("#d4006e", sign="diamond", radius=3.5), shown=True, label_zoom=17),
    # Outlines of rasters: their pixels are images, drawn by layers of their own below the plan.
    "imagery": Drawing(_area("#ffffff", 0, "#6d664f", 1, "dashed"), interactive=False),
    "terrain": Drawing(_area("#ffffff", 0, "#6d664f", 1, "dashed"), interactive=False),
    "projects": Drawing(Look("#882255", alpha=0.1, sign="diamond", radius=6, width=1.8), shown=True, coloured=True),
}

# A class changes a line's dash, not its colour: a planned water main is still water.
_DASHES: dict[str, tuple[float, ...]] = {
    "projected": (6, 5),
    "planned": (6, 5),
    "underConstruction": (10, 3),
    "under_construction": (10, 3),
    "disused": (2, 4),
    "not_in_use": (2, 4),
    "decommissioned": (1, 5),
    "ruined": (1, 5),
    "unknown": (1, 3),
}


# Kinds that a reader must tell apart whatever he sees of colours: each has a hatch or a shade of its own.
_KINDS: dict[str, dict[str, tuple[str, Mark, str]]] = {
    # code → fill, mark, ink
    "constraint_areas": {
        "clearance": ("#c0392b", "cross", "#a3261b"),
        "utility_buffer": ("#b58900", "vertical", "#8a6800"),
        "coast": ("#1f78d1", "horizontal", "#155a9e"),
        "claim": ("#7b3fa0", "diagonal", "#64308a"),
        "heritage": ("#8a5a2b", "grid", "#6f461f"),
        "aviation": ("#5b6770", "back", "#414b53"),
        "flood": ("#2f9c95", "dots", "#1d736d"),
        "hazard": ("#e07b00", "dashed", "#a85c00"),
    },
    # From the widest road to the narrowest: dark to light, as on any road map.
    "road_reserves": {
        "highway": ("#c7ae7c", "plain", "#9c8453"),
        "arterial": ("#d9c89f", "plain", "#b3a071"),
        "collector": ("#e9dfc4", "plain", "#c3b48a"),
        "local": ("#f7f3e8", "plain", "#cabd98"),
        "service": ("#f3ecd9", "dots", "#b0945a"),
        "port": ("#c3ccd2", "diagonal", "#98a6b0"),
        "unknown": ("#f3ecd9", "dashed", "#8d7440"),
    },
}


def drawing_of(layer_id: str, place: int, geometry: Geometry, drawn_with: str | None = None) -> Drawing:
    """How a layer is drawn. `place`: its place in the catalogue. `drawn_with`: the layer whose colour it shares."""
    known = DRAWINGS.get(layer_id)
    if known:
        return known
    companion = DRAWINGS.get(drawn_with or "")
    if companion:
        # Hundreds of manholes hide the pipe itself until the reader is near.
        look = replace(companion.look, casing=None, radius=3.5)
        return replace(companion, look=look, first_zoom=16, label_zoom=19)
    return Drawing(code_look(place, geometry), shown=True, coloured=True)


def classes_of(drawing: Drawing, codes: dict[str, str], geometry: Geometry, layer_id: str = "") -> tuple[MapClass, ...]:
    """Legend lines of a codelist, code → title: kinds of their own, coloured apart, or the layer's look with another line."""
    kinds = _KINDS.get(layer_id)
    if kinds:
        return tuple(MapClass(title, _kind(drawing.look, kinds.get(code)), code=code) for code, title in codes.items())
    if drawing.coloured:
        return tuple(
            MapClass(title, _coloured(drawing.look, place, geometry), code=code)
            for place, (code, title) in enumerate(codes.items())
        )
    return tuple(MapClass(title, _dashed(drawing.look, code), code=code) for code, title in codes.items())


def _coloured(look: Look, place: int, geometry: Geometry) -> Look:
    fresh = code_look(place, "point" if geometry == "point" else "polygon")
    stroke = fresh.fill if geometry != "polygon" else look.stroke
    sign = fresh.sign if geometry == "point" else look.sign
    return replace(look, fill=fresh.fill, stroke=stroke, mark=fresh.mark, ink=fresh.ink, sign=sign)


def _kind(look: Look, kind: tuple[str, Mark, str] | None) -> Look:
    if kind is None:
        return look
    fill, mark, ink = kind
    return replace(look, fill=fill, mark=mark, ink=ink, stroke=ink)


def _dashed(look: Look, code: str) -> Look:
    dash = _DASHES.get(code)
    return look if dash is None else replace(look, dash=dash)
