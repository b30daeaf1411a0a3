-- SPDX-License-Identifier: Apache-2.0
-- How many plots there are of each kind, kept as what each statement added and took away: nobody waits for a common row, and
-- whoever asks adds up a few rows instead of a million.

create or replace function register.keep_plot_sums() returns trigger
language plpgsql security definer set search_path = published, pg_temp as $$
declare
  gone text := 'select public_status, land_use, water, sewer, power, telecom, illustrative, -1, -area_m2 from old_rows';
  come text := 'select public_status, land_use, water, sewer, power, telecom, illustrative, 1, area_m2 from new_rows';
begin
  execute format(
    'insert into plot_sums (public_status, land_use, water, sewer, power, telecom, illustrative, plots, area_m2)
     select public_status, land_use, water, sewer, power, telecom, illustrative, sum(n), sum(m2::numeric)
     from (%s) changed (public_status, land_use, water, sewer, power, telecom, illustrative, n, m2)
     group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0 or sum(m2::numeric) <> 0',
    case tg_op when 'INSERT' then come when 'DELETE' then gone else gone || ' union all ' || come end);
  return null;
end
$$;

-- All of them counted anew: for registers that are filled past the triggers.
create or replace function register.sum_plots() returns void
language sql security definer set search_path = published, pg_temp as $$
  delete from plot_sums;
  insert into plot_sums (public_status, land_use, water, sewer, power, telecom, illustrative, plots, area_m2)
  select public_status, land_use, water, sewer, power, telecom, illustrative, count(*), sum(area_m2::numeric)
  from plots group by 1, 2, 3, 4, 5, 6, 7
$$;

-- Adds up what has become many rows. One at a time; writers go on meanwhile.
create or replace function register.add_up_sums(more_than integer) returns void
language plpgsql security definer set search_path = published, pg_temp as $$
begin
  if (select count(*) from plot_sums) <= more_than
     or not pg_try_advisory_xact_lock(hashtextextended('marsa plot sums', 0)) then
    return;
  end if;
  with gone as (delete from plot_sums returning *)
  insert into plot_sums (public_status, land_use, water, sewer, power, telecom, illustrative, plots, area_m2)
  select public_status, land_use, water, sewer, power, telecom, illustrative, sum(plots), sum(area_m2)
  from gone group by 1, 2, 3, 4, 5, 6, 7 having sum(plots) <> 0 or sum(area_m2) <> 0;
end
$$;
