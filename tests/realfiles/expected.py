# SPDX-License-Identifier: Apache-2.0
"""What each real file must come to, written down before the code that reads it.

Counts and plane areas are those of GDAL's own tools, or of arithmetic on the drawing; see ../shared/data/README.md.
"""

from dataclasses import dataclass, field
from math import pi
from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Expected:
    """`layers`: features of each by name. `types`: of the whole file, by geometry type. `area`: plane, in the square of the
    file's units, to a thousandth (`area_to` where the source of the figure draws arcs more coarsely). `codes`: what must be said. `refused`: the code when nothing is read."""

    path: str
    layers: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    area: float | None = None
    area_to: float = 1e-3
    epsg: int | None = None
    invalid: int = 0
    codes: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    refused: str | None = None


def said(*codes: str) -> frozenset[str]:
    """Codes of issues."""
    return frozenset(codes)


EXPECTED = (
    Expected(
        "parcels/za_farms_33S/farms_33S.shp",
        layers={"farms_33S": 2008},
        types={"Polygon": 1998, "MultiPolygon": 10},
        area=6456.18e6,
        epsg=32733,
        invalid=16,
    ),
    Expected(
        "parcels/za_urban_33S/urban_33S.shp",
        layers={"urban_33S": 6},
        types={"Polygon": 1, "MultiPolygon": 5},
        epsg=32733,
        invalid=1,
    ),
    Expected(
        "parcels/za_roads_33S/roads_33S.shp",
        layers={"roads_33S": 345},
        types={"LineString": 340, "MultiLineString": 5},
        epsg=32733,
    ),
    Expected(
        "parcels/bubenec_prague.gpkg",
        layers={"tessellation": 144, "buildings": 144, "streets": 35, "plots": 407},
        types={"Polygon": 695, "LineString": 35},
        epsg=3857,
    ),
    Expected(
        "parcels/fr_27412_parcelles.geojson",
        layers={"fr_27412_parcelles": 1990},
        types={"Polygon": 1990},
        epsg=4326,
    ),
    Expected(
        "parcels/fr_27412_sections.geojson",
        layers={"fr_27412_sections": 19},
        types={"MultiPolygon": 19},
        epsg=4326,
    ),
    Expected(
        "parcels/ladm_col_quality_validations.gpkg",
        layers={"boundary": 8, "right_of_way": 6, "buildings": 6, "plots": 5, "terreno": 12, "puntolindero": 82},
        invalid=1,
    ),
    Expected(
        "parcels/ladm_col_survey_points.csv",
        layers={"ladm_col_survey_points": 5},
        types={"Point": 5},
        bounds=(4843918.478, 2143379.773, 4844031.038, 2143456.07),
        codes=said("columns_taken_for_coordinates"),
    ),
    Expected("cad/Graz_10km_3m.dxf", refused="drawing_of_images"),
    Expected(
        "cad/dimension_in_nested_blocks.dxf",
        # Frames and names of blocks in blocks: one in the first two, four and two in the others; six dimensions show 10.
        texts=("BLK1", "BLK2", "BLK3", "10"),
    ),
    Expected("cad/gdal_3d.dxf", codes=said("entities_left_out")),
    Expected("cad/gdal_assorted.dxf", texts=("Test", "Second"), codes=said("entities_repaired")),
    Expected(
        "cad/gdal_attrib.dxf",
        types={"Polygon": 2, "Point": 3},
        area=2 * pi * 50**2,
        texts=("super test", "Corps", "plpl"),
        codes=said("units_unknown"),
    ),
    Expected("cad/gdal_block-basepoint.dxf", bounds=(290, 140, 310, 160)),
    # Four discs, one of them flat; the sum is that of the projected ellipses.
    Expected("cad/gdal_block-insert-order.dxf", types={"Polygon": 4}, bounds=(-7.63, -6.16, 4.0, 3.37)),
    Expected(
        "cad/gdal_elliptical-arc-hatch-min.dxf",
        types={"Polygon": 2},
        area=2 * 933.51,
        area_to=2e-3,
        codes=said("drawing_repaired"),
    ),
    Expected("cad/gdal_hatch.dxf", types={"Polygon": 3}, area=2.57 * 2 + 0.5, codes=said("drawing_repaired")),
    Expected("cad/gdal_insert-recursive-pair.dxf", types={"Point": 1}, codes=said("block_in_itself")),
    Expected("cad/gdal_insert-too-many-errors.dxf", refused="drawing_cut"),
    Expected(
        "cad/gdal_ocs2wcs1.dxf",
        # Four times: two triangles of ½, a disc of radius 2, an ellipse of 2 × 1, three unit squares; a line, an arc, two splines.
        types={"Polygon": 28, "LineString": 16, "Point": 8},
        area=4 * (0.5 + 0.5 + 4 * pi + 2 * pi + 3),
        bounds=(-9, -9, 9, 9),
    ),
    Expected("cad/gdal_polyline_smooth.dxf", types={"Polygon": 1}, bounds=(251289.07, 412204.79, 251328.35, 412239.17)),
    # Centred text stands at its centre (second point), not at its first letter, where GDAL has it.
    Expected(
        "cad/gdal_text-block-transform.dxf", types={"Point": 3}, texts=("some text",), bounds=(4.8, 4.85, 4.8, 4.85)
    ),
    Expected(
        "cad/houses_of_parliament_georeferenced.dxf",
        types={"Polygon": 1},
        area=30386,
        epsg=27700,
        bounds=(530174.8, 179354.4, 530337.1, 179652.8),
    ),
    Expected(
        "nasty/arabic/with_cpg/ly_places_cp1256.shp",
        layers={"ly_places_cp1256": 119},
        types={"Point": 119},
        epsg=4326,
        texts=("سرت",),
    ),
    Expected(
        "nasty/arabic/no_cpg/ly_places_cp1256_nocpg.shp",
        layers={"ly_places_cp1256_nocpg": 119},
        types={"Point": 119},
        texts=("سرت",),
        codes=said("encoding_assumed"),
    ),
)
