# SPDX-License-Identifier: Apache-2.0
"""What every file says of itself: whose it is, from when, of which state of the register, and what it is not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from layers.declaration import Language, Text
from layers.exporting.wanted import Wanted
from layers.reference import views

NOT_THE_LAND_REGISTRY = Text(
    ar="مرسى سجل إداري للمنطقة، وليس السجل العقاري الوطني.",
    en="Marsa is the zone's administrative register, not the national land registry.",
)
INVENTED = Text(ar="عرض توضيحي غير رسمي", en="illustrative, not official")
HOLDER = Text(
    ar="البيانات لإدارة المنطقة. تُستعمل مع ذكر المصدر والتاريخ؛ لا ترخيص آخر مذكور.",
    en="The data are the zone administration's. Use them with source and date; no other licence is stated.",
)
_LABELS = {
    "title": Text(ar="العنوان", en="Title"),
    "zone": Text(ar="المنطقة", en="Zone"),
    "made": Text(ar="تاريخ الملف", en="Made on"),
    "version": Text(ar="نسخة السجل", en="Register version"),
    "on": Text(ar="كما كان صحيحاً في", en="True on"),
    "known_on": Text(ar="كما كان معلوماً في", en="As known on"),
    "features": Text(ar="عدد المعالم", en="Features"),
    "question": Text(ar="الاختيار", en="Selection"),
    "crs": Text(ar="نظام الإحداثيات", en="Coordinates"),
    "attribution": Text(ar="المصدر والترخيص", en="Source and licence"),
    "notice": Text(ar="تنبيه", en="Notice"),
    "mark": Text(ar="علامة", en="Mark"),
}


@dataclass(frozen=True)
class About:
    """The facts, as the transaction saw them."""

    version: int
    features: int
    illustrative: bool
    zone: Text
    made_on: date

    def lines(self, wanted: Wanted) -> tuple[tuple[str, str], ...]:
        """Headings and texts in the reader's language."""
        language = wanted.language
        said = {
            "title": wanted.layer.title.said_in(language),
            "zone": self.zone.said_in(language),
            "made": self.made_on.isoformat(),
            "version": "" if wanted.moment else f"{wanted.layer.id} {self.version}",
            "on": wanted.moment.on.isoformat() if wanted.moment else "",
            "known_on": (wanted.moment.known_on or datetime.now(UTC)).isoformat() if wanted.moment else "",
            "features": str(self.features),
            "question": wanted.asked,
            "crs": crs_name(wanted),
            "attribution": attribution(wanted, language),
            "notice": NOT_THE_LAND_REGISTRY.said_in(language),
            "mark": INVENTED.said_in(language) if self.illustrative else "",
        }
        return tuple((_LABELS[name].said_in(language), text) for name, text in said.items() if text)

    def state(self, wanted: Wanted) -> str:
        """The version, or the instant that the file is of."""
        return str(self.version) if wanted.moment is None else wanted.moment.on.isoformat()

    def in_a_line(self, wanted: Wanted) -> str:
        """For a file that has no other place than its rows. Without signs that might be taken for the table's delimiter."""
        language = wanted.language
        parts = [
            f"{self.zone.said_in(language)}, {wanted.layer.id} {self.state(wanted)}, {self.made_on.isoformat()}",
            wanted.layer.attribution or "",
            NOT_THE_LAND_REGISTRY.said_in(language),
            INVENTED.said_in(language) if self.illustrative else "",
        ]
        return " · ".join(part for part in parts if part)


def attribution(wanted: Wanted, language: Language) -> str:
    return wanted.layer.attribution or HOLDER.said_in(language)


def crs_name(wanted: Wanted) -> str:
    uri = next(view.uri for view in views(wanted.srid).values() if view.column == wanted.shapes_column)
    return uri.rsplit("/def/crs/", 1)[-1].replace("/0/", ":").replace("OGC/1.3/", "OGC:")
