-- SPDX-License-Identifier: Apache-2.0
-- Who comes to the database. Three roles log in; one owns what must see everything and never logs in.
do $$
begin
  if not exists (select from pg_roles where rolname = 'marsa_guard') then
    create role marsa_guard nologin bypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'marsa_staff') then
    create role marsa_staff login;
  end if;
  if not exists (select from pg_roles where rolname = 'marsa_public') then
    create role marsa_public login;
  end if;
end
$$;

create extension if not exists postgis;
create extension if not exists btree_gist;
create extension if not exists pg_trgm;

create schema if not exists register;
create schema if not exists published;

revoke all on schema public from public;
grant usage on schema public to public;  -- PostGIS functions live here; nothing can be made in it
revoke all on schema register, published from public;
grant usage, create on schema register, published to marsa_guard;
grant usage on schema register, published to marsa_staff;
grant usage on schema published to marsa_public;

-- Reading strangers may not hold a connection for long, nor write anything at all.
alter role marsa_public set default_transaction_read_only = on;
alter role marsa_public set statement_timeout = '5s';
alter role marsa_public set idle_in_transaction_session_timeout = '10s';
alter role marsa_staff set idle_in_transaction_session_timeout = '60s';
