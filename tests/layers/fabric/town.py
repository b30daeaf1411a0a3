# SPDX-License-Identifier: Apache-2.0
"""A little town for commands: a zone, a block between two streets, four plots, a planner."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import shapely
from psycopg import Connection
from shapely import Polygon, box
from shapely.affinity import translate

from layers.actors import Actor, as_actor
from tests.conftest import Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.signing_in import a_user, actor

Made = TypeVar("Made")


def ground(left: float, bottom: float, right: float, top: float) -> Polygon:
    """An upright oblong, metres from the test corner."""
    return translate(box(left, bottom, right, top), EAST, NORTH)


def line(*points: tuple[float, float]) -> shapely.LineString:
    return translate(shapely.LineString(points), EAST, NORTH)


@dataclass
class Town:
    """Plots A01-001 … A01-004, 50 m square, side by side from the corner; a street runs along their southern side."""

    register: Register
    planner: Actor
    zone: UUID
    block: UUID
    plots: list[UUID]

    def do(self, command: Callable[["Connection[Any]"], Made], who: Actor | None = None) -> Made:
        with closing(self.register.connect("marsa_staff")) as connection, as_actor(connection, who or self.planner):
            return command(connection)

    def one(self, question: str, *values: object) -> Any:
        with self.register.connect() as connection:
            row = connection.execute(question, values).fetchone()
        assert row is not None
        return row[0]

    def run(self, statement: str, *values: object) -> None:
        with self.register.connect() as connection:
            connection.execute(statement, values)


def a_town(register: Register) -> Town:
    with register.connect() as connection:
        zone = a_zone(connection)
        block = a_block(connection, zone)
        plots = [a_plot(connection, block, f"A01-00{i + 1}", square(50 * i, 0)) for i in range(4)]
        connection.execute(
            "insert into register.road_reserve (zone_id, code, road_class, geom) values (%s, 'R1', 'unknown', %s)",
            [zone, square(-20, -20, 600, 20)],
        )
    return Town(register, actor(register, a_user(register, "planner")), zone, block, plots)
