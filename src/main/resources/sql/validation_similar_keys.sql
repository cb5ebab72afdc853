-- Groups of keys that are the same when case, width and spaces do not count. NFKC makes full-width
-- and half-width forms one. Put in: the key as an array, its folded form, the table.
select keys, note, sum(cardinality(sources)) over () as total_keys, 0 as total_rows
from (
  select array_agg(key order by key) as keys, array_agg(source) as sources,
         count(*) filter (where source = 'auto_derived') || ' of them derived' as note
  from (select %s as key, %s as folded, t._source as source from %s t) keyed
  group by folded
  having count(*) > 1
) alike
order by keys
limit 10
