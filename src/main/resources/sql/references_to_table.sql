-- Every foreign key that points to a table, from any schema, the table itself included; the copies
-- that PostgreSQL keeps for partitions are left out, and keys to the table's own partition root are
-- included. Bind: the table's oid.
with named as (select ?::oid as oid),
parent as (
  select oid from named
  union
  select a.relid::oid from named, pg_partition_ancestors(named.oid::regclass) a
)
select n.nspname as schema, c.relname as name,
       (select array_agg(a.attname::text order by o.n) from unnest(k.conkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.attnum) as columns,
       (select array_agg(a.attname::text order by o.n) from unnest(k.confkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.attnum) as parent_columns
from pg_constraint k
join parent p on p.oid = k.confrelid
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
where k.contype = 'f' and k.conparentid = 0
order by 1, 2, k.conname
