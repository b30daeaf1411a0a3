-- SPDX-License-Identifier: Apache-2.0
-- Commands that carry a key happen once: the answer of the first is the answer of all.

create or replace function register.answer_to_key(of_person text, of_key text) returns jsonb
language sql stable security definer set search_path = register, pg_temp as $$
  select jsonb_build_object('asked', encode(asked_sha256, 'hex'), 'answer', answer)
  from command_key where person = of_person and key = of_key
$$;

-- Keys older than a week are forgotten on the way: nobody asks again after so long.
create or replace function register.keep_key(of_person text, of_key text, asked bytea, answered jsonb) returns void
language sql security definer set search_path = register, pg_temp as $$
  delete from command_key where at < now() - interval '7 days';
  insert into command_key (person, key, asked_sha256, answer) values (of_person, of_key, asked, answered)
$$;
