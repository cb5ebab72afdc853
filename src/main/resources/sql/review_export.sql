-- As review_pending.sql, with the row as it is now. Put in: columns and joins of the row, or nothing.
-- Binds: as there.
select d.id, d.version, d.table_schema || '.' || d.table_name as table_name, d.key, d.domain,
       d.foreign_key, d.load_run_id, d.file_name, d.sheet, d.first_line, d.fact_rows, d.created_at,
       d.values, d.conflicts, %s as row_now
from refkeeper.derived_record d
%s
where d.state = 'pending'
  and (:schema::text is null or (d.table_schema, d.table_name) = (:schema, :table))
order by d.created_at, d.id
