# SPDX-License-Identifier: Apache-2.0
"""What a file's numbers become on the legal grid, and when they may not become anything."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

from gis.placing import NoTransformation, placed, to_lonlat
from gis.reading.found import FileLayer

LEGAL = CRS.from_epsg(3201)


def a_layer(*shapes: shapely.Geometry) -> FileLayer:
    refs = tuple(str(number) for number in range(len(shapes)))
    return FileLayer("drawing", (), np.array(shapes, dtype=np.object_), refs, {})


def test_a_plan_of_the_harbour_moves_by_the_datum_and_says_how_exactly() -> None:
    there = placed(a_layer(shapely.Point(655_416.22, 3_454_299.53)), CRS.from_epsg(32633), LEGAL)
    (x, y), *_ = shapely.get_coordinates(there.layer.geometries[0])
    assert (x, y) == pytest.approx((655_469.09, 3_454_314.77), abs=0.02)
    assert there.operation.accuracy_m == pytest.approx(0.1)
    assert there.issues == ()


def test_a_drawing_may_lie_in_another_country_but_no_plot_may() -> None:
    """The Houses of Parliament, seen from Sirte: drawn where they stand, with no accuracy claimed."""
    westminster = a_layer(shapely.box(530_174.8, 179_354.4, 530_337.1, 179_652.8))
    with pytest.raises(NoTransformation):
        placed(westminster, CRS.from_epsg(27700), LEGAL)
    there = placed(westminster, CRS.from_epsg(27700), LEGAL, anywhere=True)
    # Britain's own grid file is not here, and that is said too.
    assert [issue.code for issue in there.issues] == ["outside_area", "better_way_missing"]
    assert there.operation.accuracy_m is None
    (lon, lat), *_ = to_lonlat(LEGAL, [tuple(shapely.get_coordinates(shapely.centroid(there.layer.geometries[0]))[0])])
    assert (lon, lat) == pytest.approx((-0.1238, 51.4978), abs=0.01)
