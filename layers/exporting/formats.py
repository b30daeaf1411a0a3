# SPDX-License-Identifier: Apache-2.0
"""The formats in which a layer can be taken away: for whom each is, in which coordinates, and what it cannot hold."""

from dataclasses import dataclass
from typing import Literal

from gis.errors import MarsaError
from layers.declaration import Text
from layers.reference import Column

Shape = Literal["wkt", "lonlat", "corners", "none"]
"""How a table gives the shape: as text, as one position in degrees, as a row for each corner (the stake-out list), not."""
Encoding = Literal["UTF-8", "CP1256"]


@dataclass(frozen=True)
class Format:
    """One kind of file. The first of `columns`, `shapes` and `encodings` is what is made unless somebody asks for another."""

    id: str
    title: str
    use: Text
    """For whom, in plain words."""
    ending: str
    media_type: str
    columns: tuple[Column, ...] = ("geom", "geom_4326", "geom_3857")
    shapes: tuple[Shape, ...] = ()
    encodings: tuple[Encoding, ...] = ("UTF-8",)
    streamed: bool = False
    """Sent while it is made: nothing in the file depends on what comes later."""
    for_people: bool = False
    """Codes in words, areas rounded, in the order in which people count."""
    losses: tuple[Text, ...] = ()


_CODES_ONLY = Text(
    ar="الرموز بدل الكلمات لا تُكتب إلا في fields.csv.", en="What codes mean is told in fields.csv alone."
)
FORMATS: dict[str, Format] = {
    made.id: made
    for made in (
        Format(
            "gpkg",
            "GeoPackage",
            Text(ar="لبرنامج QGIS", en="for QGIS"),
            ".gpkg",
            "application/geopackage+sqlite3",
        ),
        Format(
            "xlsx",
            "XLSX",
            Text(ar="لبرنامج Excel", en="for Excel"),
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            columns=("geom",),
            shapes=("lonlat", "corners", "wkt", "none"),
            for_people=True,
        ),
        Format(
            "dxf",
            "DXF",
            Text(ar="لبرنامج AutoCAD", en="for AutoCAD"),
            ".dxf",
            "image/vnd.dxf",
            columns=("geom",),
            for_people=True,
            losses=(
                Text(ar="لا تُكتب البيانات الوصفية عدا الرقم والحالة والمعرّف.", en="Of the facts only label, status and id are written."),
                Text(ar="نظام الإحداثيات في GEODATA وفي خصائص الرسم؛ وبرامج لا تقرأ GEODATA تحتاج أن يُقال لها.", en="The coordinate system stands in GEODATA and in the drawing's properties; programs that do not read GEODATA must be told."),
                Text(ar="الثقوب داخل المساحات تُكتب خطوطاً مغلقة مستقلة.", en="Holes in areas are written as closed lines of their own."),
            ),
        ),
        Format(
            "kmz",
            "KMZ",
            Text(ar="لبرنامج Google Earth", en="for Google Earth"),
            ".kmz",
            "application/vnd.google-earth.kmz",
            columns=("geom_4326",),
            for_people=True,
            losses=(
                Text(ar="القيم كلها نصوص، والقيم غير المعروفة لا تُكتب.", en="All values are texts, and unknown values are left out."),
                Text(ar="الإحداثيات درجات، وليست الإحداثيات القانونية بالأمتار.", en="Coordinates are degrees, not the legal ones in metres."),
            ),
        ),
        Format(
            "shp",
            "Shapefile",
            Text(ar="لبرنامج ArcGIS والبرامج القديمة", en="for ArcGIS and older programs"),
            ".zip",
            "application/zip",
            encodings=("UTF-8", "CP1256"),
            losses=(
                Text(ar="أسماء الحقول عشرة أحرف: معناها في fields.csv.", en="Names of fields have ten letters: fields.csv says what they mean."),
                Text(ar="النصوص 254 بايتاً على الأكثر.", en="Texts have at most 254 bytes."),
                Text(ar="نعم ولا تُكتبان 1 و0، والوقت نصاً.", en="Yes and no are written as 1 and 0, times as text."),
                Text(ar="لا يفرق الملف بين نص فارغ ونص غير معروف.", en="An empty text and an unknown one are the same there."),
                _CODES_ONLY,
            ),
        ),
        Format(
            "csv",
            "CSV",
            Text(ar="جدول لأي برنامج", en="a table for any program"),
            ".csv",
            "text/csv",
            shapes=("wkt", "lonlat", "corners", "none"),
            streamed=True,
            for_people=True,
        ),
        Format(
            "geojson",
            "GeoJSON",
            Text(ar="لصفحات الويب والمبرمجين", en="for web pages and programmers"),
            ".geojson",
            "application/geo+json",
            columns=("geom_4326",),
            streamed=True,
        ),
        Format(
            "fgb",
            "FlatGeobuf",
            Text(ar="للبيانات الكبيرة في QGIS وعلى الويب", en="for much data in QGIS and on the web"),
            ".fgb",
            "application/flatgeobuf",
            losses=(
                Text(ar="لا يعرف FlatGeobuf الأيام: يُكتب اليوم منتصفَ ليلته.", en="FlatGeobuf knows no days: a day is written as its midnight."),
            ),
        ),
        Format(
            "parquet",
            "GeoParquet",
            Text(ar="لتحليل البيانات", en="for data analysis"),
            ".parquet",
            "application/vnd.apache.parquet",
        ),
        Format(
            "kml",
            "KML",
            Text(ar="لبرنامج Google Earth، بلا ضغط", en="for Google Earth, not packed"),
            ".kml",
            "application/vnd.google-earth.kml+xml",
            columns=("geom_4326",),
            for_people=True,
            losses=(
                Text(ar="القيم كلها نصوص، والقيم غير المعروفة لا تُكتب.", en="All values are texts, and unknown values are left out."),
                Text(ar="الإحداثيات درجات، وليست الإحداثيات القانونية بالأمتار.", en="Coordinates are degrees, not the legal ones in metres."),
            ),
        ),
    )
}  # fmt: skip
ALIASES = {"json": "geojson", "zip": "shp", "geoparquet": "parquet"}
COUNTED: dict[str, Text] = {
    "texts_cut": Text(ar="نصوص قُطعت لطولها", en="texts were cut for their length"),
    "letters": Text(ar="نصوص فيها أحرف لا تعرفها الأبجدية المطلوبة", en="texts hold letters that the alphabet asked for lacks"),
    "shapes": Text(ar="أشكال لا يعرفها الملف", en="shapes are of a kind that the format does not know"),
    "rows": Text(ar="صفوف زادت على سعة الورقة", en="rows were more than a sheet can hold"),
    "holes": Text(ar="ثقوب كُتبت خطوطاً مستقلة", en="holes were written as lines of their own"),
}  # fmt: skip
"""What a writer counts while it writes."""


class NoSuchFormat(MarsaError):
    """No file can be written with this ending."""

    def __init__(self, ending: str) -> None:
        super().__init__(ending)
        self.ending = ending
        self.known = ", ".join(FORMATS)


def format_named(name: str) -> Format:
    """The format by its name or the ending of its files. Raises NoSuchFormat."""
    chosen = name.lower()
    found = FORMATS.get(ALIASES.get(chosen, chosen))
    if found is None:
        raise NoSuchFormat(name)
    return found
