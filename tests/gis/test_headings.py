# SPDX-License-Identifier: Apache-2.0
"""Forty headings as they arrive, each with what it must be taken for: written before the code. None: a person is asked."""

import pytest

from gis.headings import guess

FORTY: tuple[tuple[str, str | None], ...] = (
    ("رقم القطعة", "plot_number"),
    ("رقم_القطعة", "plot_number"),
    ("القطعة رقم", "plot_number"),
    ("رقم قطعة الأرض", "plot_number"),
    ("PLOT_NO", "plot_number"),
    ("Plot Number", "plot_number"),
    ("PLOT_NUMBE", "plot_number"),
    ("ParcelNo.", "plot_number"),
    ("المساحة", "area"),
    ("المساحة (م2)", "area"),
    ("المساحة بالمتر المربع", "area"),
    ("مساحة_القط", "area"),
    ("AREA_SQM", "area"),
    ("Area (ha)", "area"),
    ("الاستعمال", "land_use"),
    ("نوع الإستعمال", "land_use"),
    ("استعمال_ال", "land_use"),
    ("LAND_USE", "land_use"),
    ("LANDUSE_TY", "land_use"),
    ("رقم البلوك", "block"),
    ("Block No", "block"),
    ("حالة القطعة", "status"),
    ("STATUS", "status"),
    ("المستثمر", "holder"),
    ("اسم الشركة", "holder"),
    ("OWNER_NAME", "holder"),
    ("ملاحظات", "remarks"),
    ("الإحداثي السيني", "easting"),
    ("شماليات", "northing"),
    ("ص", "northing"),
    ("Easting", "easting"),
    ("POINT_Y", "northing"),
    ("خط الطول", "longitude"),
    ("Lat.", "latitude"),
    ("رقم النقطة", "corner"),
    ("Corner", "corner"),
    # A length and a longitude, a width and a latitude: one word each.
    ("الطول", None),
    ("العرض", None),
    # The first letters of two coordinates, cut by the ten bytes of a .dbf.
    ("الإحداثي_ا", None),
    # A number, but of what?
    ("رقم", None),
)


def test_there_are_forty_of_them() -> None:
    assert len({heading for heading, _ in FORTY}) == 40


def test_of_forty_headings_at_least_36_are_right_and_none_is_silently_wrong() -> None:
    taken = {heading: guess(heading).field for heading, _ in FORTY}
    wrong = {heading: field for heading, field in taken.items() if field not in {None, dict(FORTY)[heading]}}
    right = sum(taken[heading] == expected for heading, expected in FORTY)
    assert wrong == {}
    assert right >= 36, {heading: taken[heading] for heading, expected in FORTY if taken[heading] != expected}


@pytest.mark.parametrize(
    "heading", ["", "   ", "؟؟؟", "x" * 500, "Shape_Area", "Shape_Leng", "FID", "OBJECTID", "كود", "_"]
)
def test_what_says_nothing_is_taken_for_nothing(heading: str) -> None:
    assert guess(heading).field is None


@pytest.mark.parametrize(
    ("heading", "unit"), [("المساحة بالهكتار", "ha"), ("Area (ha)", "ha"), ("AREA_SQM", "m2"), ("المساحة", None)]
)
def test_the_unit_of_a_heading_is_kept(heading: str, unit: str | None) -> None:
    assert (guess(heading).field, guess(heading).unit) == ("area", unit)


def test_a_doubtful_heading_names_what_it_could_be() -> None:
    assert set(guess("الطول").candidates) == {"length", "longitude"}
