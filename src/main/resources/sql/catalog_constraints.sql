-- Primary keys, unique constraints and indexes (without predicate or expression), and foreign keys
-- of tables. Bind: the tables' oids twice.
select i.indrelid as table_oid, 'u' as kind, c.relname as name, i.indisprimary as is_primary, null::text as parent_schema, null::text as parent_name,
       (select array_agg(a.attname::text order by k.n) from unnest(i.indkey) with ordinality k(attnum, n)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum where k.n <= i.indnkeyatts) as columns,
       null::text[] as parent_columns
from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = any (?::oid[]) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
union all
select k.conrelid, 'f', k.conname, false, n.nspname, p.relname,
       (select array_agg(a.attname::text order by o.n) from unnest(k.conkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.attnum),
       (select array_agg(a.attname::text order by o.n) from unnest(k.confkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.attnum)
from pg_constraint k join pg_class p on p.oid = k.confrelid join pg_namespace n on n.oid = p.relnamespace
where k.conrelid = any (?::oid[]) and k.contype = 'f'
order by 1, 2, 3
