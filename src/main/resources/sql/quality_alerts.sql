-- Thresholds that are crossed now.
select alert, nullif(concat_ws('.', nullif(table_schema, ''), nullif(table_name, '')), '') as name,
       threshold, value, raised_at
from refkeeper.quality_alert
where recovered_at is null
order by raised_at, id
