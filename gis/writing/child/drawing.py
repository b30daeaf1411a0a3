# SPDX-License-Identifier: Apache-2.0
"""DXF of AutoCAD 2010, which holds Arabic as UTF-8: one layer for each code with its colour, numbers as text, metres.

ezdxf makes the frame; the entities are written into it one by one, for a document of a hundred thousand plots would not
fit the child's memory.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TextIO
from xml.sax.saxutils import escape

import ezdxf
import numpy as np
import shapely
from ezdxf import colors, units
from pyproj import CRS

from gis.writing.child.batches import SHAPE, Batches, texts_of
from gis.writing.rows import Order, OutClass

STYLE = "MARSA"
"""The text style: a font that has Arabic letters."""
FONT = "arial.ttf"
TEXT_SHARE = 0.12
"""Height of a text, of the smaller side of its feature."""
TALLEST_M, SMALLEST_M = 10.0, 0.5
SPLIT = "  0\nENDSEC\n  0\nSECTION\n  2\nOBJECTS\n"
PLAIN = OutClass("", "", "#8fa3b0")


def write(order: Order, batches: Batches) -> Mapping[str, int]:
    """The file of the order. Facts beside label and code, and holes as such, are lost."""
    frame, owner, first_handle = _frame(order)
    before, after = frame.split(SPLIT)
    lost: Counter[str] = Counter()
    entities = Entities(order, owner, first_handle, lost)
    with open(order.path, "x", encoding="utf-8", errors="replace", newline="\r\n") as file:  # noqa: PTH123 a path of ours
        place = before.index("$HANDSEED")
        seed = re.compile(r"\$HANDSEED\n  5\n([0-9A-F]+)\n").search(before, place - 8)
        if seed is None:
            raise ValueError("the frame has no handle seed")
        file.write(before[: seed.start(1)])
        # Not known yet: a number no handle will reach, which is all that it has to be.
        file.write("FFFFFFFFFF" + before[seed.end(1) :])
        for batch in batches:
            columns = {
                column.name: texts_of(values, column)
                for values, column in zip(batch.columns, order.columns, strict=False)
            }
            shapes = shapely.from_wkb(batch.column(SHAPE).to_numpy(zero_copy_only=False))
            entities.write(file, shapes, columns)
        file.write(SPLIT + after)
    return lost


def _frame(order: Order) -> tuple[str, str, int]:
    """A drawing without entities as text, the handle of its model space, the first handle that is free."""
    drawing = ezdxf.new("R2010", setup=False, units=units.M)
    drawing.styles.new(STYLE, dxfattribs={"font": FONT})
    drawing.appids.new("MARSA")
    for each in (PLAIN, *order.classes):
        for suffix in ("", "_TEXT"):
            layer = drawing.layers.new(layer_name(order, each.code) + suffix)
            layer.rgb = tuple(int(each.fill[i : i + 2], 16) for i in (1, 3, 5))  # type: ignore[assignment]
            layer.color = _nearest(each.fill)
            layer.description = each.title or order.title
    for heading, text in order.about:
        drawing.header.custom_vars.append(heading, text)
    for loss in order.losses:
        drawing.header.custom_vars.append("-", loss)
    placed = _geodata(order)
    if placed is not None:
        # Numbers of the drawing are those of the system: both points are one.
        drawing.modelspace().new_geodata().setup_local_grid(design_point=(0, 0), reference_point=(0, 0), crs=placed)
    stream = io.StringIO()
    drawing.write(stream)
    owner = drawing.modelspace().block_record_handle
    return stream.getvalue().replace("\r\n", "\n"), owner, 0x10000


def _geodata(order: Order) -> str | None:
    """The system as AutoCAD's GEODATA words it, by its number and its axes. None where it has no number."""
    crs = CRS.from_wkt(order.crs)
    number = crs.to_epsg()
    if number is None:
        return None
    name = escape(crs.name)
    axes = "".join(
        f"<CoordinateSystemAxis><AxisOrder>{place}</AxisOrder><AxisName>{said}</AxisName>"
        f"<AxisAbbreviation>{said[0]}</AxisAbbreviation><AxisDirection>{way}</AxisDirection></CoordinateSystemAxis>"
        for place, said, way in ((1, "Easting", "east"), (2, "Northing", "north"))
    )
    return (
        '<?xml version="1.0" encoding="UTF-16" standalone="no" ?>\n<Dictionary version="1.0">'
        f'<ProjectedCoordinateSystem id="{name}"><Name>{name}</Name><Axis uom="METER">{axes}</Axis>'
        f'</ProjectedCoordinateSystem><Alias id="{number}" type="CoordinateSystem"><ObjectId>{name}</ObjectId>'
        "<Namespace>EPSG Code</Namespace></Alias></Dictionary>"
    )


def layer_name(order: Order, code: str) -> str:
    """`plots-available`; the layer's own name for what has no code."""
    return re.sub(r'[<>/\\":;?*|=`,]', "_", f"{order.layer}-{code}" if code else order.layer)


def _nearest(colour: str) -> int:
    """The index colour nearest to a true colour, for programs that know no other."""
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return 1 + int(((np.array([colors.aci2rgb(i) for i in range(1, 250)]) - wanted) ** 2).sum(1).argmin())


class Entities:
    """Writes features as entities with handles of their own."""

    def __init__(self, order: Order, owner: str, first_handle: int, lost: Counter[str]) -> None:
        self._order, self._owner, self._next, self._lost = order, owner, first_handle, lost
        self._known = {each.code for each in order.classes}

    def write(
        self, file: TextIO, shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]", columns: dict[str, list[object]]
    ) -> None:
        """A batch: each shape on the layer of its code, its label on that layer's text layer, its id as XDATA."""
        none: list[object] = [None] * len(shapes)
        codes = columns.get(self._order.colour_by or "", none)
        labels = columns.get(self._order.label or "", none)
        for shape, code, label, identifier in zip(shapes, codes, labels, columns.get("id", none), strict=True):
            layer = layer_name(self._order, str(code) if code in self._known else "")
            for line in self._shape(shape, layer, str(identifier)):
                file.write(line)
            if label is not None and not shape.is_empty:
                file.write(self._label(shape, f"{layer}_TEXT", str(label)))

    def _shape(self, shape: shapely.Geometry, layer: str, identifier: str) -> Iterator[str]:
        xdata = f"1001\nMARSA\n1000\n{identifier}\n"
        for part in shapely.get_parts(shape):
            if isinstance(part, shapely.Point):
                yield (
                    self._head("POINT", layer)
                    + f"100\nAcDbPoint\n 10\n{part.x:.3f}\n 20\n{part.y:.3f}\n 30\n0.0\n"
                    + xdata
                )
            elif isinstance(part, shapely.Polygon):
                self._lost["holes"] += len(part.interiors)
                for ring in (part.exterior, *part.interiors):
                    yield self._polyline(shapely.get_coordinates(ring)[:-1], layer, closed=True) + xdata
            else:
                yield self._polyline(shapely.get_coordinates(part), layer, closed=False) + xdata

    def _polyline(
        self, corners: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", layer: str, *, closed: bool
    ) -> str:
        points = "".join(f" 10\n{x:.3f}\n 20\n{y:.3f}\n" for x, y in corners.tolist())
        return self._head("LWPOLYLINE", layer) + f"100\nAcDbPolyline\n 90\n{len(corners)}\n 70\n{int(closed)}\n{points}"

    def _label(self, shape: shapely.Geometry, layer: str, text: str) -> str:
        place = shape.representative_point()
        west, south, east, north = shape.bounds
        height = min(max(min(east - west, north - south) * TEXT_SHARE, SMALLEST_M), TALLEST_M)
        said = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", text).replace("^", "^ ")[:250]
        at = f"{place.x:.3f}\n 20\n{place.y:.3f}\n 30\n0.0\n"
        return (
            self._head("TEXT", layer)
            + f"100\nAcDbText\n 10\n{at} 40\n{height:.2f}\n  1\n{said}\n  7\n{STYLE}\n 72\n1\n"
            f" 11\n{at.replace(' 20', ' 21').replace(' 30', ' 31')}100\nAcDbText\n 73\n2\n"
        )

    def _head(self, kind: str, layer: str) -> str:
        self._next += 1
        return f"  0\n{kind}\n  5\n{self._next:X}\n330\n{self._owner}\n100\nAcDbEntity\n  8\n{layer}\n"
