# SPDX-License-Identifier: Apache-2.0
"""Development projects in every sector: reported ones with their source, illustrative ones marked as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely import LineString, MultiLineString, Point
from shapely.ops import substring

from gis.fabric import on_grid
from layers.sirte import layout
from layers.sirte.rows import PartyRow, Plan, ProgrammeRow, ProjectRow
from layers.sirte.shore import Shore, features, on_legal_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AGENCIES = (
    PartyRow("nda", "DEV", "الجهاز الوطني للتنمية", "National Development Agency", "LY", illustrative=False),
    PartyRow("fund", "DEV", "صندوق التنمية وإعادة إعمار ليبيا", "Development and Reconstruction Fund of Libya", "LY",
             illustrative=False),
    PartyRow("sfz", "GOV", "المنطقة الحرة سرت", "Sirte Free Zone", "LY", illustrative=False),
)  # fmt: skip

PROGRAMMES = (
    ProgrammeRow("PORT", "ميناء المنطقة الحرة وبنيتها التحتية", "Free zone port and infrastructure", "nda",
                 illustrative=True),
    ProgrammeRow("CITY", "إعادة إعمار سرت", "Reconstruction of Sirte", "fund", illustrative=True),
    ProgrammeRow("LINK", "محاور الربط والعبور", "Transport corridors", "nda", illustrative=True),
    ProgrammeRow("ZONE", "مرافق المنطقة الحرة", "Zone facilities", "sfz", illustrative=True),
)  # fmt: skip
"""How we group projects on the map; the grouping is ours, so it is marked as an illustration."""


@dataclass(frozen=True, slots=True)
class _Site:
    """What project geometries are drawn from."""

    plan: Plan
    shore: Shore

    def block(self, code: str) -> Any:
        return next(block.geom for block in self.plan.blocks if block.code == code)

    def middle(self, code: str) -> Point:
        """For what is known no better than by its part of the zone."""
        return on_grid(self.block(code).representative_point())

    def local(self, shape: Any) -> Any:
        return on_grid(self.shore.frame.to_grid(shape))

    def place(self, name_en: str) -> Point:
        (feature,) = (f for f in features("places") if f["properties"]["name_en"] == name_en)
        return on_legal_grid(Point(feature["geometry"]["coordinates"]), self.plan.srid)

    def airport(self) -> Point:
        (feature,) = features("airports")
        return on_legal_grid(Point(feature["geometry"]["coordinates"]), self.plan.srid)

    def coast_road(self, *, east: bool) -> LineString:
        """Fifty kilometres of the road from the town."""
        road = self.plan.coast_road
        town = road.project(self.place("Sirte"))
        return on_grid(substring(road, town, town + 50_000) if east else substring(road, town - 50_000, town))

    def southern_road(self) -> LineString:
        stops = [self.place(name) for name in ("Sirte", "Qasr Abu Hadi", "Waddan", "Hun", "Sokna")]
        # Sabha is no place of the extract: its published position, to a hundredth of a degree.
        sabha = on_legal_grid(Point(14.43, 27.04), self.plan.srid)
        return LineString([*stops, sabha])


@dataclass(frozen=True, slots=True)
class _Draft:
    code: str
    programme: str
    agency: str | None
    """None: the report does not say who carries it out."""
    sector: str
    type: str
    status: str
    progress_pct: float | None
    years: tuple[int | None, int | None]
    exactness: str
    source: str
    ar: str
    en: str
    remark_ar: str
    remark_en: str
    geom: Callable[[_Site], Any]


_REPORTED: tuple[_Draft, ...] = (
    _Draft("PRT-01", "PORT", "nda", "PRT", "rehabilitation", "maintenance", 100, (2024, 2025), "exact", "su-2025",
           "تطهير الميناء الحالي وتشغيله (المرحلة الأولى)", "Clearing and running the present port (phase 1)",
           "معلن أنها أُنجزت", "Reported as done", lambda s: s.local(Point(0, 200))),
    _Draft("PRT-02", "PORT", "nda", "PRT", "construction", "implementation", 65, (2025, None), "exact", "su-2025",
           "رصف الرصيفين الجنوبي والشرقي (المرحلة الثانية)", "Paving of the south and east quays (phase 2)",
           "نسبة الإنجاز المعلنة 65 %", "65 % done as reported",
           lambda s: MultiLineString([s.shore.south_quay, s.shore.east_quay])),
    _Draft("PRT-03", "PORT", "nda", "PRT", "expansion", "preparation", None, (None, None), "approximate", "su-2025",
           "تعميق الميناء إلى 25 متراً (المرحلة الثالثة)", "Deepening of the port to 25 m (phase 3)",
           "من 11 متراً على الأكثر اليوم؛ لم يُعلن تاريخ", "From at most 11 m today; no date is reported",
           lambda s: s.local(LineString([(0, 80), (420, 520), (900, 900), (1500, 1300)]))),
    _Draft("PRT-04", "PORT", "nda", "PRT", "construction", "implementation", None, (2025, None), "exact",
           "almenassa-2026-02-21", "رصيف الحاويات الجنوبي، 570 متراً", "South container quay, 570 m",
           "وُضع نحو 455 متراً من الكتل تحت الماء (فبراير 2026)",
           "About 455 m of underwater blocks placed (February 2026)", lambda s: s.shore.south_quay),
    _Draft("RDS-01", "LINK", None, "RDS", "expansion", "implementation", None, (2025, None), "approximate",
           "lana-451512", "توسعة الطريق الساحلي شرق سرت، 50 كم", "Coast road widening east of Sirte, 50 km",
           "من كوبري الكرامة الجديد إلى بوابة الخمسين؛ المسار تقريبي",
           "From the new Al-Karama bridge to Gate 50; the line is approximate", lambda s: s.coast_road(east=True)),
    _Draft("RDS-02", "LINK", None, "RDS", "expansion", "implementation", None, (2025, None), "approximate",
           "lana-451512", "توسعة الطريق الساحلي غرب سرت، 50 كم", "Coast road widening west of Sirte, 50 km",
           "المسار تقريبي", "The line is approximate", lambda s: s.coast_road(east=False)),
    _Draft("RDS-03", "LINK", None, "RDS", "construction", "preparation", None, (2025, None), "region",
           "nan-2025-08-23", "طريق سرت – سوكنة – سبها", "Road Sirte – Sokna – Sabha",
           "مرحلة أولى نحو 600 كم؛ الخط يصل بين المدن ولا يبيّن المسار",
           "First stage of about 600 km; the line joins the towns and shows no alignment",
           lambda s: s.southern_road()),
    _Draft("AIR-01", "LINK", None, "AIR", "rehabilitation", "maintenance", 100, (None, 2025), "exact",
           "haberler-2025-10-26", "إعادة افتتاح مطار سرت", "Reopening of Sirte airport",
           "افتُتح في 25 أكتوبر 2025 بعد 12 عاماً", "Reopened on 25 October 2025 after 12 years",
           lambda s: s.airport()),
    _Draft("MAR-01", "PORT", None, "MAR", "expansion", "maintenance", None, (2025, 2025), "exact", "karama-2025",
           "أول خط ملاحي مباشر وأول قاطرة للميناء", "First direct shipping line and the port's first tug",
           "أغسطس وسبتمبر 2025", "August and September 2025", lambda s: s.shore.south_quay.interpolate(300)),
    _Draft("TEL-01", "ZONE", "nda", "TEL", "construction", "identification", None, (None, None), "region",
           "sfz-partnerships", "أنظمة الاتصالات في المنطقة", "Communications systems of the zone",
           "محادثات معلنة؛ لا عقد منشور", "Talks reported; no contract published", lambda s: s.middle("U01")),
    _Draft("DIG-01", "ZONE", "nda", "DIG", "construction", "identification", None, (None, None), "region",
           "sfz-partnerships", "البنية التحتية الرقمية للمنطقة", "Digital infrastructure of the zone",
           "محادثات معلنة؛ لا عقد منشور", "Talks reported; no contract published", lambda s: s.middle("N02")),
    _Draft("LGS-01", "ZONE", "sfz", "LGS", "construction", "identification", None, (None, None), "region",
           "almenassa-2025-06-20", "صوامع الغلال وساحات التخزين", "Grain silos and storage areas",
           "من مكوّنات المنطقة المعلنة", "Among the components that were shown", lambda s: s.middle("B01")),
    _Draft("TOU-01", "ZONE", "sfz", "TOU", "construction", "identification", None, (None, None), "region",
           "almenassa-2025-06-20", "مشروعات سياحية على الواجهة البحرية", "Tourism projects on the seafront",
           "من مكوّنات المنطقة المعلنة؛ الموقع توضيحي", "Among the components shown; the place is illustrative",
           lambda s: s.middle("T01")),
    _Draft("ENE-01", "ZONE", "sfz", "ENE", "construction", "identification", None, (None, None), "region",
           "herald-solar", "محطات طاقة شمسية", "Solar farms", "محادثات معلنة؛ الموقع توضيحي",
           "Talks reported; the place is illustrative", lambda s: s.middle("V01")),
)  # fmt: skip


def _drawn(
    code: str, programme: str, agency: str, status: str, progress: float | None, years: tuple[int, int],
    ar: str, en: str, geom: Callable[[_Site], Any], kind: str = "construction",
) -> _Draft:  # fmt: skip
    return _Draft(
        code, programme, agency, code[:3], kind, status, progress, years, "approximate", "illustration",
        ar, en, "مشروع توضيحي غير رسمي", "An illustrative project, not official", geom,
    )  # fmt: skip


_SPINES = MultiLineString([[(110, layout.SOUTH), (110, -285)], [(-360, -300), (1200, -300)]])

_INVENTED: tuple[_Draft, ...] = (
    _drawn("URB-01", "CITY", "fund", "implementation", 40, (2025, 2028), "إعادة تأهيل وسط سرت",
           "Rehabilitation of central Sirte", lambda s: on_grid(s.place("Sirte").buffer(700, quad_segs=6)),
           "rehabilitation"),
    _drawn("SVC-01", "ZONE", "sfz", "implementation", 55, (2025, 2027), "مجمّع خدمات المستثمرين",
           "Investor service centre", lambda s: s.middle("S02")),
    _drawn("HLT-01", "CITY", "fund", "preparation", None, (2027, 2029), "مركز صحي للعاملين", "Workers' health centre",
           lambda s: s.block("H01")),
    _drawn("EDU-01", "CITY", "fund", "preparation", None, (2027, 2029), "معهد التدريب البحري",
           "Maritime training institute", lambda s: s.block("H02")),
    _drawn("HOU-01", "CITY", "fund", "identification", None, (2028, 2031), "سكن العاملين", "Workers' housing",
           lambda s: s.block("H05")),
    _drawn("RDS-04", "PORT", "nda", "completion", 95, (2024, 2026), "طرق المرحلة الأولى", "Roads of phase 1",
           lambda s: s.local(_SPINES)),
    _drawn("LGS-02", "PORT", "nda", "implementation", 30, (2026, 2028), "المجمّع اللوجستي الأوسط",
           "Central logistics park", lambda s: s.block("C04")),
    _drawn("TEL-02", "ZONE", "sfz", "implementation", 70, (2025, 2027), "حلقة الألياف الضوئية", "Fibre ring",
           lambda s: s.local(LineString([(110, -785), (110, -300), (600, -300), (600, -785)]))),
    _drawn("ENE-02", "PORT", "nda", "completion", 90, (2024, 2026), "محطة التحويل 66/11 كيلوفولت",
           "66/11 kV substation", lambda s: s.local(Point(1010, -150))),
    _drawn("WAT-01", "PORT", "nda", "implementation", 80, (2025, 2026), "خزان المياه ومحطة المعالجة",
           "Water reservoir and treatment works", lambda s: s.block("U01")),
    _drawn("RAI-01", "LINK", "nda", "identification", None, (2029, 2033), "وصلة السكة إلى الميناء",
           "Rail spur to the port", lambda s: s.local(LineString([(612, -2125), (612, 60)]))),
    _drawn("FLD-01", "CITY", "fund", "implementation", 60, (2025, 2027), "مجرى تصريف السيول الجنوبي",
           "Southern flood channel", lambda s: s.local(LineString([(-900, -1985), (-600, -2345), (-200, -2500)]))),
    _drawn("AIR-02", "LINK", "nda", "identification", None, (2028, 2030), "طريق الربط بين المطار والمنطقة",
           "Link road from the airport to the zone",
           lambda s: LineString([s.airport(), s.local(Point(110, -2345))])),
    _drawn("DIG-02", "ZONE", "sfz", "preparation", None, (2027, 2029), "مركز بيانات المنطقة", "Zone data centre",
           lambda s: s.middle("N04")),
    _drawn("MAR-02", "PORT", "nda", "preparation", None, (2027, 2028), "تعليم المدخل والمساعدات الملاحية",
           "Entrance marking and navigation aids", lambda s: Point(s.shore.vertices(105))),
    _drawn("TOU-02", "CITY", "fund", "identification", None, (2028, 2030), "كورنيش الواجهة البحرية",
           "Seafront promenade", lambda s: s.local(LineString([(-615, 105), (-390, 105)]))),
)  # fmt: skip


def projects_of(plan: Plan) -> Iterator[ProjectRow]:
    """Every project, its geometry on the legal grid."""
    site = _Site(plan, Shore.of_srid(plan.srid))
    for draft in (*_REPORTED, *_INVENTED):
        yield ProjectRow(
            code=draft.code, programme=draft.programme, agency=draft.agency, title_ar=draft.ar, title_en=draft.en,
            sector=draft.sector, type=draft.type, status=draft.status, progress_pct=draft.progress_pct,
            first_year=draft.years[0], last_year=draft.years[1], exactness=draft.exactness, source=draft.source,
            illustrative=draft in _INVENTED, remark_ar=draft.remark_ar, remark_en=draft.remark_en,
            geom=draft.geom(site),
        )  # fmt: skip
