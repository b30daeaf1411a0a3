-- SPDX-License-Identifier: Apache-2.0
-- What happens to every row of the register, whoever writes it: the grid, codes, versions, history.

-- Each ordinate is the double nearest to a number of three decimals. ST_SnapToGrid and ST_ReducePrecision miss the last
-- bit of a quarter of such numbers; text does not.
create or replace function register.to_grid() returns trigger
language plpgsql as $$
begin
  new.geom := public.ST_GeomFromText(public.ST_AsText(new.geom, 3), public.ST_SRID(new.geom));
  if public.ST_IsEmpty(new.geom) then
    raise exception using errcode = 'MG001', message = 'geometry is empty', detail = json_build_object(
      'table', tg_table_name, 'reason', 'empty')::text;
  end if;
  if not public.ST_IsValid(new.geom) then
    raise exception using errcode = 'MG001', message = 'geometry is not valid', detail = json_build_object(
      'table', tg_table_name,
      'reason', public.ST_IsValidReason(new.geom),
      'place', public.ST_AsGeoJSON(public.ST_Transform(
        public.ST_SetSRID((public.ST_IsValidDetail(new.geom)).location, public.ST_SRID(new.geom)), 4326), 9)::json
    )::text;
  end if;
  return new;
end
$$;

-- The grid alone, for drawings that may be faulty.
create or replace function register.to_grid_as_drawn() returns trigger
language plpgsql as $$
begin
  new.geom := public.ST_GeomFromText(public.ST_AsText(new.geom, 3), public.ST_SRID(new.geom));
  return new;
end
$$;

-- A code that its list does not hold: what the tables' own functions (layers/publishing.py) find.
create or replace function register.refuse_code(of_table text, of_column text, of_list text, given text) returns void
language plpgsql as $$
begin
  raise exception using errcode = 'MG005', message = format('%s is no code of the list %s', given, of_list),
    detail = json_build_object('rule', 'code_exists', 'table', of_table, 'column', of_column, 'codelist', of_list,
      'code', given)::text;
end
$$;
drop function if exists register.codes_exist() cascade;

-- Version and recording time are the register's to write, whatever a statement says.
create or replace function register.next_version() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.recorded_from := clock_timestamp();
  else
    new.id := old.id;  -- a name is for life
    new.version := old.version + 1;
    new.recorded_from := greatest(clock_timestamp(), old.recorded_from + interval '1 microsecond');
  end if;
  return new;
end
$$;

create or replace function register.actor() returns text
language sql stable as $$
  select coalesce(nullif(current_setting('marsa.actor', true), ''), 'database:' || session_user)
$$;

-- The version that was current until now goes to history; geometries as hexadecimal EWKB, to the last bit.
create or replace function register.keep_history() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  stored jsonb := to_jsonb(old) - 'geom_3857' - 'geom_4326';
  until timestamptz;
begin
  if stored ? 'geom' then
    stored := jsonb_set(stored, '{geom}', to_jsonb(old.geom::text));
  end if;
  until := case tg_op when 'UPDATE' then new.recorded_from
                      else greatest(clock_timestamp(), old.recorded_from + interval '1 microsecond') end;
  insert into history (table_name, row_id, recorded, version, ended_by, actor, stored)
  values (tg_table_name, old.id, tstzrange(old.recorded_from, until, '[)'), old.version, tg_op, actor(), stored);
  return null;
end
$$;

-- The rows of a table as they were recorded at an instant, in the form in which history stores them.
create or replace function register.recorded_at(of_table text, at timestamptz, of_row uuid default null)
returns table (row_id uuid, version bigint, stored jsonb)
language plpgsql stable security definer set search_path = register, public, pg_temp as $$
declare
  has_geom boolean := exists (
    select from pg_attribute where attrelid = format('register.%I', of_table)::regclass and attname = 'geom');
begin
  return query select h.row_id, h.version, h.stored from history h
    where h.table_name = of_table and h.recorded @> at and (of_row is null or h.row_id = of_row);
  return query execute format(
    'select t.id, t.version, to_jsonb(t) - ''geom'' - ''geom_3857'' - ''geom_4326'' %s from register.%I t
     where t.recorded_from <= $1 and ($2 is null or t.id = $2)',
    case when has_geom then '|| jsonb_build_object(''geom'', t.geom::text)' else '' end, of_table) using at, of_row;
end
$$;

create or replace function register.append_only() returns trigger
language plpgsql as $$
begin
  raise exception using errcode = 'MG006', message = format('%s is append-only', tg_table_name),
    detail = json_build_object('table', tg_table_name)::text;
end
$$;
