# SPDX-License-Identifier: Apache-2.0
"""What the pages are told about layers and how classes look: plain values, already in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Mark = Literal["plain", "diagonal", "back", "horizontal", "vertical", "grid", "dots", "cross", "dashed"]
Sign = Literal["circle", "square", "diamond", "triangle"]
Geometry = Literal["point", "line", "polygon"]

OUTLINE = "#43525e"


@dataclass(frozen=True)
class Look:
    """How features of one class are drawn. Widths and radii in screen px, alpha 0 to 1, colours as #rrggbb."""

    fill: str
    mark: Mark = "plain"
    ink: str | None = None
    alpha: float = 0.85
    stroke: str = OUTLINE
    width: float = 0.8
    dash: tuple[float, ...] = ()
    casing: str | None = None
    sign: Sign = "circle"
    radius: float = 5.5


@dataclass(frozen=True)
class MapClass:
    """One line of a legend: features with this code, or with a number below this limit (the first that fits)."""

    title: str
    look: Look
    code: str | None = None
    below: float | None = None


@dataclass(frozen=True)
class Colouring:
    """A property that a layer can be coloured by, and its classes in legend order."""

    field: str
    title: str
    classes: tuple[MapClass, ...]


@dataclass(frozen=True)
class Drawn:
    """A style in which rasters are drawn, and what its colours mean."""

    id: str
    title: str
    classes: tuple[MapClass, ...] = ()


@dataclass(frozen=True)
class MapLayer:
    """One layer as the map shows it.

    `zooms` are the first and last zoom with tiles. `base` layers come as GeoJSON items and lie below all tiles.
    `labels` name the properties that may be written on the map, the best first, from map zoom `label_zoom`. `bounds`
    are west, south, east, north in degrees: no tile is asked for outside. `drawn_with` names the layer with which this
    one is shown and hidden. `detail_zoom`: below this zoom tiles carry nothing but the first colouring's field; None
    when they always carry all.
    """

    id: str
    title: str
    group: str
    geometry: Geometry
    zooms: tuple[int, int]
    version: int
    look: Look
    colourings: tuple[Colouring, ...] = ()
    labels: tuple[str, ...] = ()
    label_zoom: int = 16
    label_size: int = 12
    shown: bool = True
    interactive: bool = True
    base: bool = False
    bounds: tuple[float, float, float, float] | None = None
    drawn_with: str | None = None
    detail_zoom: int | None = None
    drawn: tuple[Drawn, ...] = ()
    """Of a layer of rasters: the styles in which its pixels are drawn."""
    sources: tuple[str, ...] = ()
    """What its rasters are and how far they can be trusted, a sentence each."""

    def legend(self, field: str | None = None) -> tuple[MapClass, ...]:
        """Legend lines when coloured by `field`, by default the first colouring; one line when there is none."""
        for colouring in self.colourings:
            if field in (None, colouring.field):
                return colouring.classes
        return (MapClass(self.title, self.look),)

    @property
    def has_kinds(self) -> bool:
        """Whether its classes are drawn in different ways, so that one sign would not explain them."""
        return len({_sign_of(line.look, self.geometry) for line in self.legend()}) > 1


def _sign_of(look: Look, geometry: Geometry) -> tuple[object, ...]:
    """What a reader sees of a look: of a point no dash, of a line no filling."""
    if geometry == "line":
        return look.stroke, look.width, look.dash
    return (look.fill, look.sign) if geometry == "point" else (look.fill, look.mark, look.ink, look.stroke)


# The seven public statuses. Taken land is drawn calmer than free land by its weight (alpha), never by another hue;
# tests/web/test_legend.py keeps every pair apart for readers who do not see all colours.
STATUS_LOOKS: dict[str, Look] = {
    "available": Look("#35b597", alpha=0.95),
    "planned": Look("#dff6ee", mark="dashed", alpha=0.9, stroke="#6db3a1"),
    "in_process": Look("#f5d04c", mark="diagonal", ink="#8a6d00"),
    "allocated": Look("#3a7fd0", alpha=0.72),
    "under_construction": Look("#d55e00", mark="dots", ink="#ffe0c7", alpha=0.8),
    "operating": Look("#3b2a6b", alpha=0.78),
    "not_available": Look("#c9ccd1", mark="cross", ink="#7d8790"),
}

# A set made for readers who do not see all colours (after Paul Tol's "muted"), for any codelist.
_CODE_COLOURS = (
    "#332288",
    "#88ccee",
    "#ddcc77",
    "#cc6677",
    "#999933",
    "#117733",
    "#aa4499",
    "#6699cc",
    "#882255",
    "#44aa99",  # last: it is near the green of available land
)
_SCALE_COLOURS = ("#f3e7c0", "#f0c987", "#e09a5f", "#b9624f", "#7a2f4d")
UNKNOWN = Look("#ece9e1", alpha=0.9, stroke="#8b8f94")


def code_look(position: int, geometry: Geometry = "polygon") -> Look:
    """Look of the code at a place of its codelist; after ten codes the colours come again, hatched."""
    colour = _CODE_COLOURS[position % len(_CODE_COLOURS)]
    if geometry == "line":
        return Look(colour, stroke=colour, width=2.5, casing="#ffffff")
    marks: tuple[Mark, ...] = ("plain", "diagonal", "dots", "cross")
    mark = marks[min(position // len(_CODE_COLOURS), 3)]
    signs: tuple[Sign, ...] = ("circle", "square", "diamond", "triangle")
    return Look(colour, mark=mark, ink="#ffffff", alpha=0.8, sign=signs[position % 4])


def scale_classes(limits: Sequence[float], titles: Sequence[str]) -> tuple[MapClass, ...]:
    """Classes of a number from light to dark: one per limit (below it), and a last one without limit.

    At most four limits, rising; one title more than limits.
    """
    looks = [Look(colour) for colour in _SCALE_COLOURS[: len(titles)]]
    bounds = [*limits, float("inf")]
    return tuple(
        MapClass(title, look, below=1e300 if bound == float("inf") else bound)
        for title, look, bound in zip(titles, looks, bounds, strict=True)
    )


def script_values(layer: MapLayer) -> dict[str, object]:
    """A layer as the tile module takes it."""
    return {
        "id": layer.id,
        "address": f"/collections/{layer.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?v={{v}}",
        "version": layer.version,
        "dataZooms": list(layer.zooms),
        "geometry": layer.geometry,
        "look": asdict(layer.look),
        "colourings": {
            colouring.field: {
                "field": colouring.field,
                "classes": [_class_values(each) for each in colouring.classes],
                "other": asdict(UNKNOWN if layer.geometry == "polygon" else layer.look),
            }
            for colouring in layer.colourings
        },
        "colourBy": layer.colourings[0].field if layer.colourings else "",
        "labels": list(layer.labels),
        "labelZoom": layer.label_zoom,
        "labelSize": layer.label_size,
        "interactive": layer.interactive,
        "title": layer.title,
        "drawnWith": layer.drawn_with,
        "detailZoom": layer.detail_zoom,
        "bounds": None if layer.bounds is None else [layer.bounds[1::-1], layer.bounds[:1:-1]],
    }


def _class_values(each: MapClass) -> dict[str, object]:
    limits = {"code": each.code} if each.code is not None else {"below": each.below}
    return {**asdict(each.look), "title": each.title, **limits}
