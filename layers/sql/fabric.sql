-- SPDX-License-Identifier: Apache-2.0
-- Plot numbers that are never given twice; answers to commands by their keys; acts that can be undone.

create or replace function register.keep_plot_number() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  other uuid;
begin
  if tg_op = 'DELETE' then
    -- What an undone import brought never was: its numbers may come again with a better file.
    if current_setting('marsa.takes_back', true) = 'on' then
      delete from plot_number_given where plot_id = old.id;
    else
      update plot_number_given set ended_at = clock_timestamp() where plot_id = old.id and ended_at is null;
    end if;
    return null;
  end if;
  if tg_op = 'UPDATE' then
    update plot_number_given set ended_at = clock_timestamp() where plot_number = old.plot_number and plot_id = new.id;
  end if;
  insert into plot_number_given as g (plot_number, plot_id) values (new.plot_number, new.id)
  on conflict (plot_number) do update set ended_at = null where g.plot_id = excluded.plot_id
  returning plot_id into other;
  if other is null then
    perform refuse('MG070', format('number %s was given to another plot', new.plot_number), jsonb_build_object(
      'rule', 'number_given_once', 'table', 'plot', 'plot_number', new.plot_number));
  end if;
  return null;
end
$$;

-- Who gives numbers in a block takes turns with whoever else does.
create or replace function register.numbers_of_block(of_block uuid) returns setof text
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  code_ text;
begin
  perform pg_advisory_xact_lock(hashtextextended('marsa plot numbers ' || of_block, 0));
  select code into code_ from block where id = of_block;
  return query select plot_number from plot_number_given where strpos(plot_number, code_) > 0
    union select g.plot_number from plot_number_given g join plot p on p.id = g.plot_id where p.block_id = of_block;
end
$$;

create or replace function register.acting_user() returns uuid
language sql stable as $$
  select nullif(current_setting('marsa.user', true), '')::uuid
$$;

drop function if exists register.answer_kept(text);
drop function if exists register.keep_answer(text, bytea, integer, jsonb);

-- A new act. What was undone before it cannot be done again after it.
create or replace function register.keep_fabric_act(of_kind text, of_plot text, of_images jsonb) returns uuid
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  made uuid;
begin
  update fabric_act set state = 'dropped', changed_at = clock_timestamp() where user_id = acting_user() and state = 'undone';
  insert into fabric_act (user_id, kind, plot_number, images) values (acting_user(), of_kind, of_plot, of_images)
  returning id into made;
  return made;
end
$$;

-- The act that the actor would take back (done) or do again (undone).
create or replace function register.fabric_act_next(of_state text)
returns table (id uuid, kind text, plot_number text, changed_at timestamptz, images jsonb)
language sql stable security definer set search_path = register, pg_temp as $$
  select a.id, a.kind, a.plot_number, a.changed_at, a.images from fabric_act a
  where a.user_id = acting_user() and a.state = of_state
  order by case of_state when 'done' then a.number end desc, a.number limit 1
$$;

create or replace function register.turn_fabric_act(act uuid, new_state text, new_images jsonb) returns void
language sql security definer set search_path = register, pg_temp as $$
  update fabric_act set state = new_state, images = new_images, changed_at = clock_timestamp()
  where id = act and user_id = acting_user()
$$;

-- A row as it can be put back: without what the database makes itself. Geometry as hexadecimal EWKB, to the last bit.
create or replace function register.image_of(of_table text, of_row uuid) returns jsonb
language plpgsql stable set search_path = register, public, pg_temp as $$
declare
  image jsonb;
begin
  execute format('select to_jsonb(t) %s from register.%I t where t.id = $1', case when exists (
      select from pg_attribute where attrelid = format('register.%I', of_table)::regclass and attname = 'geom')
    then '|| jsonb_build_object(''geom'', t.geom::text)' else '' end, of_table) using of_row into image;
  return image - array(select attname::text from pg_attribute
    where attrelid = format('register.%I', of_table)::regclass and (attgenerated <> '' or attidentity <> ''));
end
$$;

-- Puts a row as an image shows it, whether it is there or not; version and recording time are the register's to give.
create or replace function register.put_image(of_table text, image jsonb) returns bigint
language plpgsql set search_path = register, public, pg_temp as $$
declare
  names text := (select string_agg(format('%I', attname), ', ') from pg_attribute
    where attrelid = format('register.%I', of_table)::regclass and attnum > 0 and not attisdropped
      and attgenerated = '' and attidentity = '');
  put bigint;
begin
  execute format('update register.%I t set (%s) = (select %s from jsonb_populate_record(null::register.%I, $1)) '
    'where t.id = ($1 ->> ''id'')::uuid returning t.version', of_table, names, names, of_table) using image into put;
  if put is null then
    execute format('insert into register.%I (%s) select %s from jsonb_populate_record(null::register.%I, $1) returning version',
      of_table, names, names, of_table) using image into put;
  end if;
  return put;
end
$$;
