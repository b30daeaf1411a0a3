-- SPDX-License-Identifier: Apache-2.0
-- What the floor asks once for a statement: how far the party of whoever acts reaches.

create or replace function register.acting_party() returns uuid
language sql stable as $$ select nullif(current_setting('marsa.party', true), '')::uuid $$;

-- Projects of the actor's agency, or that it has a part in.
create or replace function register.funded_projects() returns uuid[]
language sql stable security definer set search_path = register, pg_temp as $$
  select coalesce(array_agg(p.id), '{}') from project p
  where p.agency_id = acting_party() or exists (
    select from party_role r where r.project_id = p.id and r.party_id = acting_party() and r.valid @> now())
$$;

-- Plots that the actor's party holds, has applied for, takes part in or funds; none for a role that has no party.
create or replace function register.reached_plots() returns uuid[]
language plpgsql stable security definer set search_path = register, public, pg_temp as $$
declare
  party uuid := acting_party();
  fund boolean := acts_as('reconstruction_fund');
begin
  if party is null or not acts_as('investor', 'port_operator', 'reconstruction_fund') then
    return '{}';
  end if;
  return coalesce((
    select array_agg(plot_id) from (
      select t.plot_id from tenure_slot t where t.party_id = party and (upper_inf(t.valid) or upper(t.valid) > now())
      union select a.plot_id from application a where a.party_id = party and acts_as('investor')
      union select r.plot_id from party_role r where r.party_id = party and r.valid @> now()
      union select p.id from project j join plot p on p.geom && j.geom and ST_Intersects(p.geom, j.geom)
        where fund and j.id = any(funded_projects())
    ) reached where plot_id is not null), '{}');
end
$$;

-- The actor's own party; for operators and funds also whoever holds the plots that they reach.
create or replace function register.reached_parties() returns uuid[]
language plpgsql stable security definer set search_path = register, pg_temp as $$
declare
  party uuid := acting_party();
begin
  if party is null or not acts_as('investor', 'port_operator', 'reconstruction_fund') then
    return '{}';
  end if;
  return array[party] || coalesce((
    select array_agg(t.party_id) from tenure_slot t
    where acts_as('port_operator', 'reconstruction_fund') and t.plot_id = any(reached_plots()) and t.valid @> now()), '{}');
end
$$;

grant execute on function register.funded_projects(), register.reached_plots(), register.reached_parties() to marsa_staff;
