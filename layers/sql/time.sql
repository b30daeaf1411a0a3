-- SPDX-License-Identifier: Apache-2.0
-- What begins or ends by time alone, without a statement. Whatever is written with a bound in the future leaves a moment
-- behind; the clock asks for the moments that have come, which costs one look into an index while there are none.

-- An earlier version looked through every row for what had passed.
drop function if exists register.note_passed(timestamptz);
drop function if exists register.passed(tstzrange, timestamptz);

create or replace function register.keep_moments() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  insert into moment (at, table_name, row_id)
  select bound, tg_table_name, id from new_rows, unnest(array[lower(valid), upper(valid)]) bound
  where bound > now() and isfinite(bound)
  on conflict do nothing;
  return null;
end
$$;

-- Publishes what has begun or ended since the last time; tells how many moments had come. One at a time does it.
create or replace function register.publish_due() returns integer
language plpgsql security definer set search_path = register, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  due record;
  due_plots uuid[] := '{}';
  due_blocks uuid[] := '{}';
  moments integer := 0;
begin
  if not exists (select from moment where at <= now())
     or not pg_try_advisory_xact_lock(hashtextextended('marsa clock', 0)) then
    return 0;
  end if;
  perform set_config('marsa.told', 'by time', true);  -- nobody did anything: no event
  for due in
    with come as (delete from moment where at <= now() returning table_name, row_id)
    select table_name, array_agg(distinct row_id) as ids, count(*) as n from come group by table_name
  loop
    moments := moments + due.n;
    case due.table_name
      when 'plot' then due_plots := due_plots || due.ids;
      when 'block' then due_blocks := due_blocks || due.ids;
      when 'tenure_slot' then
        due_plots := due_plots || array(select plot_id from tenure_slot where id = any(due.ids) and plot_id is not null);
      when 'restriction' then
        due_plots := due_plots || array(select plot_id from restriction where id = any(due.ids));
      else null;
    end case;
    perform note_passed(due.table_name, due.ids);
  end loop;
  insert into touched (plots, blocks)
  select due_plots, due_blocks where cardinality(due_plots) + cardinality(due_blocks) > 0;
  update clock set ran_until = now();
  return moments;
end
$$;

-- A transaction derives as of its beginning. Where the clock has come by since, that may be before a moment which is
-- spent: then the plots are due once more. Called when their locks are held, so that the clock is seen or waits.
create or replace function register.renew_again(plots uuid[], blocks uuid[]) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  if (select ran_until > now() from clock) then
    insert into moment (at, table_name, row_id)
    select clock_timestamp(), 'plot', unnest(plots) union all select clock_timestamp(), 'block', unnest(blocks)
    on conflict do nothing;
  end if;
end
$$;

-- Seconds until the next moment; null when none is known.
create or replace function register.next_moment_s() returns double precision
language sql stable security definer set search_path = register, pg_temp as $$
  select extract(epoch from min(at) - clock_timestamp()) from moment
$$;
