# SPDX-License-Identifier: Apache-2.0
"""A coordinate system is known, confirmed, or asked for; it is never guessed."""

import pytest
from pyproj import CRS
from pyproj.enums import WktVersion

from gis.coordinate_systems import CrsUnknown, choices, finding, named
from gis.reading import FileCrs

NO_DATUM = (
    'PROJCS["UTM Zone 33, Northern Hemisphere",GEOGCS["Geographic Coordinate System",DATUM["{datum}",'
    'SPHEROID["International 1924",6378388,297]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],'
    'PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]'
)


@pytest.mark.parametrize(
    "datum", ["unknown", "Not_specified_based_on_International_1924_ellipsoid", "Unnamed", "D_Unknown"]
)
def test_utm_33_without_a_datum_names_its_three_readings_and_how_far_they_lie_apart(datum: str) -> None:
    found = finding(FileCrs(NO_DATUM.format(datum=datum), "file"))
    assert (found.crs, found.why) == (None, "no_datum")
    assert {candidate.epsg: candidate.shift_m for candidate in found.candidates} == {
        32633: 0.0,
        3201: 55.0,
        2078: 202.4,
    }


@pytest.mark.parametrize("epsg", [32633, 3201, 2078, 3177, 32733, 3857, 4326])
@pytest.mark.parametrize("version", [WktVersion.WKT1_ESRI, WktVersion.WKT1_GDAL, WktVersion.WKT2_2019])
def test_a_definition_that_names_its_datum_is_known_in_every_dialect(epsg: int, version: WktVersion) -> None:
    found = finding(FileCrs(CRS.from_epsg(epsg).to_wkt(version), "file"))
    assert found.crs is not None
    assert found.crs.to_epsg() == epsg


@pytest.mark.parametrize(
    ("definition", "why"),
    [(None, "absent"), ("not a system", "unreadable"), ('LOCAL_CS["site grid",UNIT["metre",1]]', "local")],
)
def test_anything_less_is_asked_about(definition: str | None, why: str) -> None:
    assert finding(FileCrs(definition, "file" if definition else "absent")).why == why


def test_numbers_that_look_like_degrees_have_other_choices_than_a_grid() -> None:
    assert [choice.epsg for choice in choices(3201, degrees=True)] == [4326, 4754, 4159]
    assert [choice.epsg for choice in choices(3201, degrees=False)] == [32633, 3201, 2078]
    assert [choice.epsg for choice in choices(32733, degrees=False)] == [32733]
    # The same datums; not as far apart as their grids, whose ellipsoids differ too.
    assert [choice.shift_m for choice in choices(3201, degrees=True)] == [0, 58.6, 152.1]


def test_what_a_person_confirms_wins() -> None:
    found = finding(FileCrs(), confirmed=named("EPSG:3201"))
    assert found.crs is not None
    assert (found.crs.to_epsg(), found.how) == (3201, "confirmed")


@pytest.mark.parametrize("text", ["EPSG:999999", "nonsense", "", "EPSG:"])
def test_a_system_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(CrsUnknown):
        named(text)


def test_geojson_stays_longitude_first() -> None:
    found = finding(FileCrs("OGC:CRS84", "standard"))
    assert found.crs is not None
    assert found.crs.axis_info[0].direction == "east"
