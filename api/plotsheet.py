# SPDX-License-Identifier: Apache-2.0
"""What the printed sheet of one plot says beside its map: facts, what stands around, and every corner on the legal grid."""

from typing import Any

from api.cards import UNITS
from api.maplayers import Register
from api.service import Service
from gis.corners import corners_of
from layers import browsing
from web.browse import Card, CornerLine, Fact, PlotSheet
from web.texts import Lang, number, texts


async def plot_sheet(service: Service, register: Register, card: Card, lang: Lang) -> PlotSheet | None:
    """The sheet of the plot that a card is about; None for a card of anything else, or a plot that has just gone."""
    if card.plot_number is None:
        return None
    statement = browsing.surroundings_statement(service.layer(card.collection), service.catalogue.get("road_reserves"))
    row = await service.row(statement, {"key": card.tile_id})
    if row is None:
        return None
    shape, roads, neighbours = row
    lines, perimeter_m = corner_lines(shape)
    metre = UNITS["m"][lang]
    t = texts("map", lang)
    around = [Fact(t["sheet_road"], _road(road, register, lang, metre)) for road in roads]
    if not roads:
        around.append(Fact(t["sheet_road"], t["sheet_no_road"]))
    around += [
        Fact(t["sheet_neighbour"], f"\u2066{each['plot_number']}\u2069 · {number(each['metres'], 2)} {metre}")
        for each in neighbours
    ]
    return PlotSheet(
        facts=(*card.facts, Fact(t["sheet_perimeter"], f"{number(perimeter_m, 2)} {metre}")),
        sections=card.sections,
        around=tuple(around),
        corners=lines,
    )


def corner_lines(shape: dict[str, Any]) -> tuple[tuple[CornerLine, ...], float]:
    """Every corner of every part as it is printed, and the length of all borders in metres. `shape`: GeoJSON on the legal grid.

    >>> lines, perimeter = corner_lines({"type": "Polygon", "coordinates": [[[0, 0], [0, 20], [30, 20], [30, 0], [0, 0]]]})
    >>> lines[0].easting, lines[0].northing, lines[0].side, lines[0].bearing, perimeter
    ('0.000', '20.000', '30.00', '90°00′00″', 100.0)
    """
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    lines: list[CornerLine] = []
    perimeter_m = 0.0
    for polygon in polygons:
        for ring in corners_of(polygon):
            before = len(lines)
            for place, corner in enumerate(ring):
                perimeter_m += corner.side_m
                lines.append(
                    CornerLine(
                        number=before + place + 1,
                        following=before + (place + 1) % len(ring) + 1,
                        easting=f"{corner.easting:.3f}",
                        northing=f"{corner.northing:.3f}",
                        side=f"{corner.side_m:.2f}",
                        bearing=_degrees(corner.bearing_deg),
                    )
                )
    return tuple(lines), perimeter_m


def _degrees(value: float) -> str:
    seconds = round(value * 3600) % (360 * 3600)
    return f"{seconds // 3600}°{seconds // 60 % 60:02}′{seconds % 60:02}″"


def _road(road: dict[str, Any], register: Register, lang: Lang, metre: str) -> str:
    t = texts("map", lang)
    words = [
        road[f"name_{lang}"] or road["code"],
        register.titled("road_class", road["road_class"], lang),
        f"{t['sheet_width']} {number(road['width_m'], 2)} {metre}" if road["width_m"] else "",
        f"{t['sheet_front']} {number(road['metres'], 2)} {metre}",
    ]
    return " · ".join(word for word in words if word)
