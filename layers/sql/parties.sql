-- SPDX-License-Identifier: Apache-2.0
-- The shares of a group are all of it, and no more: checked at commit, when the last member is in.
create or replace function register.shares_are_whole() returns trigger
language plpgsql security definer set search_path = register, pg_temp as $$
declare
  of_group uuid;
  whole numeric;
  parts numeric;
begin
  foreach of_group in array array_remove(array[
    case when tg_op <> 'DELETE' then new.group_id end, case when tg_op <> 'INSERT' then old.group_id end], null) loop
    -- On a common denominator: three thirds are one, which no decimal says.
    select lcm_all.whole, sum(m.share_part::numeric * (lcm_all.whole / m.share_whole))
    into whole, parts
    from party_member m, lateral (
      with recursive step (n, value) as (
        select 0::bigint, 1::numeric
        union all
        select s.n + 1, lcm(s.value, d.share_whole)
        from step s join (
          select share_whole::numeric as share_whole, row_number() over (order by id) as n
          from party_member where group_id = of_group) d on d.n = s.n + 1)
      select value as whole from step order by n desc limit 1) lcm_all
    where m.group_id = of_group group by lcm_all.whole;
    if parts is distinct from whole then
      raise exception using errcode = 'MG007', message = 'the shares of a group do not add up to one',
        detail = json_build_object('table', 'party_member', 'group_id', of_group)::text;
    end if;
  end loop;
  return null;
end
$$;
