# SPDX-License-Identifier: Apache-2.0
"""Codelists of the plan and of survey: road classes, gates, constraints, clearance, control points."""

from layers.declaration import Codelists

PLAN: Codelists = {
    "road_class": (
        ("highway", "طريق سريع", "Highway", "OSM motorway, trunk"),
        ("arterial", "طريق شرياني", "Arterial road", "OSM primary"),
        ("collector", "طريق تجميعي", "Collector road", "OSM secondary, tertiary"),
        ("local", "طريق محلي", "Local road", "OSM residential, unclassified"),
        ("service", "طريق خدمة", "Service road", "OSM service"),
        ("port", "طريق داخل الميناء", "Port road", None),
        ("unknown", "غير مصنّف", "Not classified", None),
    ),
    "gate_kind": (
        ("customs", "بوابة جمركية", "Customs gate", None),
        ("port", "بوابة ميناء", "Port gate", None),
    ),
    "gate_traffic": (
        ("vehicles", "مركبات", "Vehicles", None),
        ("pedestrians", "مشاة", "Pedestrians", None),
        ("rail", "قطارات", "Trains", None),
        ("emergency", "طوارئ فقط", "Emergency only", None),
    ),
    "constraint_kind": (
        ("clearance", "مخلفات حروب", "War remnants", "LA_Restriction"),
        ("utility_buffer", "حرم مرافق", "Utility buffer", "LA_Restriction"),
        ("coast", "حرم الشاطئ", "Coastal setback", "LA_Restriction"),
        ("claim", "أرض عليها مطالبة", "Land under claim", "LA_Restriction"),
        ("heritage", "موقع أثري", "Heritage site", "LA_Restriction"),
        ("aviation", "قيود ارتفاع للطيران", "Aviation height limit", "LA_Restriction"),
        ("flood", "مجرى سيول", "Flood channel", "LA_Restriction"),
        ("hazard", "مسافة أمان من نشاط خطر", "Safety distance from a hazard", "LA_Restriction"),
    ),
    "constraint_state": (
        ("proposed", "مقترح", "Proposed", None),
        ("in_force", "نافذ", "In force", None),
        ("lifted", "مرفوع", "Lifted", None),
    ),
    "clearance": (
        ("UNK", "غير معروفة", "Unknown", None),
        ("SUS", "مشتبه بها", "Suspected", "IMAS 07.11 suspected hazardous area"),
        ("CNF", "مؤكدة التلوث", "Confirmed contaminated", "IMAS 07.11 confirmed hazardous area"),
        ("CAN", "أُلغي الاشتباه بالمسح", "Cancelled by survey", "IMAS 07.11 cancelled land"),
        ("CLR", "مطهَّرة", "Cleared", "IMAS 07.11 cleared land"),
        ("REL", "مسلّمة بشهادة", "Released with a certificate", "IMAS 07.11 land release"),
    ),
    "control_order": (
        ("geodetic", "شبكة جيوديسية وطنية", "National geodetic network", None),
        ("primary", "ثابت رئيسي", "Primary control", None),
        ("secondary", "ثابت فرعي", "Secondary control", None),
        ("bench_mark", "روبير", "Bench mark", None),
        ("unknown", "غير معروفة", "Unknown", None),
    ),
    "vertical_datum": (
        ("msl", "متوسط سطح البحر", "Mean sea level", "S-57 VERDAT 3"),
        ("egm2008", "الجيويد EGM2008", "EGM2008 geoid", "EPSG:3855"),
        ("egm96", "الجيويد EGM96", "EGM96 geoid", "EPSG:5773"),
        ("chart_datum", "صفر الخريطة البحرية", "Chart datum", None),
        ("ellipsoid", "مجسّم مرجعي", "Ellipsoid", None),
        ("local", "مرجع محلي", "Local datum", "S-57 VERDAT 24"),
        ("unknown", "غير معروف", "Unknown", None),
    ),
    "monument": (
        ("pillar", "عمود خرساني", "Concrete pillar", "LA_MonumentationType"),
        ("peg", "وتد حديدي", "Steel peg", "LA_MonumentationType"),
        ("bolt", "مسمار مساحي", "Survey nail or bolt", "LA_MonumentationType"),
        ("mark", "علامة على منشأ", "Mark on a structure", "LA_MonumentationType"),
        ("none", "بلا علامة", "Not marked", "LA_MonumentationType notMarked"),
        ("unknown", "غير معروفة", "Unknown", None),
    ),
    "survey_method": (
        ("gnss", "رصد أقمار صناعية", "GNSS", "LA_ProductionMethod"),
        ("total_station", "محطة رصد متكاملة", "Total station", "LA_ProductionMethod"),
        ("photogrammetry", "مسح تصويري", "Photogrammetry", "LA_ProductionMethod"),
        ("digitised", "مأخوذة من مخطط", "Taken from a plan", "LA_ProductionMethod"),
        ("computed", "محسوبة", "Computed", "LA_ProductionMethod"),
        ("unknown", "غير معروفة", "Unknown", None),
    ),
}
