-- What a COPY under session_replication_role = replica would skip or run differently: every trigger
-- on INSERT of a table and its partitions that is not the plain check of a foreign key.
-- Internal triggers of deferrable unique and exclusion constraints are among them. Bind: the table's oid twice.
with tables as (
  select ?::oid as oid union select relid::oid from pg_partition_tree(?::oid::regclass)
)
select t.tgname as name, t.tgrelid::regclass::text as relation, t.tgenabled::text as enabled,
       coalesce(c.conname, '') as constraint_name
from pg_trigger t
join tables on tables.oid = t.tgrelid
left join pg_constraint c on c.oid = t.tgconstraint
where t.tgtype & 4 = 4
  and t.tgenabled <> 'D'
  and not (t.tgisinternal and t.tgenabled = 'O' and t.tgfoid = 'pg_catalog."RI_FKey_check_ins"()'::regprocedure)
order by 2, 1
