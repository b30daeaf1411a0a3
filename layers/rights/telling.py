# SPDX-License-Identifier: Apache-2.0
"""Files, leases and meetings as they are told: what is in them, what can be done next, and what stands in the way."""

from typing import Any
from uuid import UUID

from layers.idempotency import Answer, Db, NoSuchObject
from layers.rights.blocks import BLOCKS, DUTIES, FREE, said
from layers.rights.machine import PLOT_ACTS, STEPS, Machine, steps_of

FILE = """
select to_jsonb(a) - array['source_id', 'recorded_from'] || jsonb_build_object(
  'plot_number', p.plot_number, 'party', jsonb_build_object('id', q.id, 'ar', q.name_ar, 'en', q.name_en, 'kyc_state', q.kyc_state),
  'papers', (select coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'document', s.id, 'title_ar', s.title_ar,
      'title_en', s.title_en, 'reference_number', s.reference_number, 'registered_as', s.registered_as, 'dated', s.dated,
      'visibility', s.visibility, 'sha256', s.file_sha256) order by x.recorded_from), '[]')
    from register.application_paper x join register.source s on s.id = x.document_id where x.application_id = a.id),
  'needed', register.rule_of(register.zone_of_plot(a.plot_id)) -> 'papers',
  'steps', (select coalesce(jsonb_agg(jsonb_build_object('event', t.event, 'before', t.before, 'after', t.after,
      'actor', t.actor, 'at', t.at, 'reason', t.reason) order by t.at), '[]')
    from register.application_step t where t.application_id = a.id),
  'rights', (select coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'from', lower(t.valid), 'until', upper(t.valid),
      'due_by', t.due_by) order by t.valid), '[]') from register.tenure_slot t where t.application_id = a.id),
  'money', (select coalesce(jsonb_agg(jsonb_build_object('invoice', i.number, 'kind', i.kind, 'amount', i.amount,
      'currency', i.currency, 'due_on', i.due_on, 'paid', (select coalesce(sum(y.amount), 0) from register.payment y
        where y.invoice_id = i.id)) order by i.number), '[]') from register.invoice i where i.application_id = a.id),
  'guarantees', (select coalesce(jsonb_agg(to_jsonb(g) - array['source_id', 'recorded_from']), '[]')
    from register.guarantee g where g.application_id = a.id),
  'lease', (select jsonb_build_object('id', l.id, 'number', l.number, 'state', l.state)
    from register.lease l where l.application_id = a.id order by l.recorded_from limit 1))
from register.application a join register.party q on q.id = a.party_id left join register.plot p on p.id = a.plot_id
where a.id = %s
"""
LEASE = """
select to_jsonb(l) - array['source_id', 'recorded_from'] || jsonb_build_object(
  'plot_number', p.plot_number, 'from', lower(t.valid), 'until', upper(t.valid), 'kind', t.kind,
  'party', jsonb_build_object('id', q.id, 'ar', q.name_ar, 'en', q.name_en),
  'breaches', to_jsonb(register.breaches_of(l.id)), 'debt', register.debt_of(l.id, register.today()),
  'steps', (select coalesce(jsonb_agg(jsonb_build_object('event', s.event, 'before', s.before, 'after', s.after,
      'actor', s.actor, 'at', s.at, 'reason', s.reason) order by s.at), '[]') from register.lease_step s where s.lease_id = l.id),
  'obligations', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'kind', o.kind, 'due_on', o.due_on,
      'met_on', o.met_on) order by o.due_on), '[]') from register.obligation o where o.lease_id = l.id),
  'notices', (select coalesce(jsonb_agg(jsonb_build_object('number', n.number, 'kind', n.kind, 'served_on', n.served_on)
      order by n.number), '[]') from register.notice n where n.lease_id = l.id),
  'money', (select coalesce(jsonb_agg(jsonb_build_object('invoice', i.number, 'kind', i.kind, 'amount', i.amount,
      'currency', i.currency, 'due_on', i.due_on, 'paid', (select coalesce(sum(y.amount), 0) from register.payment y
        where y.invoice_id = i.id)) order by i.number), '[]') from register.invoice i where i.lease_id = l.id),
  'guarantees', (select coalesce(jsonb_agg(to_jsonb(g) - array['source_id', 'recorded_from']), '[]')
    from register.guarantee g where g.lease_id = l.id),
  'addenda', (select coalesce(jsonb_agg(jsonb_build_object('number', d.number, 'signed_on', d.signed_on, 'says', d.says)
      order by d.number), '[]') from register.addendum d where d.lease_id = l.id))
from register.lease l join register.tenure_slot t on t.id = l.slot_id join register.party q on q.id = t.party_id
left join register.plot p on p.id = t.plot_id
where l.id = %s
"""
MEETING = """
select to_jsonb(m) - array['source_id', 'recorded_from'] || jsonb_build_object(
  'zone', z.code,
  'members', (select coalesce(jsonb_agg(jsonb_build_object('name', k.name, 'present', k.present, 'chair', k.chair)
      order by k.chair desc, k.name), '[]') from register.meeting_member k where k.meeting_id = m.id),
  'items', (select coalesce(jsonb_agg(jsonb_build_object('position', i.position, 'file', a.id, 'reg_no', a.reg_no,
      'state', a.state, 'party_ar', q.name_ar, 'party_en', q.name_en, 'plot_number', p.plot_number, 'score', a.score,
      'lodged_at', a.lodged_at, 'decision', i.decision, 'reason', i.reason,
      'recusals', (select coalesce(jsonb_agg(jsonb_build_object('member', k.name, 'reason', r.reason)), '[]')
        from register.recusal r join register.meeting_member k on k.id = r.member_id where r.item_id = i.id))
      order by i.position), '[]')
    from register.meeting_item i join register.application a on a.id = i.application_id
    join register.party q on q.id = a.party_id left join register.plot p on p.id = a.plot_id where i.meeting_id = m.id))
from register.meeting m join register.zone z on z.id = m.zone_id where m.id = %s
"""
INBOX = """
select coalesce(jsonb_agg(one order by one ->> 'due_by' nulls last, one ->> 'reg_no'), '[]') from (
  select jsonb_build_object('id', a.id, 'reg_no', a.reg_no, 'state', a.state, 'plot_number', p.plot_number,
    'party_ar', q.name_ar, 'party_en', q.name_en, 'lodged_at', a.lodged_at, 'due_by', a.due_by,
    'due', coalesce(a.due_by < now(), false), 'since', (select max(s.at) from register.application_step s
      where s.application_id = a.id), 'illustrative', a.illustrative, 'version', a.version) as one
  from register.application a join register.party q on q.id = a.party_id left join register.plot p on p.id = a.plot_id
  where (%(state)s::text is null or a.state = %(state)s) and (%(all)s or a.state not in ('HND', 'REJ', 'WDN', 'LPS', 'CNL'))
  order by a.due_by nulls last limit 500) listed
"""
ALARMS = """
select jsonb_build_object(
  'files_due', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'reg_no', a.reg_no, 'state', a.state,
      'since', a.due_by) order by a.due_by), '[]') from register.application a where a.due_by < now()
      and a.state in ('RIN', 'RTN', 'OFR', 'ACC', 'APR')),
  'guarantees', (select coalesce(jsonb_agg(jsonb_build_object('bank', g.bank, 'bank_number', g.bank_number,
      'amount', g.amount, 'currency', g.currency, 'expires_on', g.expires_on, 'file', g.application_id, 'lease', g.lease_id)
      order by g.expires_on), '[]') from register.guarantee g left join register.application a on a.id = g.application_id
      left join register.lease l on l.id = g.lease_id left join register.tenure_slot t on t.id = l.slot_id
      where g.released_on is null and g.expires_on - (register.rule_of(register.zone_of_plot(coalesce(a.plot_id, t.plot_id)))
        ->> 'guarantee_alarm_days')::int <= register.today()),
  'obligations', (select coalesce(jsonb_agg(jsonb_build_object('lease', l.id, 'number', l.number, 'kind', o.kind,
      'due_on', o.due_on) order by o.due_on), '[]') from register.obligation o join register.lease l on l.id = o.lease_id
      where o.met_on is null and o.due_on < register.today() and l.state in ('ACT', 'DEF')),
  'over', (select coalesce(jsonb_agg(jsonb_build_object('lease', l.id, 'number', l.number, 'state', l.state,
      'since', upper(t.valid)) order by upper(t.valid)), '[]') from register.lease l
      join register.tenure_slot t on t.id = l.slot_id
      where upper(t.valid) <= now() and l.state in ('ACT', 'DEF', 'TRP', 'SUS', 'EXP', 'TRM', 'SUR')
        and not exists (select from register.lease n where n.previous_id = l.id)))
"""


def file_told(db: Db, file: UUID) -> Answer:
    """Raises NoSuchObject."""
    made = _told(db, FILE, file)
    made["next"] = _next(db, "application", made["state"], file)
    return made


def lease_told(db: Db, lease: UUID) -> Answer:
    """Raises NoSuchObject."""
    made = _told(db, LEASE, lease)
    made["next"] = _next(db, "lease", made["state"], lease)
    return made


def meeting_told(db: Db, meeting: UUID) -> Answer:
    """Raises NoSuchObject."""
    return _told(db, MEETING, meeting)


def inbox(db: Db, state: str | None, *, ended: bool = False) -> Answer:
    """Files by what they wait for: those whose time is over first."""
    row = db.execute(INBOX, {"state": state, "all": ended or state is not None}).fetchone()
    return {"files": row[0] if row else []}


def alarms(db: Db) -> Answer:
    """What is due, expires or is over: files, guarantees, obligations, leases."""
    row = db.execute(ALARMS).fetchone()
    return dict(row[0]) if row else {}


def why(db: Db, plot_number: str, act: str) -> Answer:
    """What blocks an act on a plot. Raises NoSuchObject for a plot that there is not."""
    found = db.execute("select id from register.plot where plot_number = %s", [plot_number]).fetchone()
    if found is None:
        raise NoSuchObject()
    rows = db.execute("select block, facts from register.why_not(%s, %s)", [found[0], act]).fetchall()
    return {"plot_number": plot_number, "act": act, "blocked": bool(rows), "blocks": [block_told(*row) for row in rows],
            **_sentences(rows)}  # fmt: skip


def block_told(code: str, facts: dict[str, Any]) -> dict[str, Any]:
    """A block as it is told: facts, whose move it is, since when, what clears it, and the sentence in both languages."""
    block = BLOCKS[code]
    return {
        "block": code, "facts": facts, "whose": block.whose, "since": facts.get("since"),
        "whose_ar": DUTIES[block.whose].ar, "whose_en": DUTIES[block.whose].en,
        "cleared_by_ar": block.paper.ar, "cleared_by_en": block.paper.en,
        "ar": said(code, facts, "ar"), "en": said(code, facts, "en"),
    }  # fmt: skip


WITH_STEP = {
    "application": {"reason_missing", "notice_missing", "lease_missing", "reasons_missing"},
    "lease": {
        "reason_missing", "evidence_missing", "order_missing", "opinion_missing", "decision_paper_missing",
        "breach_notice_missing", "successor_missing",
    },
}  # fmt: skip
"""What a step brings along itself: asked of whoever takes it, no obstacle on the way to it."""


def _sentences(rows: list[tuple[Any, ...]]) -> dict[str, str]:
    if not rows:
        return {"ar": FREE.ar, "en": FREE.en}
    return {"ar": said(rows[0][0], rows[0][1], "ar"), "en": said(rows[0][0], rows[0][1], "en")}


def _told(db: Db, statement: str, row_id: UUID) -> Answer:
    row = db.execute(statement, [row_id]).fetchone()  # type: ignore[arg-type,unused-ignore]
    if row is None:
        raise NoSuchObject()
    return dict(row[0])


def _next(db: Db, machine: Machine, state: str, row_id: UUID) -> list[dict[str, Any]]:
    """The steps that the state allows, each with what blocks it now."""
    table, function = ("application", "file_blocks") if machine == "application" else ("lease", "lease_blocks")
    rows = db.execute(
        f"select s.event, b.block, b.facts from unnest(%s::text[]) with ordinality s (event, place) "  # noqa: S608 names of ours
        f"join register.{table} r on r.id = %s left join lateral register.{function}(r, s.event) b on true order by s.place",
        [[each.event for each in steps_of(machine, state)], row_id],
    ).fetchall()
    told: dict[str, dict[str, Any]] = {}
    for each in steps_of(machine, state):
        told[each.event] = {
            "event": each.event, "number": each.number, "ar": each.title.ar, "en": each.title.en, "who": list(each.who),
            "blocks": [], "asked": [],
        }  # fmt: skip
    for event, code, facts in rows:
        if code is not None:
            told[event]["asked" if code in WITH_STEP[machine] else "blocks"].append(block_told(code, facts))
    return list(told.values())


ACTS = tuple(PLOT_ACTS)
EVENTS = {
    machine: tuple(dict.fromkeys(s.event for s in STEPS if s.machine == machine and s.before))
    for machine in ("application", "lease")
}
"""Events that a file or lease which is there may take."""
