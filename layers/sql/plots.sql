-- SPDX-License-Identifier: Apache-2.0
-- What everybody may know of a plot, derived from its rights, restrictions, site records and services. Never typed.

create or replace function register.public_status(plot uuid, at timestamptz) returns text
language sql stable security definer set search_path = register, public, pg_temp as $$
  select case
    when exists (select from restriction r where r.plot_id = plot and r.valid @> at and r.blocks_allocation) then 'not_available'
    when slot.kind = 'reservation' then 'in_process'
    when slot.kind = 'allocation' then 'allocated'
    when slot.kind is not null then case p.progress
      when 'works' then 'under_construction' when 'operating' then 'operating' else 'allocated' end
    -- Somebody's right begins later: decided, but not yet theirs.
    when exists (select from tenure_slot t where t.plot_id = plot and lower(t.valid) > at) then 'in_process'
    when (select count(*) from plot_service s where s.plot_id = plot and s.state = 'now' and s.utility in ('water', 'power')) = 2
      then 'available'
    else 'planned' end
  from plot p
  left join lateral (select t.kind from tenure_slot t where t.plot_id = plot and t.valid @> at) slot on true
  where p.id = plot
$$;

-- Renews the published rows of some plots. A row that stays as it was is not touched: hidden changes move no public version.
create or replace function register.publish_plots(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  delete from published.plots k where k.id = any(ids) and not exists (
    select from plot p where p.id = k.id and p.valid @> now());
  insert into published.plots as k (
    id, tile_id, version, illustrative, plot_number, zone_code, block_code, phase, public_status, land_use, area_m2,
    area_type, boundary_state, frontage_m, rent, holder_ar, holder_en, held_from, held_until, progress, water, sewer,
    power, telecom, updated_on, geom, geom_3857, geom_4326)
  select p.id, p.tile_id, 1, p.illustrative, p.plot_number, z.code, b.code, b.phase, register.public_status(p.id, now()),
    p.land_use, coalesce(p.legal_area_m2::float8, p.computed_area_m2), p.area_type, p.boundary_state, p.frontage_m,
    p.rent_lyd_m2_year::float8, slot.name_ar, slot.name_en, slot.held_from, slot.held_until, p.progress,
    coalesce(service.water, 'unknown'), coalesce(service.sewer, 'unknown'), coalesce(service.power, 'unknown'),
    coalesce(service.telecom, 'unknown'), current_date, p.geom, p.geom_3857, p.geom_4326
  from plot p
  join block b on b.id = p.block_id
  join zone z on z.id = b.zone_id
  cross join installation i
  left join lateral (
    select party.name_ar, party.name_en, (lower(t.valid) at time zone i.time_zone)::date as held_from,
      (upper(t.valid) at time zone i.time_zone)::date as held_until
    from tenure_slot t join party on party.id = t.party_id
    where t.plot_id = p.id and t.valid @> now() and t.published) slot on true
  left join lateral (
    select max(state) filter (where utility = 'water') as water, max(state) filter (where utility = 'sewer') as sewer,
      max(state) filter (where utility = 'power') as power, max(state) filter (where utility = 'telecom') as telecom
    from plot_service s where s.plot_id = p.id) service on true
  where p.id = any(ids) and p.valid @> now()
  on conflict (id) do update set
    tile_id = excluded.tile_id, version = k.version + 1, illustrative = excluded.illustrative,
    plot_number = excluded.plot_number, zone_code = excluded.zone_code, block_code = excluded.block_code,
    phase = excluded.phase, public_status = excluded.public_status, land_use = excluded.land_use,
    area_m2 = excluded.area_m2, area_type = excluded.area_type, boundary_state = excluded.boundary_state,
    frontage_m = excluded.frontage_m, rent = excluded.rent, holder_ar = excluded.holder_ar,
    holder_en = excluded.holder_en, held_from = excluded.held_from, held_until = excluded.held_until,
    progress = excluded.progress, water = excluded.water, sewer = excluded.sewer, power = excluded.power,
    telecom = excluded.telecom, updated_on = excluded.updated_on,
    geom = excluded.geom, geom_3857 = excluded.geom_3857, geom_4326 = excluded.geom_4326
  where (k.illustrative, k.plot_number, k.zone_code, k.block_code, k.phase, k.public_status, k.land_use, k.area_m2,
         k.area_type, k.boundary_state, k.frontage_m, k.rent, k.holder_ar, k.holder_en, k.held_from, k.held_until,
         k.progress, k.water, k.sewer, k.power, k.telecom)
    is distinct from (excluded.illustrative, excluded.plot_number, excluded.zone_code, excluded.block_code,
         excluded.phase, excluded.public_status, excluded.land_use, excluded.area_m2, excluded.area_type,
         excluded.boundary_state, excluded.frontage_m, excluded.rent, excluded.holder_ar, excluded.holder_en,
         excluded.held_from, excluded.held_until, excluded.progress, excluded.water, excluded.sewer, excluded.power,
         excluded.telecom)
    or not ST_OrderingEquals(k.geom, excluded.geom);
end
$$;

create or replace function register.publish_blocks(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  delete from published.blocks k where k.id = any(ids) and not exists (
    select from block b where b.id = k.id and b.valid @> now());
  insert into published.blocks as k (id, tile_id, version, illustrative, code, zone_code, phase, land_use, plots,
    plots_available, area_m2, available_m2, main_status, geom, geom_3857, geom_4326)
  select b.id, b.tile_id, 1, b.illustrative, b.code, z.code, b.phase, b.land_use,
    coalesce(sums.plots, 0), coalesce(sums.available, 0), ST_Area(b.geom), coalesce(sums.available_m2, 0), sums.main_status,
    b.geom, b.geom_3857, b.geom_4326
  from block b
  join zone z on z.id = b.zone_id
  left join lateral (
    select sum(n)::int as plots, sum(n) filter (where public_status = 'available')::int as available,
      sum(area) filter (where public_status = 'available') as available_m2,
      (array_agg(public_status order by area desc, public_status))[1] as main_status
    from (select public_status, count(*) as n, sum(area_m2) as area from published.plots
          where block_code = b.code group by public_status) by_status) sums on true
  where b.id = any(ids) and b.valid @> now()
  on conflict (id) do update set
    version = k.version + 1, illustrative = excluded.illustrative, code = excluded.code, zone_code = excluded.zone_code,
    phase = excluded.phase, land_use = excluded.land_use, plots = excluded.plots,
    plots_available = excluded.plots_available, area_m2 = excluded.area_m2, available_m2 = excluded.available_m2,
    main_status = excluded.main_status, geom = excluded.geom, geom_3857 = excluded.geom_3857, geom_4326 = excluded.geom_4326
  where (k.illustrative, k.code, k.zone_code, k.phase, k.land_use, k.plots, k.plots_available, k.area_m2, k.available_m2,
         k.main_status)
    is distinct from (excluded.illustrative, excluded.code, excluded.zone_code, excluded.phase, excluded.land_use,
         excluded.plots, excluded.plots_available, excluded.area_m2, excluded.available_m2, excluded.main_status)
    or not ST_OrderingEquals(k.geom, excluded.geom);
end
$$;

-- Statement triggers: which plots did the statement touch?
create or replace function register.publish_touched_plots() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ids uuid[];
  key text := tg_argv[0];  -- the column that names the plot
begin
  if tg_op = 'INSERT' then
    execute format('select array_agg(distinct %I) from new_rows', key) into ids;
  elsif tg_op = 'DELETE' then
    execute format('select array_agg(distinct %I) from old_rows', key) into ids;
  else
    execute format('select array_agg(distinct k) from (select %1$I as k from new_rows union select %1$I from old_rows) t', key) into ids;
  end if;
  perform register.publish_plots(array_remove(ids, null));
  return null;
end
$$;

create or replace function register.publish_touched_blocks() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ids uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(id) into ids from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(id) into ids from old_rows;
  else
    select array_agg(distinct id) into ids from (select id from new_rows union select id from old_rows) t;
  end if;
  perform register.publish_blocks(ids);
  if tg_op = 'UPDATE' then
    perform register.publish_plots(array(select id from plot where block_id = any(ids)));
  end if;
  return null;
end
$$;

-- A block's counts follow its published plots.
create or replace function register.publish_blocks_of_plots() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  codes text[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct block_code) into codes from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct block_code) into codes from old_rows;
  else
    select array_agg(distinct block_code) into codes from (select block_code from new_rows union select block_code from old_rows) t;
  end if;
  perform register.publish_blocks(array(select id from block where code = any(codes)));
  return null;
end
$$;

-- What somebody saw last is the plot's progress.
create or replace function register.progress_follows_site_records() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  update plot p set progress = coalesce((
    select s.progress from site_record s where s.plot_id = p.id order by s.seen_on desc, s.recorded_from desc limit 1), 'none')
  where p.id = coalesce(new.plot_id, old.plot_id);
  return null;
end
$$;

-- Rights begin and end with time alone, without a statement: the clock calls this.
create or replace function register.publish_due() returns integer
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  ids uuid[];
begin
  select array_agg(k.id) into ids from published.plots k left join plot p on p.id = k.id
  where p.id is null or not p.valid @> now() or k.public_status <> register.public_status(p.id, now());
  perform register.publish_plots(coalesce(ids, '{}'));
  return coalesce(cardinality(ids), 0);
end
$$;
