# SPDX-License-Identifier: Apache-2.0
"""DXF drawings made on the spot."""

from collections.abc import Callable
from pathlib import Path

import ezdxf
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace


def drawing(
    path: Path,
    fill: Callable[[Drawing, Modelspace], object],
    *,
    units: int = 6,
    version: str = "R2010",
    binary: bool = False,
) -> Path:
    """A drawing whose model space `fill` draws. Units as $INSUNITS has them: 6 metres, 4 millimetres, 0 none."""
    document = ezdxf.new(version, units=units)
    fill(document, document.modelspace())
    document.saveas(path, fmt="bin" if binary else "asc")
    return path


def nested_blocks(path: Path, *, depth: int, each: int) -> Path:
    """Every block inserts the next `each` times: each ** depth lines when taken apart."""

    def fill(document: Drawing, space: Modelspace) -> None:
        innermost = document.blocks.new("B0")
        innermost.add_line((0, 0), (1, 1))
        for level in range(1, depth + 1):
            block = document.blocks.new(f"B{level}")
            for number in range(each):
                block.add_blockref(f"B{level - 1}", (number, 0))
        space.add_blockref(f"B{depth}", (0, 0))

    return drawing(path, fill)
