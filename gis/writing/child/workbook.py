# SPDX-License-Identifier: Apache-2.0
"""XLSX: typed cells under a frozen row of headings, from right to left in Arabic, with a sheet that says what it is."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

from gis.formulas import neutralised
from gis.writing.child.batches import Batches, texts_of
from gis.writing.rows import Order

CELL_LETTERS = 32_767
SHEET_ROWS = 1_048_576
DAY_ZERO = date(1899, 12, 30)
SPACES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet reads _x0041_ as a letter: the underscore before it is written so itself.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
HEADING, DAY, INSTANT, NUMBER, QUOTED = 1, 2, 3, 4, 5

STYLES = (
    f'<styleSheet {SPACES}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Arial"/></font><font><b/><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE4EBEF"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf xfId="0"/>'
    '<xf xfId="0" fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>'
    '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" numFmtId="165" applyNumberFormat="1"/>'
    # With the prefix of an apostrophe, a text stays one also when somebody edits the cell.
    '<xf xfId="0" numFmtId="0"/><xf xfId="0" quotePrefix="1"/></cellXfs></styleSheet>'
)  # fmt: skip


def write(order: Order, batches: Batches) -> Mapping[str, int]:
    """The file of the order. Numbers are numbers, days are days; a text can never be a formula."""
    lost: Counter[str] = Counter()
    with zipfile.ZipFile(order.path, "x", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, text in _frame(order):
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for text in _sheet(order, batches, lost):
                sheet.write(text.encode())
        archive.writestr("xl/worksheets/sheet2.xml", "".join(_about(order)))
    return lost


def _frame(order: Order) -> Iterator[tuple[str, str]]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/worksheets/sheet1.xml": "worksheet",
             "/xl/worksheets/sheet2.xml": "worksheet", "/xl/styles.xml": "styles"}  # fmt: skip
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kinds}.{kind}+xml"/>' for part, kind in parts.items()
    )
    yield (
        "[Content_Types].xml",
        (
            f'{head}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{head}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{head}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    about = {"ar": "عن الملف", "en": "About"}[order.language]
    yield (
        "xl/workbook.xml",
        (
            f'{head}<workbook {SPACES} xmlns:r="{OFFICE}"><sheets><sheet name="{_sheet_name(order.title)}" sheetId="1" '
            f'r:id="rId1"/><sheet name="{about}" sheetId="2" r:id="rId2"/></sheets></workbook>'
        ),
    )
    yield "xl/styles.xml", head + STYLES


def _sheet(order: Order, batches: Batches, lost: Counter[str]) -> Iterator[str]:
    yield _opening(order, frozen=True)
    yield _row([_cell(column.heading, HEADING, lost) for column in order.columns])
    rows = 1
    for batch in batches:
        columns = [
            [_cell(value, _style(column.kind), lost) for value in texts_of(values, column)]
            for values, column in zip(batch.columns, order.columns, strict=False)
        ]
        told = batch.num_rows if rows + batch.num_rows <= SHEET_ROWS else SHEET_ROWS - rows
        lost["rows"] += batch.num_rows - told
        rows += told
        yield "".join(_row(cells) for cells in list(zip(*columns, strict=True))[:told])
    yield "</sheetData></worksheet>"


def _about(order: Order) -> Iterator[str]:
    yield _opening(order, frozen=False)
    for heading, text in (*order.about, *(("", loss) for loss in order.losses)):
        yield _row([_cell(heading, HEADING, Counter()), _cell(text, 0, Counter())])
    yield "</sheetData></worksheet>"


def _opening(order: Order, *, frozen: bool) -> str:
    rtl = ' rightToLeft="1"' if order.language == "ar" else ""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if frozen else ""
    width = 18 if frozen else 60
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet {SPACES}><sheetViews>'
        f'<sheetView{rtl} workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols><col min="1" max="{max(len(order.columns), 2)}" width="{width}" customWidth="1"/></cols><sheetData>'
    )


def _row(cells: "list[str] | tuple[str, ...]") -> str:
    return f"<row>{''.join(cells)}</row>"


def _style(kind: str) -> int:
    return {"day": DAY, "instant": INSTANT, "number": NUMBER, "whole": NUMBER}.get(kind, 0)


def _cell(value: object, style: int, lost: Counter[str]) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c s="{style}"><v>{value!r}</v></c>'
    if isinstance(value, datetime):
        since = value.astimezone(UTC) - datetime(DAY_ZERO.year, DAY_ZERO.month, DAY_ZERO.day, tzinfo=UTC)
        return f'<c s="{style}"><v>{since.total_seconds() / 86_400!r}</v></c>'
    if isinstance(value, date):
        return f'<c s="{style}"><v>{(value - DAY_ZERO).days}</v></c>'
    text = str(value)
    if len(text) > CELL_LETTERS:
        lost["texts_cut"] += 1
        text = text[:CELL_LETTERS]
    style = QUOTED if style == 0 and neutralised(text) != text else style
    said = escape(_ESCAPED.sub("_x005F_", _UNSAYABLE.sub("\ufffd", text))).replace("\r", "_x000D_")
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{said}</t></is></c>'


def _sheet_name(title: str) -> str:
    """Thirty-one letters, without those that a formula would read."""
    return escape(re.sub(r"[\[\]:*?/\\']", " ", title)[:31], {'"': "&quot;"})
