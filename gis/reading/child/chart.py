# SPDX-License-Identifier: Apache-2.0
"""Electronic charts (S-57 cells): every object class is a layer, under its acronym, with its attributes' acronyms.

An update (.001, .002 …) that lies beside its cell is worked in, and how far is said.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

OPTIONS = (
    "RETURN_PRIMITIVES=OFF,RETURN_LINKAGES=OFF,LNAM_REFS=ON,SPLIT_MULTIPOINT=ON,ADD_SOUNDG_DEPTH=ON,UPDATES=APPLY,"
    "RECODE_BY_DSSI=ON,LIST_AS_STRING=ON"
)
"""Fixed: no file and no user says how a chart is read. Objects, not the edges they are made of; one point a sounding, with
its depth as a number; texts by the alphabet that the cell names."""
CELL = "DSID"
RECORD = frozenset({"RCID", "PRIM", "GRUP", "OBJL", "RVER", "AGEN", "FIDN", "FIDS", "FFPT_RIND"})
"""Numbers of the exchange, of which LNAM is made; nothing of the world."""
WGS84 = 2
DATUMS = {1: "MLWS", 2: "MLLWS", 3: "MSL", 4: "LLW", 5: "MLW", 6: "LLWS", 7: "approx. MLWS", 8: "ISLW", 9: "LWS",
          10: "approx. LAT", 11: "NLLW", 12: "MLLW", 13: "LW", 14: "approx. MLW", 15: "approx. MLLW", 16: "MHW",
          17: "MHWS", 18: "HW", 19: "approx. MSL", 20: "HWS", 21: "MHHW", 22: "ESLW", 23: "LAT", 24: "local",
          25: "IGLD 1985", 26: "MW", 27: "LLWLT", 28: "HHWLT", 29: "NHHW", 30: "HAT"}  # fmt: skip
"""Names of water levels by the S-57 codes of VERDAT."""


def prepare() -> list[str]:
    """GDAL with its chart driver alone."""
    os.environ["OGR_S57_OPTIONS"] = OPTIONS
    return gdal.keep_only("S57")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """Every class that has an object. Raises FileRefused."""
    names = gdal.layers_of(path)
    if len(names) > limits.layers or CELL not in names:
        raise FileRefused("file_damaged")
    cell = _cell(path)
    if cell["horizontal_datum"] not in {WGS84, None}:
        sender.issue("chart_other_datum", "doubt", datum=cell["horizontal_datum"])
    crs = ("EPSG:4326", "file") if cell["horizontal_datum"] == WGS84 else (None, "absent")
    objects = 0
    for name in names:
        if name == CELL or options.layer not in {None, name}:
            continue
        found = gdal.read_layer(path, name)
        if not found.fids:
            continue
        objects += len(found.fids)
        if objects > limits.features:
            raise FileRefused("too_many_features", most=limits.features)
        kept = [i for i, (field, _) in enumerate(found.fields) if field not in RECORD]
        number = sender.layer(name, [found.fields[i] for i in kept], crs=crs, facts={"chart": cell})
        sender.rows(number, _refs(found), found.geometries, [found.columns[i] for i in kept])
    if not objects and options.layer is None:
        raise FileRefused("no_layers")
    sender.issue("chart_cell", "note", **{name: value for name, value in cell.items() if name != "horizontal_datum"})
    updates = sorted(int(part.suffix[1:]) for part in path.parent.glob(f"{path.stem}.[0-9][0-9][0-9]"))[1:]
    if updates and cell["update"] != str(updates[-1]):
        sender.issue("chart_updates_left", "doubt", update=cell["update"], last=updates[-1])


def _cell(path: Path) -> dict[str, Any]:
    """What the chart says of itself: name, edition, update, day of issue, scale, what depths and heights count from."""
    found = gdal.read_layer(path, CELL)
    said = {name: column[0] if column else None for (name, _), column in zip(found.fields, found.columns, strict=True)}
    return {
        "cell": said.get("DSID_DSNM"),
        "edition": said.get("DSID_EDTN"),
        "update": said.get("DSID_UPDN"),
        "issued": said.get("DSID_ISDT"),
        "scale": said.get("DSPM_CSCL"),
        "depths_from": DATUMS.get(said.get("DSPM_SDAT") or 0),
        "heights_from": DATUMS.get(said.get("DSPM_VDAT") or 0),
        "horizontal_datum": said.get("DSPM_HDAT"),
    }


def _refs(found: gdal.GdalLayer) -> list[str]:
    """The world-wide name of each object; the soundings of one group share it, and are numbered."""
    columns = {name: column for (name, _), column in zip(found.fields, found.columns, strict=True)}
    names = [str(name or fid) for name, fid in zip(columns.get("LNAM", found.fids), found.fids, strict=True)]
    often, seen = Counter(names), Counter[str]()
    refs = []
    for name in names:
        seen[name] += 1
        refs.append(f"{name}/{seen[name]}" if often[name] > 1 else name)
    return refs
