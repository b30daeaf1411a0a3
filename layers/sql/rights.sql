-- SPDX-License-Identifier: Apache-2.0
-- Rights on land, judged at commit: what blocks a next step, how land under a right may change, who inherits it.

-- Legal days, half-open: from the midnight that begins the first day to the midnight that begins the first free one.
create or replace function register.legal_days(first_day date, first_free_day date) returns tstzrange
language sql stable as $$
  select tstzrange(first_day::timestamp at time zone i.time_zone, first_free_day::timestamp at time zone i.time_zone, '[)')
  from register.installation i
$$;

-- Whether a right is not over yet: it binds the land now or will.
create or replace function register.binds(valid tstzrange, at timestamptz) returns boolean
language sql immutable as $$
  select upper_inf(valid) or upper(valid) > at
$$;

-- Rights that are new, or reach further than before.
create or replace function register.judge_rights(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  fault record;
begin
  -- A right that a split or merge hands to a child is no next step: it goes on.
  select p.plot_number, r.kind as restriction, r.valid, t.kind into fault
  from tenure_slot t
  join plot p on p.id = t.plot_id
  join restriction r on r.plot_id = t.plot_id and r.blocks_allocation
    and (r.valid @> lower(t.valid) or (lower(t.valid) >= now() and r.valid @> now()))
  where t.id = any(ids) and not exists (select from plot_change_right h where h.to_id = t.id) limit 1;
  if found then
    perform refuse('MG012', format('plot %s is blocked by a %s', fault.plot_number, fault.restriction), jsonb_build_object(
      'rule', 'restriction_blocks', 'table', 'tenure_slot', 'plot_number', fault.plot_number, 'kind', fault.kind,
      'restriction', fault.restriction, 'since', lower(fault.valid), 'until', upper(fault.valid)));
  end if;
  perform judge_outliving(array(select plot_id from tenure_slot where id = any(ids)));
end
$$;

-- No right lasts longer than its plot.
create or replace function register.judge_outliving(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  fault record;
begin
  select p.plot_number, t.kind into fault
  from plot p join tenure_slot t on t.plot_id = p.id
  where p.id = any(ids) and not upper_inf(p.valid) and binds(t.valid, upper(p.valid)) limit 1;
  if found then
    perform refuse('MG011', format('a right outlives plot %s', fault.plot_number), jsonb_build_object(
      'rule', 'right_within_plot', 'table', 'tenure_slot', 'plot_number', fault.plot_number, 'kind', fault.kind));
  end if;
end
$$;

-- The first shape and days that a transaction found a plot with, when it changes them.
create or replace function register.keep_moved_plot() returns trigger
language plpgsql security definer set search_path = register, public, pg_temp as $$
begin
  insert into moved_plot (transaction_no, plot_id, geom, valid, source_id)
  values (pg_current_xact_id()::text::bigint, old.id, old.geom, old.valid, old.source_id)
  on conflict do nothing;
  return null;
end
$$;

-- The same land with vertices added: every old corner kept, every border within 1 mm of the old one. A neighbour's split
-- needs it in half of all cases, since a new corner is rounded to the grid.
create or replace function register.only_noded(old_geom public.geometry, new_geom public.geometry) returns boolean
language sql immutable as $$
  select public.ST_Covers(public.ST_Points(new_geom), public.ST_Points(old_geom))
    and not register.leaves(new_geom, old_geom) and not register.leaves(old_geom, new_geom)
$$;

-- A survey at hand-over measures what was decided. Beyond half a metre or 1 % it is other land than the decision's.
create or replace function register.within_survey_tolerance(old_geom public.geometry, new_geom public.geometry) returns boolean
language sql immutable as $$
  select abs(public.ST_Area(new_geom) - public.ST_Area(old_geom)) <= 0.01 * public.ST_Area(old_geom)
    and public.ST_HausdorffDistance(old_geom, new_geom) <= 0.5
$$;

-- Plots that the transaction reshaped or retired: land under a live right keeps its extent.
create or replace function register.judge_moved_plots() returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  fault record;
  moved uuid[];
begin
  select array_agg(plot_id) into moved from moved_plot where transaction_no = pg_current_xact_id()::text::bigint;
  if moved is null then
    return;
  end if;
  perform judge_outliving(moved);

  select p.plot_number, ST_SymDifference(m.geom, p.geom) as shape,
    within_survey_tolerance(m.geom, p.geom) as in_tolerance into fault
  from moved_plot m
  join plot p on p.id = m.plot_id
  left join source s on s.id = p.source_id and p.source_id is distinct from m.source_id
  where m.transaction_no = pg_current_xact_id()::text::bigint and not ST_OrderingEquals(m.geom, p.geom)
    and exists (select from tenure_slot t where t.plot_id = p.id and binds(t.valid, now()))
    and not only_noded(m.geom, p.geom)
    and not coalesce(s.kind = 'addendum' or (s.kind = 'survey' and within_survey_tolerance(m.geom, p.geom)), false)
  limit 1;
  if found then
    perform refuse('MG010', format('plot %s is under a right and keeps its extent', fault.plot_number), jsonb_build_object(
      'rule', 'keeps_extent', 'table', 'plot', 'plot_number', fault.plot_number,
      'changed_m2', ST_Area(fault.shape), 'needs', case when fault.in_tolerance then 'survey' else 'addendum' end,
      'place', place(fault.shape)));
  end if;

  -- A right that ended in the moment in which its plot did must have gone to a child.
  select p.plot_number, t.kind into fault
  from moved_plot m
  join plot p on p.id = m.plot_id and not upper_inf(p.valid) and m.valid is distinct from p.valid
  join tenure_slot t on t.plot_id = p.id and upper(t.valid) = upper(p.valid)
  where m.transaction_no = pg_current_xact_id()::text::bigint
    and not exists (select from plot_change_right h where h.from_id = t.id) limit 1;
  if found then
    perform refuse('MG011', format('no child takes the right on plot %s', fault.plot_number), jsonb_build_object(
      'rule', 'right_handed_on', 'table', 'plot', 'plot_number', fault.plot_number, 'kind', fault.kind));
  end if;
  delete from moved_plot where transaction_no = pg_current_xact_id()::text::bigint;
end
$$;

-- Splits and merges: the children are the parents' land, begin when those end, and take their rights.
create or replace function register.judge_lineages(ids uuid[]) returns void
language plpgsql security definer set search_path = register, public, pg_temp as $$
declare
  fault record;
  facts jsonb;
begin
  for fault in
    select c.id, c.kind,
      parents.n as parents, parents.land as parents_land, parents.ends, parents.numbers,
      children.n as children, children.land as children_land, children.begins, children.area - parents.area as gained_m2
    from plot_change c
    cross join lateral (
      select count(*) as n, ST_Union(p.geom) as land, sum(ST_Area(p.geom)) as area, array_agg(distinct upper(p.valid)) as ends,
        array_agg(p.plot_number order by p.plot_number) as numbers
      from plot_change_part x join plot p on p.id = x.plot_id where x.change_id = c.id and x.role = 'parent') parents
    cross join lateral (
      select count(*) as n, ST_Union(p.geom) as land, sum(ST_Area(p.geom)) as area, array_agg(distinct lower(p.valid)) as begins
      from plot_change_part x join plot p on p.id = x.plot_id where x.change_id = c.id and x.role = 'child') children
    where c.id = any(ids) and c.kind in ('split', 'merge')
  loop
    facts := jsonb_build_object('table', 'plot_change', 'kind', fault.kind, 'parents', fault.numbers);
    if (fault.kind = 'split' and (fault.parents <> 1 or fault.children < 2))
      or (fault.kind = 'merge' and (fault.parents < 2 or fault.children <> 1))
      or fault.ends <> fault.begins or cardinality(fault.ends) <> 1 or fault.ends[1] is null then
      perform refuse('MG013', format('a %s of %s parents into %s children that do not follow them', fault.kind,
        fault.parents, fault.children), facts || jsonb_build_object('rule', 'children_follow_parents'));
    end if;
    if abs(fault.gained_m2) > 0.01 or ST_Area(ST_SymDifference(fault.parents_land, fault.children_land)) > 0.01 then
      perform refuse('MG013', format('a %s does not keep the land of its parents', fault.kind), facts || jsonb_build_object(
        'rule', 'land_is_kept', 'gained_m2', fault.gained_m2,
        'place', place(ST_SymDifference(fault.parents_land, fault.children_land))));
    end if;
  end loop;

  -- One right in, the same right out: same kind, same holder, from the same moment, on a child of this change.
  select p.plot_number, f.kind into fault
  from plot_change_right h
  join tenure_slot f on f.id = h.from_id
  join tenure_slot t on t.id = h.to_id
  join plot p on p.id = f.plot_id
  where h.change_id = any(ids) and not (
    t.kind = f.kind and t.party_id = f.party_id and lower(t.valid) = upper(f.valid)
    and exists (select from plot_change_part x where x.change_id = h.change_id and x.role = 'parent' and x.plot_id = f.plot_id)
    and exists (select from plot_change_part x where x.change_id = h.change_id and x.role = 'child' and x.plot_id = t.plot_id))
  limit 1;
  if found then
    perform refuse('MG011', format('the right on plot %s changed on its way to a child', fault.plot_number), jsonb_build_object(
      'rule', 'right_handed_on', 'table', 'plot_change_right', 'plot_number', fault.plot_number, 'kind', fault.kind));
  end if;
end
$$;
