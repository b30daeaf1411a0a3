# SPDX-License-Identifier: Apache-2.0
"""Places along a line that is drawn on the map, for a profile of heights."""

from collections.abc import Sequence

import numpy as np
from pyproj import Geod

GEOD = Geod(ellps="WGS84")


def along(line: Sequence[tuple[float, float]], number: int) -> tuple[list[tuple[float, float]], list[float]]:
    """`number` places on a line of longitudes and latitudes, its ends and all its corners among them, with their
    distances from the start in metres along the ground.

    >>> places, metres = along([(16.6, 31.2), (16.6, 31.21)], 3)
    >>> [round(place[1], 4) for place in places], [round(each) for each in metres]
    ([31.2, 31.205, 31.21], [0, 554, 1109])
    """
    lon, lat = np.array(line, dtype=np.float64).T
    legs = np.array(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2])
    corners = np.concatenate([[0.0], np.cumsum(legs)])
    between = np.linspace(0.0, corners[-1], max(2, number - len(line) + 2))
    metres = np.unique(np.concatenate([between, corners]))
    places = zip(np.interp(metres, corners, lon).tolist(), np.interp(metres, corners, lat).tolist(), strict=True)
    return list(places), metres.tolist()
