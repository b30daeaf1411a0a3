# SPDX-License-Identifier: Apache-2.0
"""Codelists: the words that columns take their values from, in both languages, with a standard's name for each.

Rows, not enums: a zone adds its own, and a retired code stays readable.
"""

from datetime import datetime

from sqlalchemy import Integer, Text, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base


class Code(Base):
    """One code of one list."""

    __tablename__ = "code"

    list: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    ar: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    standard: Mapped[str | None] = mapped_column(Text)
    """The same idea in a standard: INSPIRE HILUCS, OC4IDS, S-57 …"""
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, server_default=text("tstzrange(null, null)"))


CODELISTS: dict[str, tuple[tuple[str, str, str, str | None], ...]] = {
    # The public's one list, the same everywhere; derived, never typed.
    "public_status": (
        ("available", "متاحة", "Available", None),
        ("planned", "مخططة، غير مزوّدة بالمرافق", "Planned, not yet serviced", None),
        ("in_process", "عليها إجراءات", "In process", None),
        ("allocated", "مخصصة", "Allocated", None),
        ("under_construction", "تحت التنفيذ", "Under construction", None),
        ("operating", "مستغلة", "Operating", None),
        ("not_available", "غير متاحة", "Not available", None),
    ),
    "land_use": (
        ("INH", "صناعات ثقيلة", "Heavy industry", "HILUCS 2_2_HeavyEndProductIndustry"),
        ("INL", "صناعات خفيفة", "Light industry", "HILUCS 2_3_LightEndProductIndustry"),
        ("LOG", "لوجستيات وتخزين", "Logistics and storage", "HILUCS 4_2_LogisticalAndStorageServices"),
        ("YRD", "ساحات حاويات", "Container yards", "HILUCS 4_2_LogisticalAndStorageServices"),
        ("SIL", "صوامع غلال", "Grain silos", "HILUCS 4_2_LogisticalAndStorageServices"),
        ("PRT", "مرافق مينائية", "Port facilities", "HILUCS 4_1_4_WaterTransport"),
        ("COM", "تجاري", "Commercial", "HILUCS 3_1_CommercialServices"),
        (
            "TEC",
            "تقنية ومراكز بيانات",
            "Technology and data centres",
            "HILUCS 3_2_FinancialProfessionalAndInformationServices",
        ),
        ("TOU", "سياحي وفندقي", "Tourism and hotels", "HILUCS 3_1_3_AccommodationAndFoodServices"),
        (
            "ADM",
            "إداري وجمركي",
            "Administration and customs",
            "HILUCS 3_3_1_PublicAdministrationDefenceAndSocialSecurityServices",
        ),
        ("EDU", "تعليمي", "Education", "HILUCS 3_3_2_EducationalServices"),
        ("HLT", "صحي", "Health", "HILUCS 3_3_3_HealthAndSocialServices"),
        ("RES", "سكن عاملين وإسكان", "Housing", "HILUCS 5_1_PermanentResidentialUse"),
        ("ENR", "طاقة", "Energy", "HILUCS 2_4_EnergyProduction"),
        ("UTL", "مرافق وشبكات", "Utilities", "HILUCS 4_3_Utilities"),
        ("ROD", "طرق", "Roads", "HILUCS 4_1_1_RoadTransport"),
        ("RWY", "سكك حديدية", "Railway", "HILUCS 4_1_2_RailwayTransport"),
        ("AIR", "مطار", "Airport", "HILUCS 4_1_3_AirTransport"),
        ("GRN", "مساحات خضراء", "Open space", "HILUCS 3_4_4_OpenAirRecreationalAreas"),
        ("RSV", "مساحة توسّع مستقبلي", "Reserve for expansion", "HILUCS 6_5_AreasWithoutAnySpecifiedPlannedUse"),
        ("BSN", "حوض ومسطح مائي", "Basin and water", "HILUCS 6_3_2_WaterAreasNotInOtherEconomicUse"),
    ),
    "area_type": (
        ("official", "المساحة حسب القرار", "Area by decree", "LA_AreaType officialArea"),
        ("surveyed", "المساحة حسب الرفع المساحي", "Surveyed area", "LA_AreaType surveyedArea"),
        ("calculated", "المحسوبة من الإحداثيات", "Computed from coordinates", "LA_AreaType calculatedArea"),
        ("nonOfficial", "مساحة غير رسمية", "Unofficial area", "LA_AreaType nonOfficialArea"),
    ),
    "boundary_state": (
        ("PRV", "حد مؤقت", "Provisional", None),
        ("SRV", "حد مرفوع مساحياً", "Surveyed", None),
        ("DSP", "حد متنازع عليه", "Disputed", None),
    ),
    "right_kind": (
        ("reservation", "حجز", "Reservation", "LA_Restriction"),
        ("allocation", "تخصيص", "Allocation", "LA_Right"),
        ("lease", "حق انتفاع أو إيجار", "Usufruct or lease", "LA_Right"),
        ("concession", "عقد امتياز (التزام)", "Concession", "LA_Right"),
    ),
    "restriction_kind": (
        ("hold", "تعليق", "Hold", "LA_Restriction"),
        ("claim", "مطالبة", "Claim", "LA_Restriction"),
        ("servitude", "حق ارتفاق", "Servitude", "LA_Restriction"),
        ("pledge", "رهن رسمي على المباني", "Pledge on buildings", "LA_Restriction"),
        ("clearance", "قيد مخلفات الحروب", "War-remnant clearance", "LA_Restriction"),
    ),
    "progress": (
        ("none", "لم يُسلَّم الموقع", "Not handed over", None),
        ("handed_over", "سُلِّم الموقع", "Handed over", None),
        ("works", "أعمال جارية", "Works under way", None),
        ("operating", "نشاط قائم", "Operating", None),
        ("idle", "متوقف", "Idle", None),
    ),
    "servicing": (
        ("now", "متوفرة", "Connected now", None),
        ("dated", "من تاريخ معلوم", "From a date", None),
        ("no_date", "بلا تاريخ", "No date", None),
        ("unknown", "غير معلومة، لا خطاب بعد", "Unknown, no letter yet", None),
    ),
    "utility": (
        ("road", "طرق", "Roads", "HILUCS 4_1_1_RoadTransport"),
        ("rail", "سكك حديدية", "Railway", "HILUCS 4_1_2_RailwayTransport"),
        ("water", "مياه", "Water", "INSPIRE US water"),
        ("sewer", "صرف صحي", "Sewer", "INSPIRE US sewer"),
        ("storm", "تصريف مياه الأمطار", "Storm drainage", "INSPIRE US sewer (stormSewer)"),
        ("power", "كهرباء", "Power", "INSPIRE US electricity"),
        ("telecom", "اتصالات", "Telecom", "INSPIRE US telecommunications"),
        ("gas", "غاز", "Gas", "INSPIRE US oilGasChemical"),
        ("fire", "مياه الحريق", "Fire water", "INSPIRE US water"),
    ),
    "party_type": (
        ("NAT", "شخص طبيعي", "Natural person", "LA_PartyType naturalPerson"),
        ("LCO", "شركة ليبية", "Libyan company", "LA_PartyType nonNaturalPerson"),
        ("FCO", "شركة أجنبية", "Foreign company", "LA_PartyType nonNaturalPerson"),
        ("BRN", "فرع شركة", "Branch", "LA_PartyType nonNaturalPerson"),
        ("JVT", "مشروع مشترك", "Joint venture", "LA_PartyType group"),
        ("OPR", "مشغّل موانئ أو مناطق حرة", "Port or zone operator", "LA_PartyType nonNaturalPerson"),
        ("TEC", "شركة تقنية", "Technology company", "LA_PartyType nonNaturalPerson"),
        ("GOV", "جهة عامة", "Government body", "LA_PartyType state"),
        ("DEV", "جهاز أو صندوق تنمية", "Development agency or fund", "LA_PartyType state"),
        ("SOE", "شركة عامة", "State company", "LA_PartyType nonNaturalPerson"),
        ("EMB", "بعثة دبلوماسية", "Embassy", "LA_PartyType state"),
        ("CHM", "غرفة التجارة والصناعة", "Chamber of commerce", "LA_PartyType nonNaturalPerson"),
        ("FIN", "ممول أو مصرف", "Financier or bank", "LA_PartyType nonNaturalPerson"),
        ("CSO", "منظمة مجتمع مدني", "Civil society", "LA_PartyType nonNaturalPerson"),
        ("INT", "منظمة دولية", "International body", "LA_PartyType nonNaturalPerson"),
    ),
    "source_kind": (
        ("decree", "قرار", "Decree", "LA_AdministrativeSource"),
        ("letter", "خطاب", "Letter", "LA_AdministrativeSource"),
        ("contract", "عقد", "Contract", "LA_AdministrativeSource"),
        ("plan", "مخطط", "Plan", "LA_SpatialSource"),
        ("survey", "رفع مساحي", "Survey", "LA_SpatialSource"),
        ("dataset", "بيانات مفتوحة", "Open data", "LA_SpatialSource"),
        ("press", "خبر منشور", "Published report", None),
        ("file", "ملف مستورد", "Imported file", "LA_SpatialSource"),
        ("illustration", "عرض توضيحي", "Illustration", None),
    ),
}
"""list → (code, Arabic, English, the standard's name). `layers.migrate` writes them; a zone may add rows of its own."""
