-- The constraints of a table that can be tested for many rows at once, as SQL over a temporary table
-- with the same columns: CHECK expressions, unique indexes over plain columns, foreign keys (MATCH
-- SIMPLE, and not to the table itself). Bind: the table's oid three times.
select 1 as n, c.conname as name, pg_get_expr(c.conbin, c.conrelid) as expression, false as nulls_equal,
       null::text as parent, null::text[] as parent_columns,
       (select array_agg(a.attname::text order by o.n) from unnest(c.conkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = o.attnum) as columns
from pg_constraint c where c.conrelid = ?::oid and c.contype = 'c'
union all
select 2, x.relname, null, coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), null, null,
       (select array_agg(a.attname::text order by k.n) from unnest(i.indkey) with ordinality k(attnum, n)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum where k.n <= i.indnkeyatts)
from pg_index i join pg_class x on x.oid = i.indexrelid
where i.indrelid = ?::oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
union all
select 3, c.conname, null, false, case p.relkind when 'p' then '' else 'only ' end || p.oid::regclass::text,
       (select array_agg(a.attname::text order by o.n) from unnest(c.confkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = c.confrelid and a.attnum = o.attnum),
       (select array_agg(a.attname::text order by o.n) from unnest(c.conkey) with ordinality o(attnum, n)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = o.attnum)
from pg_constraint c join pg_class p on p.oid = c.confrelid
where c.conrelid = ?::oid and c.contype = 'f' and c.conparentid = 0 and c.confrelid <> c.conrelid and c.confmatchtype = 's'
order by 1, 2
