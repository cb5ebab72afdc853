-- The last sync of every table.
select distinct on (table_schema, table_name)
       table_schema || '.' || table_name as table_name,
       source_type, strategy, status, fetched, inserted, updated, deleted, retained, errors, finished_at
from refkeeper.sync_table_run
order by table_schema, table_name, id desc
