-- SPDX-License-Identifier: Apache-2.0
-- The list of everything in the port that a right can stand on follows the tables of its kinds.

-- Argument: the code of the kind in the list facility_type.
create or replace function register.list_facility() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into facility (id, kind) values (new.id, tg_argv[0]);
  else
    delete from facility where id = old.id;  -- refused while a right stands on it
  end if;
  return null;
end
$$;
