# SPDX-License-Identifier: Apache-2.0
"""Where the demonstration's facts come from: every source with its date, and the one that says "invented"."""

from __future__ import annotations

from datetime import date

from layers.sirte.rows import SourceRow
from layers.sirte.shore import attribution

SOURCES = (
    SourceRow(
        "illustration", "illustration",
        "مخطط توضيحي للمنطقة الحرة سرت، غير رسمي", "Illustrative plan of the Sirte Free Zone, not official",
        "فريق مرسى", "The Marsa project", "مرسى/توضيحي/1", date(2026, 11, 24),
        "Drawn to fit the real coast and harbour; nothing in it was decided by anybody.", "Apache-2.0",
        illustrative=True,
    ),
    SourceRow(
        "osm", "dataset",
        "خط الساحل وحدود الميناء من خرائط الشارع المفتوحة", "Coast and harbour outline of OpenStreetMap",
        "المساهمون في خرائط الشارع المفتوحة", "OpenStreetMap contributors", None, date(2026, 11, 22),
        "Land polygons in roaring-landmask 0.11.0, clipped; generalised, good to about 30 m.", "ODbL-1.0",
        "© OpenStreetMap contributors",
    ),
    SourceRow(
        "geonames", "dataset", "أسماء الأماكن من جيونيمز", "Place names of GeoNames", "جيونيمز", "GeoNames",
        None, date(2026, 11, 22), attribution("places"), "CC-BY-4.0", "GeoNames, CC BY 4.0",
    ),
    SourceRow(
        "airports", "dataset", "دليل المطارات المفتوح", "Open list of airports", None, "airportsdata",
        None, date(2026, 9, 5), attribution("airports"), "MIT",
    ),
    SourceRow(
        "su-2025", "press",
        "جامعة سرت: مشروع المنطقة الحرة سرت على أكثر من 214 هكتاراً وثلاث مراحل للميناء",
        "Sirte University: the free zone covers more than 214 hectares, the port comes in three phases",
        "جامعة سرت", "Sirte University", None, None,
        "su.edu.ly and alkhabarkw.com, quoting Al Jazeera, 2025 (day not given); states a present depth of 9 to 11 m",
    ),
    SourceRow(
        "almenassa-2026-02-21", "press",
        "الرصيف الجنوبي للحاويات: 570 متراً، وُضع نحو 455 متراً من الكتل تحت الماء",
        "South container quay: 570 m, about 455 m of underwater blocks placed",
        "المنصة", "Al Menassa", None, date(2026, 2, 21), "almenassa.ly, 2026-02-21",
    ),
    SourceRow(
        "lana-387871", "press", "تعميق حوض ميناء سرت إلى 11 متراً وإزالة الحطام ومخلفات الحرب",
        "Sirte harbour basin dredged to 11 m, wrecks and war debris removed",
        "وكالة الأنباء الليبية", "Libyan News Agency", None, date(2024, 12, 7), "lananews.com 387871, 2024-12-07",
    ),
    SourceRow(
        "lana-401182", "press", "أول سفينة تجارية في ميناء سرت بعد 14 عاماً",
        "First commercial ship at Sirte port after 14 years",
        "وكالة الأنباء الليبية", "Libyan News Agency", None, date(2025, 2, 12), "lananews.com 401182, 2025-02-12",
    ),
    SourceRow(
        "karama-2025", "press", "أول خط ملاحي مباشر إلى سرت، وأول قاطرة للميناء",
        "First direct shipping line to Sirte, and the port's first tug",
        "الكرامة", "Al Karama", None, None, "al-karama.media, August and September 2025 (day not given)",
    ),
    SourceRow(
        "almenassa-2025-06-20", "press",
        "عرض مكوّنات المنطقة: الميناء والتخزين والخدمات والسياحة وصوامع الغلال",
        "The zone's components shown: port, storage, services, tourism, grain silos",
        "المنصة", "Al Menassa", None, date(2025, 6, 20), "almenassa.org, 2025-06-20",
    ),
    SourceRow(
        "nan-2025-08-23", "press", "طريق سرت – سوكنة – سبها: مرحلة أولى نحو 600 كيلومتر",
        "Road Sirte – Sokna – Sabha: a first stage of about 600 km",
        "نان", "NAN", None, date(2025, 8, 23), "nan.media; lywitness.com; news-pravda.com, 2025-08-23",
    ),
    SourceRow(
        "lana-451512", "press", "توسعة الطريق الساحلي شرق سرت وغربها، 50 كيلومتراً لكل اتجاه",
        "Coast road widened east and west of Sirte, 50 km each",
        "وكالة الأنباء الليبية", "Libyan News Agency", None, date(2025, 10, 20), "lananews.com 451512, 2025-10-20",
    ),
    SourceRow(
        "haberler-2025-10-26", "press", "إعادة افتتاح مطار سرت في 25 أكتوبر 2025 بعد 12 عاماً",
        "Sirte airport reopened on 25 October 2025 after 12 years",
        None, "Haberler", None, date(2025, 10, 26), "haberler.com, 2025-10-26; alsharqtribune.org",
    ),
    SourceRow(
        "sfz-partnerships", "press", "المنطقة الحرة سرت: محادثات في أنظمة الاتصالات والبنية التحتية الرقمية",
        "Sirte Free Zone: talks on communications systems and digital infrastructure",
        "المنطقة الحرة سرت", "Sirte Free Zone", None, None,
        "sfz.org.ly, the zone's own account of its partnerships (day not given)",
    ),
    SourceRow(
        "herald-solar", "press", "محادثات حول محطات طاقة شمسية في المنطقة", "Talks on solar farms in the zone",
        None, "Libya Herald", None, None, "almenassa.org and libyaherald.com (day not given)",
    ),
)  # fmt: skip
"""Keyed by `key`; the register stores the rest. Where a report gives no day, none is filled in."""

REPORTED = {
    "zone_area_ha": (214.0, "su-2025"),
    "south_quay_m": (570.0, "almenassa-2026-02-21"),
    "depth_min_m": (9.0, "su-2025"),
    "depth_max_m": (11.0, "lana-387871"),
}
"""Figures of published reports: value and source. None of them was surveyed by us."""
