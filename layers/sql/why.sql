-- SPDX-License-Identifier: Apache-2.0
-- "Why can I not?": the walls themselves are asked, with nothing written.

-- What blocks an act on a plot, in the order in which it is told. First what of the plot is in the way, then what of the file
-- or the lease that stands on it.
create or replace function register.why_not(of_plot uuid, act text) returns table (block text, facts jsonb)
language plpgsql stable security definer set search_path = register, public, pg_temp as $$
declare
  ask record;
  found_facts jsonb;
  a application;
  l lease;
begin
  for ask in select q.block from rights_ask q where q.machine = 'plot' and q.event = act order by q.place loop
    found_facts := plot_block(of_plot, ask.block);
    if found_facts is not null then
      block := ask.block;
      facts := found_facts;
      return next;
    end if;
  end loop;
  if found_facts is not null or exists (select from rights_ask q where q.machine = 'plot' and q.event = act
      and plot_block(of_plot, q.block) is not null) then
    return;
  end if;
  select f.* into a from application f join tenure_slot t on t.application_id = f.id
  where t.plot_id = of_plot and t.valid @> now() limit 1;
  if found and exists (select from rights_step s where s.machine = 'application' and s.event = act and s.before = a.state) then
    return query select b.block, b.facts || jsonb_build_object('file', a.reg_no) from file_blocks(a, act) b;
    return;
  end if;
  select c.* into l from lease c join tenure_slot t on t.id = c.slot_id
  where t.plot_id = of_plot and (t.valid @> now() or c.state in ('EXP', 'TRM', 'SUR'))
  order by upper(t.valid) desc nulls first limit 1;
  if found and exists (select from rights_step s where s.machine = 'lease' and s.event = act) then
    if exists (select from rights_step s where s.machine = 'lease' and s.event = act and s.before = l.state) then
      return query select b.block, b.facts || jsonb_build_object('lease', l.number) from lease_blocks(l, act) b;
    else
      block := 'step_unknown';
      facts := jsonb_build_object('before', l.state, 'lease', l.number);
      return next;
    end if;
  end if;
end
$$;
