# SPDX-License-Identifier: Apache-2.0
"""Close up a plot stands in its tile whole, turned as the format wants it, and its label in one tile only."""

import itertools
import math
from pathlib import Path
from typing import Any, cast

import pyogrio.raw
import pytest
import shapely

from layers.catalogue import LAYERS
from layers.tiles import BUFFER, MOST_CORNERS, TileAddress, tile_statement
from tests.conftest import Connection, Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square

PLOTS = LAYERS["plots"]
ZOOM = 16


def rows_of(connection: Connection, query: str, *, binary: bool = False, binds: object = None) -> list[tuple[Any, ...]]:
    with connection.cursor(binary=binary) as cursor:
        return cast(Any, cursor).execute(query, binds).fetchall()  # type: ignore[no-any-return]


def tile(connection: Connection, at: TileAddress) -> bytes:
    return bytes(rows_of(connection, tile_statement(PLOTS, ZOOM), binary=True, binds=at.binds())[0][1])


def shapes(connection: Connection) -> dict[int, shapely.Geometry]:
    """tile id → shape in Web Mercator metres, as it is published."""
    rows = rows_of(connection, "select tile_id, ST_AsBinary(geom_3857) from published.plots")
    return {number: shapely.from_wkb(shape) for number, shape in rows}


def tiles_of(connection: Connection) -> list[TileAddress]:
    """The tiles that any plot meets."""
    left, bottom, right, top = shapely.total_bounds(list(shapes(connection).values()))
    world_left, _, world_right, world_top = TileAddress(0, 0, 0).box_3857()
    side = (world_right - world_left) / 2**ZOOM
    columns = range(math.floor((left - world_left) / side), math.floor((right - world_left) / side) + 1)
    rows = range(math.floor((world_top - top) / side), math.floor((world_top - bottom) / side) + 1)
    return [TileAddress(ZOOM, row, col) for row, col in itertools.product(rows, columns)]


def read(connection: Connection, at: TileAddress, part: str, folder: Path) -> dict[int, shapely.Geometry]:
    """What GDAL finds in a tile's part: tile id → shape in Web Mercator metres."""
    file = folder / str(at.matrix) / str(at.col) / f"{at.row}.mvt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(tile(connection, at))
    if part not in pyogrio.list_layers(file)[:, 0]:
        return {}
    meta, _, found, columns = pyogrio.raw.read(str(file), layer=part, CLIP="NO")
    ids = map(int, columns[list(meta["fields"]).index("mvt_id")])
    return dict(zip(ids, shapely.from_wkb(found), strict=True))


@pytest.fixture
def town(register: Register) -> Register:
    """Two plots, of which no tile of the zoom holds all, and one with more corners than are sent whole."""
    steps = MOST_CORNERS
    teeth = [f"{EAST + 200 + i * 8} {NORTH + (0 if i % 2 else 40)}" for i in range(steps)]
    back = f"{EAST + 200 + steps * 8} {NORTH + 400},{EAST + 200} {NORTH + 400}"
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block, "A01-001", square(0, 0, 150))
        a_plot(connection, block, "A01-002", square(0, 500, 150))
        a_plot(connection, block, "A01-003", f"SRID=3201;POLYGON(({','.join(teeth)},{back},{teeth[0]}))")
    return register


def test_a_plot_is_sent_whole_in_every_tile_that_shows_it(town: Register, tmp_path: Path) -> None:
    with town.connect("marsa_public") as connection:
        kept = shapes(connection)
        seen = [item for at in tiles_of(connection) for item in read(connection, at, "plots", tmp_path).items()]
    assert {number for number, _ in seen} == kept.keys()
    unit = TileAddress(ZOOM, 0, 0).binds()["margin"] / BUFFER
    for number, shape in seen:
        assert shape.is_valid
        whole = shape.hausdorff_distance(kept[number]) <= unit
        assert whole == (shapely.get_num_coordinates(kept[number]) <= MOST_CORNERS), number


def test_every_plot_is_labelled_once_and_within_itself(town: Register, tmp_path: Path) -> None:
    with town.connect("marsa_public") as connection:
        kept = shapes(connection)
        labels = [
            item for at in tiles_of(connection) for item in read(connection, at, "plots_labels", tmp_path).items()
        ]
    assert sorted(number for number, _ in labels) == sorted(kept)
    assert all(kept[number].contains(point) for number, point in labels)


def test_rings_turn_as_the_format_wants_them_however_they_were_drawn(register: Register) -> None:
    """A reader tells a shape from a hole by it."""
    other_way = shapely.from_wkt(square(60, 0).split(";")[1]).reverse().wkt
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block, "A01-001", square(0, 0))
        a_plot(connection, block, "A01-002", f"SRID=3201;{other_way}")
    with register.connect("marsa_public") as connection:
        areas = [area for at in tiles_of(connection) for area in ring_areas(tile(connection, at))]
    assert len(areas) >= 2
    assert all(area > 0 for area in areas)


def ring_areas(tile: bytes) -> list[float]:
    """Signed areas of all rings in a tile, in its own units, y downwards: an outer ring's is positive."""
    found = []
    for number, layer in fields(tile):
        for kind, feature in fields(layer) if number == 3 else ():
            found += [area for part, words in fields(feature) if kind == 2 and part == 4 for area in areas_of(words)]
    return found


def fields(message: bytes) -> "list[tuple[int, bytes]]":
    """The length-delimited fields of a protobuf message; others are passed over."""
    found, at = [], 0
    while at < len(message):
        key, at = varint(message, at)
        if key & 7 == 2:
            length, at = varint(message, at)
            found.append((key >> 3, message[at : at + length]))
            at += length
        elif key & 7 == 0:
            _, at = varint(message, at)
        else:
            at += 8 if key & 7 == 1 else 4
    return found


def varint(message: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = message[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def areas_of(commands: bytes) -> list[float]:
    words, at = [], 0
    while at < len(commands):
        word, at = varint(commands, at)
        words.append(word)
    found, x, y, ring, place = [], 0, 0, list[tuple[int, int]](), 0
    while place < len(words):
        command, count = words[place] & 7, words[place] >> 3
        place += 1
        if command == 7:
            pairs = itertools.pairwise([*ring, ring[0]])
            found.append(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2)
            ring = []
            continue
        for _ in range(count):
            x, y = x + unzigzag(words[place]), y + unzigzag(words[place + 1])
            place += 2
            if len(words) > 3:
                ring.append((x, y))
    return found


def unzigzag(word: int) -> int:
    return (word >> 1) ^ -(word & 1)
