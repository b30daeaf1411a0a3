-- SPDX-License-Identifier: Apache-2.0
-- Long work: asked for in the transaction that needs it, done by the process for jobs, told while it goes on.

-- Its number, by which it is asked for later: random, so that nobody finds another's.
create or replace function register.ask_job(job_name text, job_arguments jsonb, asked_by text) returns uuid
language plpgsql security definer set search_path = register, jobs, pg_temp as $$
declare
  made uuid;
begin
  insert into job (name, arguments, actor) values (job_name, job_arguments, asked_by) returning id into made;
  -- procrastinate's own door for whoever speaks SQL; it tells the workers, at commit. Anybody may ask for files to take away:
  -- they come after all that the staff asks for, and one at a time, so that there is always a hand free.
  perform procrastinate_defer_jobs_v1(array[
    row('long', 'do_job', case job_name when 'export' then -10 else 0 end, case job_name when 'export' then 'export' end,
      null, jsonb_build_object('job', made), null)::procrastinate_job_to_defer_v1]);
  return made;
end
$$;

-- How it stands, or null: there is no such job.
create or replace function register.job_standing(job_id uuid) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('id', id, 'name', name, 'actor', actor, 'state', state, 'share', share, 'step', step,
    'stop_asked', stop_asked, 'result', result, 'asked_at', asked_at, 'began_at', began_at, 'ended_at', ended_at)
  from job where id = job_id
$$;

-- The job of a name that was asked for last.
create or replace function register.last_job(job_name text) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select register.job_standing(id) from job where name = job_name order by asked_at desc limit 1
$$;
grant execute on function register.last_job(text) to marsa_staff;

-- Whoever waits no longer says so: one that waits is not begun, one that runs stops when it next tells how far it is.
create or replace function register.stop_job(job_id uuid) returns boolean
language sql security definer set search_path = register, pg_temp as $$
  update job set stop_asked = true,
    state = case state when 'waiting' then 'stopped' else state end,
    ended_at = case state when 'waiting' then clock_timestamp() end
  where id = job_id and ended_at is null returning true
$$;

-- The job's name and arguments, or nothing when it is not to be done (any more).
create or replace function register.begin_job(job_id uuid) returns table (name text, arguments jsonb, actor text)
language sql security definer set search_path = register, pg_temp as $$
  update job j set state = 'running', began_at = clock_timestamp(), share = 0, step = null
  where j.id = job_id and j.ended_at is null returning j.name, j.arguments, j.actor
$$;

-- How far a job is; whether it is to go on.
create or replace function register.tell_job(job_id uuid, now_share float8, now_step text) returns boolean
language sql security definer set search_path = register, pg_temp as $$
  update job set share = now_share, step = now_step, told_at = clock_timestamp() where id = job_id returning not stop_asked
$$;

create or replace function register.end_job(job_id uuid, end_state text, end_result jsonb) returns void
language sql security definer set search_path = register, pg_temp as $$
  update job set state = end_state, result = end_result, ended_at = clock_timestamp(),
    share = case end_state when 'done' then 1 else share end
  where id = job_id and ended_at is null
$$;

-- What ended long ago is nobody's business any more (what it did is in the events). One whose end could not be told, since
-- the database went away under it, is not queued any more, and has failed.
create or replace function register.tidy_jobs(older_than interval) returns void
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  delete from job where ended_at < now() - older_than;
  update job j set state = 'failed', ended_at = clock_timestamp()
  where ended_at is null and not exists (
    select from jobs.procrastinate_jobs q where q.args ->> 'job' = j.id::text and q.status in ('todo', 'doing'));
end
$$;
