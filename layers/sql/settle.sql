-- SPDX-License-Identifier: Apache-2.0
-- What happens once per transaction, at commit: its edits are judged, then what the public may know of them is renewed.

-- Statements only note what they touched. Judging at commit lets a transaction pass through states that no single one of
-- its statements could justify (a split first makes children over their parent), and lets all its locks be taken at once
-- and in one order, so that writers who never heard of lock_cells do not deadlock either:
--   cells (sorted) < plots (sorted) < blocks (sorted) < layer versions < chain of events.
create or replace function register.settle_touched() returns void
language plpgsql security definer set search_path = register, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  t record;
  renewed uuid[];
begin
  with mine as materialized (
    delete from touched where transaction_no = pg_current_xact_id()::text::bigint returning *
  )
  select
    array(select distinct i from mine, unnest(plots) i order by i) as plots,
    array(select distinct i from mine, unnest(fabric) i) as fabric,
    array(select distinct i from mine, unnest(rights) i) as rights,
    array(select distinct i from mine, unnest(blocks) i order by i) as blocks,
    array(select distinct i from mine, unnest(lineages) i) as lineages,
    array(select distinct i from mine, unnest(cells) i) as cells,
    (select count(*) from mine) as notes
  into t;
  if t.notes = 0 then
    return;
  end if;
  perform hold_cells(t.cells);
  renewed := t.plots;
  if cardinality(t.blocks) > 0 then
    renewed := renewed || array(select id from plot where block_id = any(t.blocks));
  end if;
  -- From here on nobody else derives these plots. A row whose newest version is ours is locked already.
  perform from plot where id = any(renewed) and xmin <> pg_current_xact_id()::xid order by id for no key update;
  perform judge(t.fabric, t.rights, t.blocks, t.lineages);
  perform renew(renewed, t.blocks);
  perform renew_again(renewed, t.blocks);
  -- Commands say what they did. Whoever writes past them (psql, QGIS) leaves at least that something was done, and by whom.
  if coalesce(current_setting('marsa.told', true), '') = '' then
    perform record_event('edit', 'plot', null, after => jsonb_build_object(
        'plots', cardinality(t.plots), 'rights', cardinality(t.rights), 'blocks', cardinality(t.blocks),
        'lineages', cardinality(t.lineages)),
      legal => cardinality(t.rights) + cardinality(t.lineages) > 0);
  end if;
end
$$;

create or replace function register.judge(fabric uuid[], rights uuid[], blocks uuid[], lineages uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  if cardinality(fabric) > 0 then
    perform judge_plots(fabric);
    perform judge_moved_plots();
  end if;
  if cardinality(blocks) > 0 then
    perform judge_blocks(blocks);
  end if;
  if cardinality(rights) > 0 then
    perform judge_rights(rights);
  end if;
  if cardinality(lineages) > 0 then
    perform judge_lineages(lineages);
  end if;
end
$$;

create or replace function register.settle() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  -- The transaction's first note settles all of them; the others find themselves gone.
  if exists (select from touched where id = new.id) then
    perform settle_touched();
  end if;
  return null;
end
$$;

drop trigger if exists settle on register.touched;
create constraint trigger settle after insert on register.touched
  deferrable initially deferred for each row execute function register.settle();

-- Statement triggers that note. Each raises at once where the isolation level would make the guards blind.
create or replace function register.touch_plots() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  perform require_read_committed();
  if tg_op = 'INSERT' then
    insert into touched (plots, fabric, cells)
    select array_agg(id), array_agg(id), (select array_agg(distinct cell) from new_rows, unnest(cells_of(geom)) cell)
    from new_rows having count(*) > 0;
  elsif tg_op = 'UPDATE' then
    insert into touched (plots, fabric, cells)
    select array_agg(n.id), array_agg(n.id) filter (where reshaped),
      joined_cells(array_agg(n.geom) filter (where reshaped))
    from new_rows n join old_rows o using (id)
    cross join lateral (select (n.geom, n.valid, n.block_id, n.frontage_m) is distinct from (o.geom, o.valid, o.block_id, o.frontage_m) as reshaped) c
    having count(*) > 0;
  else
    insert into touched (plots) select array_agg(id) from old_rows having count(*) > 0;
  end if;
  return null;
end
$$;

create or replace function register.joined_cells(shapes public.geometry[]) returns bigint[]
language sql immutable as $$
  select array_agg(distinct cell) from unnest(shapes) shape, unnest(register.cells_of(shape)) cell
$$;

create or replace function register.touch_blocks() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  perform require_read_committed();
  if tg_op = 'INSERT' then
    insert into touched (blocks, cells) select array_agg(id), joined_cells(array_agg(geom)) from new_rows having count(*) > 0;
  elsif tg_op = 'UPDATE' then
    insert into touched (blocks, cells) select array_agg(distinct id), joined_cells(array_agg(geom))
    from (select id, geom from new_rows union all select id, geom from old_rows) both_rows having count(*) > 0;
  else
    insert into touched (blocks) select array_agg(id) from old_rows having count(*) > 0;
  end if;
  return null;
end
$$;

-- A zone that moves must still hold its blocks; one that changes its code changes what they are published with.
create or replace function register.touch_zones() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  perform require_read_committed();
  insert into touched (blocks, cells)
  select array_agg(b.id), joined_cells(array_agg(b.geom))
  from new_rows n join old_rows o using (id) join block b on b.zone_id = n.id
  where (n.code, n.geom, n.valid) is distinct from (o.code, o.geom, o.valid) having count(*) > 0;
  return null;
end
$$;

create or replace function register.touch_rights() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  perform require_read_committed();
  if tg_op = 'INSERT' then
    insert into touched (plots, rights) select array_remove(array_agg(plot_id), null), array_agg(id)
    from new_rows having count(*) > 0;
  elsif tg_op = 'UPDATE' then
    -- To end a right early is always possible; to start, lengthen or hand it over is a step that can be blocked.
    insert into touched (plots, rights)
    select array_remove(array_agg(n.plot_id) || array_agg(o.plot_id), null), array_agg(n.id) filter (where
      (n.plot_id, n.kind, n.party_id) is distinct from (o.plot_id, o.kind, o.party_id) or not o.valid @> n.valid)
    from new_rows n join old_rows o using (id) having count(*) > 0;
  else
    insert into touched (plots) select array_remove(array_agg(plot_id), null) from old_rows having count(*) > 0;
  end if;
  return null;
end
$$;

-- Restrictions, services: the plots they speak of.
create or replace function register.touch_plots_of() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into touched (plots) select array_agg(plot_id) from new_rows having count(*) > 0;
  elsif tg_op = 'DELETE' then
    insert into touched (plots) select array_agg(plot_id) from old_rows having count(*) > 0;
  else
    insert into touched (plots) select array_agg(plot_id)
    from (select plot_id from new_rows union all select plot_id from old_rows) both_rows having count(*) > 0;
  end if;
  return null;
end
$$;

-- A holder's new name.
create or replace function register.touch_plots_of_parties() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  insert into touched (plots)
  select array_agg(t.plot_id) from new_rows n join old_rows o using (id)
  join tenure_slot t on t.party_id = n.id and t.plot_id is not null and t.valid @> now()
  where (n.name_ar, n.name_en) is distinct from (o.name_ar, o.name_en) having count(*) > 0;
  return null;
end
$$;

create or replace function register.touch_lineages() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  if tg_argv[0] = 'id' then
    insert into touched (lineages) select array_agg(id) from new_rows having count(*) > 0;
  else
    insert into touched (lineages) select array_agg(change_id) from new_rows having count(*) > 0;
  end if;
  return null;
end
$$;
