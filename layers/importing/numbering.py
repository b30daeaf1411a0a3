# SPDX-License-Identifier: Apache-2.0
"""Texts written into the outlines of a drawing become fields of them, and one of them their number."""

from dataclasses import replace

import numpy as np
import shapely

from gis.headings import guess
from gis.numbering import Labels, bare, labelled, looks_like_a_number, written_in
from gis.placing import METRES
from gis.reading import FileField, FileLayer, Issue, Reading
from layers.declaration import Layer
from layers.importing.columns import fillable
from layers.importing.framing import DRAWN
from layers.importing.wishes import Wishes

NUMBERS = ("plot_number", "code")
"""Which column of a layer its number is."""
FROM_TEXTS = "numbers_from"
"""Fact of a layer: the field that holds the texts taken for its numbers."""
SOURCES_MOST = 20
OUTSIDE_TOLD = 200


def numbered(reading: Reading, wishes: Wishes, target: Layer | None) -> Reading:
    """The reading with a field of the outlines for each source of texts in them; texts themselves are no features of areas.

    Another kind of file, or a target that takes no areas, is left as it is.
    """
    column = None if target is None else next((name for name in NUMBERS if name in fillable(target)), None)
    if reading.kind not in DRAWN or target is None or column is None or "POLYGON" not in target.geometry_kind:
        return reading
    ours = [layer for layer in reading.layers if wishes.layers is None or layer.name in wishes.layers]
    others = [layer for layer in reading.layers if layer.name in wishes.elsewhere]
    owners = [(layer, i) for layer in ours for i in np.flatnonzero(_areas(layer)).tolist()]
    # Of blocks and plots in one file the number of a plot is not the block's: texts go to the smallest outline of all.
    around = [*owners, *((layer, i) for layer in others for i in np.flatnonzero(_areas(layer)).tolist())]
    texts = written_in(reading.layers)
    if not owners or not texts:
        return reading
    shapes = np.array([layer.geometries[i] for layer, i in around], dtype=np.object_)
    sources = labelled(shapes, texts, metres=_metres(owners[0][0]), ours=len(owners))
    within = [labels for labels in sources if labels.sole or labels.several][:SOURCES_MOST]
    names = _names(within)
    chosen = _chosen(within, names, column, wishes)
    issues = list(reading.issues)
    if chosen is not None:
        issues += _told(chosen, names, column, owners, within, asked=chosen is _asked(within, names, column, wishes))
    elif within and column not in wishes.values and column not in wishes.columns.values():
        issues.append(Issue("texts_doubtful", "doubt", facts={"sources": [names[id(each)] for each in within]}))
    at = 0
    layers: list[FileLayer] = []
    for layer in reading.layers:
        its = range(at, at + sum(owner is layer for owner, _ in owners))
        at = its.stop
        layers += _with_texts(layer, owners, its, within, names, chosen) if its else _without_texts(layer)
    there = {layer.name for layer in layers}
    told = tuple(issue if issue.layer in there else replace(issue, place=None) for issue in issues)
    return replace(reading, layers=tuple(layers), issues=told)


def _areas(layer: FileLayer) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    kinds = shapely.get_type_id(layer.geometries)
    return np.asarray((kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON))


def _metres(layer: FileLayer) -> float | None:
    if layer.facts.get("placed_by") or not layer.facts.get("units"):
        return 1.0
    return METRES.get(str(layer.facts["units"]), 1.0)


def _names(sources: list[Labels]) -> dict[int, str]:
    """What the field of a source is called: its tag or layer, both where two would have one name."""
    plain = [str(labels.source) for labels in sources]
    taken = {"entity", "block", "handle", "arcs"}
    return {
        id(labels): name if plain.count(name) == 1 and name not in taken else f"{labels.source.layer}: {name}"
        for labels, name in zip(sources, plain, strict=True)
    }


def _asked(sources: list[Labels], names: dict[int, str], column: str, wishes: Wishes) -> Labels | None:
    return next((each for each in sources if wishes.columns.get(names[id(each)]) == column), None)


def _chosen(sources: list[Labels], names: dict[int, str], column: str, wishes: Wishes) -> Labels | None:
    """The source of the numbers: as said, by its heading, or the one that numbers most outlines. None where that is not one."""
    asked = _asked(sources, names, column, wishes)
    if asked is not None or column in wishes.values or column in wishes.columns.values():
        return asked
    meaning = "plot_number" if column == "plot_number" else "block"
    # What a person gave another meaning, or none, is not taken by itself.
    free = [each for each in sources if each.numbers and names[id(each)] not in wishes.columns]
    free = [each for each in free if guess(names[id(each)]).field in {None, meaning}]
    headed = [each for each in free if guess(names[id(each)]).field == meaning]
    best = headed or free
    if not best or (len(best) > 1 and best[0].numbers == best[1].numbers):
        return None
    return best[0]


def _told(
    chosen: Labels, names: dict[int, str], column: str, owners: list[tuple[FileLayer, int]], sources: list[Labels], *,
    asked: bool,
) -> list[Issue]:  # fmt: skip
    others = [names[id(each)] for each in sources if each is not chosen]
    facts = {"source": names[id(chosen)], "taken": len(chosen.sole), "of": len(owners), "others": others}
    issues = [Issue("numbers_from_texts", "note" if asked else "doubt", facts=facts)]
    for outline, texts in chosen.several.items():
        layer, i = owners[outline]
        x, y = shapely.get_coordinates(layer.geometries[i])[0].tolist()
        facts = {"field": column, "texts": list(texts[:10])}
        issues.append(Issue("texts_several", "doubt", layer.name, layer.refs[i], (x, y), facts))
    first = owners[0][0].name
    issues += [
        # Told at an outline's layer: it stays, and both have the same numbers.
        Issue("text_outside", "doubt", first, text.ref, (text.x, text.y), {"text": text.text})
        for text in chosen.outside[:OUTSIDE_TOLD]
    ]
    return issues


def _with_texts(
    layer: FileLayer, owners: list[tuple[FileLayer, int]], ours: range, sources: list[Labels], names: dict[int, str],
    chosen: Labels | None,
) -> list[FileLayer]:  # fmt: skip
    """The layer with a column for each source, without the texts that stood on it."""
    columns = {name: list(values) for name, values in layer.columns.items() if name not in {"text", "tag"}}
    for labels in sources:
        values: list[str | None] = [None] * len(layer)
        for outline in ours:
            text = labels.sole.get(outline)
            is_number = labels is chosen and text is not None and looks_like_a_number(text)
            values[owners[outline][1]] = bare(text) if is_number and text is not None else text
        columns[names[id(labels)]] = values
    kept = {field.name: field for field in layer.fields}
    fields = tuple(kept.get(name, FileField(name)) for name in columns)
    facts = {**layer.facts, FROM_TEXTS: names[id(chosen)]} if chosen is not None else layer.facts
    texts = _texts(layer)
    whole = replace(layer, fields=fields, columns=columns, facts=facts)
    return [whole.taking(~texts)]


def _without_texts(layer: FileLayer) -> list[FileLayer]:
    texts = _texts(layer)
    kept = layer.taking(~texts)
    return [kept] if len(kept) or not texts.any() else []


def _texts(layer: FileLayer) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    points = shapely.get_type_id(layer.geometries) == shapely.GeometryType.POINT
    said = np.array([bool(text) for text in layer.columns.get("text", [None] * len(layer))], dtype=np.bool_)
    return np.asarray(points & said)
