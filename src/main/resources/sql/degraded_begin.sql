-- A failed sync begins a table's degraded period, or is the newest reason of the one that lasts;
-- but not one that is overtaken: a sync begun after it has got through.
insert into refkeeper.degraded_period as p (table_schema, table_name, cause, reason, began_at)
select :schema, :table, :cause, :reason, cast(:ended as timestamptz)
where not exists (
  select from refkeeper.sync_table_run
  where table_schema = :schema and table_name = :table
    and status in ('ok', 'unchanged') and started_at > cast(:started as timestamptz))
on conflict (table_schema, table_name) where ended_at is null
do update set cause = excluded.cause, reason = excluded.reason
returning p.xmax = 0
