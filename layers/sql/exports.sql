-- SPDX-License-Identifier: Apache-2.0
-- Files to take away, asked for as jobs.

-- Its number; null while this asker, or all of them together, have too many under way. Asked one after another, so that
-- two requests at once cannot both be the last one.
create or replace function register.ask_export(job_arguments jsonb, asked_by text, most int, most_together int) returns uuid
language plpgsql security definer set search_path = register, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('marsa exports', 0));
  if (select count(*) >= most_together or count(*) filter (where actor = asked_by) >= most
      from job where name = 'export' and ended_at is null) then
    return null;
  end if;
  return register.ask_job('export', job_arguments, asked_by);
end
$$;

