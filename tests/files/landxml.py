# SPDX-License-Identifier: Apache-2.0
"""LandXML written on the spot. Positions are (east, north); the format has north first."""

from pathlib import Path

Point = tuple[float, float]


def landxml(path: Path, inside: str, *, unit: str = "meter", epsg: str | None = "3201", head: str = "") -> Path:
    """A document in a metric unit, or an imperial one by its name."""
    system = "Metric" if unit.endswith("meter") else "Imperial"
    named = f'<CoordinateSystem epsgCode="{epsg}" name="made"/>' if epsg else ""
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<LandXML xmlns="http://www.landxml.org/schema/LandXML-1.2" '
        f'version="1.2"><Units><{system} linearUnit="{unit}"/></Units>{named}{inside}</LandXML>',
        encoding="utf-8",
    )
    return path


def parcel(name: str, *segments: str, area: float | None = None) -> str:
    stated = f' area="{area}"' if area is not None else ""
    return f'<Parcels><Parcel name="{name}"{stated}><CoordGeom>{"".join(segments)}</CoordGeom></Parcel></Parcels>'


def line(start: Point, end: Point) -> str:
    return f"<Line><Start>{_said(start)}</Start><End>{_said(end)}</End></Line>"


def curve(start: Point, centre: Point, end: Point, rot: str, radius: float) -> str:
    ends = f"<Start>{_said(start)}</Start><Center>{_said(centre)}</Center><End>{_said(end)}</End>"
    return f'<Curve rot="{rot}" radius="{radius}">{ends}</Curve>'


def outline(*corners: Point) -> str:
    return "".join(line(a, b) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True))


def square(side: float = 10.0, east: float = 500_000.0, north: float = 3_450_000.0) -> str:
    return outline((east, north), (east + side, north), (east + side, north + side), (east, north + side))


def _said(at: Point) -> str:
    return f"{at[1]} {at[0]}"
