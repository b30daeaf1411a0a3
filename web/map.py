# SPDX-License-Identifier: Apache-2.0
"""The map as Folium elements, split into a place in the page and one external module.

Folium writes inline scripts and styles and loads from other hosts; a strict CSP refuses both. So our map has its own
templates, names that do not change between two renderings, and nothing in its header.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import folium
from branca.element import Figure
from folium.map import Layer
from folium.template import Template

from web.legend import MapLayer, script_values

MAP_ID = "map_main"


@dataclass(frozen=True)
class LonLatBox:
    """A box in WGS84 degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude, latitude."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def corners(self) -> list[list[float]]:
        """South-west and north-east corner, latitude first as Leaflet writes."""
        return [[self.south, self.west], [self.north, self.east]]


@dataclass(frozen=True)
class XyzLayer:
    """Image tiles of the operator's choice, `{z}/{x}/{y}` in the address. They may fail without harm."""

    address: str
    attribution: str
    title: str


class MarsaMap(folium.Map):
    """A Leaflet map that is made by our module and takes its size from our stylesheet."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  Folium reads them from the class
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template(
        """
        {% macro header(this, kwargs) %}{% endmacro %}
        {% macro html(this, kwargs) %}
        <div class="map" id="{{ this.get_name() }}" role="application" tabindex="0"
          aria-label="{{ this.label|e }}" aria-describedby="map-help"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = marsa.map({{ this.get_name()|tojson }}, {{ this.values|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, *, label: str, bounds: LonLatBox, known: LonLatBox, home: LonLatBox) -> None:
        """`bounds`: how far the reader can go; `known`: as far as land and sea are known; `home`: what is shown first."""
        super().__init__(tiles=None)
        self._name, self._id = "map", MAP_ID.removeprefix("map_")
        self.label = label
        self.values = {"bounds": bounds.corners(), "known": known.corners(), "home": home.corners()}


class _Named(Layer):
    """A layer whose name in the script is its collection's, so that the script is the same on every rendering."""

    prefix = "layer"

    def __init__(self, name: str, *, show: bool) -> None:
        super().__init__(name=name, overlay=True, show=show)
        self._name, self._id = self.prefix, _identifier(name)


class VectorTiles(_Named):
    """One collection as vector tiles, drawn by web/static/tiles.js."""

    prefix = "tiles"
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = marsa.vectorTiles({{ this._parent.get_name() }}, {{ this.values|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, layer: MapLayer) -> None:
        super().__init__(layer.id, show=layer.shown)
        self.values = script_values(layer)


class BaseItems(_Named):
    """One small collection as GeoJSON on a canvas below the tiles: land, coast, places, roads."""

    prefix = "base"
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = marsa.baseItems({{ this._parent.get_name() }}, {{ this.values|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, layer: MapLayer) -> None:
        super().__init__(layer.id, show=layer.shown)
        self.values = script_values(layer) | {"address": f"/collections/{layer.id}/items?limit=1000"}


class Rasters(_Named):
    """One collection of rasters as image tiles between base and plan."""

    prefix = "rasters"
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = marsa.rasters({{ this._parent.get_name() }}, {{ this.values|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, layer: MapLayer) -> None:
        super().__init__(layer.id, show=layer.shown)
        described = script_values(layer)
        self.values = {name: described[name] for name in ("id", "version", "bounds", "dataZooms", "title")} | {
            "address": f"/collections/{layer.id}/map/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?style={{style}}&v={{v}}",
            "style": layer.drawn[0].id,
        }


class Imagery(_Named):
    """The operator's image tiles between base and plan; a quiet note when they do not come."""

    prefix = "imagery"
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = marsa.imagery({{ this._parent.get_name() }}, {{ this.values|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, xyz: XyzLayer) -> None:
        super().__init__("xyz", show=False)
        self.values = {"address": xyz.address, "attribution": xyz.attribution}


@dataclass(frozen=True)
class Split:
    """The two halves of a rendered map."""

    element: str
    module: str


def split_map(
    layers: Sequence[MapLayer],
    *,
    label: str,
    bounds: LonLatBox,
    known: LonLatBox,
    home: LonLatBox,
    settings: Mapping[str, Any],
    xyz: XyzLayer | None = None,
    moment: str = "",
) -> Split:
    """The map's element for a page, and the module that makes it; `settings` are handed through to the page's script.

    `moment`: what every address of the register's data carries, where the map shows a day that is past.
    """
    page_map = MarsaMap(label=label, bounds=bounds, known=known, home=home)
    named: list[tuple[str, _Named]] = [
        (layer.id, BaseItems(layer) if layer.base else Rasters(layer) if layer.drawn else VectorTiles(layer))
        for layer in layers
    ]
    if xyz is not None:
        named.append(("xyz", Imagery(xyz)))
    for _, element in named:
        if moment and isinstance(element, VectorTiles | BaseItems):
            element.values["address"] = f"{element.values['address']}&{moment}"
        element.add_to(page_map)
    figure = cast(Figure, page_map.get_root())
    for child in figure._children.values():
        child.render()
    exported = ", ".join(f"{json.dumps(name)}: {element.get_name()}" for name, element in named)
    module = "\n".join(
        (
            'import * as marsa from "/static/elements.js";',
            figure.script.render(),
            f"export const map = {MAP_ID};",
            f"export const layers = {{{exported}}};",
            f"export const settings = {json.dumps(dict(settings), ensure_ascii=False)};",
        )
    )
    return Split(element=figure.html.render(), module=module)


def _identifier(name: str) -> str:
    """A collection id as a script name."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)
