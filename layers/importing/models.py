# SPDX-License-Identifier: Apache-2.0
"""A model of a network enters: its tables whole, and, where it has a place, its nodes and links on the map."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import shapely
from numpy.typing import NDArray
from psycopg.types.json import Jsonb
from pyproj import CRS

from gis.reading import FileLayer, Issue, Reading
from layers.importing.acting import Progress, copied, hexed, refusals, refused
from layers.importing.checking import Db
from layers.importing.report import CrsUse, Finding, LayerReport, Report
from layers.importing.staging import Staged, StagedLayer
from layers.importing.wishes import MODEL, Wishes

NODE_COLUMNS = (
    "id",
    "utility",
    "code",
    "name_ar",
    "name_en",
    "kind",
    "elevation_m",
    "voltage_kv",
    "ord",
    "source_id",
    "geom",
)
LINK_COLUMNS = (
    "utility",
    "code",
    "name_ar",
    "name_en",
    "kind",
    "start_node_id",
    "end_node_id",
    "length_m",
    "diameter_mm",
    "roughness",
    "voltage_kv",
    "circuits",
    "section_mm2",
    "ord",
    "source_id",
    "geom",
)
EXTRAS = ("length_m", "diameter_mm", "roughness", "voltage_kv", "circuits", "section_mm2")


def whole(reading: Reading, file_name: str, wishes: Wishes) -> Staged:
    """A model without a place: all of it is kept, nothing is drawn."""
    reports = tuple(
        LayerReport(layer.name, len(layer), len(layer), CrsUse("–", None, "schematic"), layer.encoding, ())
        for layer in reading.layers
    )
    report = _report(reading, file_name, wishes, reports, tuple(Finding(issue) for issue in reading.issues))
    return Staged(wishes, None, (), report, reading)


def not_a_model(reading: Reading, file_name: str, wishes: Wishes) -> Staged:
    """A file of another kind: said, and nothing to take."""
    found = (Finding(Issue("not_a_model", "fault", facts={"kind": reading.kind})),)
    return Staged(wishes, None, (), _report(reading, file_name, wishes, (), found))


def _report(
    reading: Reading, file_name: str, wishes: Wishes, layers: tuple[LayerReport, ...], found: tuple[Finding, ...]
) -> Report:
    return Report(
        file_name=file_name,
        kind=reading.kind,
        sha256=reading.sha256,
        size_bytes=reading.size_bytes,
        target=wishes.target,
        layers=layers,
        findings=found,
        leave_out_faulty=wishes.leave_out_faulty,
    )


def settled(staged: Staged) -> Staged:
    """A placed model with what is drawn of it: not what is faulty, and without a word on links that have no extent."""
    layers = {layer.layer.name: layer for layer in staged.layers}
    if not {"nodes", "links"} <= layers.keys():
        return replace(staged, report=staged.report.with_findings(Issue("model_place", "note")))
    standing = _at_one_place(layers["nodes"].layer, layers["links"].layer)
    findings = tuple(
        finding
        for finding in staged.report.findings
        if not (
            finding.issue.code == "geometry_missing"
            and finding.issue.layer == "links"
            and finding.issue.ref in standing
        )
    )
    faulty = {(f.issue.layer, f.issue.ref) for f in findings if f.issue.level == "fault"}
    made, reports = [], {report.name: report for report in staged.report.layers}
    for name, layer in layers.items():
        keep = layer.keep & np.array([(name, ref) not in faulty for ref in layer.layer.refs], dtype=np.bool_)
        keep &= name in {"nodes", "links"}
        made.append(replace(layer, keep=keep))
        reports[name] = replace(reports[name], taken=int(keep.sum()))
    if "subcatchments" in layers:
        number = len(layers["subcatchments"].layer)
        findings = (*findings, Finding(Issue("catchments_not_drawn", "note", "subcatchments", facts={"areas": number})))
    report = replace(staged.report, layers=tuple(reports.values()), findings=findings)
    return replace(staged, layers=tuple(made), report=report)


def _at_one_place(nodes: FileLayer, links: FileLayer) -> set[str]:
    """Links whose two nodes stand in one place: the reader has said how many."""
    places = dict(zip(nodes.refs, nodes.geometries, strict=True))
    found = set()
    for ref, start, end, shape in zip(
        links.refs, links.columns["start"], links.columns["end"], links.geometries, strict=True
    ):
        one, other = places.get(start), places.get(end)
        if shape is None and start != end and one is not None and other is not None and shapely.equals(one, other):
            found.add(ref)
    return found


def write(db: Db, staged: Staged, source: UUID, srid: int, progress: Progress) -> tuple[dict[str, int], Report]:
    """The model with its tables; on the target "network" its nodes and links too."""
    reading, report = staged.reading, staged.report
    if reading is None:
        return {}, report
    code = staged.wishes.title or Path(report.file_name).stem
    if db.execute("select from register.network_model where code = %s", [code]).fetchone() is not None:
        return {}, report.with_findings(Issue("model_exists", "fault", facts={"code": code}))
    written = _keep(db, reading, staged, source, code, progress)
    if staged.wishes.target == MODEL:
        return written, report
    drawn, report = _draw(db, staged, source, srid, code, progress)
    return {**written, **drawn}, report


def _keep(db: Db, reading: Reading, staged: Staged, source: UUID, code: str, progress: Progress) -> dict[str, int]:
    model, facts = uuid4(), dict(reading.layers[0].facts)
    crs = staged.wishes.crs if staged.wishes.target != MODEL else None
    db.execute(
        "insert into register.source_file (source_id, name, sha256, content) values (%s, %s, %s, %s)",
        [source, staged.report.file_name, reading.sha256, reading.original],
    )
    db.execute(
        "insert into register.network_model (id, code, format, utility, crs, facts, source_id) values (%s, %s, %s, %s, %s, %s, %s)",
        [model, code, reading.kind, facts["utility"], _named(crs), Jsonb(facts), source],
    )
    rows = 0
    for number, table in enumerate(reading.tables, 1):
        table_id = uuid4()
        db.execute(
            "insert into register.model_table (id, model_id, ord, name, head, columns, source_id) values (%s, %s, %s, %s, %s, %s, %s)",
            [table_id, model, number, table.name, table.head, list(table.columns), source],
        )
        columns = ("table_id", "ord", "ref", "stated", "line", "source_id")
        copied(
            db,
            "model_row",
            columns,
            ((table_id, at, row.ref, row.values, row.text, source) for at, row in enumerate(table.rows, 1)),
        )
        rows += len(table.rows)
        progress("writing", number, len(reading.tables))
    return {"network_model": 1, "model_table": len(reading.tables), "model_row": rows}


def _named(crs: CRS | None) -> str | None:
    if crs is None:
        return None
    return f"EPSG:{crs.to_epsg()}" if crs.to_epsg() else crs.name


def _draw(
    db: Db, staged: Staged, source: UUID, srid: int, code: str, progress: Progress
) -> tuple[dict[str, int], Report]:
    layers = {layer.layer.name: layer for layer in staged.layers}
    nodes, links = layers["nodes"], layers["links"]
    ids = {ref: uuid4() for ref, kept in zip(nodes.layer.refs, nodes.keep, strict=True) if kept}
    report = staged.report
    # A link whose node has a fault cannot stand on the map either.
    ended = np.array(
        [a in ids and b in ids for a, b in zip(links.layer.columns["start"], links.layer.columns["end"], strict=True)],
        dtype=np.bool_,
    )
    left = [links.layer.refs[i] for i in np.flatnonzero(links.keep & ~ended)]
    links = replace(links, keep=links.keep & ended)
    report = report.with_findings(*(Issue("end_left_out", "fault", "links", ref) for ref in left))
    written: dict[str, int] = {}
    for layer, table, columns, rows in (
        (nodes, "network_node", NODE_COLUMNS, list(_node_rows(nodes, ids, code, source, srid))),
        (links, "network_link", LINK_COLUMNS, list(_link_rows(links, ids, code, source, srid))),
    ):
        kept: NDArray[np.intp] = np.flatnonzero(layer.keep)
        faults = list(refusals(db, table, columns, rows, progress))
        report = report.with_findings(*(refused(layer.layer, int(kept[i]), error) for i, error in faults))
        written[table] = len(rows) - len(faults)
        taken = {layer.layer.name: written[table]}
        report = replace(report, layers=tuple(replace(r, taken=taken.get(r.name, r.taken)) for r in report.layers))
    return written, report


def _node_rows(
    layer: StagedLayer, ids: dict[str, UUID], code: str, source: UUID, srid: int
) -> Iterator[tuple[Any, ...]]:
    columns, utility = layer.layer.columns, layer.layer.facts["utility"]
    kept = np.flatnonzero(layer.keep).tolist()
    for i, shape in zip(kept, hexed(layer.layer.geometries[layer.keep], srid), strict=True):
        ref = layer.layer.refs[i]
        named = (_name(columns["name"][i], arabic=True), _name(columns["name"][i], arabic=False))
        sizes = (columns["elevation_m"][i], columns["voltage_kv"][i])
        yield (ids[ref], utility, f"{code}/{ref}", *named, columns["kind"][i], *sizes, columns["ord"][i], source, shape)


def _link_rows(
    layer: StagedLayer, ids: dict[str, UUID], code: str, source: UUID, srid: int
) -> Iterator[tuple[Any, ...]]:
    columns, utility = layer.layer.columns, layer.layer.facts["utility"]
    kept = np.flatnonzero(layer.keep).tolist()
    for i, shape in zip(kept, hexed(layer.layer.geometries[layer.keep], srid), strict=True):
        named = (_name(columns["name"][i], arabic=True), _name(columns["name"][i], arabic=False))
        ends = (ids[columns["start"][i]], ids[columns["end"][i]])
        extras = (columns[name][i] for name in EXTRAS)
        ref = f"{code}/{layer.layer.refs[i]}"
        yield (utility, ref, *named, columns["kind"][i], *ends, *extras, columns["ord"][i], source, shape)


def _name(given: str | None, *, arabic: bool) -> str | None:
    """A model's own name of an element, as the language that it is in."""
    if given is None:
        return None
    return given if any("\u0621" <= sign <= "\u064a" for sign in given) == arabic else None
