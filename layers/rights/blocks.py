# SPDX-License-Identifier: Apache-2.0
"""What can block a step: for each, one sentence, whose move it is, and which paper clears it.

The database finds a block and its facts (`sql/applications.sql`, `sql/leases.sql`); this says it to people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from layers.declaration import Language, Text

DUTIES: dict[str, Text] = {
    "investor": Text(ar="المستثمر", en="the investor"),
    "registrar": Text(ar="أمين السجل", en="the registrar"),
    "planner": Text(ar="المخطِّط", en="the planner"),
    "surveyor": Text(ar="المسّاح", en="the surveyor"),
    "legal": Text(ar="الشؤون القانونية", en="legal affairs"),
    "finance": Text(ar="الشؤون المالية", en="finance"),
    "committee": Text(ar="لجنة التخصيص", en="the allocation committee"),
    "director": Text(ar="المدير", en="the director"),
    "clock": Text(ar="ساعة السجل", en="the register's clock"),
    "nobody": Text(ar="لا أحد", en="nobody"),
}


@dataclass(frozen=True)
class Block:
    """One thing that stands in the way."""

    sentence: Text
    """May name facts in braces."""
    whose: str
    """The duty whose move it is."""
    paper: Text
    """What clears it."""


PAPERS_OF_FILE = Text(ar="المستندات المطلوبة", en="the papers asked for")
NONE = Text(ar="لا مستند", en="no paper")

BLOCKS: dict[str, Block] = {
    # --- the file
    "step_unknown": Block(
        Text(ar="لا خطوة من هذا النوع من الحالة الحالية.", en="There is no such step from the present state."),
        "nobody", NONE,
    ),
    "papers_missing": Block(
        Text(ar="مستندات ناقصة: {missing}.", en="Papers are missing: {missing}."), "investor", PAPERS_OF_FILE
    ),
    "reasons_missing": Block(
        Text(ar="لم تُذكر أسباب الإعادة.", en="The reasons for returning it are not given."), "registrar", NONE
    ),
    "reasons_unanswered": Block(
        Text(ar="أسباب لم يُردّ عليها: {missing}.", en="Reasons without an answer: {missing}."), "investor", PAPERS_OF_FILE
    ),
    "kyc_red": Block(
        Text(ar="التحقق من صاحب الطلب موقوف.", en="The check of the applicant is at “stopped”."), "legal",
        Text(ar="نتيجة التحقق من الهوية", en="the result of the check"),
    ),
    "report_missing": Block(
        Text(ar="لا تقرير فني أو لا درجة ترتيب بعد.", en="There is no technical report or no score yet."), "planner",
        Text(ar="التقرير الفني", en="the technical report"),
    ),
    "reason_missing": Block(
        Text(ar="لم يُذكر السبب كتابة.", en="The reason is not given in writing."), "director",
        Text(ar="السبب المكتوب", en="the written reason"),
    ),
    "decision_missing": Block(
        Text(ar="لا قرار كهذا من لجنة أُقفل محضرها.", en="No closed meeting has decided so."), "committee",
        Text(ar="محضر لجنة التخصيص", en="the committee's minutes"),
    ),
    "quorum_missing": Block(
        Text(ar="لم يكتمل النصاب: حضر {present} من {quorum} بعد التنحي.", en="No quorum: {present} of {quorum} after recusals."),
        "committee", Text(ar="محضر لجنة التخصيص", en="the committee's minutes"),
    ),
    "minutes_missing": Block(
        Text(ar="محضر اللجنة غير مرفوع.", en="The committee's minutes are not on file."), "committee",
        Text(ar="محضر لجنة التخصيص", en="the committee's minutes"),
    ),
    "order_unexplained": Block(
        Text(
            ar="الطلب {ahead} أسبق تقديماً وأعلى درجة، ولا سبب مكتوباً لتجاوزه.",
            en="Application {ahead} was lodged first and scores higher, and no written reason passes it over.",
        ),
        "committee", Text(ar="السبب المكتوب (يُنشر)", en="the written reason, which is published"),
    ),
    "four_eyes": Block(
        Text(ar="من قام بخطوة «{other}» في هذا الملف لا يقوم بهذه.", en="Whoever did “{other}” on this file does not do this."),
        "director", NONE,
    ),
    "period_over": Block(
        Text(ar="انقضت المدة.", en="The time for it is over."), "registrar",
        Text(ar="قرار تمديد بسبب", en="an extension with its reason"),
    ),
    "deposit_short": Block(
        Text(ar="الضمان المسدد {paid} من {due} {currency}.", en="Of the deposit, {paid} of {due} {currency} is paid."),
        "investor", Text(ar="إيصال سداد الضمان", en="the receipt of the deposit"),
    ),
    "not_due": Block(
        Text(ar="لم تنقض المدة بعد.", en="Its time is not over yet."), "clock", NONE
    ),
    "notice_missing": Block(
        Text(ar="لا رقم إخطار بالسقوط.", en="The notice of lapse has no number yet."), "registrar",
        Text(ar="إخطار السقوط", en="the notice of lapse"),
    ),
    "opinion_missing": Block(
        Text(ar="لا رأي قانونياً في الملف.", en="No legal opinion is on file."), "legal",
        Text(ar="الرأي القانوني", en="the legal opinion"),
    ),
    "decision_paper_missing": Block(
        Text(ar="لا قرار برقم وتاريخ في الملف.", en="No decision with number and date is on file."), "director",
        Text(ar="القرار", en="the decision"),
    ),
    "boundary_unsettled": Block(
        Text(
            ar="حد القطعة متنازع عليه، أو مؤقت ولم يُقبل كذلك.",
            en="The plot's boundary is disputed, or provisional and not accepted as such.",
        ),
        "surveyor", Text(ar="الرفع المساحي", en="the survey"),
    ),
    "boundary_unsurveyed": Block(
        Text(ar="حد القطعة غير مرفوع مساحياً.", en="The plot's boundary is not surveyed."), "surveyor",
        Text(ar="الرفع المساحي", en="the survey"),
    ),
    "contract_missing": Block(
        Text(ar="لا عقد موقّعاً في الملف.", en="No signed contract is on file."), "director",
        Text(ar="العقد الموقّع", en="the signed contract"),
    ),
    "lease_missing": Block(
        Text(ar="لا عقد انتفاع بتعريفة محددة.", en="There is no lease with a fixed tariff version."), "director",
        Text(ar="العقد الموقّع", en="the signed contract"),
    ),
    "handover_missing": Block(
        Text(ar="لا محضر تسليم للموقع.", en="There are no hand-over minutes."), "surveyor",
        Text(ar="محضر تسليم الموقع", en="the hand-over minutes"),
    ),
    "appeal_missing": Block(
        Text(ar="لا تظلم في الملف.", en="No appeal is on file."), "investor", Text(ar="التظلم", en="the appeal")
    ),
    "score_frozen": Block(
        Text(ar="درجة الترتيب ثابتة منذ التقرير الفني.", en="The score is frozen since the technical report."), "nobody", NONE
    ),
    "file_fixed": Block(
        Text(ar="لا يتغير صاحب الملف ولا قطعته بعد عرضه على اللجنة.", en="Party and plot do not change once the file is decided on."),
        "nobody", NONE,
    ),
    "meeting_closed": Block(
        Text(ar="أُقفل محضر الاجتماع.", en="The meeting's minutes are closed."), "nobody", NONE
    ),
    "not_before_committee": Block(
        Text(ar="الملف غير معروض على اللجنة.", en="The file is not before the committee."), "planner",
        Text(ar="التقرير الفني", en="the technical report"),
    ),
    # --- the plot
    "plot_unnamed": Block(
        Text(ar="لم تُحدد قطعة.", en="No plot is named."), "registrar", NONE
    ),
    "plot_gone": Block(
        Text(ar="القطعة {plot_number} ليست قائمة.", en="Plot {plot_number} is not current."), "planner",
        Text(ar="مخطط التقسيم", en="the layout plan"),
    ),
    "plot_held": Block(
        Text(
            ar="على القطعة {plot_number} حق قائم ({right}) منذ {since}.",
            en="A right ({right}) stands on plot {plot_number} since {since}.",
        ),
        "registrar", Text(ar="انتهاء الحق القائم أو إخطار سقوطه", en="the end of that right, or its notice of lapse"),
    ),
    "plot_restricted": Block(
        Text(
            ar="على القطعة {plot_number} قيد ({restriction}) منذ {since}.",
            en="A restriction ({restriction}) lies on plot {plot_number} since {since}.",
        ),
        "legal", Text(ar="مستند رفع القيد", en="the paper that lifts the restriction"),
    ),
    "claim_open": Block(
        Text(ar="مطالبة قائمة على القطعة {plot_number} منذ {since}.", en="A claim on plot {plot_number} is open since {since}."),
        "legal", Text(ar="حكم أو تسوية المطالبة", en="the ruling on the claim, or its settlement"),
    ),
    "clearance_open": Block(
        Text(
            ar="تطهير مخلفات الحروب غير مكتمل تحت القطعة {plot_number}.",
            en="Clearance of war remnants is not complete on plot {plot_number}.",
        ),
        "planner", Text(ar="شهادة التطهير", en="the clearance certificate"),
    ),
    "use_not_permitted": Block(
        Text(ar="المخطط لا يسمح بالنشاط {use} على هذه القطعة.", en="The plan does not permit the use {use} on this plot."),
        "planner", Text(ar="تعديل وحدة التخطيط", en="a change of the plan unit"),
    ),
    "right_live": Block(
        Text(
            ar="على القطعة {plot_number} حق قائم ({right}) منذ {since}، فلا يتغير امتدادها إلا بتسمية من يأخذه.",
            en="A right ({right}) stands on plot {plot_number} since {since}: its extent changes only where the act names who takes it.",
        ),
        "planner", Text(ar="ملحق العقد أو تسمية القطعة الوارثة", en="an addendum, or the child that takes the right"),
    ),
    "not_reserved": Block(
        Text(ar="القطعة {plot_number} غير محجوزة لملف.", en="Plot {plot_number} is not reserved for a file."), "committee",
        Text(ar="محضر لجنة التخصيص", en="the committee's minutes"),
    ),
    "not_allocated": Block(
        Text(ar="لا تخصيص على القطعة {plot_number}.", en="Plot {plot_number} is not allocated."), "director",
        Text(ar="القرار", en="the decision"),
    ),
    "not_leased": Block(
        Text(ar="لا عقد سارياً على القطعة {plot_number}.", en="No lease is in force on plot {plot_number}."), "director",
        Text(ar="العقد الموقّع", en="the signed contract"),
    ),
    # --- the lease
    "breach_unproven": Block(
        Text(
            ar="لا التزام متأخراً ولا مقابل انتفاع متأخراً.", en="No obligation is overdue, and no charge is late."
        ),
        "planner", Text(ar="محضر معاينة", en="a site record"),
    ),
    "zone_duties_unmet": Block(
        Text(ar="المنطقة نفسها لم توصّل: {missing}.", en="The zone itself has not connected: {missing}."), "planner",
        Text(ar="خطاب جهة المرافق", en="the utility's letter"),
    ),
    "breach_notice_missing": Block(
        Text(ar="لا إنذار صادراً.", en="No notice of breach is on file."), "registrar", Text(ar="الإنذار", en="the notice"),
    ),
    "evidence_missing": Block(
        Text(ar="لا دليل على الإصلاح.", en="There is no evidence of the cure."), "investor",
        Text(ar="محضر معاينة أو إيصال", en="a site record or a receipt"),
    ),
    "breach_remains": Block(
        Text(ar="المخالفة باقية: {missing}.", en="The breach is still there: {missing}."), "investor",
        Text(ar="محضر معاينة أو إيصال", en="a site record or a receipt"),
    ),
    "notices_short": Block(
        Text(ar="إنذاران مطلوبان، والصادر {notices}.", en="Two notices are needed; {notices} on file."), "registrar",
        Text(ar="الإنذار الثاني", en="the second notice"),
    ),
    "cure_running": Block(
        Text(ar="مدة الإصلاح جارية إلى {until}.", en="The time to cure runs until {until}."), "clock", NONE
    ),
    "window_closed": Block(
        Text(ar="باب التجديد يُفتح في {opens}.", en="The window of renewal opens on {opens}."), "clock", NONE
    ),
    "debt": Block(
        Text(ar="على العقد {debt} {currency} مستحقة.", en="{debt} {currency} is due on the lease."), "investor",
        Text(ar="مخالصة", en="the clearance slip"),
    ),
    "successor_missing": Block(
        Text(ar="لا عقد جديداً يلي هذا بلا فجوة.", en="No new lease follows this one without a gap."), "director",
        Text(ar="العقد الجديد", en="the new contract"),
    ),
    "successor_red": Block(
        Text(ar="التحقق من المتنازل إليه موقوف.", en="The check of the new party is at “stopped”."), "legal",
        Text(ar="نتيجة التحقق من الهوية", en="the result of the check"),
    ),
    "not_over": Block(
        Text(ar="لم تنته مدة العقد.", en="The term is not over."), "clock", NONE
    ),
    "inspection_missing": Block(
        Text(ar="لا معاينة للموقع بعد انتهاء الحق.", en="The site was not inspected after the right ended."), "surveyor",
        Text(ar="محضر معاينة", en="a site record"),
    ),
    "term_missing": Block(
        Text(ar="ليس للعقد نهاية.", en="The lease has no end."), "director", NONE
    ),
    "term_outside": Block(
        Text(ar="مدة العقد خارج ما تجيزه القواعد ({least}–{most} سنة).", en="The term is outside what the rules allow ({least}–{most} years)."),
        "director", NONE,
    ),
    "payment_unfit": Block(
        Text(
            ar="الدفعة بعملة أخرى أو تزيد على المطلوب: سُدد {paid} من {asked} {currency}.",
            en="The payment is in another currency or exceeds what is asked: {paid} of {asked} {currency} is paid.",
        ),
        "finance", Text(ar="إيصال السداد", en="the receipt"),
    ),
    "order_missing": Block(
        Text(ar="لا أمر أو حكم في الملف.", en="No order or ruling is on file."), "legal",
        Text(ar="الأمر أو الحكم", en="the order or ruling"),
    ),
}  # fmt: skip
"""By code. A step's `asks` names them in the order in which they are told."""

PUBLIC = Text(ar="القطعة غير متاحة.", en="The plot is not available.")
"""All that a public reader is told."""
FREE = Text(ar="لا شيء يمنع.", en="Nothing blocks it.")


def said(code: str, facts: Mapping[str, object], language: Language) -> str:
    """What blocks, since when, whose move it is and which paper clears it: one sentence of facts for a person."""
    block = BLOCKS[code]
    # Not str.format: a fact is data, and may hold braces.
    what = re.sub(r"\{(\w+)\}", lambda m: _plain(facts.get(m[1], "–")), block.sentence.said_in(language)).rstrip(".")
    whose = DUTIES[block.whose].said_in(language)
    since = facts.get("since")
    words = [what]
    if since and "{since}" not in block.sentence.en:
        words.append((f"منذ {_plain(since)}") if language == "ar" else f"since {_plain(since)}")
    if block.whose != "nobody":
        words.append(f"والدور على: {whose}" if language == "ar" else f"the move is with {whose}")
    if block.paper is not NONE:
        paper = block.paper.said_in(language)
        words.append(f"ويرفعه: {paper}" if language == "ar" else f"cleared by {paper}")
    return ("، " if language == "ar" else "; ").join(words) + "."


def _plain(fact: object) -> str:
    if isinstance(fact, (list, tuple)):
        return ", ".join(str(item) for item in fact) or "–"
    return str(fact)[:10] if re.match(r"\d{4}-\d\d-\d\dT", str(fact)) else str(fact)
