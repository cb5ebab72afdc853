-- Tables in degraded mode.
select table_schema || '.' || table_name as name, cause, reason, began_at
from refkeeper.degraded_period
where ended_at is null
order by table_schema, table_name
