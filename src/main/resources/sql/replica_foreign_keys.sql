-- The foreign keys of a table and its partitions, each constraint as it was declared: what PostgreSQL
-- clones onto partitions (of either side) stands for its original. Bind: the table's oid twice.
with recursive tables as (
  select ?::oid as oid union select relid::oid from pg_partition_tree(?::oid::regclass)
), climb as (
  select c.oid, c.conparentid from pg_constraint c join tables on tables.oid = c.conrelid where c.contype = 'f'
  union
  select p.oid, p.conparentid from climb join pg_constraint p on p.oid = climb.conparentid
)
select k.conname as name, k.conrelid::regclass::text as relation, k.confmatchtype::text as match_type,
       coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false) as temporal,
       n.nspname as parent_schema, p.relname as parent_name,
       exists (select 1 from tables where tables.oid = k.confrelid) as self_reference,
       (select array_agg(a.attname::text order by o.n) from unnest(k.conkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.attnum) as columns,
       (select array_agg(a.attname::text order by o.n) from unnest(k.confkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.attnum) as parent_columns
from climb
join pg_constraint k on k.oid = climb.oid
join pg_class p on p.oid = k.confrelid
join pg_namespace n on n.oid = p.relnamespace
where climb.conparentid = 0
order by 2, 1
