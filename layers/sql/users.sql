-- SPDX-License-Identifier: Apache-2.0
-- Keeping users: accounts, roles, duties, delegations, passwords. The service reaches these tables through here alone.
-- Who acts is what the transaction says (`marsa.user`, `marsa.roles`); each change is an event that names ids and no person.

create or replace function register.acts_as(variadic any_of text[]) returns boolean
language sql stable as $$
  select coalesce(string_to_array(current_setting('marsa.roles', true), ','), '{}') && any_of
$$;

create or replace function register.require_admin() returns void
language plpgsql as $$
begin
  if not register.acts_as('admin') then
    raise exception using errcode = '42501', message = 'users are kept by admins';
  end if;
end
$$;

create or replace function register.refuse_user(why text) returns void
language plpgsql as $$
begin
  raise exception using errcode = 'MG063', message = format('not that user: %s', why), detail = json_build_object('why', why)::text;
end
$$;

-- A new account. One that is to approve stays closed until a second admin confirms it.
create or replace function register.new_user(
  new_login text, ar text, en text, of_language text, of_role text, party uuid, of_zones text[]) returns uuid
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  made uuid;
  waits boolean := of_role = 'approver';
begin
  perform require_admin();
  insert into user_account (login, name_ar, name_en, language, role, party_id, zones, disabled_at)
  values (new_login, ar, en, of_language, case when waits then 'auditor' else of_role end, party, of_zones,
          case when waits then now() end) returning id into made;
  perform record_event('user_added', 'user_account', made, null,
    jsonb_build_object('role', of_role, 'party', party, 'zones', of_zones));
  if waits then
    perform set_role(made, 'approver');
    update approver_asked set opens = true where user_id = made;
  end if;
  return made;
end
$$;

-- Gives a role; true when it holds now, false when a second admin has to confirm it first.
create or replace function register.set_role(account uuid, new_role text) returns boolean
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  old_role text;
begin
  perform require_admin();
  select role into old_role from user_account where id = account for update;
  if not found then
    perform refuse_user('unknown');
  end if;
  if new_role = old_role then
    return true;
  end if;
  update approver_asked set withdrawn_at = now()
  where user_id = account and confirmed_at is null and withdrawn_at is null;
  if new_role = 'approver' then
    insert into approver_asked (user_id, asked_by) values (account, actor());
    perform record_event('approver_asked', 'user_account', account);
    return false;
  end if;
  update user_account set role = new_role where id = account;
  perform record_event('role_changed', 'user_account', account, jsonb_build_object('role', old_role),
    jsonb_build_object('role', new_role));
  return true;
end
$$;

-- The second admin's word: an account, not a link or the command line, and not the one who asked.
create or replace function register.confirm_approver(account uuid) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  asked approver_asked;
  old_role text;
begin
  perform require_admin();
  select * into asked from approver_asked
  where user_id = account and confirmed_at is null and withdrawn_at is null for update;
  if not found then
    perform refuse_user('unknown');
  end if;
  if asked.asked_by = actor() or current_setting('marsa.user', true) = account::text or not exists (
    select from user_account where id::text = current_setting('marsa.user', true) and role = 'admin' and disabled_at is null)
  then
    raise exception using errcode = 'MG062', message = 'the role of approver takes two admins', detail = '{}';
  end if;
  update approver_asked set confirmed_by = actor(), confirmed_at = clock_timestamp() where id = asked.id;
  select role into old_role from user_account where id = account;
  update user_account set role = 'approver', disabled_at = case when asked.opens then null else disabled_at end
  where id = account;
  perform record_event('role_changed', 'user_account', account, jsonb_build_object('role', old_role),
    jsonb_build_object('role', 'approver', 'asked_by', asked.asked_by));
end
$$;

create or replace function register.withdraw_approver(account uuid) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  perform require_admin();
  update approver_asked set withdrawn_at = clock_timestamp()
  where user_id = account and confirmed_at is null and withdrawn_at is null;
  if not found then
    perform refuse_user('unknown');
  end if;
  perform record_event('approver_not_given', 'user_account', account);
end
$$;

-- Whoever writes: nobody becomes approver but by two. Duties end with a role that cannot have them.
create or replace function register.roles_are_given() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if new.role = 'approver' and (tg_op = 'INSERT' or old.role <> 'approver') and not exists (
    select from approver_asked where user_id = new.id and confirmed_at >= now()) then
    raise exception using errcode = 'MG062', message = 'the role of approver takes two admins', detail = '{}';
  end if;
  return new;
end
$$;

create or replace function register.disable_user(account uuid, closed boolean) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  perform require_admin();
  update user_account set disabled_at = case when closed then coalesce(disabled_at, now()) end where id = account;
  if not found then
    perform refuse_user('unknown');
  end if;
  if not closed and exists (select from approver_asked
      where user_id = account and opens and confirmed_at is null and withdrawn_at is null) then
    raise exception using errcode = 'MG062', message = 'the role of approver takes two admins', detail = '{}';
  end if;
  if closed then
    delete from session where user_id = account;
    delete from admin_link where user_id = account;
  end if;
  perform record_event(case when closed then 'user_disabled' else 'user_enabled' end, 'user_account', account);
end
$$;

create or replace function register.may_have_duty(account uuid) returns boolean
language sql stable security definer set search_path = register, pg_temp as $$
  select exists (select from user_account where id = account and disabled_at is null
    and role in ('planner', 'approver', 'nda', 'reconstruction_fund'))
$$;

create or replace function register.give_duty(account uuid, of_duty text, begins timestamptz, ends timestamptz) returns uuid
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  made uuid;
begin
  perform require_admin();
  if not may_have_duty(account) then
    perform refuse_user('role');
  end if;
  if ends <= begins then
    perform refuse_user('period');
  end if;
  insert into user_duty (user_id, duty, valid, given_by) values (account, of_duty, tstzrange(begins, ends), actor())
  returning id into made;
  perform record_event('duty_given', 'user_account', account, null,
    jsonb_build_object('duty', of_duty, 'from', begins, 'until', ends));
  return made;
end
$$;

create or replace function register.end_duty(given uuid) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ended user_duty;
begin
  perform require_admin();
  delete from user_duty where id = given and lower(valid) >= now() returning * into ended;
  if not found then
    update user_duty set valid = tstzrange(lower(valid), now()) where id = given and valid @> now() returning * into ended;
  end if;
  if not found then
    perform refuse_user('unknown');
  end if;
  perform record_event('duty_ended', 'user_account', ended.user_id, null, jsonb_build_object('duty', ended.duty));
end
$$;

-- Hands a duty over for a time. An admin may do it for the holder; the role of approver its holder alone.
create or replace function register.delegate(
  from_user uuid, to_user uuid, of_duty text, begins timestamptz, ends timestamptz, why text) returns uuid
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  made uuid;
begin
  if from_user::text is distinct from current_setting('marsa.user', true) then
    perform require_admin();
    if of_duty = 'approver' then
      raise exception using errcode = 'MG062', message = 'the role of approver takes two admins', detail = '{}';
    end if;
  end if;
  if not holds(from_user, of_duty) then
    perform refuse_user('duty');
  end if;
  if from_user = to_user then
    perform refuse_user('self');
  end if;
  if not may_have_duty(to_user) then
    perform refuse_user('role');
  end if;
  if ends <= begins or ends > begins + interval '1 year' or ends <= now() then
    perform refuse_user('period');
  end if;
  insert into delegation (from_id, to_id, duty, valid, reason, given_by)
  values (from_user, to_user, of_duty, tstzrange(begins, ends), why, actor()) returning id into made;
  perform record_event('delegated', 'user_account', from_user, null,
    jsonb_build_object('duty', of_duty, 'to', to_user, 'from', begins, 'until', ends), why);
  return made;
end
$$;

create or replace function register.end_delegation(given uuid) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ended delegation;
begin
  select * into ended from delegation where id = given and upper(valid) > now() for update;
  if not found then
    perform refuse_user('unknown');
  end if;
  if ended.from_id::text is distinct from current_setting('marsa.user', true) then
    perform require_admin();
  end if;
  if lower(ended.valid) >= now() then
    delete from delegation where id = given;
  else
    update delegation set valid = tstzrange(lower(valid), now()) where id = given;
  end if;
  perform record_event('delegation_ended', 'user_account', ended.from_id, null,
    jsonb_build_object('duty', ended.duty, 'to', ended.to_id));
end
$$;

-- One's own password. All other sessions of the account end.
create or replace function register.set_own_password(new_hash text, kept_session bytea) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  me uuid := current_setting('marsa.user')::uuid;
begin
  insert into user_password (user_id, hash) select id, new_hash from user_account where id = me
  on conflict (user_id) do update set hash = excluded.hash, set_at = clock_timestamp();
  delete from session where user_id = me and id_sha256 <> kept_session;
  delete from admin_link where user_id = me;
  perform record_event('password_changed', 'user_account', me);
end
$$;

create or replace function register.end_other_sessions(kept_session bytea) returns integer
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  ended integer;
begin
  delete from session where user_id = current_setting('marsa.user')::uuid and id_sha256 <> kept_session;
  get diagnostics ended = row_count;
  return ended;
end
$$;

-- A link with which somebody sets a password, once, within 24 hours. An older one of the account is void.
create or replace function register.new_password_link(account uuid, link bytea) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  perform require_admin();
  if not exists (select from user_account where id = account) then
    perform refuse_user('unknown');
  end if;
  delete from admin_link where user_id = account or expires < clock_timestamp();
  insert into admin_link (token_sha256, user_id) values (link, account);
  perform record_event('password_link', 'user_account', account);
end
$$;

create or replace function register.password_link(link bytea) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('login', a.login, 'name_ar', a.name_ar, 'name_en', a.name_en)
  from admin_link l join user_account a on a.id = l.user_id
  where l.token_sha256 = link and l.used_at is null and l.expires > clock_timestamp() and a.disabled_at is null
$$;

-- Uses the link up; the account's login, or null where the link is none. Ends every session of the account.
create or replace function register.use_password_link(link bytea, new_hash text) returns text
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  account uuid;
begin
  update admin_link l set used_at = clock_timestamp() from user_account a
  where l.token_sha256 = link and l.used_at is null and l.expires > clock_timestamp() and a.id = l.user_id
    and a.disabled_at is null
  returning l.user_id into account;
  if account is null then
    return null;
  end if;
  insert into user_password (user_id, hash) values (account, new_hash)
  on conflict (user_id) do update set hash = excluded.hash, set_at = clock_timestamp();
  delete from session where user_id = account;
  perform set_config('marsa.actor', (select role || ':' || id from user_account where id = account), true);
  perform record_event('password_changed', 'user_account', account);
  return (select login from user_account where id = account);
end
$$;

-- Names of people for pages that tell who did what. Ids that are no account are left out.
create or replace function register.people(ids uuid[]) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select coalesce(jsonb_object_agg(id, jsonb_build_object('ar', name_ar, 'en', name_en)), '{}')
  from user_account where id = any(ids)
$$;

-- For the pages of users: who keeps users need not see the parties' table.
create or replace function register.party_names(of_party uuid) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('ar', name_ar, 'en', name_en) from party where id = of_party
$$;

create or replace function register.colleague(of_login text) returns uuid
language sql stable security definer set search_path = register, pg_temp as $$
  select id from user_account where login = of_login and disabled_at is null and may_have_duty(id)
$$;

create or replace function register.party_called(words text) returns uuid
language sql stable security definer set search_path = register, pg_temp as $$
  select min(id::text)::uuid from party where words <> '' and words in (name_ar, name_en, registration_number)
  having count(*) = 1
$$;

create or replace function register.unknown_zones(codes text[]) returns boolean
language sql stable security definer set search_path = register, pg_temp as $$
  select exists (select from unnest(codes) c(code) where not exists (select from zone z where z.code = c.code))
$$;

-- Legal days from one to another, the last one included; without a first one from now on, without a last one for good.
create or replace function register.days_through(first_day date, last_day date)
returns table (begins timestamptz, ends timestamptz)
language sql stable security definer set search_path = register, public, pg_temp as $$
  select coalesce(lower(legal_days(first_day, null)), now()), upper(legal_days(last_day, last_day + 1))
$$;

-- The day of an instant in the zone's calendar; of an end: the last day before it.
create or replace function register.legal_day(at timestamptz, is_end boolean default false) returns text
language sql stable security definer set search_path = register, public, pg_temp as $$
  select to_char((case when is_end then at - interval '1 microsecond' else at end)
    at time zone (select time_zone from installation), 'YYYY-MM-DD')
$$;

do $$
declare
  f regprocedure;
begin
  for f in select p.oid from pg_proc p where p.pronamespace = 'register'::regnamespace and p.proname in (
    'new_user', 'set_role', 'confirm_approver', 'withdraw_approver', 'disable_user', 'give_duty', 'end_duty', 'delegate',
    'end_delegation', 'set_own_password', 'end_other_sessions', 'new_password_link', 'password_link',
    'use_password_link', 'people', 'colleague', 'acts_as', 'party_names', 'party_called', 'unknown_zones', 'days_through', 'legal_day') loop
    execute format('grant execute on function %s to marsa_staff', f);
  end loop;
end
$$;
