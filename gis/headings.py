# SPDX-License-Identifier: Apache-2.0
"""What a column is, by its heading in Arabic or English, whole or cut to the ten bytes of a .dbf.

A heading that could be two things is not taken for either: the candidates are named and a person is asked.
"""

import re
from dataclasses import dataclass

WORDS: dict[str, tuple[str, ...]] = {
    "plot_number": (
        "رقم القطعة",
        "القطعة رقم",
        "القطعة",
        "رقم قطعة الأرض",
        "رقم قطعة",
        "قطعة رقم",
        "رقم القسيمة",
        "القسيمة",
        "رقم العقار",
        "plot number",
        "plot no",
        "plot num",
        "plot id",
        "plot",
        "parcel number",
        "parcel no",
        "parcel id",
        "parcel",
        "lot number",
        "lot no",
        "lot",
        "plot code",
        "no plot",
        "plot ref",
        "رقم القطعة الجديد",
        "رقم القطعة الفرعية",
        "plt no",
        "prcl no",
        "parcel num",
        "parcel code",
        "plot nr",
        "قطعة",
    ),
    "block": (
        "البلوك",
        "رقم البلوك",
        "بلوك",
        "المربع",
        "رقم المربع",
        "block",
        "block no",
        "block number",
        "block code",
        "block id",
        "رقم بلوك",
        "الكتلة",
        "رقم الكتلة",
        "blk",
        "blk no",
    ),
    "zone": ("المنطقة", "رمز المنطقة", "zone", "zone code", "zone name", "zone no"),
    "name": ("الاسم", "اسم القطعة", "التسمية", "name", "plot name", "title"),
    "name_ar": ("الاسم بالعربية", "الاسم العربي", "name ar", "arabic name", "name arabic"),
    "name_en": ("الاسم بالإنجليزية", "الاسم الإنجليزي", "name en", "english name", "name english"),
    "area": (
        "المساحة",
        "مساحة",
        "مساحة القطعة",
        "مساحة الأرض",
        "المساحة الكلية",
        "مساحة القطعة بالمتر",
        "area",
        "plot area",
        "parcel area",
        "legal area",
        "total area",
        "land area",
        "مساحة القطعة م",
        "المساحة الإجمالية",
        "plot size",
        "size",
    ),
    "land_use": (
        "الاستعمال",
        "نوع الاستعمال",
        "استعمال",
        "استعمال الأرض",
        "استعمالات الأراضي",
        "الاستخدام",
        "نوع الاستخدام",
        "استخدام الأرض",
        "استخدامات الأراضي",
        "النشاط",
        "نوع النشاط",
        "landuse",
        "land use",
        "land use type",
        "landuse type",
        "land use code",
        "land use class",
        "use",
        "usage",
        "use type",
        "activity",
        "zoning",
        "الاستعمال المقترح",
        "الغرض",
        "الغرض من الاستعمال",
        "استعمال القطعة",
        "proposed use",
        "proposed land use",
        "permitted use",
        "lu",
        "lu code",
        "luse",
        "use code",
    ),
    "status": (
        "الحالة",
        "حالة القطعة",
        "حالة",
        "وضع القطعة",
        "status",
        "plot status",
        "state",
        "parcel status",
        "الوضع",
        "حالة الأرض",
        "stat",
    ),
    "holder": (
        "المستثمر",
        "اسم المستثمر",
        "المستفيد",
        "اسم المستفيد",
        "المالك",
        "اسم المالك",
        "الشركة",
        "اسم الشركة",
        "صاحب الحق",
        "المخصص له",
        "الجهة المخصص لها",
        "investor",
        "investor name",
        "owner",
        "owner name",
        "holder",
        "company",
        "company name",
        "tenant",
        "tenant name",
        "beneficiary",
        "lessee",
        "المنتفع",
        "اسم المنتفع",
        "lessee name",
        "allottee",
        "occupant",
    ),
    "remarks": ("ملاحظات", "الملاحظات", "ملاحظة", "remarks", "remark", "notes", "note", "comments", "comment"),
    "easting": (
        "الإحداثي السيني",
        "احداثي س",
        "الإحداثي س",
        "إحداثي شرقي",
        "الإحداثي الشرقي",
        "شرقيات",
        "الشرقيات",
        "س",
        "شرق",
        "easting",
        "eastings",
        "east",
        "e",
        "x",
        "x coord",
        "x coordinate",
        "coord x",
        "point x",
        "utm x",
        "utm e",
        "utm easting",
        "x m",
        "e m",
        "الإحداثي السيني x",
        "احداثيات س",
        "x utm",
        "e coord",
        "coord e",
        "east x",
    ),
    "northing": (
        "الإحداثي الصادي",
        "احداثي ص",
        "الإحداثي ص",
        "إحداثي شمالي",
        "الإحداثي الشمالي",
        "شماليات",
        "الشماليات",
        "ص",
        "شمال",
        "northing",
        "northings",
        "north",
        "n",
        "y",
        "y coord",
        "y coordinate",
        "coord y",
        "point y",
        "utm y",
        "utm n",
        "utm northing",
        "y m",
        "n m",
        "الإحداثي الصادي y",
        "احداثيات ص",
        "y utm",
        "n coord",
        "coord n",
        "north y",
    ),
    "longitude": (
        "خط الطول",
        "خطوط الطول",
        "longitude",
        "lon",
        "long",
        "lng",
        "x lon",
        "lon dd",
        "long dd",
        "longitude e",
    ),
    "latitude": ("خط العرض", "خطوط العرض", "دائرة العرض", "latitude", "lat", "y lat", "lat dd", "latitude n"),
    "height": ("المنسوب", "الارتفاع", "منسوب", "height", "elevation", "elev", "z", "level", "rl", "altitude"),
    "corner": (
        "رقم النقطة",
        "النقطة",
        "نقطة",
        "رقم الزاوية",
        "الزاوية",
        "الركن",
        "رقم الركن",
        "رقم الرأس",
        "point",
        "point no",
        "point number",
        "point id",
        "pt",
        "pt no",
        "corner",
        "corner no",
        "corner number",
        "vertex",
        "vertex no",
        "beacon",
        "station",
    ),
    "order": ("الترتيب", "ترتيب النقطة", "التسلسل", "تسلسل", "order", "sequence", "seq", "vertex order", "point order"),
    "length": ("طول القطعة", "length", "plot length"),
    "width": ("عرض القطعة", "الواجهة", "عرض الواجهة", "width", "frontage", "plot width"),
    "frontage": (
        "الواجهة",
        "عرض الواجهة",
        "طول الواجهة",
        "الواجهة على الطريق",
        "frontage",
        "road frontage",
        "plot frontage",
    ),
    "road": ("الشارع", "اسم الشارع", "الطريق", "street", "street name", "road", "road name"),
    "phase": ("المرحلة", "رقم المرحلة", "phase", "phase no"),
    "rent": ("مقابل الانتفاع", "القيمة الإيجارية", "الإيجار", "rent", "rent per m2", "annual rent", "usufruct fee"),
    "start": (
        "تاريخ البداية",
        "تاريخ التخصيص",
        "تاريخ العقد",
        "start date",
        "date from",
        "allocation date",
        "contract date",
    ),
    "end": ("تاريخ الانتهاء", "تاريخ النهاية", "end date", "date to", "expiry date", "expiry"),
    "coordinates_wkt": ("wkt", "geometry", "geom", "the geom", "shape wkt"),
}
DOUBTFUL: dict[str, tuple[str, ...]] = {
    "الطول": ("length", "longitude"),
    "العرض": ("width", "latitude"),
    "رقم": ("plot_number", "corner", "block"),
    "الرقم": ("plot_number", "corner", "block"),
    "no": ("plot_number", "corner", "block"),
    "number": ("plot_number", "corner", "block"),
    "m": (),
}
"""Words that are two things; "م" is a serial number (مسلسل) or metres."""
UNITS = {
    "ha": "ha", "hectare": "ha", "hectares": "ha", "هكتار": "ha", "بالهكتار": "ha",
    "m2": "m2", "sqm": "m2", "sqmt": "m2", "sqmeter": "m2", "م2": "m2", "بالمتر المربع": "m2", "متر مربع": "m2", "بالمتر": "m2",
}  # fmt: skip
SHORTEST_CUT = 5
"""Letters that a heading cut short must have left to be completed."""


@dataclass(frozen=True)
class Guess:
    """`field` is None when nothing is certain enough; `candidates` then says between what. `sure`: the whole phrase is known."""

    field: str | None = None
    sure: bool = False
    unit: str | None = None
    candidates: tuple[str, ...] = ()


def folded(text: str) -> str:
    """One form for the spellings of a phrase: no marks, no tatweel, أإآ as ا, ة as ه, ى as ي, Latin in lower case, single spaces.

    >>> folded("رقـم_القِطعة"), folded("PlotNo.")
    ('رقم القطعه', 'plot no')
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    text = re.sub("[\u064b-\u065f\u0670\u0640\u200c-\u200f\u202a-\u202e]", "", text)
    text = text.translate(str.maketrans("أإآٱةىؤئ²٠١٢٣٤٥٦٧٨٩", "ااااهيويٓ0123456789".replace("ٓ", "2")))
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


PHRASES = {folded(phrase): field for field, phrases in WORDS.items() for phrase in phrases}
DOUBTS = {folded(phrase): fields for phrase, fields in DOUBTFUL.items()}
UNIT_PHRASES = {folded(phrase): unit for phrase, unit in UNITS.items()}


def guess(heading: str) -> Guess:
    """What the column under `heading` holds.

    >>> guess("المساحة (م2)")
    Guess(field='area', sure=True, unit='m2', candidates=())
    """
    phrase, unit = _without_unit(folded(heading))
    if phrase in DOUBTS:
        return Guess(candidates=DOUBTS[phrase])
    if phrase in PHRASES:
        return Guess(PHRASES[phrase], sure=True, unit=unit)
    return _completed(heading, phrase, unit)


def _without_unit(phrase: str) -> tuple[str, str | None]:
    for words, unit in UNIT_PHRASES.items():
        if phrase.endswith(f" {words}"):
            return phrase.removesuffix(words).strip(), unit
    return phrase, None


def _completed(heading: str, phrase: str, unit: str | None) -> Guess:
    """A heading cut short is what all phrases that begin so agree on."""
    # Ten bytes: ten letters in a one-byte alphabet, or five Arabic ones in UTF-8. Less is not cut, only unknown.
    cut = len(heading) in {9, 10} or len(heading.encode()) in {9, 10}
    joined = phrase.replace(" ", "")
    if not cut or len(joined) < SHORTEST_CUT:
        return Guess()
    fields = {field for known, field in PHRASES.items() if known.replace(" ", "").startswith(joined)}
    # "landuse ty" and "استعمال ال": the cut came within a further word, after a phrase that is known whole.
    known = " ".join(phrase.split(" ")[:-1])
    if not fields and known in PHRASES and known not in DOUBTS and len(phrase.split(" ")[-1]) <= 3:
        fields = {PHRASES[known]}
    if len(fields) == 1:
        return Guess(fields.pop(), unit=unit)
    return Guess(candidates=tuple(sorted(fields)))
