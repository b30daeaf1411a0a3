# SPDX-License-Identifier: Apache-2.0
"""A box selects exactly the shapes that meet it, also where single precision cannot tell."""

import random

from layers.catalogue import LAYERS
from layers.features import Selection, box_binds, count_statement
from tests.conftest import Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square

NUDGES_M = (0.0, 0.0, 0.0001, -0.0001, 0.124, -0.124, 0.126, -0.126, 0.3, -0.3, 1.1, -1.1)
"""Around the quarter of a metre that a northing in single precision has for a unit, and its double."""
EXACT = """
    select count(*) from published.plots
    where ST_Intersects(geom, ST_MakeEnvelope(%(west_0)s, %(south_0)s, %(east_0)s, %(north_0)s, 3201))
"""


def test_a_box_selects_exactly_the_shapes_that_meet_it(register: Register) -> None:
    chance = random.Random(5)
    sides = [0, 30.001, 60, 60.25, 90.249, 120.125]
    statement = count_statement(LAYERS["plots"], Selection(box="geom"))
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        for i, x in enumerate(sides[:-1]):
            for k, y in enumerate(sides[:-1]):
                made = square(x, y, sides[i + 1] - x - 0.001, sides[k + 1] - y - 0.001)
                a_plot(connection, block, f"A{i}{k}", made)
        connection.commit()
        met = set()
        for _ in range(600):
            west, east = sorted(EAST + chance.choice(sides) + chance.choice(NUDGES_M) for _ in "we")
            south, north = sorted(NORTH + chance.choice(sides) + chance.choice(NUDGES_M) for _ in "sn")
            binds = {**box_binds(0, west, south, east, north), "srid": 3201, "cap": None}
            row = connection.execute(statement, binds).fetchone()
            exact = connection.execute(EXACT, binds).fetchone()
            assert row is not None
            assert exact is not None
            assert row[1] == exact[0], (west, south, east, north)
            met.add(row[1])
    assert len(met) > 5
