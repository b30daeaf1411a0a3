-- SPDX-License-Identifier: Apache-2.0
-- Letting in and out, for the service, which may not read the tables behind it.

drop function if exists register.role_of_session(bytea);
drop function if exists register.actor_of_session(bytea);

-- Uses up a link and opens a session; false for a link that was used, has expired, never was, or is somebody's for a password.
create or replace function register.use_admin_link(link bytea, session_id bytea) returns boolean
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  update admin_link set used_at = clock_timestamp()
  where token_sha256 = link and user_id is null and used_at is null and expires > clock_timestamp();
  if not found then
    return false;
  end if;
  insert into session (id_sha256, role) values (session_id, 'admin');
  return true;
end
$$;

-- Who may act in a session now; null when it has ended: 12 hours after it began, 30 minutes after it was last used, or
-- when its account was disabled. Role and duties are read from the account each time, so a change takes effect at once.
create or replace function register.standing_of_session(session_id bytea) returns jsonb
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  here session;
  who user_account;
  handed jsonb;
begin
  select * into here from session where id_sha256 = session_id and expires > clock_timestamp()
    and seen > clock_timestamp() - interval '30 minutes';
  if not found then
    return null;
  end if;
  if here.seen < clock_timestamp() - interval '20 seconds' then
    update session set seen = clock_timestamp() where id_sha256 = session_id;
  end if;
  if here.user_id is null then
    return jsonb_build_object('id', here.actor, 'role', 'admin', 'login', null, 'name_ar', 'المدير', 'name_en', 'Admin',
      'language', 'ar', 'party', null, 'zones', jsonb_build_array('*'), 'duties', jsonb_build_array(),
      'delegated', jsonb_build_object(),
      -- Who has just put an installation in place can look at a file of land before there is anybody else.
      'roles', case when exists (select from user_account where disabled_at is null and role = 'planner')
               then jsonb_build_array('admin') else jsonb_build_array('admin', 'planner') end);
  end if;
  select * into who from user_account where id = here.user_id and disabled_at is null;
  if not found then
    return null;
  end if;
  select coalesce(jsonb_object_agg(d.duty, d.from_id), '{}') into handed
  from delegation d where d.to_id = who.id and d.valid @> now() and holds(d.from_id, d.duty)
    and may_have_duty(who.id) and may_have_duty(d.from_id);  -- a role that is changed meanwhile brings no duty along
  return jsonb_build_object('id', who.id, 'role', who.role, 'login', who.login, 'name_ar', who.name_ar, 'name_en', who.name_en,
    'language', who.language, 'party', who.party_id, 'zones', to_jsonb(who.zones),
    'roles', case when handed ? 'approver' then jsonb_build_array(who.role, 'approver') else jsonb_build_array(who.role) end,
    'duties', coalesce((select jsonb_agg(duty) from (
      select duty from user_duty where user_id = who.id and valid @> now() and may_have_duty(who.id)
      union select key from jsonb_each(handed) where key <> 'approver') d), '[]'),
    'delegated', handed - array(select duty from user_duty where user_id = who.id and valid @> now()) - who.role);
end
$$;

-- Whether an account has a duty, or the role of approver, of its own now.
create or replace function register.holds(account uuid, what text) returns boolean
language sql stable security definer set search_path = register, pg_temp as $$
  select exists (select from user_account a where a.id = account and a.disabled_at is null and (
    a.role = what or exists (
      select from user_duty d where d.user_id = a.id and d.duty = what and d.valid @> now())))
$$;

create or replace function register.end_session(session_id bytea) returns void
language sql security definer set search_path = register, pg_temp as $$
  delete from session where id_sha256 = session_id or expires < clock_timestamp()
$$;

-- What signing in compares: the account and its hash. A login that does not exist or is disabled gives no row.
create or replace function register.password_of(of_login text) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('user', a.id, 'hash', p.hash, 'language', a.language)
  from user_account a join user_password p on p.user_id = a.id where a.login = of_login and a.disabled_at is null
$$;

-- Opens the session of somebody whose password was right. `rehashed`: the hash made anew where the old one was weaker.
create or replace function register.open_session(account uuid, session_id bytea, rehashed text default null) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if rehashed is not null then
    update user_password set hash = rehashed where user_id = account;
  end if;
  insert into session (id_sha256, role, actor, user_id)
  select session_id, role, id, id from user_account where id = account and disabled_at is null;
  delete from session where expires < clock_timestamp();
  perform set_config('marsa.actor', (select role || ':' || id from user_account where id = account), true);
  perform record_event('signed_in', 'user_account', account);
end
$$;

-- Counts an attempt; returns how many there are in its window, which begins with the first.
create or replace function register.count_attempt(key bytea, window_s integer, amount integer) returns integer
language sql security definer set search_path = register, pg_temp as $$
  insert into attempt as a (key_sha256, count, expires)
  values (key, greatest(amount, 0), clock_timestamp() + make_interval(secs => window_s))
  on conflict (key_sha256) do update set
    count = case when a.expires <= clock_timestamp() then greatest(amount, 0) else greatest(a.count + amount, 0) end,
    expires = case when a.expires <= clock_timestamp() then excluded.expires else a.expires end
  returning count
$$;

create or replace function register.attempts(key bytea) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('count', count, 'expires', extract(epoch from expires))
  from attempt where key_sha256 = key and expires > clock_timestamp()
$$;

create or replace function register.forget_attempts(key bytea) returns void
language sql security definer set search_path = register, pg_temp as $$
  delete from attempt where key_sha256 = key or expires < clock_timestamp() - interval '1 day'
$$;

-- Four eyes: notes that whoever acts in this transaction did an act on a row.
create or replace function register.did(what text, row_id uuid) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if coalesce(current_setting('marsa.user', true), '') = '' then
    raise exception using errcode = 'MG061', message = 'nobody acts', detail = '{}';
  end if;
  insert into act (object_id, act, person, on_behalf)
  values (row_id, what, current_setting('marsa.user')::uuid, nullif(current_setting('marsa.act_as', true), '')::uuid);
end
$$;

create or replace function register.four_eyes() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  other text;
begin
  -- Two acts on one row at once must see each other.
  perform pg_advisory_xact_lock(hashtextextended('marsa act ' || new.object_id, 0));
  select a.act into other from act a
  where a.object_id = new.object_id and incompatible(a.act, new.act)
    and array[a.person, a.on_behalf] && array_remove(array[new.person, new.on_behalf], null) limit 1;
  if found then
    raise exception using errcode = 'MG060', message = format('%s and %s take two people', other, new.act),
      detail = json_build_object('act', new.act, 'other', other)::text;
  end if;
  return new;
end
$$;

grant execute on function register.use_admin_link(bytea, bytea), register.standing_of_session(bytea),
  register.end_session(bytea), register.password_of(text), register.open_session(uuid, bytea, text),
  register.count_attempt(bytea, integer, integer), register.attempts(bytea), register.forget_attempts(bytea),
  register.did(text, uuid), register.publish_due() to marsa_staff;
