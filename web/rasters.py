# SPDX-License-Identifier: Apache-2.0
"""The report of a raster as lines, in the reader's language."""

from collections.abc import Iterator, Mapping
from typing import Any

from web.files import LEVELS, sentence, word
from web.texts import Lang, number


def report_lines(report: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    """The report of `layers.rasters.importing` (its JSON form) for a terminal."""
    kind = word(f"kind_{report['kind']}", lang)
    size, digest = report["size_bytes"], report["sha256"][:12]
    yield word("raster", lang, name=report["file_name"], kind=kind, size=size, digest=digest)
    filled = number(report["filled"] * 100, 1)
    sizes = {name: report[name] for name in ("width", "height", "bands", "numbers")}
    yield word("raster_size", lang, filled=filled, **sizes)
    crs, operation = report["crs"], report["operation"]
    if crs:
        way = operation and (word("way_none", lang) if operation["name"] == "none" else operation["name"])
        metres = operation and operation["accuracy_m"]
        accuracy = word("accuracy_unknown", lang) if metres is None else word("accuracy_m", lang, value=metres)
        how = word(f"how_{crs['how']}", lang)
        epsg = f"EPSG:{crs['epsg']}" if crs["epsg"] else None
        yield word("raster_crs", lang, name=crs["name"], epsg=epsg, how=how, operation=way, accuracy=accuracy)
    if report["resolution_m"]:
        yield word("raster_ground", lang, resolution=number(report["resolution_m"], 2))
    if report["range_m"]:
        lowest, highest = (number(metres, 2) for metres in report["range_m"])
        yield word("raster_range", lang, lowest=lowest, highest=highest)
    for level in LEVELS:
        found = [issue for issue in report["findings"] if issue["level"] == level]
        if found:
            yield ""
            yield word(f"level_{level}", lang)
            yield from (f"  {sentence(issue['code'], issue['facts'], lang)}" for issue in found)
    yield ""
    if report["import_id"]:
        yield word("raster_committed", lang, size=report["made_bytes"], import_id=report["import_id"])
        yield word("undo", lang, import_id=report["import_id"])
    else:
        yield word("raster_would" if report["can_commit"] else "raster_cannot", lang)
