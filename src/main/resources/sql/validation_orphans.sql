-- Keys that rows name and that the parent does not have, those named most first. Put in: the key as
-- an array, the child, the condition that no part of it is NULL, the parent, the match, the columns.
select array[key] as keys,
       to_char(rows_of_key, 'FM999,999,999,999') || case rows_of_key when 1 then ' row' else ' rows' end as note,
       count(*) over () as total_keys, sum(rows_of_key) over () as total_rows
from (
  select %s as key, count(*) as rows_of_key
  from %s f
  where %s
    and not exists (select from %s p where %s)
  group by %s
) orphan
order by rows_of_key desc, key
limit 10
