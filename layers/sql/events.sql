-- SPDX-License-Identifier: Apache-2.0
-- Events: what happened to the register, who did it and why. Legal ones are chained, each over the hash of the one before.

-- JSON in one spelling (after RFC 8785): keys sorted by code point, no spaces, numbers without needless zeros.
create or replace function register.canonical(given jsonb) returns text
language plpgsql immutable as $$
begin
  case jsonb_typeof(given)
    when 'object' then
      return '{' || coalesce((
        select string_agg(to_json(key)::text || ':' || register.canonical(value), ',' order by key collate "C")
        from jsonb_each(given)), '') || '}';
    when 'array' then
      return '[' || coalesce((
        select string_agg(register.canonical(value), ',' order by place)
        from jsonb_array_elements(given) with ordinality as element(value, place)), '') || ']';
    when 'number' then
      return trim_scale((given #>> '{}')::numeric)::text;
    else
      return given::text;
  end case;
end
$$;

-- Records an event in the transaction that makes it true; returns its number. A legal one enters the chain at commit.
create or replace function register.record_event(
  action text, object_table text, object_id uuid, before jsonb default null, after jsonb default null,
  reason text default null, legal boolean default false, request_id text default null) returns bigint
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  number bigint := nextval('register.event_seq_seq');
begin
  perform set_config('marsa.told', number::text, true);
  if legal then
    insert into event_draft (seq, actor, action, object_table, object_id, before, after, reason, request_id)
    values (number, actor(), action, object_table, object_id, before, after, reason, request_id);
  else
    insert into event (seq, actor, action, object_table, object_id, before, after, reason, request_id)
    overriding system value
    values (number, actor(), action, object_table, object_id, before, after, reason, request_id);
  end if;
  return number;
end
$$;

create or replace function register.canon_of(e register.event) returns bytea
language sql stable as $$
  select convert_to(register.canonical(jsonb_build_object(
    'seq', e.seq, 'chain_no', e.chain_no, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', e.actor, 'action', e.action, 'object_table', e.object_table, 'object_id', e.object_id, 'before', e.before,
    'after', e.after, 'reason', e.reason, 'request_id', e.request_id)), 'UTF8')
$$;

-- Runs at commit, last of all: the chain's lock is one for everybody, and nobody waits for anything while holding it.
create or replace function register.chain_events() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  draft record;
  head event;
  link event;
begin
  if not exists (select from event_draft where seq = new.seq) then
    return null;  -- chained with the transaction's first one
  end if;
  perform tell_changes();
  perform pg_advisory_xact_lock(hashtextextended('marsa event chain', 0));
  select * into head from event where chain_no is not null order by chain_no desc limit 1;
  for draft in
    with mine as materialized (
      delete from event_draft where transaction_no = pg_current_xact_id()::text::bigint returning *)
    select * from mine order by seq
  loop
    link := null;
    link.seq := draft.seq;
    link.at := greatest(clock_timestamp(), head.at);  -- a clock set back must not turn the order round
    link.actor := draft.actor;
    link.action := draft.action;
    link.object_table := draft.object_table;
    link.object_id := draft.object_id;
    link.before := draft.before;
    link.after := draft.after;
    link.reason := draft.reason;
    link.request_id := draft.request_id;
    link.legal := true;
    link.chain_no := coalesce(head.chain_no, 0) + 1;
    link.prev := coalesce(head.hash, decode(repeat('00', 32), 'hex'));
    link.canon := canon_of(link);
    link.hash := sha256('\x00'::bytea || link.prev || link.canon);
    insert into event overriding system value select (link).*;
    head := link;
  end loop;
  return null;
end
$$;

drop trigger if exists chain_events on register.event_draft;
create constraint trigger chain_events after insert on register.event_draft
  deferrable initially deferred for each row execute function register.chain_events();
