# SPDX-License-Identifier: Apache-2.0
"""The steps of a file and of a lease, as one table: docs, database, commands and tests read it here.

The database refuses every other change of state (`register.rights_step`, made from this), whoever writes it.
"""

from dataclasses import dataclass
from typing import Literal

from layers.declaration import Text

Machine = Literal["application", "lease"]


NOT_LEGAL = ("draft", "receive", "return", "resubmit", "accept_file", "begin_renewal", "begin_transfer", "give_up")
"""Steps that change nobody's right: their events are not chained."""
NOTHING = Text(ar="–", en="–")


@dataclass(frozen=True)
class Step:
    """One step: an event that takes a file or a lease from one state to another."""

    number: str
    """As guide and docs call it. Two that share a letter apart (T17a, T17b) are two ends of one."""
    machine: Machine
    event: str
    before: tuple[str, ...]
    """States that it starts from; none: it begins a file or a lease."""
    after: str
    """The state that it leads to."""
    who: tuple[str, ...]
    """Duties that may do it."""
    title: Text
    asks: tuple[str, ...] = ()
    """What blocks it, in the order in which it is told: codes of `layers.rights.blocks`."""
    writes: Text = NOTHING
    clock: Text | None = None
    """The time limit that begins or stops with it."""

    @property
    def legal(self) -> bool:
        """It changes somebody's right: its event is chained."""
        return self.event not in NOT_LEGAL


BEFORE_SIGNING = ("DRF", "RIN", "LDG", "RTN", "TEC", "COM", "OFR", "ACC", "APR")
PLOT_FREE = ("plot_unnamed", "plot_gone", "plot_held", "plot_restricted")
NUMBER = Text(ar="رقم قيد متسلسل، تاريخ التقديم", en="Gapless number, day of lodging")
STOPPED = Text(ar="تقف المدة", en="The clock stops")
FREED = Text(ar="ينتهي الحق وتتاح القطعة", en="The right ends, the plot is free")

STEPS: tuple[Step, ...] = (
    Step(
        "T1", "application", "draft", (), "DRF", ("registrar", "investor"),
        Text(ar="فتح ملف", en="Begin a file"), writes=Text(ar="ملف الطلب", en="The application"),
    ),
    Step(
        "T2a", "application", "receive", ("DRF",), "RIN", ("registrar",),
        Text(ar="استلام غير مستكمل", en="Receive, incomplete"), writes=NUMBER,
        clock=Text(ar="تبدأ مدة الاستكمال", en="The time to complete it begins"),
    ),
    Step(
        "T2b", "application", "lodge", ("DRF", "RIN"), "LDG", ("registrar", "investor"),
        Text(ar="تقديم", en="Lodge"), ("papers_missing",), NUMBER,
    ),
    Step(
        "T3", "application", "return", ("LDG", "TEC"), "RTN", ("registrar", "planner"),
        Text(ar="إعادة للاستكمال", en="Ask for more"), ("reasons_missing",), Text(ar="أسباب الإعادة", en="Reason codes"),
        STOPPED,
    ),
    Step(
        "T4", "application", "resubmit", ("RTN",), "LDG", ("registrar", "investor"),
        Text(ar="إعادة التقديم", en="Resubmit"), ("reasons_unanswered",),
        clock=Text(ar="تستأنف المدة", en="The clock goes on"),
    ),
    Step(
        "T5", "application", "accept_file", ("LDG",), "TEC", ("registrar",),
        Text(ar="قبول الملف", en="Accept the file"), ("kyc_red",), Text(ar="مهمة للمخطِّط", en="A task for the planner"),
    ),
    Step(
        "T6", "application", "report", ("TEC",), "COM", ("planner",),
        Text(ar="التقرير الفني", en="Technical report"), ("report_missing", *PLOT_FREE, "use_not_permitted", "clearance_open"),
        Text(ar="التقرير، ودرجة الترتيب ثابتة", en="The report; the score is frozen"),
    ),
    Step(
        "T7", "application", "offer", ("COM",), "OFR", ("committee",),
        Text(ar="موافقة اللجنة المبدئية", en="The committee picks"),
        ("decision_missing", "quorum_missing", "minutes_missing", "order_unexplained", *PLOT_FREE, "four_eyes"),
        Text(ar="حجز القطعة", en="The reservation"), Text(ar="تبدأ مدة القبول", en="The time to accept begins"),
    ),
    Step(
        "T8", "application", "reject", ("COM",), "REJ", ("committee",),
        Text(ar="رفض", en="Reject"), ("decision_missing", "quorum_missing", "minutes_missing", "reason_missing"),
        Text(ar="إخطار", en="A notice"), Text(ar="تبدأ مدة التظلم", en="The time to appeal begins"),
    ),
    Step(
        "T9", "application", "accept", ("OFR",), "ACC", ("finance",),
        Text(ar="قبول وسداد الضمان", en="Accept and pay the deposit"), ("period_over", "deposit_short"),
        Text(ar="الدفعة", en="The payment"), Text(ar="تبدأ مدة القرار", en="The time to decide begins"),
    ),
    Step(
        "T10", "application", "lapse", ("RIN", "RTN", "OFR", "ACC", "APR"), "LPS", ("registrar", "clock"),
        Text(ar="إثبات السقوط", en="Confirm the lapse"), ("not_due", "notice_missing"), FREED,
    ),
    Step(
        "T11", "application", "approve", ("ACC",), "APR", ("director",),
        Text(ar="قرار التخصيص", en="Decision"),
        ("opinion_missing", "decision_paper_missing", "boundary_unsettled", "claim_open", "four_eyes"),
        Text(ar="التخصيص وسنده", en="The allocation and its paper"), Text(ar="تبدأ مدة التوقيع", en="The time to sign begins"),
    ),
    Step(
        "T12", "application", "sign", ("APR",), "CON", ("registrar",),
        Text(ar="توقيع العقد", en="Sign"), ("contract_missing", "lease_missing", "claim_open", "four_eyes"),
        Text(ar="العقد سارٍ، والالتزامات، ومقابل الانتفاع", en="The lease in force, obligations, the charge"),
    ),
    Step(
        "T13", "application", "hand_over", ("CON",), "HND", ("surveyor",),
        Text(ar="تسليم الموقع", en="Hand over"), ("handover_missing", "boundary_unsurveyed"),
        Text(ar="محضر التسليم وسير الأعمال", en="The minutes; progress “handed over”"),
    ),
    Step(
        "T14", "application", "withdraw", BEFORE_SIGNING, "WDN", ("registrar", "investor"),
        Text(ar="سحب الطلب", en="Withdraw"), writes=FREED,
    ),
    Step(
        "T15", "application", "cancel", BEFORE_SIGNING, "CNL", ("director",),
        Text(ar="إلغاء", en="Cancel"), ("reason_missing", "opinion_missing"), FREED,
        Text(ar="تبدأ مدة التظلم", en="The time to appeal begins"),
    ),
    Step(
        "T21a", "application", "appeal", ("REJ", "CNL"), "COM", ("director",),
        Text(ar="قبول التظلم", en="Uphold an appeal"), ("appeal_missing", "period_over", "opinion_missing"),
        Text(ar="يعود الملف إلى اللجنة", en="The file goes back to the committee"),
    ),
    Step(
        "T12", "lease", "begin", (), "ACT", ("director",), Text(ar="سريان العقد", en="Begin"),
        ("term_missing", "term_outside", "claim_open"),
        writes=Text(ar="رقم عقد متسلسل", en="Gapless number of the lease"),
    ),
    Step(
        "T16", "lease", "breach", ("ACT",), "DEF", ("planner", "clock"),
        Text(ar="إثبات مخالفة", en="Record a breach"), ("breach_unproven", "zone_duties_unmet", "breach_notice_missing"),
        Text(ar="الإنذار الأول", en="Notice 1"), Text(ar="تبدأ مدة الإصلاح", en="The time to cure begins"),
    ),
    Step(
        "T17a", "lease", "cure", ("DEF",), "ACT", ("planner",),
        Text(ar="إثبات الإصلاح", en="Cured"), ("evidence_missing", "breach_remains"),
    ),
    Step(
        "T17b", "lease", "terminate", ("DEF",), "TRM", ("director",),
        Text(ar="فسخ العقد", en="Terminate"), ("notices_short", "cure_running", "opinion_missing"),
        Text(ar="ينتهي الحق؛ القطعة قيد السحب", en="The right ends; the plot is under recovery"),
    ),
    Step(
        "T18a", "lease", "begin_renewal", ("ACT",), "RNP", ("registrar", "investor"),
        Text(ar="طلب تجديد", en="Ask for renewal"), ("window_closed", "debt"),
    ),
    Step(
        "T18b", "lease", "renew", ("RNP",), "EXP", ("director",),
        Text(ar="تجديد", en="Renew"), ("decision_paper_missing", "debt", "successor_missing"),
        Text(ar="عقد جديد يلي القديم بلا فجوة", en="A new lease, without a gap after the old one"),
    ),
    Step(
        "T19a", "lease", "begin_transfer", ("ACT",), "TRP", ("registrar", "investor"),
        Text(ar="طلب تنازل", en="Ask for transfer"), ("debt",),
    ),
    Step(
        "T19b", "lease", "transfer", ("TRP",), "SUR", ("director",),
        Text(ar="تنازل", en="Transfer"), ("decision_paper_missing", "debt", "successor_missing", "successor_red"),
        Text(ar="عقد جديد باسم المتنازل إليه", en="A new lease in the new party's name"),
    ),
    Step(
        "T18c", "lease", "give_up", ("RNP", "TRP"), "ACT", ("director", "registrar"),
        Text(ar="العدول عن التجديد أو التنازل", en="Give up renewal or transfer"), ("reason_missing",),
    ),
    Step(
        "T19c", "lease", "surrender", ("ACT",), "SUR", ("director",),
        Text(ar="تخلٍّ اختياري", en="Surrender"), ("reason_missing", "debt"),
        Text(ar="ينتهي الحق؛ القطعة قيد السحب", en="The right ends; the plot is under recovery"),
    ),
    Step(
        "T20a", "lease", "expire", ("ACT", "DEF", "TRP", "SUS"), "EXP", ("registrar", "clock"),
        Text(ar="انتهاء المدة", en="End of the term"), ("not_over",),
    ),
    Step(
        "T20b", "lease", "recover", ("EXP", "TRM", "SUR"), "RCV", ("surveyor",),
        Text(ar="استرداد القطعة", en="Recover the plot"), ("inspection_missing",),
        Text(ar="تتاح القطعة", en="The plot is free"),
    ),
    Step(
        "T21b", "lease", "suspend", ("ACT",), "SUS", ("legal", "director"),
        Text(ar="تعليق", en="Suspend"), ("order_missing",), Text(ar="قيد «تعليق» على القطعة", en="A hold on the plot"),
    ),
    Step(
        "T21c", "lease", "resume", ("SUS",), "ACT", ("director",),
        Text(ar="رفع التعليق", en="Lift the suspension"), ("order_missing",), Text(ar="ينتهي القيد", en="The hold ends"),
    ),
)  # fmt: skip
"""Every change of state that there is."""

PAIRS: tuple[tuple[str, str], ...] = (("report", "offer"), ("offer", "approve"), ("approve", "sign"))
"""Four eyes: of each pair, one person does not do both on one file."""

FREE = ("plot_gone", "plot_held", "plot_restricted", "clearance_open")
KEPT = ("plot_gone", "right_live")
PLOT_ACTS: dict[str, tuple[str, ...]] = {
    "apply": FREE,
    "offer": FREE,
    "approve": ("plot_gone", "not_reserved"),
    "sign": ("plot_gone", "not_allocated"),
    "hand_over": ("plot_gone", "not_leased"),
    "begin_renewal": ("plot_gone", "not_leased"),
    "begin_transfer": ("plot_gone", "not_leased"),
    "breach": ("plot_gone", "not_leased"),
    "terminate": ("plot_gone", "not_leased"),
    "surrender": ("plot_gone", "not_leased"),
    "recover": ("plot_gone",),
    "split": KEPT,
    "merge": KEPT,
    "adjust": KEPT,
    "retire": KEPT,
}
"""What of a plot itself blocks an act on it. Where nothing does, the file or lease that stands on it is asked."""

RECORDED_BY = {"committee": "registrar", "director": "approver", "clock": "registrar"}
"""Who writes down what a body decides, where it has no account of its own: a duty or a role of `layers.matrix`."""

HOLDS: dict[str, str] = {"OFR": "reservation", "ACC": "reservation", "APR": "allocation"}
"""The right that stands on a file's plot while the file is in a state. Signed: a lease. Any other state: none."""


def steps_of(machine: Machine, state: str | None) -> tuple[Step, ...]:
    """The steps that a file or lease in this state may take; of None, those that begin one."""
    return tuple(
        step
        for step in STEPS
        if step.machine == machine and (state in step.before if state is not None else not step.before)
    )


def step(machine: Machine, event: str) -> Step:
    """Raises KeyError when the machine has no such event."""
    for each in STEPS:
        if (each.machine, each.event) == (machine, event):
            return each
    raise KeyError(event)
