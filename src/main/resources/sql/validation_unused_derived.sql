-- Derived rows that nothing names, the oldest first. Put in: the key as an array, the table, and for
-- each table that can name its rows the condition that it does not.
select array[key] as keys, to_char(derived_at, '"derived "YYYY-MM-DD') as note,
       count(*) over () as total_keys, 0 as total_rows
from (
  select %s as key, t._derived_at as derived_at
  from %s t
  where t._source = 'auto_derived'
%s
) unused
order by derived_at, key
limit 10
