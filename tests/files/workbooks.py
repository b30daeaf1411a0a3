# SPDX-License-Identifier: Apache-2.0
"""XLSX workbooks made on the spot, the few parts that a workbook must have."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _cell(value: object, shared: list[str]) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    if value is None:
        return "<c/>"
    shared.append(str(value))
    return f'<c t="s"><v>{len(shared) - 1}</v></c>'


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, prolog: str = "") -> Path:
    """Sheets by name; `prolog` goes before the root of each sheet's XML."""
    shared: list[str] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1)
        )
        archive.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>')
        links = "".join(
            f'<Relationship Id="r{i}" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1)
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        for number, rows in enumerate(sheets.values(), 1):
            body = "".join(f"<row>{''.join(_cell(value, shared) for value in row)}</row>" for row in rows)
            sheet = f"{prolog}<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>"
            archive.writestr(f"xl/worksheets/sheet{number}.xml", sheet)
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{items}</sst>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return path
