# SPDX-License-Identifier: Apache-2.0
"""Everything that can be said of an import before the register is asked."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.coordinate_systems import CrsFinding, choices, finding
from gis.faults import faults_of
from gis.fitting import Fit
from gis.headings import guess
from gis.models.connected import ends_apart
from gis.numbers import numbers
from gis.placing import NoTransformation, laid, placed, scale_of, to_lonlat
from gis.reading import FileLayer, Issue, Reading
from layers.declaration import Layer
from layers.importing.charts import charted, left_in_chart
from layers.importing.columns import Codes, columns_of
from layers.importing.framing import framed
from layers.importing.numbering import numbered
from layers.importing.parts import merged, shares_of
from layers.importing.report import CrsUse, FieldUse, Finding, LayerReport, Report
from layers.importing.wishes import MODEL, MODELS, NEW_ZONE, PORT, Wishes, target_layer

LABELS = ("plot_number", "name", "name_ar", "name_en", "block", "corner")
"""Which field of a drawing is written on the map, in this order."""


MODEL_KINDS = frozenset({"epanet", "swmm", "pandapower"})
PROJECT_KINDS = frozenset({"oc4ids", "worldbank", "iati"})
KEPT = "properties"
"""The column in which a drawing keeps all its fields as they are."""


@dataclass(frozen=True)
class StagedLayer:
    """A layer on the legal grid, with the columns it fills. `keep[i]`: feature i is without fault."""

    layer: FileLayer
    values: dict[str, list[Any]]
    keep: NDArray[np.bool_]


@dataclass(frozen=True)
class Staged:
    """An import ready to be tried. `target`: the layer that takes it; None for a reference drawing."""

    wishes: Wishes
    target: Layer | None
    layers: tuple[StagedLayer, ...]
    report: Report
    reading: Reading | None = None
    """The file as it was read, where its tables are kept too."""
    parts: tuple["Staged", ...] = ()
    """Of a file that goes to several targets the share of each, in the order in which they are written."""


def stage(reading: Reading, file_name: str, wishes: Wishes, target: Layer | None, legal: CRS, codes: Codes) -> Staged:
    """Places every layer, maps its fields, finds its faults. Layers of unknown system are left with a question."""
    shares = shares_of(reading, wishes)
    if len(shares) != 1:
        return _several(reading, file_name, wishes, shares, legal, codes)
    if wishes.target in MODELS:
        from layers.importing import models  # it stages with what stands here

        if not reading.tables or reading.kind not in MODEL_KINDS:
            return models.not_a_model(reading, file_name, wishes)
        if wishes.target == MODEL:
            return models.whole(reading, file_name, wishes)
        return models.settled(_placed(reading, file_name, wishes, None, legal, codes))
    if reading.kind in PROJECT_KINDS and target is not None and target.id == "projects":
        from layers.importing import projects  # it stages with what stands here

        # Projects may lie anywhere in the world: they are seen, not measured.
        return projects.settled(replace(_placed(reading, file_name, wishes, None, legal, codes), target=target))
    reading = numbered(framed(reading, wishes, target), wishes, target)
    taken = charted(reading, target.id if target is not None else None, alone=not wishes.among_others)
    return _hinted(_placed(taken, file_name, wishes, target, legal, codes), reading)


def _several(
    reading: Reading, file_name: str, wishes: Wishes, shares: list[Wishes], legal: CRS, codes: Codes
) -> Staged:
    """Each target's share staged by itself, under one report. What is no chart has nothing for all layers of the port."""
    if not shares:
        stopped = Issue("not_a_chart", "fault", facts={"kind": reading.kind})
        whole = _placed(reading, file_name, replace(wishes, layers=frozenset()), None, legal, codes)
        return replace(whole, report=whole.report.with_findings(stopped))
    parts = tuple(stage(reading, file_name, share, target_layer(share.target), legal, codes) for share in shares)
    more = left_in_chart(reading) if wishes.target == PORT else []
    report = merged(wishes, [part.report for part in parts], *more)
    return Staged(wishes, None, tuple(layer for part in parts for layer in part.layers), report, parts=parts)


def _hinted(staged: Staged, reading: Reading) -> Staged:
    """A word where a drawing would take less of the file than it holds."""
    if staged.target is not None or reading.kind not in MODEL_KINDS | PROJECT_KINDS:
        return staged
    hint = "model_as_drawing" if reading.kind in MODEL_KINDS else "projects_as_drawing"
    return replace(staged, report=staged.report.with_findings(Issue(hint, "note")))


def _placed(reading: Reading, file_name: str, wishes: Wishes, target: Layer | None, legal: CRS, codes: Codes) -> Staged:
    staged: list[StagedLayer] = []
    reports: list[LayerReport] = []
    findings: list[Finding] = [Finding(issue) for issue in reading.issues if issue.place is None]
    wanted = [layer for layer in reading.layers if wishes.layers is None or layer.name in wishes.layers]
    for file_layer in wanted:
        known = _fitted(legal) if wishes.fit else finding(file_layer.crs, confirmed=wishes.crs)
        from_reader = [issue for issue in reading.issues if issue.place is not None and issue.layer == file_layer.name]
        if known.crs is None:
            reports.append(_unplaced(file_layer, known, legal, wishes.target))
            findings += [Finding(issue) for issue in from_reader]
            continue
        made, report, issues = _staged(file_layer, known, wishes, target, legal, codes)
        findings += _with_degrees([*from_reader, *issues], file_layer, known.crs, wishes.fit)
        reports.append(report)
        if made is not None:
            staged.append(made)
    report_ = Report(
        file_name=file_name,
        kind=reading.kind,
        sha256=reading.sha256,
        size_bytes=reading.size_bytes,
        target=wishes.target,
        layers=tuple(reports),
        findings=tuple(findings),
        leave_out_faulty=wishes.leave_out_faulty,
        left_out=tuple(
            (layer.name, len(layer))
            for layer in reading.layers
            if wishes.layers is not None and layer.name not in wishes.layers
        ),
    )
    return Staged(wishes, target, tuple(staged), report_, reading if reading.tables else None)


def _fitted(legal: CRS) -> CrsFinding:
    """What lies on control points lies in the legal system."""
    return CrsFinding(legal, "fitted")


def _unplaced(file_layer: FileLayer, known: CrsFinding, legal: CRS, target: str) -> LayerReport:
    bounds = shapely.total_bounds(file_layer.geometries)
    degrees = bool((np.abs(bounds) <= (180, 90, 180, 90)).all())
    crs = CrsUse(None, None, known.how, known.why, choices(legal.to_epsg(), degrees=degrees))
    uses = tuple(
        FieldUse(field.name, field.kind, doubtful=guess(field.name).candidates, meaning=guess(field.name).field)
        for field in file_layer.fields
    )
    return LayerReport(file_layer.name, len(file_layer), 0, crs, file_layer.encoding, uses, target)


def _staged(
    file_layer: FileLayer, known: CrsFinding, wishes: Wishes, target: Layer | None, legal: CRS, codes: Codes
) -> tuple[StagedLayer | None, LayerReport, list[Issue]]:
    crs = known.crs or legal
    named = CrsUse(crs.name, crs.to_epsg(), known.how, fit=wishes.fit)
    issues = faults_of(file_layer)
    try:
        # A reference drawing may lie anywhere: any file can at least be seen.
        fit = wishes.fit
        there = laid(file_layer, fit) if fit else placed(file_layer, crs, legal, anywhere=target is None)
    except NoTransformation as error:
        issues.append(Issue("no_transformation", "fault", file_layer.name, facts=error.facts()))
        report = LayerReport(file_layer.name, len(file_layer), 0, named, file_layer.encoding, (), wishes.target)
        return None, report, issues
    issues += there.issues
    issues += _ends_apart(file_layer, there.layer)
    on_ground, collapsed = _collapsed(file_layer, there.layer)
    issues += collapsed
    if target is None:
        values, uses = _labels(on_ground)
    else:
        on_ground, odd = _shaped(on_ground, target, file_layer)
        columns = columns_of(on_ground, target, wishes, codes)
        values, uses = columns.values, columns.uses
        issues += [*odd, *columns.issues, *_area_differences(on_ground, target)]
        if wishes.target == NEW_ZONE and len(on_ground) != 1:
            issues.append(Issue("outline_not_one", "fault", on_ground.name, facts={"features": len(on_ground)}))
    faulty = {issue.ref for issue in issues if issue.level == "fault" and issue.ref is not None}
    if target is None:
        keep = ~shapely.is_missing(on_ground.geometries) & ~shapely.is_empty(on_ground.geometries)
    else:
        keep = np.array([ref not in faulty for ref in on_ground.refs], dtype=np.bool_)
    report = LayerReport(
        name=file_layer.name,
        features=len(file_layer),
        taken=int(keep.sum()),
        crs=replace(named, operation=there.operation),
        encoding=file_layer.encoding,
        fields=uses,
        target=wishes.target,
    )
    return StagedLayer(on_ground, values, keep), report, issues


END_FIELDS = (
    ("start_node_name", "end_node_name"),
    ("start_node", "end_node"),
    ("from_node", "to_node"),
    ("node1", "node2"),
    ("from_bus", "to_bus"),
)
"""Fields by which lines of networks name the nodes at their ends."""


def _ends_apart(in_file: FileLayer, on_ground: FileLayer) -> list[Issue]:
    """Ends of lines that do not meet where the file says that they do, in metres on the ground."""
    lower = {name.lower(): name for name in in_file.columns}
    pair = next(((lower[a], lower[b]) for a, b in END_FIELDS if a in lower and b in lower), None)
    if pair is None:
        return []
    names = list(zip(in_file.columns[pair[0]], in_file.columns[pair[1]], strict=True))
    issues = []
    for number, end, node, metres in ends_apart(names, on_ground.geometries.tolist()):
        x, y = in_file.geometries[number].coords[end][:2]
        facts = {"node": node[:80], "metres": metres}
        issues.append(Issue("ends_apart", "doubt", in_file.name, in_file.refs[number], (float(x), float(y)), facts))
    return issues


def _collapsed(before: FileLayer, after: FileLayer) -> tuple[FileLayer, list[Issue]]:
    """Shapes that were valid in the file and are not on the millimetre grid: slivers thinner than it."""
    was, there = shapely.is_valid(before.geometries), ~shapely.is_missing(after.geometries)
    broken = was & there & ~shapely.is_valid(after.geometries)
    issues = [Issue("thinner_than_grid", "fault", before.name, before.refs[i]) for i in np.flatnonzero(broken)]
    return after, issues


def _labels(file_layer: FileLayer) -> tuple[dict[str, list[Any]], tuple[FieldUse, ...]]:
    """A drawing keeps all its fields as they are; one of them is its label."""
    # A drawing's texts are what it is labelled with; its other fields are names of ours.
    drawn = "units" in file_layer.facts and "text" in file_layer.columns
    known = {} if drawn else {field.name: guess(field.name).field for field in file_layer.fields}
    labelled = next((name for wanted in LABELS for name, field in known.items() if field == wanted), None)
    labelled = "text" if drawn else labelled
    uses = tuple(
        FieldUse(
            field.name,
            field.kind,
            KEPT if field.name != labelled else "label",
            "heading",
            guess(field.name).candidates,
            known.get(field.name),
        )
        for field in file_layer.fields
    )
    labels = file_layer.columns[labelled] if labelled else [None] * len(file_layer)
    return {"label": [None if value in {None, ""} else str(value) for value in labels]}, uses


def _shaped(file_layer: FileLayer, target: Layer, in_file: FileLayer) -> tuple[FileLayer, list[Issue]]:
    """Single or multiple as the layer's table wants it; another kind of shape, or several parts for one, is a fault."""
    wanted = target.geometry_kind
    single = wanted.removeprefix("MULTI")
    made, issues = [], []
    for i, (ref, geometry) in enumerate(zip(file_layer.refs, file_layer.geometries, strict=True)):
        kind = None if geometry is None else geometry.geom_type.upper()
        if kind is None or wanted in {"GEOMETRY", kind}:
            made.append(geometry)
        elif kind == f"MULTI{single}" and len(geometry.geoms) == 1:
            made.append(geometry.geoms[0])
        elif kind == single and wanted == f"MULTI{single}":
            made.append(_multi(geometry))
        else:
            made.append(geometry)
            code = "several_parts" if kind == f"MULTI{single}" else "other_shape"
            corners = shapely.get_coordinates(in_file.geometries[i])
            place = (float(corners[0][0]), float(corners[0][1])) if len(corners) else None
            issues.append(Issue(code, "fault", file_layer.name, ref, place, {"given": kind, "wanted": wanted}))
    geometries = np.array([*made, None], dtype=np.object_)[:-1]
    return replace(file_layer, geometries=geometries), issues


def _multi(geometry: Any) -> Any:
    makers = {"Polygon": shapely.multipolygons, "LineString": shapely.multilinestrings, "Point": shapely.multipoints}
    return makers[geometry.geom_type]([geometry])


AREA_TOLERANCE = 0.01


def _area_differences(file_layer: FileLayer, target: Layer) -> list[Issue]:
    """Areas that the file states, where they differ by more than a hundredth from what its shapes hold."""
    heading = next((field.name for field in file_layer.fields if guess(field.name).field == "area"), None)
    if heading is None or "POLYGON" not in target.geometry_kind:
        return []
    factor = 10_000 if guess(heading).unit == "ha" else 1
    held = shapely.area(file_layer.geometries)
    issues = []
    given = file_layer.columns[heading]
    # In a table areas are texts; what is no number there states no area.
    read = numbers([str(value) for value in given])[0] if any(isinstance(value, str) for value in given) else given
    for ref, stated, area in zip(file_layer.refs, read, held, strict=True):
        if isinstance(stated, int | float) and area > 0 and abs(stated * factor - area) > AREA_TOLERANCE * area:
            facts = {"field": heading, "stated_m2": round(stated * factor, 3), "drawn_m2": round(float(area), 3)}
            issues.append(Issue("area_differs", "doubt", file_layer.name, ref, facts=facts))
    return issues


def _with_degrees(issues: list[Issue], file_layer: FileLayer, crs: CRS, fit: Fit | None) -> list[Finding]:
    """Findings with their places in degrees, as far as the system leads there."""
    placed_ = [issue for issue in issues if issue.place is not None]
    places, scale = [issue.place or (0.0, 0.0) for issue in placed_], scale_of(file_layer, crs)
    if fit and places:
        places, scale = [(float(x), float(y)) for x, y in fit.moved(np.array(places, dtype=np.float64))], 1.0
    try:
        degrees = to_lonlat(crs, places, scale=scale)
    except NoTransformation:
        degrees = []
    found = {id(issue): place for issue, place in zip(placed_, degrees, strict=False) if np.isfinite(place).all()}
    return [Finding(issue, found.get(id(issue))) for issue in issues]
