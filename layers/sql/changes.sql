-- SPDX-License-Identifier: Apache-2.0
-- How workers learn that a layer has changed: one notice per statement and layer, with the old and the new extent.

-- Attached to what a layer publishes (the register table behind a view, or the kept table). Arguments: the layers' ids.
create or replace function register.note_change() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  box box3d;
begin
  if tg_op = 'INSERT' then
    select ST_3DExtent(geom_3857) into box from new_rows;
  elsif tg_op = 'DELETE' then
    select ST_3DExtent(geom_3857) into box from old_rows;
  elsif tg_op = 'UPDATE' then
    select ST_3DExtent(geom_3857) into box from (select geom_3857 from new_rows union all select geom_3857 from old_rows) both_rows;
  end if;
  if tg_op <> 'TRUNCATE' and box is null then
    return null;  -- the statement touched no row
  end if;
  insert into change (layer_id, extent_left, extent_bottom, extent_right, extent_top)
  select layer_id, floor(ST_XMin(box)), floor(ST_YMin(box)), ceil(ST_XMax(box)), ceil(ST_YMax(box))
  from unnest(tg_argv) layer_id;
  return null;
end
$$;

-- For a table that holds several layers: a change to a water pipe is none of the power network. Arguments: the column that
-- tells the layers apart, then layer, value, layer, value …
create or replace function register.note_change_of_part() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  part text := tg_argv[0];
  rows_now text := case tg_op
    when 'INSERT' then 'select * from new_rows' when 'DELETE' then 'select * from old_rows'
    else 'select * from new_rows union all select * from old_rows' end;
begin
  if tg_op = 'TRUNCATE' then
    insert into change (layer_id) select tg_argv[i] from generate_series(1, tg_nargs - 1, 2) i;
    return null;
  end if;
  execute format(
    'insert into change (layer_id, extent_left, extent_bottom, extent_right, extent_top)
     select layer, floor(ST_XMin(box)), floor(ST_YMin(box)), ceil(ST_XMax(box)), ceil(ST_YMax(box))
     from (select a.layer, ST_3DExtent(r.geom_3857) as box
           from (%s) r join unnest($1, $2) as a (layer, part) on a.part = r.%I::text group by a.layer) t', rows_now, part)
  using array(select tg_argv[i] from generate_series(1, tg_nargs - 1, 2) i),
        array(select tg_argv[i] from generate_series(2, tg_nargs - 1, 2) i);
  return null;
end
$$;

-- For a table whose words layers show beside their own rows (the name of an operator): where they stand is not known here.
create or replace function register.note_change_everywhere() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  insert into change (layer_id) select a.layer from unnest(tg_argv[0:]) as a (layer)
  where not exists (select from change c where c.layer_id = a.layer and c.extent_left is null);
  return null;
end
$$;

-- Runs at commit. Versions are given out here, not when the statements ran: whoever sees version n sees every change up
-- to n. One lock for all layers, so that two transactions that change layers A and B in either order cannot deadlock;
-- NOTIFY serialises commits anyway.
create or replace function register.tell_changes() returns void
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  told record;
  now_version bigint;
begin
  perform settle_touched();  -- it waits for cells, and nobody may wait for cells while holding this lock
  perform pg_advisory_xact_lock(hashtextextended('marsa layer versions', 0));
  for told in
    with mine as materialized (
      delete from change where transaction_no = pg_current_xact_id()::text::bigint returning *)
    select * from mine order by id
  loop
    update layer_version set version = version + 1, changed_at = clock_timestamp()
    where layer_id = told.layer_id returning version into now_version;
    perform pg_notify('marsa_changes', json_build_object(
      'layer', told.layer_id, 'version', now_version,
      'extent', case when told.extent_left is null then null else json_build_array(
        told.extent_left, told.extent_bottom, told.extent_right, told.extent_top) end)::text);
  end loop;
end
$$;

create or replace function register.tell_change() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  -- The transaction's first change tells all of them; the others find themselves gone.
  if exists (select from change where id = new.id) then
    perform tell_changes();
  end if;
  return null;
end
$$;

drop trigger if exists tell_change on register.change;
create constraint trigger tell_change after insert on register.change
  deferrable initially deferred for each row execute function register.tell_change();
