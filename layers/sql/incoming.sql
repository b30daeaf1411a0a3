-- SPDX-License-Identifier: Apache-2.0
-- A job for a file on its way in; null while another is at it, or where the file is in no such state. The row is held first,
-- and looked at by a statement of its own: of two that press at once, the second sees the job of the first.
create or replace function register.ask_for_incoming(
  number uuid, states text[], job_name text, job_arguments jsonb, asked_by text) returns uuid
language plpgsql set search_path = register, pg_temp as $$
declare
  file_ incoming;
  made uuid;
begin
  select * into file_ from incoming where id = number for update;
  if file_.id is null or file_.state <> all(states)
     or coalesce(job_standing(file_.job) ->> 'state', '') in ('waiting', 'running') then
    return null;
  end if;
  made := ask_job(job_name, job_arguments, asked_by);
  update incoming set job = made where id = number;
  return made;
end
$$;
