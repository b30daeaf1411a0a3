-- SPDX-License-Identifier: Apache-2.0
-- Letting in and out, for the service, which may not read the tables behind it.

-- Uses up a link and opens a session; false for a link that was used, has expired or never was.
create or replace function register.use_admin_link(link bytea, session_id bytea) returns boolean
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  update admin_link set used_at = clock_timestamp()
  where token_sha256 = link and used_at is null and expires > clock_timestamp();
  if not found then
    return false;
  end if;
  insert into session (id_sha256, role) values (session_id, 'admin');
  return true;
end
$$;

create or replace function register.role_of_session(session_id bytea) returns text
language sql security definer set search_path = register, pg_temp as $$
  update session set seen = clock_timestamp()
  where id_sha256 = session_id and expires > clock_timestamp() returning role
$$;

-- Who acts in a session, as events name them; null when it has ended.
create or replace function register.actor_of_session(session_id bytea) returns text
language sql security definer set search_path = register, pg_temp as $$
  select role || ':' || actor from session where id_sha256 = session_id and expires > clock_timestamp()
$$;

create or replace function register.end_session(session_id bytea) returns void
language sql security definer set search_path = register, pg_temp as $$
  delete from session where id_sha256 = session_id or expires < clock_timestamp()
$$;

grant execute on function register.use_admin_link(bytea, bytea), register.role_of_session(bytea),
  register.end_session(bytea), register.actor_of_session(bytea), register.publish_due() to marsa_staff;
