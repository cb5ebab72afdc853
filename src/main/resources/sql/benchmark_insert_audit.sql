insert into refkeeper.audit_log
  (table_schema, table_name, key, action, actor, run_kind, run_id, after)
select 'benchmark', 'new_key', array[p.code], 'insert', 'backfill', 'load', ?, to_jsonb(p)
from unnest(?::text[]) as w(code)
join benchmark.new_key p on p.code = w.code
