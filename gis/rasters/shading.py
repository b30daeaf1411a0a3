# SPDX-License-Identifier: Apache-2.0
"""What heights look like: slope, shade, classes of colour. Arrays in, arrays out; rows run from north to south.

NaN is "no height here", in and out.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Heights = NDArray[np.floating[Any]]
SUN_AZIMUTH, SUN_HEIGHT = 315.0, 45.0
"""Degrees: from the north-west, as maps have it, else hills look like holes."""
SLOPE_LIMITS = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Per cent: the classes that site planning speaks of."""
SLOPE_COLOURS = ("#f7f4ea", "#f3dfa2", "#e8b659", "#d6802f", "#a94a24", "#6b241c")
LEVEL_COLOURS = ("#17424f", "#2b6a68", "#55907a", "#8bb08a", "#bccb9a", "#e0dbae", "#f0e6c8", "#fbf6ea")
"""Dark to light, so that the order is seen with any sight."""
STEPS = (1, 2, 2.5, 5, 10)


def gradients(heights: Heights, cell_x_m: Heights | float, cell_y_m: Heights | float) -> tuple[Heights, Heights]:
    """Rise per metre to the east and to the north by Horn's eight neighbours; the result is smaller by one cell all round.

    `cell_x_m`, `cell_y_m`: sides of a cell on the ground, as numbers or as columns of one per row of the result.
    """
    z = heights
    north, middle, south = z[:-2], z[1:-1], z[2:]
    east = north[:, 2:] + 2 * middle[:, 2:] + south[:, 2:] - north[:, :-2] - 2 * middle[:, :-2] - south[:, :-2]
    northward = north[:, :-2] + 2 * north[:, 1:-1] + north[:, 2:] - south[:, :-2] - 2 * south[:, 1:-1] - south[:, 2:]
    return east / (8 * cell_x_m), northward / (8 * cell_y_m)


def slope_percent(heights: Heights, cell_x_m: Heights | float, cell_y_m: Heights | float) -> Heights:
    """Steepest rise in per cent; smaller by one cell all round.

    >>> plane = np.add.outer(np.zeros(3), np.arange(3) * 0.5)
    >>> slope_percent(plane, 10.0, 10.0).tolist()
    [[5.0]]
    """
    east, north = gradients(heights, cell_x_m, cell_y_m)
    steepest: Heights = 100 * np.hypot(east, north)
    return steepest


def hillshade(
    heights: Heights, cell_x_m: Heights | float, cell_y_m: Heights | float, *, exaggerated: float = 1.0
) -> Heights:
    """Light on the ground from 0 to 1; smaller by one cell all round. `exaggerated`: heights are multiplied by it."""
    east, north = gradients(heights, cell_x_m, cell_y_m)
    east, north = east * exaggerated, north * exaggerated
    azimuth, height = math.radians(SUN_AZIMUTH), math.radians(SUN_HEIGHT)
    sun = (math.sin(azimuth) * math.cos(height), math.cos(azimuth) * math.cos(height), math.sin(height))
    light = (sun[2] - east * sun[0] - north * sun[1]) / np.sqrt(1 + east**2 + north**2)
    shade: Heights = np.clip(light, 0, 1)
    return shade


def exaggeration(cell_m: float) -> float:
    """How much heights are exaggerated where a pixel is so wide: far out, real slopes are too gentle to be seen.

    >>> exaggeration(2.0), exaggeration(40.0), exaggeration(5000.0)
    (1.0, 4.0, 10.0)
    """
    return float(min(10.0, max(1.0, cell_m / 10)))


def level_limits(lowest_m: float, highest_m: float) -> tuple[float, ...]:
    """Round heights between the classes of `LEVEL_COLOURS`, at most as many as they part.

    >>> level_limits(-0.4, 31.0)
    (5.0, 10.0, 15.0, 20.0, 25.0, 30.0)
    """
    span = max(highest_m - lowest_m, 0.1)
    wanted = span / (len(LEVEL_COLOURS) - 1)
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(each * power for each in STEPS if each * power >= wanted * 0.999)
    first = math.floor(lowest_m / step) + 1
    limits = [round((first + i) * step, 6) for i in range(len(LEVEL_COLOURS) - 1)]
    return tuple(limit for limit in limits if limit < highest_m) or (limits[0],)


def classed(values: Heights, limits: tuple[float, ...], colours: tuple[str, ...]) -> NDArray[np.uint8]:
    """Red, green, blue, alpha of each value's class: `colours[0]` below `limits[0]` and so on. NaN is transparent."""
    table = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [255] for colour in colours], dtype=np.uint8)
    there = np.isfinite(values)
    numbers = np.digitize(np.where(there, values, 0), limits)
    painted = table[np.minimum(numbers, len(colours) - 1)]
    painted[~there] = 0
    return painted


def level_colours(limits: tuple[float, ...]) -> tuple[str, ...]:
    """One colour for each class between these limits, spread over the whole ramp."""
    wanted = len(limits) + 1
    places = np.linspace(0, len(LEVEL_COLOURS) - 1, wanted) if wanted > 1 else [0]
    return tuple(LEVEL_COLOURS[round(float(place))] for place in places)
