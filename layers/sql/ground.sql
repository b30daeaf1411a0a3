-- SPDX-License-Identifier: Apache-2.0
-- What migrations stand on: extensions, and the two schemas with who may enter them.
create extension if not exists postgis;
create extension if not exists btree_gist;
create extension if not exists pg_trgm;

create schema if not exists register;
create schema if not exists published;

revoke all on schema public from public;
grant usage on schema public to public;  -- PostGIS functions live here; nothing can be made in it
revoke all on schema register, published from public;
grant usage, create on schema register, published to marsa_guard;
grant usage on schema register, published to marsa_staff;
grant usage on schema published to marsa_public;
