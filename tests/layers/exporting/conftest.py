# SPDX-License-Identifier: Apache-2.0
"""A small zone with everything that a format can get wrong, written once for all tests that read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gis.writing.rows import OutClass
from layers.catalogue import LAYERS
from layers.embedded import Cluster
from layers.exporting import Exported, Wanted, export, format_named
from tests.conftest import Register, a_register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square

FORMULAS = (
    "=1+1",
    "+218 91",
    "-5",
    "@SUM(A1)",
    "\tdash",
    "\rline",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=quoted",
    " =spaced",
    "'plain'",
)
"""Texts that a spreadsheet would run, or that look like ours when made harmless."""
CLASSES = (OutClass("planned", "مخططة", "#dff6ee"), OutClass("available", "متاحة", "#35b597"))


@pytest.fixture(scope="module")
def zone(cluster: Cluster, template: str) -> Iterator[Register]:
    """Plots out of order, one with a hole and one with hostile words; projects of every shape; marked corners."""
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            block = a_block(connection, a_zone(connection))
            a_plot(connection, block, "A01-10", square(0.001, 0.002, 33.333))
            a_plot(connection, block, "A01-9", square(100, 0))
            a_plot(connection, block, "A01-100", square(200, 0.5, 33.333, 40.125))
            hole = square(320, 20, 10).split("POLYGON(")[1][:-1]
            a_plot(connection, block, "B01-1", f"{square(300, 0)[:-1]},{hole})")
            connection.execute("update register.plot set rent_lyd_m2_year = 12.50 where plot_number = 'A01-9'")
            connection.execute(
                "insert into register.boundary_point (point_number, geom) values ('BP-7', ST_GeomFromText(%s, 3201))",
                [f"POINT({EAST + 100} {NORTH})"],
            )
            shapes = (
                "POINT(655000.123 3454000.456)",
                "LINESTRING(655000 3454000,655100.007 3454100)",
                square(500, 500)[10:],
            )
            for number, text in enumerate(FORMULAS):
                connection.execute(
                    "insert into register.project (code, title_ar, title_en, description_en, sectors, type, status, "
                    "location_exactness, budget, budget_currency, starts_on, suspended, geom) values (%s, 'مشروع الميناء', "
                    "%s, '', '{PRT,MAR}', 'construction', 'preparation', 'approximate', 1234567890.25, 'LYD', "
                    "'2026-03-01', false, ST_GeomFromText(%s, 3201))",
                    [f"PR-{number}", text, shapes[number % 3]],
                )
        yield register


def taken(register: Register, layer_id: str, path: Path, **more: object) -> Exported:
    """The layer as a file, read as the public may."""
    form = format_named(str(more.pop("format", path.suffix[1:])))
    with register.connect("marsa_public", autocommit=True) as connection:
        wanted = Wanted(LAYERS[layer_id], form, register.srid, **{"language": "en", "classes": CLASSES, **more})  # type: ignore[arg-type]
        return export(connection, wanted, path)
