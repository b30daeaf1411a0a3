-- SPDX-License-Identifier: Apache-2.0
-- Leases: as files, every change of state is a known step whose conditions hold. What a lease is late with; what stands on
-- its plot between its end and somebody's look at the site.

create or replace function register.today() returns date
language sql stable security definer set search_path = register, pg_temp as $$
  select (now() at time zone (select time_zone from installation))::date
$$;

-- What is due on a lease and not paid, up to a day.
create or replace function register.debt_of(of_lease uuid, until date) returns numeric
language sql stable security definer set search_path = register, pg_temp as $$
  select coalesce(sum(i.amount - coalesce((select sum(p.amount) from payment p where p.invoice_id = i.id), 0)), 0)
  from invoice i where i.lease_id = of_lease and i.due_on <= until
$$;

-- What a holder is late with: kinds of obligations, and "rent".
create or replace function register.breaches_of(of_lease uuid) returns text[]
language sql stable security definer set search_path = register, pg_temp as $$
  select coalesce(array_agg(kind order by kind), '{}') from (
    select o.kind from obligation o where o.lease_id = of_lease and o.due_on < today() and o.met_on is null
    union
    select 'rent' from lease l join tenure_slot t on t.id = l.slot_id
    where l.id = of_lease and debt_of(l.id, today() - (rule_of(zone_of_plot(t.plot_id)) ->> 'rent_late_days')::int) > 0) late
$$;

-- What of a lease is in a step's way, as its row stands; null: nothing.
create or replace function register.lease_block(l register.lease, block text, ev text) returns jsonb
language plpgsql stable security definer set search_path = register, public, pg_temp as $$
declare
  slot tenure_slot;
  rule jsonb;
  owed numeric;
  late text[];
begin
  select * into slot from tenure_slot where id = l.slot_id;
  rule := rule_of(zone_of_plot(slot.plot_id));
  case block
    when 'breach_unproven' then
      return case when breaches_of(l.id) = '{}' then '{}'::jsonb end;
    when 'breach_remains' then
      late := breaches_of(l.id);
      return case when late <> '{}' then jsonb_build_object('missing', late) end;
    when 'zone_duties_unmet' then
      return (select jsonb_build_object('missing', jsonb_agg(u order by u)) from unnest(array['power', 'water']) u
              where slot.plot_id is not null and not exists (
                select from plot_service s where s.plot_id = slot.plot_id and s.utility = u and s.state = 'now')
              having count(*) > 0);
    when 'breach_notice_missing', 'notices_short' then
      owed := (select count(*) from notice n where n.lease_id = l.id and n.kind = 'breach'
               and n.recorded_from >= coalesce((select max(s.at) from lease_step s
                                                where s.lease_id = l.id and s.after = 'ACT'), '-infinity'));
      return case when owed < case block when 'notices_short' then 2 else 1 end
        then jsonb_build_object('notices', owed) end;
    when 'cure_running' then
      return case when l.cure_by > now() then jsonb_build_object('until', l.cure_by) end;
    when 'evidence_missing', 'order_missing', 'opinion_missing' then
      return case when l.document_id is null then '{}'::jsonb end;
    when 'decision_paper_missing' then
      return case when not exists (select from source s where s.id = l.document_id and s.reference_number is not null
        and s.dated is not null) then '{}'::jsonb end;
    when 'window_closed' then
      return case when now() < upper(slot.valid) - days(rule, 'renewal_window_days')
        then jsonb_build_object('opens', upper(slot.valid) - days(rule, 'renewal_window_days')) end;
    when 'debt' then
      owed := debt_of(l.id, today());
      return case when owed > 0 then jsonb_build_object('debt', owed, 'currency', l.currency) end;
    when 'successor_missing' then
      return case when not exists (
        select from lease n join tenure_slot t on t.id = n.slot_id
        where n.previous_id = l.id and lower(t.valid) = upper(slot.valid) and t.target_id = slot.target_id
          and (t.party_id = slot.party_id) = (ev = 'renew')) then '{}'::jsonb end;
    when 'successor_red' then
      return (select '{}'::jsonb from lease n join tenure_slot t on t.id = n.slot_id join party p on p.id = t.party_id
              where n.previous_id = l.id and p.kyc_state = 'red');
    when 'not_over' then
      return case when upper_inf(slot.valid) or upper(slot.valid) > now()
        then jsonb_build_object('until', upper(slot.valid)) end;
    when 'inspection_missing' then
      return case when slot.plot_id is not null and not exists (
        select from site_record s where s.plot_id = slot.plot_id
          and s.seen_on >= (upper(slot.valid) at time zone (select time_zone from installation))::date) then '{}'::jsonb end;
    when 'reason_missing' then
      return case when coalesce(trim(l.reason), '') = '' then '{}'::jsonb end;
    when 'term_missing' then
      return case when upper_inf(slot.valid) then '{}'::jsonb end;
    when 'term_outside' then
      return case when upper(slot.valid) < lower(slot.valid) + make_interval(years => (rule ->> 'term_min_years')::int)
          or upper(slot.valid) > lower(slot.valid) + make_interval(years => (rule ->> 'term_max_years')::int)
        then jsonb_build_object('least', rule -> 'term_min_years', 'most', rule -> 'term_max_years') end;
    when 'claim_open' then
      return plot_block(slot.plot_id, block);
    else
      return null;
  end case;
end
$$;

create or replace function register.lease_blocks(l register.lease, ev text) returns table (block text, facts jsonb)
language plpgsql stable security definer set search_path = register, pg_temp as $$
begin
  return query select q.block, f.facts from rights_ask q cross join lateral (select lease_block(l, q.block, ev) as facts) f
    where q.machine = 'lease' and q.event = ev and f.facts is not null order by q.place;
end
$$;

-- From a lease's end on the plot is under recovery, until somebody has seen the site. One restriction, moved with the end.
create or replace function register.recover_from(l register.lease, plot uuid, since timestamptz) returns uuid
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  made uuid := l.recovery_id;
begin
  if plot is null then
    return null;
  end if;
  if made is null then
    insert into restriction (plot_id, kind, valid, blocks_allocation, illustrative)
    values (plot, 'recovery', tstzrange(since, null), true, l.illustrative) returning id into made;
  else
    update restriction set valid = tstzrange(since, null) where id = made;
  end if;
  return made;
end
$$;

create or replace function register.guard_lease() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ev text := 'begin';
  slot tenure_slot;
  fault record;
begin
  select * into slot from tenure_slot where id = new.slot_id;
  if tg_op = 'INSERT' then
    new.number := next_number('LSE');
    if new.state <> 'ACT' or slot.kind not in ('lease', 'concession') then
      perform refuse_step('step_unknown', 'begin', jsonb_build_object('before', null, 'after', new.state));
    end if;
    if not new.from_paper then
      select * into fault from lease_blocks(new, ev) limit 1;
      if found then
        perform refuse_step(fault.block, ev, fault.facts);
      end if;
    end if;
    new.recovery_id := (select recovery_id from lease where id = new.previous_id);
    if not upper_inf(slot.valid) then
      new.recovery_id := recover_from(new, slot.plot_id, upper(slot.valid));
    end if;
    return new;
  end if;
  new.number := old.number;
  new.from_paper := old.from_paper;
  if (new.slot_id, new.application_id, new.previous_id) is distinct from (old.slot_id, old.application_id, old.previous_id) then
    perform refuse_step('file_fixed', 'correct', '{}');
  end if;
  if new.state = old.state then
    return new;
  end if;
  select s.event into ev from rights_step s where s.machine = 'lease' and s.before = old.state and s.after = new.state;
  if ev is null then
    perform refuse_step('step_unknown', 'step', jsonb_build_object('before', old.state, 'after', new.state));
  end if;
  if new.reason is not distinct from old.reason then
    new.reason := null;
  end if;
  if new.document_id is not distinct from old.document_id then
    new.document_id := null;
  end if;
  select * into fault from lease_blocks(new, ev) limit 1;
  if found then
    perform refuse_step(fault.block, ev, fault.facts);
  end if;
  new.cure_by := case new.state
    when 'DEF' then now() + days(rule_of(zone_of_plot(slot.plot_id)), 'cure_days') end;
  if ev in ('terminate', 'surrender') then
    new.recovery_id := recover_from(new, slot.plot_id, now());
  elsif ev = 'suspend' and slot.plot_id is not null then
    insert into restriction (plot_id, kind, valid, source_id, illustrative)
    values (slot.plot_id, 'hold', tstzrange(now(), null), new.document_id, new.illustrative) returning id into new.hold_id;
  end if;
  return new;
end
$$;

create or replace function register.follow_lease() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ev text := 'begin';
begin
  if tg_op = 'UPDATE' then
    if new.state = old.state then
      return null;
    end if;
    select s.event into ev from rights_step s where s.machine = 'lease' and s.before = old.state and s.after = new.state;
    if ev in ('terminate', 'surrender') then
      update tenure_slot set valid = tstzrange(lower(valid), now()) where id = new.slot_id and binds(valid, now());
    elsif ev = 'recover' then
      update restriction set valid = tstzrange(lower(valid), now()) where id = new.recovery_id and valid @> now();
    elsif ev = 'resume' then
      update restriction set valid = tstzrange(lower(valid), now()) where id = old.hold_id and valid @> now();
    end if;
  elsif new.from_paper then
    ev := 'from_paper';
  end if;
  insert into lease_step (lease_id, event, before, after, actor, reason, illustrative)
  values (new.id, ev, case tg_op when 'UPDATE' then old.state end, new.state, actor(), new.reason, new.illustrative);
  perform record_event(ev, 'lease', new.id,
    case tg_op when 'UPDATE' then jsonb_build_object('state', old.state) end,
    jsonb_build_object('state', new.state, 'number', new.number, 'slot_id', new.slot_id,
      'annual_charge', new.annual_charge, 'currency', new.currency), new.reason, true);
  return null;
end
$$;

-- A payment is in its invoice's currency and leaves nothing overpaid. The invoice's lock makes two payments take turns.
create or replace function register.guard_payment() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  asked invoice;
  paid numeric;
begin
  select * into asked from invoice where id = new.invoice_id for no key update;
  select coalesce(sum(amount), 0) into paid from payment where invoice_id = new.invoice_id and id <> new.id;
  if new.currency <> asked.currency or paid + new.amount > asked.amount then
    perform refuse_step('payment_unfit', 'pay', jsonb_build_object('asked', asked.amount, 'paid', paid,
      'currency', asked.currency));
  end if;
  return new;
end
$$;

-- While a claim is open, a restriction stands on its plot.
create or replace function register.guard_claim() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.number := next_number('CLM');
    insert into restriction (plot_id, kind, valid, source_id, illustrative)
    values (new.plot_id, 'claim', tstzrange(now(), null), new.source_id, new.illustrative) returning id into new.restriction_id;
    perform record_event('claim', 'claim', new.id, null, jsonb_build_object('number', new.number, 'plot_id', new.plot_id),
      new.says, true);
    return new;
  end if;
  new.number := old.number;
  new.restriction_id := old.restriction_id;
  if old.state = 'open' and new.state <> 'open' then
    if new.source_id is null then
      perform refuse_step('order_missing', 'end_claim', '{}');
    end if;
    update restriction set valid = tstzrange(lower(valid), now()) where id = new.restriction_id and valid @> now();
    perform record_event('end_claim', 'claim', new.id, jsonb_build_object('state', old.state),
      jsonb_build_object('state', new.state, 'number', new.number), null, true);
  elsif old.state <> 'open' and new.state <> old.state then
    perform refuse_step('step_unknown', 'end_claim', '{}');
  end if;
  return new;
end
$$;
