# SPDX-License-Identifier: Apache-2.0
"""Makers of small pieces of land for tests, in metres east and north of a corner in the harbour of Sirte."""

from uuid import UUID

from tests.conftest import Connection

EAST, NORTH = 655_000, 3_454_000  # EPSG:3201


def square(x: float, y: float, size: float = 50.0, height: float | None = None) -> str:
    """EWKT of an upright rectangle, its lower left corner at (x, y) from the test corner."""
    left, bottom = EAST + x, NORTH + y
    right, top = left + size, bottom + (size if height is None else height)
    return f"SRID=3201;POLYGON(({left} {bottom},{right} {bottom},{right} {top},{left} {top},{left} {bottom}))"


def a_zone(connection: Connection, code: str = "SFZ", size: float = 2000.0) -> UUID:
    row = connection.execute(
        "insert into register.zone (code, name_ar, name_en, geom) values (%s, 'منطقة', 'Zone', ST_Multi(%s::geometry)) "
        "returning id",
        [code, square(0, 0, size)],
    ).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def a_block(connection: Connection, zone: UUID, code: str = "A01", size: float = 1000.0) -> UUID:
    row = connection.execute(
        "insert into register.block (code, zone_id, land_use, geom) values (%s, %s, 'LOG', %s) returning id",
        [code, zone, square(0, 0, size)],
    ).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def a_plot(connection: Connection, block: UUID, number: str = "A01-001", geom: str = square(0, 0)) -> UUID:
    row = connection.execute(
        "insert into register.plot (plot_number, block_id, land_use, geom) values (%s, %s, 'LOG', %s) returning id",
        [number, block, geom],
    ).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]
