# SPDX-License-Identifier: Apache-2.0
"""CSV and its kin: cells as text, row by row. What the columns mean is the parent's question."""

import csv
import io
from pathlib import Path

from gis.encodings import guess_encoding
from gis.formulas import as_meant
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

DELIMITERS = ";\t|,"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
LOOKED_AT = 50


def prepare() -> list[str]:
    """Nothing is needed beyond the standard library."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """One table. Its alphabet is named by a byte order mark, asked, or assumed with a word; its delimiter is counted."""
    raw = path.read_bytes()
    encoding, how, samples = _encoding(raw, options)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("text_not_in_encoding", encoding=encoding, byte=error.start) from error
    if how == "assumed" and samples:
        sender.issue("encoding_assumed", "doubt", layer="", encoding=encoding, samples=samples)
    csv.field_size_limit(limits.text_characters)
    delimiter = _delimiter(text)
    try:
        rows = [
            [as_meant(cell) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
        ]
    except csv.Error as error:
        raise FileRefused("table_broken") from error
    send(rows, "", sender, limits, encoding=(encoding, how, samples), facts={"delimiter": delimiter})


def _encoding(raw: bytes, options: ReadOptions) -> tuple[str, str, list[str]]:
    if options.encoding:
        return options.encoding, "asked", []
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return encoding, "declared", []
    if b"\x00" in raw[:4096]:
        # UTF-16 without a mark: every second byte of digits and delimiters is zero.
        return ("utf-16-le" if raw[1:2] == b"\x00" else "utf-16-be"), "assumed", []
    encoding, samples = guess_encoding(raw.splitlines()[:20_000])
    return encoding, "assumed", samples


def _delimiter(text: str) -> str:
    """The sign that most of the first lines hold equally often; semicolons before commas, which may be decimal ones."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def agreeing(sign: str) -> int:
        counts = [line.count(sign) for line in lines]
        return max((counts.count(number) for number in set(counts) if number), default=0)

    return max(DELIMITERS, key=lambda sign: (agreeing(sign), -DELIMITERS.index(sign))) if lines else ","


def send(
    rows: list[list[str]],
    name: str,
    sender: Sender,
    limits: Limits,
    *,
    encoding: tuple[str, str, list[str]],
    facts: dict[str, str],
) -> None:
    """A table as a layer of numbered columns of text; the parent finds the row of headings. Refs are row numbers, from 1."""
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise FileRefused("table_empty")
    if len(filled) > limits.features:
        raise FileRefused("too_many_features", most=limits.features)
    width = max(len(row) for _, row in filled)
    if width > limits.fields:
        raise FileRefused("too_many_layers", most=limits.fields)
    layer = sender.layer(
        name, [(f"{at}", "text") for at in range(1, width + 1)], crs=(None, "absent"), encoding=encoding, facts=facts
    )
    columns = [[row[at].strip() if at < len(row) else "" for _, row in filled] for at in range(width)]
    sender.rows(layer, [number for number, _ in filled], [None] * len(filled), columns)
