# SPDX-License-Identifier: Apache-2.0
"""XLSX: the sheets of a workbook as tables. Read from its XML here: only cells are wanted, never formulas or links."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from gis.reading.archives import checked_members
from gis.reading.child.sender import Sender
from gis.reading.child.table import send
from gis.reading.child.xmltree import tree
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
DATE_FORMATS = frozenset({14, 15, 16, 17, 22})
"""Built-in number formats that show a date."""


def prepare() -> list[str]:
    """Nothing is needed beyond the standard library."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """Every sheet that holds anything, as a table of its name."""
    names = {member.filename for member in checked_members(path, limits)}
    if "xl/workbook.xml" not in names:
        raise FileRefused("content_not_as_named", suffix=".xlsx")
    found = 0
    with zipfile.ZipFile(path) as archive:
        try:
            shared, dates = _shared_strings(archive, names), _date_styles(archive, names)
            for name, part in _sheets(archive):
                if part not in names or options.layer not in {None, name}:
                    continue
                rows = _rows(_xml(archive, part), shared, dates, limits)
                if any(any(row) for row in rows):
                    found += 1
                    send(rows, name, sender, limits, encoding=("UTF-8", "standard", []), facts={"sheet": name})
        except (KeyError, ValueError, IndexError, zipfile.BadZipFile, EOFError) as error:
            raise FileRefused("file_damaged") from error
    if not found:
        raise FileRefused("table_empty")


def _xml(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    """A part as a tree."""
    return tree(archive.read(part))


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("xl", str(relation.get("Target")))).removeprefix("xl/xl/")
        for relation in _xml(archive, "xl/_rels/workbook.xml.rels")
        # External targets are addresses; they are not looked at.
        if relation.get("TargetMode") != "External"
    }
    for sheet in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        target = targets.get(sheet.get(f"{RELATED}id"))
        if target:
            yield str(sheet.get("name")), target.lstrip("/")


def _shared_strings(archive: zipfile.ZipFile, names: set[str]) -> list[str]:
    if "xl/sharedStrings.xml" not in names:
        return []
    return [_inline(item) for item in _xml(archive, "xl/sharedStrings.xml").iter(f"{MAIN}si")]


def _inline(item: ElementTree.Element) -> str:
    # rPh holds the reading aid of East Asian text, which is no part of the text.
    runs = [item, *item.findall(f"{MAIN}r")]
    return "".join(text.text or "" for run in runs for text in run.findall(f"{MAIN}t"))


def _date_styles(archive: zipfile.ZipFile, names: set[str]) -> set[int]:
    """Which cell styles show numbers as dates."""
    if "xl/styles.xml" not in names:
        return set()
    styles = _xml(archive, "xl/styles.xml")
    own = {
        int(str(form.get("numFmtId")))
        for form in styles.iter(f"{MAIN}numFmt")
        if re.search(r"[yd]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", str(form.get("formatCode"))), re.IGNORECASE)
    }
    formats = styles.find(f"{MAIN}cellXfs")
    used = [int(form.get("numFmtId", "0")) for form in formats] if formats is not None else []
    return {style for style, number in enumerate(used) if number in DATE_FORMATS or number in own}


def _rows(sheet: ElementTree.Element, shared: list[str], dates: set[int], limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in sheet.iter(f"{MAIN}row"):
        number = int(row.get("r", len(rows) + 1))
        if number > limits.features or number <= len(rows):
            raise FileRefused("file_damaged")
        rows += [[] for _ in range(number - len(rows) - 1)]
        cells: list[str] = []
        for cell in row.findall(f"{MAIN}c"):
            at = _column(str(cell.get("r"))) if cell.get("r") else len(cells)
            if at >= limits.fields:
                raise FileRefused("too_many_layers", most=limits.fields)
            cells += [""] * (at - len(cells))
            cells.append(_value(cell, shared, dates))
        rows.append(cells)
    return rows


def _column(reference: str) -> int:
    """Column number from 0 of a cell such as AB12."""
    number = 0
    for letter in re.match("[A-Z]*", reference)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element, shared: list[str], dates: set[int]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        return shared[int(value)] if value else ""
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        return _inline(inline) if inline is not None else ""
    if kind == "e":
        return ""
    if kind == "n" and value:
        return _number(value, is_date=int(cell.get("s", "0")) in dates)
    return value


def _number(value: str, *, is_date: bool) -> str:
    number = float(value)
    if is_date and 0 < number < 3_000_000:
        day = DAY_ZERO + timedelta(days=number)
        return (
            day.date().isoformat() if number == int(number) else day.replace(tzinfo=None).isoformat(timespec="seconds")
        )
    # Excel writes 655416.21999999997 for what was typed as 655416.22.
    return f"{number:.15g}" if "e" not in f"{number:.15g}" else repr(number)
