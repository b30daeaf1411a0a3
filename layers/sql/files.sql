-- SPDX-License-Identifier: Apache-2.0
-- Files of applicants: every change of state is a known step whose conditions hold, whoever writes it. What blocks a step is
-- asked here both by the wall and by whoever wants to know why (`why.sql`): one rule, one answer.

-- A zone's measures. What its own row does not say is the house's.
create or replace function register.rule_of(zone uuid) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('complete_days', 30, 'accept_days', 30, 'decide_days', 60, 'sign_days', 60, 'cure_days', 60,
      'appeal_days', 30, 'renewal_window_days', 365, 'rent_late_days', 30, 'guarantee_alarm_days', 60, 'quorum', 3,
      'term_min_years', 1, 'term_max_years', 50, 'lapse_automatic', false,
      'papers', jsonb_build_array('company', 'hse', 'brief', 'bank'))
    || coalesce((select jsonb_strip_nulls(to_jsonb(r)) from rights_rule r where r.zone_id = zone), '{}')
$$;

create or replace function register.zone_of_plot(plot uuid) returns uuid
language sql stable security definer set search_path = register, pg_temp as $$
  select b.zone_id from plot p join block b on b.id = p.block_id where p.id = plot
$$;

-- The next number of a register, without a gap: whoever rolls back gives it back, and the next one waits for the end.
create or replace function register.next_number(of_register text) returns text
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  this_year integer := extract(year from now() at time zone (select time_zone from installation));
  number bigint;
begin
  insert into register_number as n (register, year, last) values (of_register, this_year, 1)
  on conflict (register, year) do update set last = n.last + 1 returning last into number;
  return format('%s-%s-%s', of_register, this_year, lpad(number::text, 4, '0'));
end
$$;

create or replace function register.days(rule jsonb, name text) returns interval
language sql immutable as $$
  select make_interval(days => (rule ->> name)::int)
$$;

create or replace function register.refuse_step(block text, event text, facts jsonb) returns void
language plpgsql as $$
begin
  perform register.refuse('MG021', format('%s is blocked: %s', event, block), jsonb_build_object(
    'rule', 'step', 'block', block, 'event', event, 'known', facts));
end
$$;

-- What of a plot is in a step's way; null: nothing. `but`: the file that asks, whose own right is no hindrance.
create or replace function register.plot_block(of_plot uuid, block text, but uuid default null) returns jsonb
language plpgsql stable security definer set search_path = register, public, pg_temp as $$
declare
  p plot;
  facts jsonb;
begin
  if of_plot is null then
    return case block when 'plot_unnamed' then '{}'::jsonb end;
  end if;
  select * into p from plot where id = of_plot;
  facts := jsonb_build_object('plot_number', p.plot_number);
  case block
    when 'plot_gone' then
      return case when not p.valid @> now() then facts || jsonb_build_object('since', upper(p.valid)) end;
    when 'plot_held', 'right_live' then
      return (select facts || jsonb_build_object('right', t.kind, 'since', lower(t.valid)) from tenure_slot t
              where t.plot_id = p.id and binds(t.valid, now()) and t.application_id is distinct from but
              order by t.valid limit 1);
    when 'plot_restricted' then
      return (select facts || jsonb_build_object('restriction', r.kind, 'since', lower(r.valid)) from restriction r
              where r.plot_id = p.id and r.valid @> now() and r.blocks_allocation order by lower(r.valid) limit 1);
    when 'claim_open' then
      return (select facts || jsonb_build_object('since', lower(r.valid)) from restriction r
              where r.plot_id = p.id and r.kind = 'claim' and r.valid @> now() order by lower(r.valid) limit 1);
    when 'clearance_open' then
      return (select facts || jsonb_build_object('clearance', c.clearance, 'since', lower(c.valid)) from constraint_area c
              where c.kind = 'clearance' and c.clearance not in ('CLR', 'REL', 'CAN') and c.valid @> now()
                and c.geom && p.geom and ST_Relate(c.geom, p.geom, '2********') limit 1);
    when 'boundary_unsurveyed' then
      return case when p.boundary_state <> 'SRV' then facts || jsonb_build_object('boundary_state', p.boundary_state) end;
    when 'not_reserved' then
      return case when not exists (select from tenure_slot t where t.plot_id = p.id and t.valid @> now()
        and t.kind = 'reservation') then facts end;
    when 'not_allocated' then
      return case when not exists (select from tenure_slot t where t.plot_id = p.id and t.valid @> now()
        and t.kind = 'allocation') then facts end;
    when 'not_leased' then
      return case when not exists (select from tenure_slot t where t.plot_id = p.id and t.valid @> now()
        and t.kind in ('lease', 'concession')) then facts end;
    else
      return null;
  end case;
end
$$;

-- What of a file is in a step's way, as its row stands; null: nothing.
create or replace function register.file_block(a register.application, block text, ev text) returns jsonb
language plpgsql stable security definer set search_path = register, public, pg_temp as $$
declare
  rule jsonb;
  item record;
begin
  case block
    when 'papers_missing' then
      rule := rule_of(zone_of_plot(a.plot_id));
      return (select jsonb_build_object('missing', jsonb_agg(k order by k)) from jsonb_array_elements_text(rule -> 'papers') k
              where not exists (select from application_paper p where p.application_id = a.id and p.kind = k)
              having count(*) > 0);
    when 'reasons_missing' then
      return case when cardinality(a.return_reasons) = 0 then '{}'::jsonb end;
    when 'reasons_unanswered' then
      return (select jsonb_build_object('missing', jsonb_agg(r order by r)) from unnest(a.return_reasons) r
              where r <> all(a.answered) having count(*) > 0);
    when 'kyc_red' then
      return (select '{}'::jsonb from party where id = a.party_id and kyc_state = 'red');
    when 'report_missing' then
      return case when a.score is null or not has_paper(a.id, 'report') then '{}'::jsonb end;
    when 'opinion_missing' then
      return case when not has_paper(a.id, 'opinion') then '{}'::jsonb end;
    when 'contract_missing' then
      return case when not has_paper(a.id, 'contract') then '{}'::jsonb end;
    when 'appeal_missing' then
      return case when not has_paper(a.id, 'appeal') then '{}'::jsonb end;
    when 'decision_paper_missing' then
      return case when not exists (
        select from application_paper p join source s on s.id = p.document_id
        where p.application_id = a.id and p.kind = 'decision' and s.reference_number is not null and s.dated is not null)
        then '{}'::jsonb end;
    when 'handover_missing' then
      return case when not has_paper(a.id, 'handover') or not exists (
        select from site_record s where s.plot_id = a.plot_id and s.progress = 'handed_over') then '{}'::jsonb end;
    when 'reason_missing' then
      return case when coalesce(trim(a.reason), '') = '' then '{}'::jsonb end;
    when 'use_not_permitted' then
      return (select jsonb_build_object('use', a.land_use, 'plan_unit', u.code) from plot p
              join plan_unit u on u.geom && p.geom and u.valid @> now() and ST_Contains(u.geom, ST_PointOnSurface(p.geom))
              where p.id = a.plot_id and a.land_use is not null and a.land_use <> all(u.uses) limit 1);
    when 'decision_missing', 'quorum_missing', 'minutes_missing', 'order_unexplained' then
      select i.id, i.reason, m.minutes_id, m.quorum, decided.present into item
      from meeting_item i join meeting m on m.id = i.meeting_id
      cross join lateral (
        select count(*) as present from meeting_member k where k.meeting_id = m.id and k.present
          and not exists (select from recusal r where r.item_id = i.id and r.member_id = k.id)) decided
      where i.application_id = a.id and m.state = 'closed' and i.decision = ev
        and m.closed_at >= coalesce((select max(s.at) from application_step s
                                     where s.application_id = a.id and s.after = 'COM'), '-infinity')
      order by m.closed_at desc limit 1;
      if item.id is null then
        return case block when 'decision_missing' then '{}'::jsonb end;
      end if;
      return case block
        when 'quorum_missing' then case when item.present < item.quorum
          then jsonb_build_object('present', item.present, 'quorum', item.quorum) end
        when 'minutes_missing' then case when item.minutes_id is null then '{}'::jsonb end
        when 'order_unexplained' then (
          select jsonb_build_object('ahead', o.reg_no, 'since', o.lodged_at) from application o
          where o.plot_id = a.plot_id and o.id <> a.id and o.state = 'COM' and o.lodged_at < a.lodged_at and o.score > a.score
            and coalesce(trim(item.reason), '') = '' order by o.lodged_at limit 1)
      end;
    when 'four_eyes' then
      return (select jsonb_build_object('other', s.event, 'since', s.at) from application_step s
              join rights_pair r on r.one = s.event and r.other = ev
              where s.application_id = a.id and people_in(s.actor) && people_in(actor()) limit 1);
    when 'period_over' then
      return case when a.due_by < now() then jsonb_build_object('since', a.due_by) end;
    when 'not_due' then
      return case when a.due_by is null or a.due_by > now() then jsonb_build_object('until', a.due_by) end;
    when 'notice_missing' then
      rule := rule_of(zone_of_plot(a.plot_id));
      return case when a.notice_no is null and not (rule ->> 'lapse_automatic')::boolean then '{}'::jsonb end;
    when 'deposit_short' then
      return (select jsonb_build_object('paid', paid, 'due', a.deposit_due, 'currency', a.currency)
              from (select secured(a.id, a.currency) as paid) s where s.paid < a.deposit_due);
    when 'boundary_unsettled' then
      return (select jsonb_build_object('boundary_state', p.boundary_state) from plot p where p.id = a.plot_id
              and (p.boundary_state = 'DSP' or (p.boundary_state = 'PRV' and not a.boundary_accepted)));
    when 'lease_missing' then
      return case when not exists (
        select from lease l join tenure_slot t on t.id = l.slot_id
        where l.application_id = a.id and l.tariff_id is not null and t.valid @> now() and t.plot_id = a.plot_id)
        then '{}'::jsonb end;
    else
      return plot_block(a.plot_id, block, a.id);
  end case;
end
$$;

create or replace function register.has_paper(file uuid, of_kind text) returns boolean
language sql stable security definer set search_path = register, pg_temp as $$
  select exists (select from application_paper p where p.application_id = file and p.kind = of_kind)
$$;

-- The people whom an actor's name tells of: who acts, and for whom. `planner:<id> for <id>`; another name is one of its own.
create or replace function register.people_in(actor_name text) returns text[]
language sql immutable as $$
  select case when actor_name ~ '[0-9a-f]{8}-[0-9a-f]{4}-' then array(select m[1] from regexp_matches(actor_name,
    '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})', 'g') m) else array[actor_name] end
$$;

-- What secures a file's deposit: payments on its deposit invoices, and guarantees that have neither expired nor been released.
create or replace function register.secured(file uuid, in_currency text) returns numeric
language sql stable security definer set search_path = register, pg_temp as $$
  select coalesce((select sum(p.amount) from payment p join invoice i on i.id = p.invoice_id
                   where i.application_id = file and i.kind = 'deposit' and p.currency = in_currency), 0)
       + coalesce((select sum(g.amount) from guarantee g where g.application_id = file and g.currency = in_currency
                   and g.released_on is null and g.expires_on >= current_date), 0)
$$;

-- All that blocks a step of a file, in the order in which it is told.
create or replace function register.file_blocks(a register.application, ev text) returns table (block text, facts jsonb)
language plpgsql stable security definer set search_path = register, pg_temp as $$
begin
  return query select q.block, f.facts from rights_ask q cross join lateral (select file_block(a, q.block, ev) as facts) f
    where q.machine = 'application' and q.event = ev and f.facts is not null order by q.place;
end
$$;

-- Whoever gives a right on a plot waits for whoever is doing so, and then sees what that one did. The exclusion constraint
-- alone would let two that come at one instant wait for each other: a deadlock, which tells neither of them why.
create or replace function register.take_turn(of_plot uuid) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  perform from plot where id = of_plot for no key update;
end
$$;

create or replace function register.take_turn_for_slot() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  perform take_turn(new.plot_id);
  return new;
end
$$;

create or replace function register.guard_application() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ev text;
  fault record;
  rule jsonb;
begin
  if tg_op = 'INSERT' then
    new.reg_no := null;
    if new.from_paper then
      new.reg_no := next_number('APP');
    elsif new.state <> 'DRF' then
      perform refuse_step('step_unknown', 'draft', jsonb_build_object('before', null, 'after', new.state));
    end if;
    return new;
  end if;
  -- The register's to give, for life.
  new.reg_no := old.reg_no;
  new.from_paper := old.from_paper;
  if old.lodged_at is not null then
    new.lodged_at := old.lodged_at;
  end if;
  if old.score is distinct from new.score and old.state not in ('DRF', 'RIN', 'LDG', 'RTN', 'TEC') then
    perform refuse_step('score_frozen', 'correct', '{}');
  end if;
  if (old.party_id, old.plot_id) is distinct from (new.party_id, new.plot_id)
     and old.state not in ('DRF', 'RIN', 'LDG', 'RTN', 'TEC') then
    perform refuse_step('file_fixed', 'correct', '{}');
  end if;
  if new.state = old.state then
    if new.due_by is distinct from old.due_by and coalesce(trim(new.reason), '') = '' then
      perform refuse_step('reason_missing', 'extend', '{}');
    end if;
    return new;
  end if;

  select s.event into ev from rights_step s
  where s.machine = 'application' and s.before = old.state and s.after = new.state;
  if not found then
    perform refuse_step('step_unknown', 'step', jsonb_build_object('before', old.state, 'after', new.state));
  end if;
  if new.reason is not distinct from old.reason then
    new.reason := null;  -- it was another step's
  end if;
  perform take_turn(new.plot_id);
  select * into fault from file_blocks(new, ev) limit 1;
  if found then
    perform refuse_step(fault.block, ev, fault.facts);
  end if;

  rule := rule_of(zone_of_plot(new.plot_id));
  -- COM: a draft that was cancelled and comes back by an appeal never had one.
  if new.reg_no is null and new.state in ('RIN', 'LDG', 'COM') then
    new.reg_no := next_number('APP');
  end if;
  if new.state = 'LDG' and new.lodged_at is null then
    new.lodged_at := now();
  end if;
  new.clock_left_s := case when new.state = 'RTN' then extract(epoch from old.due_by - now()) end;
  new.due_by := case
    when new.state in ('RIN', 'RTN') then now() + days(rule, 'complete_days')
    when new.state = 'LDG' and old.clock_left_s > 0 then now() + make_interval(secs => old.clock_left_s)
    when new.state = 'OFR' then now() + days(rule, 'accept_days')
    when new.state = 'ACC' then now() + days(rule, 'decide_days')
    when new.state = 'APR' then now() + days(rule, 'sign_days')
    when new.state in ('REJ', 'CNL') then now() + days(rule, 'appeal_days')
  end;
  if new.state = 'LDG' then
    new.return_reasons := '{}';
    new.answered := '{}';
  end if;
  return new;
end
$$;

-- What a step writes beside the file: its own record, the event, the right on the plot.
create or replace function register.follow_application() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ev text := 'draft';
  decided text;
begin
  if tg_op = 'UPDATE' then
    if new.state = old.state then
      if new.due_by is not distinct from old.due_by then
        return null;
      end if;
      ev := 'extend';
    else
      select s.event into ev from rights_step s
      where s.machine = 'application' and s.before = old.state and s.after = new.state;
    end if;
  elsif new.from_paper then
    ev := 'from_paper';
  end if;
  insert into application_step (application_id, event, before, after, actor, reason, illustrative)
  values (new.id, ev, case tg_op when 'UPDATE' then old.state end, new.state, actor(), new.reason, new.illustrative);
  perform record_event(ev, 'application', new.id,
    case tg_op when 'UPDATE' then jsonb_build_object('state', old.state, 'due_by', old.due_by) end,
    jsonb_build_object('state', new.state, 'reg_no', new.reg_no, 'plot_id', new.plot_id, 'party_id', new.party_id,
      'due_by', new.due_by), new.reason,
    coalesce((select s.legal from rights_step s where s.machine = 'application' and s.event = ev limit 1), ev <> 'draft'));
  -- Where the transaction knows who acts, the acts that take two people are noted with all others.
  if coalesce(current_setting('marsa.user', true), '') <> '' and ev in ('report', 'offer', 'reject', 'approve', 'sign') then
    perform did(case ev when 'offer' then 'decide' when 'reject' then 'decide' else ev end, new.id);
  end if;
  if tg_op = 'UPDATE' and new.state <> old.state then
    if new.state in ('LPS', 'WDN', 'CNL', 'APR') then
      update tenure_slot set valid = tstzrange(lower(valid), now())
      where application_id = new.id and kind in ('reservation', 'allocation') and binds(valid, now());
    end if;
    if new.state = 'APR' then
      select s.reference_number into decided from application_paper p join source s on s.id = p.document_id
      where p.application_id = new.id and p.kind = 'decision' order by s.dated desc nulls last limit 1;
    end if;
    if new.state in ('OFR', 'APR') then
      insert into tenure_slot (plot_id, kind, party_id, application_id, valid, due_by, decision_number, illustrative)
      values (new.plot_id, case new.state when 'OFR' then 'reservation' else 'allocation' end, new.party_id, new.id,
        tstzrange(now(), null), new.due_by, decided, new.illustrative);
    end if;
  end if;
  if tg_op = 'UPDATE' and new.due_by is distinct from old.due_by then
    update tenure_slot set due_by = new.due_by
    where application_id = new.id and binds(valid, now()) and due_by is distinct from new.due_by and kind <> 'lease';
  end if;
  return null;
end
$$;

-- At commit: the right that stands on a plot for a file is the one that its state says.
create or replace function register.files_and_rights_agree() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  of_file uuid;
  a application;
  fault boolean;
  live text[];
begin
  if tg_table_name = 'application' then
    of_file := new.id;
  else
    of_file := new.application_id;
  end if;
  if of_file is null then
    return null;
  end if;
  select * into a from application where id = of_file;
  select coalesce(array_agg(t.kind || case when t.plot_id = a.plot_id and (t.party_id = a.party_id
    or t.kind in ('lease', 'concession')) then '' else ' elsewhere' end), '{}') into live
  from tenure_slot t where t.application_id = of_file and binds(t.valid, now());
  fault := case
    when a.state in ('OFR', 'ACC') then live <> '{reservation}'
    when a.state = 'APR' then live <> '{allocation}'
    when a.state in ('CON', 'HND') then not live <@ '{lease,concession}' or cardinality(live) > 1
    else live <> '{}' end;
  if fault then
    perform refuse('MG022', format('file %s is %s, but its rights are %s', a.reg_no, a.state, live), jsonb_build_object(
      'rule', 'file_and_right_agree', 'table', 'application', 'reg_no', a.reg_no, 'state', a.state, 'found', live));
  end if;
  return null;
end
$$;

-- Meetings: numbered; once closed, they are as the minutes say.
create or replace function register.guard_meeting() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.number := next_number('MTG');
    new.quorum := (rule_of(new.zone_id) ->> 'quorum')::int;
    new.state := 'called';
    new.closed_at := null;
    return new;
  end if;
  if old.state = 'closed' then
    perform refuse_step('meeting_closed', 'meeting', '{}');
  end if;
  new.number := old.number;
  new.quorum := old.quorum;
  if new.state = 'closed' then
    if new.minutes_id is null then
      perform refuse_step('minutes_missing', 'close', '{}');
    end if;
    new.closed_at := clock_timestamp();
  end if;
  return new;
end
$$;

create or replace function register.guard_part_of_meeting() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  of_meeting uuid;
  row_ jsonb := to_jsonb(coalesce(new, old));
begin
  of_meeting := coalesce(row_ ->> 'meeting_id',
    (select i.meeting_id::text from meeting_item i where i.id = (row_ ->> 'item_id')::uuid))::uuid;
  -- The lock makes whoever closes the meeting wait, and us see that it was closed.
  perform from meeting where id = of_meeting and state = 'called' for share;
  if not found then
    perform refuse_step('meeting_closed', 'meeting', '{}');
  end if;
  if tg_table_name = 'meeting_item' and tg_op = 'INSERT'
     and not exists (select from application where id = (row_ ->> 'application_id')::uuid and state = 'COM') then
    perform refuse_step('not_before_committee', 'agenda', '{}');
  end if;
  return coalesce(new, old);
end
$$;

-- Numbers that others carry, given when the row is made and kept.
create or replace function register.give_number() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.number := next_number(tg_argv[0]);
  else
    new.number := old.number;
  end if;
  return new;
end
$$;

-- الوارد والصادر: a paper that comes in or goes out is entered in that book.
create or replace function register.enter_paper() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if tg_op = 'UPDATE' and old.registered_as is not null then
    new.registered_as := old.registered_as;
    new.direction := old.direction;
  else
    new.registered_as := case when new.direction is not null then next_number(upper(new.direction)) end;
  end if;
  return new;
end
$$;

-- What nobody confirmed in time lapses by itself only where the zone's rule says so. Tells how many files did.
create or replace function register.lapse_due() returns integer
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  due record;
  lapsed integer := 0;
begin
  for due in
    select a.id from application a
    where a.due_by < now() and a.state in ('RIN', 'RTN', 'OFR', 'ACC', 'APR')
      and (rule_of(zone_of_plot(a.plot_id)) ->> 'lapse_automatic')::boolean for update skip locked
  loop
    perform set_config('marsa.actor', 'clock', true);
    update application set state = 'LPS', reason = 'automatic' where id = due.id;
    lapsed := lapsed + 1;
  end loop;
  return lapsed;
end
$$;
