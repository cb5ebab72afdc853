-- The roles of refkeeper, and what they may do in the database before "refkeeper migrate".
-- Run by a superuser, connected to the target database; may be run again. Afterwards:
--   1. refkeeper migrate      as a member of refkeeper_owner
--   2. grants.sql             by a superuser, again after every later migrate
--
-- The roles can't log in. Make accounts of your own in them, each with a fixed search path:
--   create role etl login password '...'
--     in role refkeeper_loader, refkeeper_sync, refkeeper_relay, refkeeper_governance;
--   alter role etl set search_path = pg_catalog, pg_temp;
-- "refkeeper run" loads, syncs, sends and does the jobs of governance by one account, which therefore
-- needs these four roles. "ingest" alone needs loader, "sync" alone needs sync, "validate" and
-- "retention" need governance, "status" needs monitoring, "audit export" and "review" need auditor.

do $$
declare
  name text;
begin
  foreach name in array array['refkeeper_owner', 'refkeeper_loader', 'refkeeper_sync',
                              'refkeeper_relay', 'refkeeper_governance', 'refkeeper_auditor',
                              'refkeeper_monitoring'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I nologin', name);
    end if;
  end loop;
end $$;

-- The owner makes and upgrades the control schema.
create schema if not exists refkeeper authorization refkeeper_owner;
grant usage on schema refkeeper
  to refkeeper_loader, refkeeper_sync, refkeeper_relay, refkeeper_governance, refkeeper_auditor,
     refkeeper_monitoring;

-- A sync stages the source's rows, and an upsert the file's, in a temporary table.
do $$
begin
  execute format('grant temporary on database %I to refkeeper_loader, refkeeper_sync',
                 current_database());
end $$;

-- The users' tables of the shipped configuration: adapt what follows to yours. To add the tracking
-- columns the owner role must own the reference tables. If it is not to, leave the four ALTER TABLE
-- out, and let their owner run what "refkeeper migrate --print" prints.
grant usage on schema mapping, business
  to refkeeper_owner, refkeeper_loader, refkeeper_sync, refkeeper_governance;
grant usage on schema mapping to refkeeper_auditor;
alter table mapping."年金计划" owner to refkeeper_owner;
alter table mapping."组合计划" owner to refkeeper_owner;
alter table mapping."产品线" owner to refkeeper_owner;
alter table mapping."组织架构" owner to refkeeper_owner;
