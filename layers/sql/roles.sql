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

-- Reading strangers may not hold a connection for long, nor write anything at all.
alter role marsa_public set default_transaction_read_only = on;
alter role marsa_public set statement_timeout = '5s';
alter role marsa_public set idle_in_transaction_session_timeout = '10s';
alter role marsa_staff set idle_in_transaction_session_timeout = '60s';
