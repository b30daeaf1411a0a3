-- SPDX-License-Identifier: Apache-2.0
-- What everybody may know of a plot, derived from its rights, restrictions, site records and services. Never typed.

-- The seven codes, from what a plot is. `held`: kind of the right on it now, or null; `decided`: a right begins later, or the
-- last one's land is being recovered.
create or replace function register.status_of(blocked boolean, held text, decided boolean, progress text, serviced boolean)
returns text language sql immutable as $$
  select case
    when blocked then 'not_available'
    when held = 'reservation' then 'in_process'
    when held = 'allocation' then 'allocated'
    when held is not null then case progress
      when 'works' then 'under_construction' when 'operating' then 'operating' else 'allocated' end
    when decided then 'in_process'  -- somebody's, though not yet
    when serviced then 'available'
    else 'planned' end
$$;

create or replace function register.public_status(plot uuid, at timestamptz) returns text
language sql stable security definer set search_path = register, public, pg_temp as $$
  select status_of(
    exists (select from restriction r where r.plot_id = p.id and r.valid @> at and r.blocks_allocation and r.kind <> 'recovery'),
    (select t.kind from tenure_slot t where t.plot_id = p.id and t.valid @> at order by t.id limit 1),
    exists (select from tenure_slot t where t.plot_id = p.id and lower(t.valid) > at)
      or exists (select from restriction r where r.plot_id = p.id and r.valid @> at and r.kind = 'recovery'),
    p.progress,
    (select count(*) = 2 from plot_service s where s.plot_id = p.id and s.state = 'now' and s.utility in ('water', 'power')))
  from plot p where p.id = plot
$$;

-- The right on a plot at an instant, in one word: free, or the kind of the one right that holds it.
create or replace function register.plot_right(plot uuid, at timestamptz) returns text
language sql stable security definer set search_path = register, public, pg_temp as $$
  select coalesce((select t.kind from tenure_slot t where t.plot_id = plot and t.valid @> at order by t.id limit 1), 'free')
$$;

-- published.plots as it should be now. Checks compare the two.
drop view if exists register.derived_plots;
create view register.derived_plots as
select p.id, p.tile_id, p.illustrative, p.plot_number, z.code as zone_code, b.code as block_code, b.phase,
  register.status_of(
    coalesce(limits.blocked, false), slot.kind,
    exists (select from register.tenure_slot t where t.plot_id = p.id and lower(t.valid) > now()) or coalesce(limits.recovered, false),
    p.progress, coalesce(service.serviced, false)) as public_status,
  p.land_use, coalesce(p.legal_area_m2::float8, p.computed_area_m2) as area_m2, p.area_type, p.boundary_state, p.frontage_m,
  p.rent_lyd_m2_year::float8 as rent,
  party.name_ar as holder_ar, party.name_en as holder_en,
  case when slot.published then (lower(slot.valid) at time zone i.time_zone)::date end as held_from,
  case when slot.published then (upper(slot.valid) at time zone i.time_zone)::date end as held_until,
  p.progress, coalesce(service.water, 'unknown') as water, coalesce(service.sewer, 'unknown') as sewer,
  coalesce(service.power, 'unknown') as power, coalesce(service.telecom, 'unknown') as telecom,
  p.geom, p.geom_3857, p.geom_4326
from register.plot p
join register.block b on b.id = p.block_id
join register.zone z on z.id = b.zone_id
cross join register.installation i
left join lateral (
  select * from register.tenure_slot t where t.plot_id = p.id and t.valid @> now() order by t.id limit 1) slot on true
left join register.party on party.id = slot.party_id and slot.published
left join lateral (
  select bool_or(r.blocks_allocation and r.kind <> 'recovery') as blocked, bool_or(r.kind = 'recovery') as recovered
  from register.restriction r where r.plot_id = p.id and r.valid @> now()) limits on true
left join lateral (
  select max(state) filter (where utility = 'water') as water, max(state) filter (where utility = 'sewer') as sewer,
    max(state) filter (where utility = 'power') as power, max(state) filter (where utility = 'telecom') as telecom,
    count(*) filter (where state = 'now' and utility in ('water', 'power')) = 2 as serviced
  from register.plot_service s where s.plot_id = p.id) service on true
where p.valid @> now();

-- Renews the published rows of some plots; tells the codes of the blocks in which one changed. A row that stays as it was
-- is not touched: hidden changes move no public version.
create or replace function register.renew_plots(ids uuid[]) returns text[]
language plpgsql security definer set search_path = register, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  left_ text[];
  changed text[];
begin
  -- A plot that goes, or goes to another block, changes the block that it leaves.
  select array_agg(distinct k.block_code) into left_ from published.plots k
  left join plot p on p.id = k.id and p.valid @> now() left join block b on b.id = p.block_id
  where k.id = any(ids) and b.code is distinct from k.block_code;
  if left_ is not null then
    delete from published.plots k where k.id = any(ids) and not exists (
      select from plot p where p.id = k.id and p.valid @> now());
  end if;
  with renewed as (
    insert into published.plots as k (
      id, tile_id, version, illustrative, plot_number, zone_code, block_code, phase, public_status, land_use, area_m2,
      area_type, boundary_state, frontage_m, rent, holder_ar, holder_en, held_from, held_until, progress, water, sewer,
      power, telecom, updated_on, geom, geom_3857, geom_4326)
    select id, tile_id, 1, illustrative, plot_number, zone_code, block_code, phase, public_status, land_use, area_m2,
      area_type, boundary_state, frontage_m, rent, holder_ar, holder_en, held_from, held_until, progress, water, sewer,
      power, telecom, current_date, geom, geom_3857, geom_4326
    from derived_plots where id = any(ids)
    order by geom_3857  -- along a curve through the land: what lies together is stored together, and read as few pages
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
      or not ST_OrderingEquals(k.geom, excluded.geom)
    returning k.block_code)
  select array_agg(distinct block_code) into changed from renewed;
  return left_ || changed;
end
$$;

-- published.blocks as it should be now: a block's counts follow its published plots.
drop view if exists register.derived_blocks;
create view register.derived_blocks as
select b.id, b.tile_id, b.illustrative, b.code, z.code as zone_code, b.phase, b.land_use,
  coalesce(sums.plots, 0) as plots, coalesce(sums.available, 0) as plots_available, ST_Area(b.geom) as area_m2,
  coalesce(sums.available_m2, 0) as available_m2, sums.main_status, b.geom, b.geom_3857, b.geom_4326
from register.block b
join register.zone z on z.id = b.zone_id
left join lateral (
  select sum(n)::int as plots, sum(n) filter (where public_status = 'available')::int as available,
    sum(area) filter (where public_status = 'available') as available_m2,
    (array_agg(public_status order by area desc, public_status))[1] as main_status
  from (select k.public_status, count(*) as n, sum(k.area_m2) as area from published.plots k
        where k.block_code = b.code group by k.public_status) by_status) sums on true
where b.valid @> now();

create or replace function register.renew_blocks(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  -- First the lock, then the count: two writers in one block would each miss the other's plot.
  perform from published.blocks where id = any(ids) order by id for update;
  delete from published.blocks k where k.id = any(ids) and not exists (
    select from block b where b.id = k.id and b.valid @> now());
  insert into published.blocks as k (id, tile_id, version, illustrative, code, zone_code, phase, land_use, plots,
    plots_available, area_m2, available_m2, main_status, geom, geom_3857, geom_4326)
  select id, tile_id, 1, illustrative, code, zone_code, phase, land_use, plots, plots_available, area_m2, available_m2,
    main_status, geom, geom_3857, geom_4326
  from derived_blocks where id = any(ids)
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

-- Renews plots, which the caller has locked, then the blocks given and those that the plots changed.
create or replace function register.renew(plots uuid[], blocks uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  codes text[];
  touched_blocks uuid[] := blocks;
begin
  if cardinality(plots) > 0 then
    codes := renew_plots(plots);
  end if;
  if codes is not null then
    touched_blocks := blocks || array(select id from block where code = any(codes));
  end if;
  if cardinality(touched_blocks) > 0 then
    perform renew_blocks(touched_blocks);
  end if;
end
$$;

-- What somebody saw last is the plot's progress.
create or replace function register.progress_follows_site_records() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  update plot p set progress = seen.progress
  from (
    select x.id, coalesce((
      select s.progress from site_record s where s.plot_id = x.id order by s.seen_on desc, s.recorded_from desc limit 1), 'none')
      as progress
    from unnest(case tg_op when 'INSERT' then array[new.plot_id] when 'DELETE' then array[old.plot_id]
                else array[new.plot_id, old.plot_id] end) x(id)) seen
  where p.id = seen.id and p.progress <> seen.progress;
  return null;
end
$$;
