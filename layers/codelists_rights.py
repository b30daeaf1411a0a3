# SPDX-License-Identifier: Apache-2.0
"""Codelists of rights: states of files and leases, papers, decisions, money."""

from layers.declaration import Codelists

RIGHTS: Codelists = {
    "application_state": (
        ("DRF", "مسودة", "Draft", None),
        ("RIN", "مستلم غير مستكمل", "Received, incomplete", None),
        ("LDG", "مقدَّم", "Lodged", "SOLA lodged"),
        ("RTN", "معاد لاستكمال المستندات", "Returned for papers", "SOLA requisitioned"),
        ("TEC", "مراجعة فنية", "Technical review", None),
        ("COM", "معروض على اللجنة", "Before the committee", None),
        ("OFR", "موافقة مبدئية (حجز مؤقت)", "Offered, reserved", None),
        ("ACC", "قبول وسداد الضمان", "Accepted, deposit paid", None),
        ("APR", "معتمد", "Approved", "SOLA approved"),
        ("CON", "متعاقد", "Signed", None),
        ("HND", "تم تسليم الموقع", "Handed over", "SOLA completed"),
        ("REJ", "مرفوض", "Rejected", "SOLA annulled"),
        ("WDN", "مسحوب من صاحبه", "Withdrawn", "SOLA annulled"),
        ("LPS", "سقط بانقضاء المدة", "Lapsed", "SOLA annulled"),
        ("CNL", "ملغى", "Cancelled", "SOLA annulled"),
    ),
    "lease_state": (
        ("ACT", "سارٍ", "In force", "LA_Right"),
        ("DEF", "مخالف أو متعثر", "In breach", None),
        ("SUS", "معلّق", "Suspended", None),
        ("RNP", "قيد التجديد", "Being renewed", None),
        ("TRP", "قيد التنازل للغير", "Being transferred", None),
        ("EXP", "منتهٍ", "Ended", None),
        ("TRM", "مفسوخ", "Terminated", None),
        ("SUR", "تخلٍّ أو تنازل", "Given up or transferred", None),
        ("RCV", "مسترد", "Recovered", None),
    ),
    "right_type": (
        ("usufruct", "حق انتفاع", "Usufruct", "LA_Right"),
        ("lease", "إيجار", "Lease", "LA_Right"),
        ("concession", "عقد امتياز (التزام)", "Concession", "LA_Right"),
        ("permitOcc", "ترخيص إشغال مؤقت", "Temporary occupation permit", "LA_Right"),
    ),
    "kyc_state": (
        ("unchecked", "لم يُتحقق بعد", "Not checked yet", None),
        ("green", "سليم", "Cleared", None),
        ("amber", "قيد التحقق", "Being checked", None),
        ("red", "موقوف", "Stopped", None),
    ),
    "paper_kind": (
        ("company", "مستندات الشركة", "Company papers", None),
        ("hse", "تقرير الصحة والسلامة والبيئة", "Health, safety and environment report", None),
        ("brief", "ملخص المشروع", "Project brief", None),
        ("bank", "خطاب المصرف", "Bank letter", None),
        ("report", "التقرير الفني", "Technical report", None),
        ("opinion", "الرأي القانوني", "Legal opinion", None),
        ("decision", "قرار التخصيص", "Decision of allocation", None),
        ("contract", "العقد الموقّع", "Signed contract", None),
        ("handover", "محضر تسليم الموقع", "Hand-over minutes", None),
        ("proxy", "وكالة", "Proxy", None),
        ("appeal", "تظلم", "Appeal", None),
        ("other", "مستند آخر", "Other paper", None),
    ),
    "return_reason": (
        ("paper_missing", "مستند ناقص", "A paper is missing", None),
        ("paper_expired", "مستند منتهي الصلاحية", "A paper has expired", None),
        ("figures_unclear", "أرقام غير واضحة", "Figures are not clear", None),
        ("plot_unclear", "القطعة المطلوبة غير محددة", "The plot wanted is not named", None),
        ("use_unclear", "النشاط غير محدد", "The activity is not named", None),
    ),
    "committee_decision": (
        ("offer", "موافقة مبدئية", "Offer", None),
        ("reject", "رفض", "Reject", None),
        ("defer", "تأجيل", "Defer", None),
    ),
    "obligation_kind": (
        ("fence", "تسوير القطعة", "Fence the plot", "LA_Responsibility"),
        ("start_build", "بدء البناء", "Begin to build", "LA_Responsibility"),
        ("operate", "بدء التشغيل", "Begin to operate", "LA_Responsibility"),
        ("insure", "التأمين", "Insure", "LA_Responsibility"),
    ),
    "charge_kind": (
        ("rent", "مقابل الانتفاع السنوي", "Annual usufruct charge", None),
        ("deposit", "ضمان", "Deposit", None),
        ("fee", "رسم", "Fee", None),
    ),
    "charge_basis": (
        ("m2_year", "لكل متر مربع في السنة", "A square metre and year", None),
        ("fixed", "مبلغ ثابت", "A fixed sum", None),
        ("pct_capital", "نسبة من رأس المال", "A share of the capital", None),
        ("pct_price_year", "نسبة من قيمة الأرض في السنة", "A share of the land's price a year", None),
    ),
    "tier_kind": (
        ("whole", "سعر الشريحة على المساحة كلها", "The tier's rate for all of it", None),
        ("slice", "لكل شريحة سعرها", "Each slice at its own rate", None),
    ),
    "currency": (
        ("LYD", "دينار ليبي", "Libyan dinar", "ISO 4217"),
        ("USD", "دولار أمريكي", "US dollar", "ISO 4217"),
        ("EUR", "يورو", "Euro", "ISO 4217"),
        ("SAR", "ريال سعودي", "Saudi riyal", "ISO 4217"),
        ("EGP", "جنيه مصري", "Egyptian pound", "ISO 4217"),
    ),
    "notice_kind": (
        ("breach", "إنذار بمخالفة", "Notice of breach", None),
        ("lapse", "إخطار بسقوط الحق", "Notice of lapse", None),
    ),
    "claim_state": (
        ("open", "قائمة", "Open", None),
        ("settled", "سُوّيت", "Settled", None),
        ("dismissed", "رُفضت", "Dismissed", None),
    ),
    "paper_direction": (
        ("in", "وارد", "Incoming", None),
        ("out", "صادر", "Outgoing", None),
    ),
    "visibility": (
        ("public", "للجميع", "Everybody", None),
        ("parties", "لأصحاب الملف", "Those whose file it is", None),
        ("staff", "للموظفين", "Staff", None),
    ),
}
