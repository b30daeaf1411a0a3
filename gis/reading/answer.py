# SPDX-License-Identifier: Apache-2.0
"""What a child sends is checked as if a stranger had sent it: shapes, sizes, text, geometry."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from gis.reading.archives import shown
from gis.reading.found import FIELD_KINDS, FileCrs, FileField, FileLayer, Geometries, Reading, TextEncoding
from gis.reading.kept import Keeping
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused, Issue
from gis.reading.wire import LENGTHS

LEVELS = frozenset({"note", "doubt", "fault"})


@dataclass
class _Growing:
    """A layer whose rows are still coming."""

    name: str
    fields: tuple[FileField, ...]
    crs: FileCrs
    encoding: TextEncoding
    facts: dict[str, Any]
    refs: list[str] = field(default_factory=list)
    geometries: list[Geometries] = field(default_factory=list)
    columns: list[list[Any]] = field(default_factory=list)


class Answer:
    """Takes frame after frame. Raises FileRefused when the child refused the file, or sent what it must not."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._layers: list[_Growing] = []
        self._issues: list[Issue] = []
        self._ended = False
        self._with_heights: dict[str, int] = {}
        self.hello: dict[str, Any] = {}
        self.kept = Keeping(limits)

    @property
    def features(self) -> int:
        """How many have come so far."""
        return sum(len(layer.refs) for layer in self._layers)

    def take(self, header: dict[str, Any], body: bytes) -> None:
        """One frame."""
        takers = {
            "hello": self._hello,
            "layer": self._layer,
            "rows": self._rows,
            "issue": self._issue,
            "kind": self.kept.take_kind,
            "table": self.kept.take_table,
            "records": self.kept.take_records,
            "refused": self._refused,
            "end": self._end,
        }
        try:
            takers[header["frame"]](header, body)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise FileRefused("reader_failed", what="answer") from error

    def _hello(self, header: dict[str, Any], _: bytes) -> None:
        # The child says what holds it; less than what was asked for is not worked with.
        if header["memory_bytes"] > self._limits.memory_bytes or header["reached_out"] is not False:
            raise FileRefused("not_isolated")
        self.hello = header

    def _layer(self, header: dict[str, Any], _: bytes) -> None:
        if not self.hello:
            raise FileRefused("not_isolated")
        if len(self._layers) >= self._limits.layers or len(header["fields"]) > self._limits.fields:
            raise FileRefused("too_many_layers", most=self._limits.layers)
        fields = tuple(
            FileField(shown(name), kind if kind in FIELD_KINDS else "text") for name, kind in header["fields"]
        )
        crs, encoding = header["crs"], header["encoding"]
        self._layers.append(
            _Growing(
                name=shown(header["name"]),
                fields=_distinct(fields),
                crs=FileCrs(crs[0] and str(crs[0]), str(crs[1])),
                encoding=TextEncoding(str(encoding[0]), str(encoding[1]), tuple(shown(s) for s in encoding[2][:8])),
                facts=dict(header["facts"]),
                columns=[[] for _ in fields],
            )
        )

    def _rows(self, header: dict[str, Any], body: bytes) -> None:
        layer = self._layers[header["layer"]]
        refs, columns = [shown(str(ref)) for ref in header["refs"]], header["columns"]
        if len(columns) != len(layer.fields) or any(len(column) != len(refs) for column in columns):
            raise ValueError(layer.name)
        if len(layer.refs) + len(refs) > self._limits.features:
            raise FileRefused("too_many_features", most=self._limits.features)
        layer.geometries.append(self._geometries(body, refs, layer.name))
        layer.refs += refs
        for kept, column, field_ in zip(layer.columns, columns, layer.fields, strict=True):
            kept += [self._value(value, refs[i], layer.name, field_.name) for i, value in enumerate(column)]

    def _geometries(self, body: bytes, refs: list[str], layer: str) -> Geometries:
        lengths = np.frombuffer(body, LENGTHS, count=len(refs))
        ends = lengths.nbytes + np.cumsum(lengths, dtype=np.int64)
        if len(body) != (int(ends[-1]) if len(refs) else 0):
            raise ValueError(layer)
        records = [
            body[end - length : end] or None for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
        ]
        geometries: Geometries = np.array(shapely.from_wkb(records, on_invalid="ignore"), dtype=np.object_)
        unreadable = shapely.is_missing(geometries) & (lengths > 0)
        # A minimum over no coordinates is NaN too: only filled geometries are asked.
        bounds = shapely.bounds(geometries)
        unbounded = ~np.isfinite(bounds).all(axis=1) & ~shapely.is_empty(geometries) & ~shapely.is_missing(geometries)
        coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
        unbounded[owners[~np.isfinite(coordinates).all(axis=1)]] = True
        heavy = shapely.get_num_coordinates(geometries) > self._limits.vertices
        for code, faulty in (
            ("geometry_unreadable", unreadable),
            ("not_a_number", unbounded),
            ("too_many_vertices", heavy),
        ):
            self._issues += [Issue(code, layer=layer, ref=refs[i]) for i in np.flatnonzero(faulty)]
        geometries[unbounded | heavy] = None
        tall = shapely.has_z(geometries) | shapely.has_m(geometries)
        if tall.any():
            # One rule for Z and M: the register is flat, they are left out and it is said once for a layer.
            self._with_heights[layer] = self._with_heights.get(layer, 0) + int(tall.sum())
            geometries[tall] = shapely.force_2d(geometries[tall])
        return geometries

    def _value(self, value: Any, ref: str, layer: str, column: str) -> Any:
        if value is None or isinstance(value, int | float):
            return value
        if not isinstance(value, str):
            raise TypeError(column)
        if len(value) > self._limits.text_characters:
            self._issues.append(Issue("text_cut", "doubt", layer, ref, facts={"field": column}))
            value = value[: self._limits.text_characters]
        if "\x00" in value or not value.isprintable():
            # PostgreSQL cannot keep U+0000 at all; a lone surrogate is no text.
            cleaned = value.replace("\x00", "").encode("utf-8", "replace").decode()
            if cleaned != value:
                self._issues.append(Issue("text_cleaned", "note", layer, ref, facts={"field": column}))
            value = cleaned
        return value

    def _issue(self, header: dict[str, Any], _: bytes) -> None:
        if len(self._issues) >= self._limits.issues:
            raise FileRefused("too_many_faults", most=self._limits.issues)
        place = header["place"]
        self._issues.append(
            Issue(
                code=str(header["code"]),
                level=header["level"] if header["level"] in LEVELS else "fault",
                layer=header["layer"] and shown(header["layer"]),
                ref=header["ref"] and shown(str(header["ref"])),
                place=(float(place[0]), float(place[1])) if place else None,
                facts=dict(header["facts"]),
            )
        )

    def _refused(self, header: dict[str, Any], _: bytes) -> None:
        raise FileRefused(str(header["code"]), **header["facts"])

    def _end(self, _: dict[str, Any], __: bytes) -> None:
        self._ended = True
        for layer, features in self._with_heights.items():
            self._issues.append(Issue("heights_dropped", "note", layer, facts={"features": features}))

    def reading(
        self, kind: str, sha256: str, size_bytes: int, *, only: str | None, label: str, original: bytes = b""
    ) -> Reading:
        """All that was taken, once the child has said that it was all. `label` names layers without a name of their
        own.
        """
        if not self._ended:
            raise FileRefused("reader_died")
        layers = [_finished(layer, shown(label)) for layer in self._layers]
        issues = [
            i if i.layer != "" else Issue(i.code, i.level, shown(label), i.ref, i.place, i.facts) for i in self._issues
        ]
        if only is not None:
            names = [layer.name for layer in layers]
            layers = [layer for layer in layers if layer.name == only]
            issues = [issue for issue in issues if issue.layer in {only, None}]
            if not layers:
                raise FileRefused("layer_missing", layer=shown(only), found=names)
        return Reading(
            self.kept.kind or kind, sha256, size_bytes, tuple(layers), tuple(issues), tuple(self.kept.tables), original
        )


def _finished(layer: _Growing, label: str) -> FileLayer:
    empty: Geometries = np.empty(0, dtype=object)
    return FileLayer(
        name=layer.name or label,
        fields=layer.fields,
        geometries=np.concatenate([empty, *layer.geometries]),
        refs=tuple(layer.refs),
        columns={field_.name: column for field_, column in zip(layer.fields, layer.columns, strict=True)},
        crs=layer.crs,
        encoding=layer.encoding,
        facts=layer.facts,
    )


def _distinct(fields: tuple[FileField, ...]) -> tuple[FileField, ...]:
    """Fields of different names: a second "area" becomes "area (2)", an empty heading "(3)" by its place."""
    seen: set[str] = set()
    distinct = []
    for number, given in enumerate(fields, 1):
        name, again = given.name.strip() or f"({number})", 2
        while name in seen:
            name, again = f"{given.name} ({again})", again + 1
        seen.add(name)
        distinct.append(FileField(name, given.kind))
    return tuple(distinct)
