# SPDX-License-Identifier: Apache-2.0
"""Tables of coordinates: a row is a point, or the rows of one plot number are the corners of a polygon, in order."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.headings import guess
from gis.numbers import degrees, numbers
from gis.reading.found import FileCrs, FileField, FileLayer, Geometries, Reading, ReadOptions
from gis.reading.refusals import FileRefused, Issue

HEADINGS_WITHIN = 20
"""Rows from the top among which the headings are looked for; titles and dates stand above them."""
PAIRS = (("easting", "northing"), ("longitude", "latitude"))
WKT = re.compile(
    r"\s*(SRID=(?P<srid>\d{1,6});)?\s*(?P<kind>(MULTI)?(POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\s*(ZM|Z|M)?\s*(\(|EMPTY)",
    re.IGNORECASE,
)
OF_A_CORNER = frozenset({"easting", "northing", "longitude", "latitude", "height", "corner", "order"})
"""What belongs to a corner and not to the plot."""


@dataclass(frozen=True)
class _Headed:
    """A table under its headings; `fields` says what a column holds, where that is known."""

    layer: FileLayer
    fields: dict[str, str]
    doubtful: dict[str, tuple[str, ...]]

    def column(self, field: str) -> list[str] | None:
        heading = next((heading for heading, known in self.fields.items() if known == field), None)
        return None if heading is None else self.layer.columns[heading]


def with_places(reading: Reading, options: ReadOptions) -> Reading:
    """The reading of a table, its rows at the places that their coordinates say, each heading and each doubt said.

    Raises FileRefused when no sheet holds coordinates under headings that can be understood.
    """
    issues = list(reading.issues)
    layers: list[FileLayer] = []
    without: dict[str, list[str]] = {}
    for layer in reading.layers:
        headed = _headed(layer, options)
        written = _written_shapes(layer) if headed is None else _written_shapes(headed.layer)
        if written:
            shaped, found = written
            layers.append(shaped)
            issues += found
            continue
        pair = next((pair for pair in PAIRS if headed and set(pair) <= set(headed.fields.values())), None)
        if headed is None or pair is None:
            without[layer.name] = list(headed.layer.columns) if headed else []
            continue
        placed, found = _placed(headed, pair, options)
        layers.append(placed)
        issues += found
    if not layers:
        headings = next(iter(without.values()), [])
        candidates = {heading: list(guess(heading).candidates) for heading in headings if guess(heading).candidates}
        raise FileRefused("coordinates_not_found", headings=headings[:30], doubtful=candidates)
    issues += [Issue("table_without_coordinates", "note", name) for name in without]
    return replace(reading, layers=tuple(layers), issues=tuple(issues))


def _written_shapes(layer: FileLayer) -> tuple[FileLayer, list[Issue]] | None:
    """The table by a column of shapes written as WKT, when it has one; its first row names the columns if nothing did."""
    heading = next((name for name, cells in layer.columns.items() if _is_wkt(cells)), None)
    if heading is None:
        return None
    if not any(cell for cell in layer.columns[heading][:1] if WKT.match(cell)) and len(layer) > 1 and heading.isdigit():
        names = _distinct([str(cells[0]) or f"({at})" for at, cells in enumerate(layer.columns.values(), 1)])
        heading = names[list(layer.columns).index(heading)]
        layer = replace(
            layer,
            fields=tuple(FileField(name) for name in names),
            geometries=layer.geometries[1:],
            refs=layer.refs[1:],
            columns=dict(zip(names, (cells[1:] for cells in layer.columns.values()), strict=True)),
        )
    texts = layer.columns[heading]
    matches = [WKT.match(text) for text in texts]
    numbers_ = {match["srid"] for match in matches if match and match["srid"]}
    plain = [text[match.start("kind") :] if match else None for text, match in zip(texts, matches, strict=True)]
    geometries: Geometries = np.array(shapely.from_wkt(plain, on_invalid="ignore"), dtype=np.object_)
    issues = [Issue("columns_taken_for_coordinates", "note", layer.name, facts={"columns": {heading: "wkt"}})]
    issues += [
        Issue("coordinate_not_read", "fault", layer.name, layer.refs[i])
        for i in np.flatnonzero(shapely.is_missing(geometries)) if texts[i]
    ]  # fmt: skip
    tall = shapely.has_z(geometries) | shapely.has_m(geometries)
    if tall.any():
        issues.append(Issue("heights_dropped", "note", layer.name, facts={"features": int(tall.sum())}))
        geometries[tall] = shapely.force_2d(geometries[tall])
    crs = FileCrs(f"EPSG:{numbers_.pop()}", "file") if len(numbers_) == 1 else layer.crs
    kept = {name: cells for name, cells in layer.columns.items() if name != heading}
    fields = tuple(field for field in layer.fields if field.name != heading)
    return replace(layer, fields=fields, geometries=geometries, columns=kept, crs=crs), issues


def _is_wkt(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    # A heading may stand among them: of a table of one row that is half of what there is.
    return bool(filled) and sum(WKT.match(cell) is not None for cell in filled) >= len(filled) / 2


def _headed(layer: FileLayer, options: ReadOptions) -> _Headed | None:
    """The table below its row of headings. None when no row looks like one."""
    rows = list(zip(*layer.columns.values(), strict=True))
    asked = dict(options.columns)

    def known(row: tuple[Any, ...]) -> int:
        return len({asked.get(cell) or guess(cell).field for cell in row} - {None})

    scores = [known(row) for row in rows[:HEADINGS_WITHIN]]
    if not scores or max(scores) == 0:
        return None
    at = scores.index(max(scores))
    names = _distinct([cell or f"({number})" for number, cell in enumerate(rows[at], 1)])
    guesses = {name: guess(name) for name in names}
    fields = {name: asked.get(name) or guesses[name].field for name in names}
    counted = Counter(field for field in fields.values() if field)
    below = FileLayer(
        name=layer.name,
        fields=tuple(FileField(name) for name in names),
        geometries=layer.geometries[at + 1 :],
        refs=layer.refs[at + 1 :],
        columns={name: list(column[at + 1 :]) for name, column in zip(names, layer.columns.values(), strict=True)},
        encoding=layer.encoding,
        facts=layer.facts,
    )
    # Two columns of one meaning are none: which of two eastings is it?
    single = {name: field for name, field in fields.items() if field and (counted[field] == 1 or name in asked)}
    doubtful = {name: guesses[name].candidates for name in names if guesses[name].candidates and name not in asked}
    doubtful |= {name: (field,) for name, field in fields.items() if field and name not in single}
    return _Headed(below, single, doubtful)


def _distinct(names: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


def _placed(headed: _Headed, pair: tuple[str, str], options: ReadOptions) -> tuple[FileLayer, list[Issue]]:
    layer = headed.layer
    taken = {
        heading: field for heading, field in headed.fields.items() if field in {*pair, "plot_number", "corner", "order"}
    }
    issues = [Issue("columns_taken_for_coordinates", "doubt", layer.name, facts={"columns": taken})]
    if headed.doubtful:
        issues.append(
            Issue(
                "columns_doubtful",
                "doubt",
                layer.name,
                facts={"columns": {k: list(v) for k, v in headed.doubtful.items()}},
            )
        )
    ordinates = []
    for field in pair:
        texts = headed.column(field) or []
        values, unsure = _ordinates(texts, field, layer, options)
        if unsure:
            issues.append(Issue("comma_doubtful", "doubt", layer.name, facts={"field": field, "sample": texts[0]}))
        ordinates.append(values)
    points = np.array(ordinates, dtype=np.float64).T.reshape(-1, 2)
    there: NDArray[np.bool_] = np.all(np.isfinite(points), axis=1)
    issues += [Issue("coordinate_not_read", "fault", layer.name, layer.refs[i]) for i in np.flatnonzero(~there)]
    layer = replace(layer, facts={**layer.facts, "coordinates": "grid" if pair == PAIRS[0] else "lonlat"})
    groups = _groups(headed)
    if groups is None:
        geometries: Geometries = np.full(len(layer), None, dtype=object)
        geometries[there] = shapely.points(points[there])
        return replace(layer, geometries=geometries), issues
    return _polygons(layer, headed, groups, points, there, issues)


def _ordinates(texts: list[str], field: str, layer: FileLayer, options: ReadOptions) -> tuple[list[float], bool]:
    if field in PAIRS[1]:
        angles = [degrees(text) for text in texts]
        return [np.nan if angle is None else angle for angle in angles], False
    # Where semicolons or tabs part the cells, a comma can only be decimal.
    comma = True if layer.facts.get("delimiter") in {";", "\t"} else options.comma_is_decimal
    values, unsure = numbers(texts, comma_is_decimal=comma)
    return [np.nan if value is None else value for value in values], unsure


def _groups(headed: _Headed) -> list[str] | None:
    """The plot number of each row, when rows are corners: plot numbers repeat, or stand once above numbered corners."""
    given = headed.column("plot_number")
    if given is None or len(given) < 3:
        return None
    filled, last = [], ""
    for number in given:
        last = number or last
        filled.append(last)
    blanks = any(not number for number in given)
    if blanks and headed.column("corner") is None and headed.column("order") is None:
        return None
    repeated = Counter(filled)
    return filled if sum(count >= 3 for count in repeated.values()) > len(repeated) / 2 else None


def _polygons(
    layer: FileLayer,
    headed: _Headed,
    groups: list[str],
    points: NDArray[np.float64],
    there: NDArray[np.bool_],
    issues: list[Issue],
) -> tuple[FileLayer, list[Issue]]:
    members: dict[str, list[int]] = {}
    for row, number in enumerate(groups):
        members.setdefault(number, []).append(row)
    order, _ = numbers(headed.column("order") or [])
    refs, polygons, first = [], [], []
    for number, rows in members.items():
        if order and all(order[row] is not None for row in rows):
            rows.sort(key=lambda row: order[row] or 0)
        elif rows != list(range(rows[0], rows[0] + len(rows))):
            issues.append(
                Issue("corners_apart", "doubt", layer.name, layer.refs[rows[0]], facts={"plot_number": number})
            )
        refs.append(layer.refs[rows[0]])
        first.append(rows)
        polygons.append(_polygon(points[rows]) if there[rows].all() else None)
        if len(np.unique(points[rows], axis=0)) < 3:
            place = (float(points[rows[0]][0]), float(points[rows[0]][1])) if there[rows[0]] else None
            issues.append(Issue("too_few_points", "fault", layer.name, refs[-1], place, {"points": len(rows)}))
            polygons[-1] = None
    kept = [name for name in layer.columns if headed.fields.get(name) not in OF_A_CORNER]
    columns = {
        name: [next((layer.columns[name][r] for r in rows if layer.columns[name][r]), "") for rows in first]
        for name in kept
    }
    issues.append(Issue("rows_made_polygons", "note", layer.name, facts={"rows": len(layer), "polygons": len(refs)}))
    geometries: Geometries = np.array([*polygons, None], dtype=object)[:-1]
    fields = tuple(field for field in layer.fields if field.name in kept)
    return replace(layer, fields=fields, geometries=geometries, refs=tuple(refs), columns=columns), issues


def _polygon(corners: NDArray[np.float64]) -> Any:
    return shapely.Polygon(corners) if len(corners) > 2 else None
