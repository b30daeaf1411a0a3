-- SPDX-License-Identifier: Apache-2.0
-- The fabric's rules, judged at commit, whoever writes and whatever they may see. Called by settle.sql.

-- A refusal: its code, a sentence for the log, and the facts that errors.py reads.
create or replace function register.refuse(code text, sentence text, facts jsonb) returns void
language plpgsql as $$
begin
  raise exception using errcode = code, message = sentence, detail = facts::text;
end
$$;

create or replace function register.place(shape public.geometry) returns jsonb
language sql stable as $$
  select public.ST_AsGeoJSON(public.ST_Transform(shape, 4326), 9)::jsonb
$$;

-- A lock is no use under a snapshot older than it: REPEATABLE READ let 55 overlaps through, and SERIALIZABLE would make
-- every writer repeat itself.
create or replace function register.require_read_committed() returns void
language plpgsql as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform register.refuse('MG014', 'land is written under READ COMMITTED', jsonb_build_object(
      'rule', 'read_committed', 'given', current_setting('transaction_isolation')));
  end if;
end
$$;

-- The 200 m cells that a box meets: column * 2^32 + row + 2^31. {-1} for a box of more than a thousand cells, which stands
-- for all land: locks have room for some ten thousand.
create or replace function register.cells_of(area public.geometry) returns bigint[]
language plpgsql immutable parallel safe as $$
declare
  first_column constant integer := floor(public.ST_XMin(area) / 200);
  last_column constant integer := floor(public.ST_XMax(area) / 200);
  first_row constant integer := floor(public.ST_YMin(area) / 200);
  last_row constant integer := floor(public.ST_YMax(area) / 200);
  cells bigint[] := '{}';
begin
  if (1::bigint + last_column - first_column) * (1 + last_row - first_row) > 1000 then
    return '{-1}';
  end if;
  for x in first_column .. coalesce(last_column, first_column - 1) loop
    for y in first_row .. last_row loop
      cells := cells || (x * 4294967296 + y + 2147483648);
    end loop;
  end loop;
  return cells;
end
$$;

-- Two plots that overlap share a point, so they share its cell. Sorted, so that writers queue instead of deadlocking.
-- Whoever holds some cells shares the lock on all land; a huge box takes that lock alone.
create or replace function register.hold_cells(cells bigint[]) returns void
language plpgsql as $$
declare
  all_land constant bigint := hashtextextended('marsa all land', 0);
  cell bigint;
begin
  if coalesce(cardinality(cells), 0) = 0 then
    return;
  end if;
  if -1 = any(cells) or cardinality(cells) > 1000 then
    perform pg_advisory_xact_lock(all_land);
    return;
  end if;
  perform pg_advisory_xact_lock_shared(all_land);
  for cell in select distinct c from unnest(cells) c order by c loop
    perform pg_advisory_xact_lock((cell >> 32)::int, ((cell & 4294967295) - 2147483648)::int);
  end loop;
end
$$;

-- The first statement of a transaction that edits land: nobody else changes plots near `area` (legal CRS) until it ends.
-- Who does not call it is guarded all the same: settle() takes the cells at commit.
create or replace function register.lock_cells(area public.geometry) returns void
language plpgsql as $$
begin
  perform register.require_read_committed();
  perform register.hold_cells(register.cells_of(area));
end
$$;

-- Plans are made once (plan_cache_mode): planning these again for each plot costs more than running them.
-- Plots, after an edit: no interior in common with another plot of the same days, and inside their block.
create or replace function register.judge_plots(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  fault record;
begin
  select a.plot_number, b.plot_number as neighbour, ST_Intersection(a.geom, b.geom) as shape into fault
  from plot a
  join plot b on b.id <> a.id and b.geom && a.geom and b.valid && a.valid
    and ST_Relate(a.geom, b.geom, '2********')  -- exact on the grid: no tolerance
  where a.id = any(ids) limit 1;
  if found then
    perform refuse('MG002', format('plot %s overlaps plot %s', fault.plot_number, fault.neighbour), jsonb_build_object(
      'rule', 'no_overlap', 'table', 'plot', 'plot_number', fault.plot_number, 'neighbour', fault.neighbour,
      'overlap_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;

  select p.plot_number, b.code, ST_Difference(p.geom, b.geom) as shape into fault
  from plot p join block b on b.id = p.block_id
  where p.id = any(ids) and (upper_inf(p.valid) or upper(p.valid) > now()) and leaves(p.geom, b.geom) limit 1;
  if found then
    perform refuse('MG003', format('plot %s leaves block %s', fault.plot_number, fault.code), jsonb_build_object(
      'rule', 'inside_block', 'table', 'plot', 'plot_number', fault.plot_number, 'block_code', fault.code,
      'outside_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;

  select p.plot_number, u.code, fact.* into fault
  from plot p
  join plan_unit u on u.geom && p.geom and u.valid @> now() and ST_Contains(u.geom, ST_PointOnSurface(p.geom))
  cross join lateral (values
    ('area_m2', p.computed_area_m2, u.min_area_m2, p.computed_area_m2 < u.min_area_m2),
    ('area_m2', p.computed_area_m2, u.max_area_m2, p.computed_area_m2 > u.max_area_m2),
    ('frontage_m', p.frontage_m, u.min_frontage_m, p.frontage_m < u.min_frontage_m)) fact (measure, measured, allowed, broken)
  where p.id = any(ids) and p.valid @> now() and fact.broken limit 1;
  if found then
    perform refuse('MG015', format('plot %s is against the rules of plan unit %s', fault.plot_number, fault.code),
      jsonb_build_object('rule', 'plan_unit', 'table', 'plot', 'plot_number', fault.plot_number, 'plan_unit', fault.code,
        'measure', fault.measure, 'found', fault.measured, 'allowed', fault.allowed));
  end if;
  perform judge_completeness(array(
    select distinct b.id from plot p join block b on b.id = p.block_id where p.id = any(ids) and b.complete));
end
$$;

-- Whether a shape leaves another by more than 1 mm. A corner on a slanting border is rounded to the grid, up to 0.71 mm
-- away from it: exactness here would refuse half of all lawful plots.
create or replace function register.leaves(inner_ public.geometry, outer_ public.geometry) returns boolean
language sql immutable as $$
  select case when public.ST_Covers(outer_, inner_) then false
    else not public.ST_Covers(public.ST_Buffer(outer_, 0.001, 'join=mitre'), inner_) end
$$;

-- A block marked complete has no hole: its current plots do not overlap, so their areas add up to its own.
create or replace function register.judge_completeness(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  fault record;
begin
  if cardinality(ids) = 0 then
    return;
  end if;
  select b.code, ST_Area(b.geom) - sum(p.computed_area_m2) as missing_m2,
    ST_Difference(b.geom, ST_Union(p.geom)) as shape into fault
  from block b join plot p on p.block_id = b.id and p.valid @> now()
  where b.id = any(ids) and b.complete
  group by b.id
  having abs(ST_Area(b.geom) - sum(p.computed_area_m2)) > 0.001 * ST_Perimeter(b.geom) limit 1;
  if found then
    perform refuse('MG009', format('block %s is complete, but its plots do not fill it', fault.code), jsonb_build_object(
      'rule', 'complete_block', 'table', 'block', 'block_code', fault.code, 'missing_m2', fault.missing_m2,
      'place', place(fault.shape)));
  end if;
end
$$;

-- Blocks, after an edit: inside their zone, apart from its other blocks, around their plots.
create or replace function register.judge_blocks(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  fault record;
begin
  select b.code, z.code as zone_code, ST_Difference(b.geom, z.geom) as shape into fault
  from block b join zone z on z.id = b.zone_id
  where b.id = any(ids) and (upper_inf(b.valid) or upper(b.valid) > now()) and leaves(b.geom, z.geom) limit 1;
  if found then
    perform refuse('MG004', format('block %s leaves zone %s', fault.code, fault.zone_code), jsonb_build_object(
      'rule', 'inside_zone', 'table', 'block', 'block_code', fault.code, 'zone_code', fault.zone_code,
      'outside_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;

  -- What lies in it does not outlive it: a zone stands as long as its blocks, a block as long as its plots.
  select b.code, z.code as zone_code, b.geom as shape into fault
  from block b join zone z on z.id = b.zone_id
  where b.id = any(ids) and upper(z.valid) <= now() and b.valid @> now()
  limit 1;
  if found then
    perform refuse('MG004', format('block %s outlives zone %s', fault.code, fault.zone_code), jsonb_build_object(
      'rule', 'inside_zone', 'table', 'block', 'block_code', fault.code, 'zone_code', fault.zone_code,
      'outside_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;
  select p.plot_number, b.code, p.geom as shape into fault
  from block b join plot p on p.block_id = b.id
  where b.id = any(ids) and upper(b.valid) <= now() and (upper_inf(p.valid) or upper(p.valid) > now())
  limit 1;
  if found then
    perform refuse('MG003', format('plot %s outlives block %s', fault.plot_number, fault.code), jsonb_build_object(
      'rule', 'inside_block', 'table', 'plot', 'plot_number', fault.plot_number, 'block_code', fault.code,
      'outside_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;

  select a.code, b.code as neighbour, ST_Intersection(a.geom, b.geom) as shape into fault
  from block a
  join block b on b.id <> a.id and b.zone_id = a.zone_id and b.geom && a.geom and b.valid && a.valid
    and ST_Relate(a.geom, b.geom, '2********')
  where a.id = any(ids) limit 1;
  if found then
    perform refuse('MG008', format('block %s overlaps block %s', fault.code, fault.neighbour), jsonb_build_object(
      'rule', 'no_block_overlap', 'table', 'block', 'block_code', fault.code, 'neighbour', fault.neighbour,
      'overlap_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;

  select p.plot_number, b.code, ST_Difference(p.geom, b.geom) as shape into fault
  from block b join plot p on p.block_id = b.id
  where b.id = any(ids) and (upper_inf(p.valid) or upper(p.valid) > now()) and leaves(p.geom, b.geom) limit 1;
  if found then
    perform refuse('MG003', format('plot %s leaves block %s', fault.plot_number, fault.code), jsonb_build_object(
      'rule', 'inside_block', 'table', 'plot', 'plot_number', fault.plot_number, 'block_code', fault.code,
      'outside_m2', ST_Area(fault.shape), 'place', place(fault.shape)));
  end if;
  perform judge_completeness(ids);
end
$$;
