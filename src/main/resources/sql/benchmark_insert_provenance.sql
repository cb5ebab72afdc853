insert into refkeeper.derived_record
  (table_schema, table_name, key, load_run_id, domain, foreign_key, file_name, first_line,
   fact_rows, values)
select 'benchmark', 'new_key', array[w.code], ?, 'new_keys', 'code', 'new_keys.csv', w.line,
       1, jsonb_build_object('name', w.name)
from unnest(?::text[], ?::text[], ?::bigint[]) as w(code, name, line)
