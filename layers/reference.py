# SPDX-License-Identifier: Apache-2.0
"""The coordinate systems in which features are given out. Each is a stored, indexed column: nothing is transformed to answer."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from pyproj import CRS

Column = Literal["geom", "geom_3857", "geom_4326"]
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEGREES_DIGITS = 9
"""Decimals of lon/lat text. With fewer, millimetres are lost."""
METRES_DIGITS = 3
"""Decimals of the legal grid: exactly what is stored."""
MERCATOR_DIGITS = 4
"""Web Mercator stretches, so a millimetre on the ground is less than one there only by these."""


@dataclass(frozen=True)
class View:
    """One coordinate system as readers name it, and the column that holds the shapes in it."""

    uri: str
    column: Column
    digits: int
    northing_first: bool = False
    """The authority writes latitude or northing before longitude or easting; columns never do."""
    degrees: bool = False


LON_LAT = View(CRS84, "geom_4326", DEGREES_DIGITS, degrees=True)
"""What a reader gets who asks for no other."""


@cache
def views(srid: int) -> dict[str, View]:
    """URI → view, the default first. `srid` is the legal CRS."""
    offered = [
        LON_LAT,
        View(f"{EPSG}4326", "geom_4326", DEGREES_DIGITS, northing_first=True, degrees=True),
        View(f"{EPSG}3857", "geom_3857", MERCATOR_DIGITS),
        View(storage_crs(srid), "geom", METRES_DIGITS, northing_first=_northing_first(srid)),
    ]
    return {view.uri: view for view in offered}


def storage_crs(srid: int) -> str:
    """The legal CRS as OGC names it."""
    return f"{EPSG}{srid}"


def _northing_first(srid: int) -> bool:
    return CRS.from_epsg(srid).axis_info[0].direction.lower() in ("north", "south")
