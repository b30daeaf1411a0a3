# SPDX-License-Identifier: Apache-2.0
"""KML 2.2, alone or in a KMZ: a folder of placemarks with their facts in words, coloured as on the map."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from gis.writing.child.batches import SHAPE, Batches, texts_of
from gis.writing.rows import Order, OutClass

# What XML 1.0 cannot carry at all.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PLAIN = OutClass("", "", "#8fa3b0")


def write(order: Order, batches: Batches) -> Mapping[str, int]:
    """The file of the order. Types of values and what is missing are lost: KML knows text alone."""
    if order.format == "kmz":
        with (
            zipfile.ZipFile(order.path, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
            archive.open("doc.kml", "w", force_zip64=True) as file,
        ):
            for text in _document(order, batches):
                file.write(text.encode())
    else:
        with open(order.path, "x", encoding="utf-8") as file:  # noqa: PTH123 a path of ours
            for text in _document(order, batches):
                file.write(text)
    return {}


def _document(order: Order, batches: Batches) -> Iterator[str]:
    about = "\n".join(f"{heading}: {text}" for heading, text in (*order.about, *(("", loss) for loss in order.losses)))
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{_text(order.title)}</name><description>{_text(about)}</description>\n"
    )
    for each in (PLAIN, *order.classes):
        yield _style(each)
    for batch in batches:
        yield from _placemarks(order, batch)
    yield "</Document></kml>\n"


def _style(each: OutClass) -> str:
    fill, stroke = _colour(each.fill, each.alpha), _colour(each.stroke, 1.0)
    return (
        f"<Style id={quoteattr('class-' + each.code)}><LineStyle><color>{stroke}</color><width>1.2</width></LineStyle>"
        f"<PolyStyle><color>{fill}</color></PolyStyle><IconStyle><color>{fill}</color></IconStyle></Style>\n"
    )


def _placemarks(order: Order, batch: pa.RecordBatch) -> Iterator[str]:
    columns = [texts_of(values, column) for values, column in zip(batch.columns, order.columns, strict=False)]
    names = [column.name for column in order.columns]
    titles = columns[names.index(order.label)] if order.label else columns[0]
    codes = columns[names.index(order.colour_by)] if order.colour_by in names else [None] * batch.num_rows
    known = {each.code for each in order.classes}
    facts = [
        [_fact(column.name, column.heading, column.labels.get(str(value), value)) for value in values]
        for column, values in zip(order.columns, columns, strict=True)
    ]
    for i, shape in enumerate(batch.column(SHAPE).to_pylist()):
        style = codes[i] if codes[i] in known else ""
        yield (
            f"<Placemark><name>{_text(str(titles[i] or ''))}</name><styleUrl>#class-{style}</styleUrl>"
            f"<ExtendedData>{''.join(fact[i] for fact in facts)}</ExtendedData>{shape}</Placemark>\n"
        )


def _fact(name: str, heading: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        value = "true" if value else "false"
    return (
        f"<Data name={quoteattr(name)}><displayName>{_text(heading)}</displayName>"
        f"<value>{_text(str(value))}</value></Data>"
    )


def _text(text: str) -> str:
    return escape(_UNSAYABLE.sub("\ufffd", text))


def _colour(colour: str, alpha: float) -> str:
    """KML writes opacity, blue, green, red."""
    return f"{round(alpha * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}"
